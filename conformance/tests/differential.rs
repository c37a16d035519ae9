//! Whatever policy the loader accepts: guard gives OPA's verdict, or says loudly that it could not.

#![cfg(test)]

use std::{cmp::Reverse, collections::BTreeMap, thread};

use fastrand::Rng;
use guard_conformance::{
    generate,
    opa::Opa,
    shrink::shrink,
    verdict::{Comparison, Loaded, compare},
};
use guard_engine::rego::Module;
use serde_json::Value;

/// The seeds of every run; a fresh one, printed, comes with them.
const SEEDS: [u64; 2] = [1, 20_261_121];
const POLICIES_A_SEED: usize = 800;
const INPUTS_A_POLICY: usize = 6;

/// The environment variable that names the seed to use instead of a fresh one.
const SEED: &str = "GUARD_CONFORMANCE_SEED";
/// The environment variable that says how many policies a seed is good for.
const POLICIES: &str = "GUARD_CONFORMANCE_POLICIES";

#[derive(Debug, Default)]
struct Counts {
    generated: usize,
    opa_accepted: usize,
    guard_accepted: usize,
    evaluations: usize,
    same: usize,
    same_with_findings: usize,
    loud: usize,
    loud_with_findings: usize,
    silent: usize,
    opa_refusals: Tally,
    guard_refusals: Tally,
    failures: Tally,
    examples: Vec<String>,
}

/// How often something was said.
#[derive(Debug, Default)]
struct Tally(BTreeMap<String, usize>);

impl Tally {
    /// Numbers and quoted values apart, the same sentence counts as one.
    fn add(&mut self, sentence: &str) {
        let words = sentence.split_whitespace().filter(|word| !word.contains(|c: char| c.is_ascii_digit()));
        let start: Vec<&str> = words.take(9).collect();
        *self.0.entry(start.join(" ")).or_default() += 1;
    }

    fn print(&self, label: &str) {
        let mut counts: Vec<_> = self.0.iter().collect();
        counts.sort_by_key(|(_, count)| Reverse(**count));
        counts.iter().take(8).for_each(|(sentence, count)| println!("  {label} {count:5}: {sentence}"));
    }
}

#[test]
fn every_accepted_policy_has_opas_verdict_or_fails_loudly() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let fresh = number(SEED).unwrap_or_else(|| fastrand::u64(..));
    println!("fresh seed: {SEED}={fresh}");
    let policies = number(POLICIES).map_or(POLICIES_A_SEED, |count| usize::try_from(count).unwrap());
    let run = move || {
        let mut opa = Opa::start().unwrap();
        let mut counts = Counts::default();
        for seed in SEEDS.into_iter().chain([fresh]) {
            let mut rng = Rng::with_seed(seed);
            for _ in 0..policies {
                one(&mut opa, &mut rng, &mut counts);
            }
        }
        counts
    };
    let counts = thread::Builder::new().stack_size(64 << 20).spawn(run).unwrap().join().unwrap();
    report(&counts);
    assert_eq!(counts.silent, 0, "silent differences; the first:\n{}", counts.examples.concat());
    let percent = |part: usize, whole: usize| 100 * part / whole.max(1);
    assert!(percent(counts.guard_accepted, counts.opa_accepted) >= 50, "guard accepts too few");
    let found = percent(counts.same_with_findings, counts.same);
    assert!((20..=80).contains(&found), "{found} % of the answers have findings: the inputs say too little");
}

fn one(opa: &mut Opa, rng: &mut Rng, counts: &mut Counts) {
    let text = generate::policy(rng);
    let inputs: Vec<Value> = (0..INPUTS_A_POLICY).map(|_| generate::input(rng)).collect();
    counts.generated += 1;
    match ask(opa, &text, &inputs) {
        Loaded::OpaRefuses(error) => {
            // One error stands in the line of its place, several under a heading.
            let line = error.lines().find(|line| line.contains("rego_")).unwrap_or(&error);
            counts.opa_refusals.add(line.split_once("rego_").map_or(line, |(_, what)| what));
        }
        Loaded::GuardRefuses(refusals) => {
            counts.opa_accepted += 1;
            refusals.iter().take(1).for_each(|refusal| counts.guard_refusals.add(&refusal.message));
        }
        Loaded::Both(comparisons) => {
            counts.opa_accepted += 1;
            counts.guard_accepted += 1;
            for (input, comparison) in inputs.iter().zip(comparisons) {
                count(opa, &text, input, comparison, counts);
            }
        }
    }
}

fn count(opa: &mut Opa, text: &str, input: &Value, comparison: Comparison, counts: &mut Counts) {
    counts.evaluations += 1;
    match comparison {
        Comparison::Same { found } => {
            counts.same += 1;
            counts.same_with_findings += usize::from(found);
        }
        Comparison::Loud { message, found } => {
            counts.loud += 1;
            counts.loud_with_findings += usize::from(found);
            counts.failures.add(message.split_once(": ").map_or(&message, |(_, what)| what));
        }
        Comparison::Silent { .. } => {
            counts.silent += 1;
            if counts.examples.len() < 3 {
                counts.examples.push(example(opa, text, input));
            }
        }
    }
}

/// The smallest policy and input that still differ, and both answers.
fn example(opa: &mut Opa, text: &str, input: &Value) -> String {
    let mut silent = |text: &str, input: &Value| match ask(opa, text, std::slice::from_ref(input)) {
        Loaded::Both(comparisons) => {
            comparisons.into_iter().find(|one| matches!(one, Comparison::Silent { .. }))
        }
        _ => None,
    };
    let (text, input) = shrink(text, input, |text, input| silent(text, input).is_some());
    format!("--- policy\n{text}--- input\n{input}\n--- answers\n{:?}\n\n", silent(&text, &input))
}

fn ask(opa: &mut Opa, text: &str, inputs: &[Value]) -> Loaded {
    let module = Module { file: "p.rego".into(), text: text.into() };
    compare(opa, &[module], &["p"], inputs).unwrap()
}

fn report(counts: &Counts) {
    let Counts { generated, opa_accepted, guard_accepted, evaluations, same, loud, silent, .. } = counts;
    println!("generated {generated}, accepted by OPA {opa_accepted}, by guard too {guard_accepted}");
    println!("evaluations {evaluations}: same {same} ({} with findings), ", counts.same_with_findings);
    println!(
        "  loud {loud} ({} where OPA has findings), silent differences {silent}",
        counts.loud_with_findings
    );
    counts.opa_refusals.print("OPA refused");
    counts.guard_refusals.print("guard refused");
    counts.failures.print("loud");
}
