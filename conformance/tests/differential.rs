//! Whatever policy the loader accepts: guard gives OPA's verdict, or says loudly that it could not.

use std::{collections::BTreeMap, thread};

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
    opa_refused: BTreeMap<String, usize>,
    refused: BTreeMap<String, usize>,
    louds: BTreeMap<String, usize>,
    examples: Vec<String>,
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
            let what = error.lines().nth(usize::from(error.contains("occurred:\n"))).unwrap_or_default();
            let what: String = what
                .split(": ")
                .skip(1)
                .collect::<Vec<_>>()
                .join(": ")
                .chars()
                .filter(|c| !c.is_ascii_digit())
                .collect();
            *counts.opa_refused.entry(what).or_default() += 1;
        }
        Loaded::GuardRefuses(refusals) => {
            counts.opa_accepted += 1;
            for refusal in refusals.iter().take(1) {
                *counts.refused.entry(refusal.message.clone()).or_default() += 1;
            }
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
            let what = message.splitn(4, ':').last().unwrap_or_default();
            let what: String = what.chars().take(48).filter(|c| !c.is_ascii_digit()).collect();
            *counts.louds.entry(what).or_default() += 1;
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
    let mut refused: Vec<_> = counts.refused.iter().collect();
    refused.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    refused.iter().take(12).for_each(|(message, count)| println!("  refused {count:5}: {message}"));
    let mut refused: Vec<_> = counts.opa_refused.iter().collect();
    refused.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    refused.iter().take(12).for_each(|(message, count)| println!("  OPA refused {count:5}: {message}"));
    let mut louds: Vec<_> = counts.louds.iter().collect();
    louds.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    louds.iter().take(12).for_each(|(message, count)| println!("  loud {count:5}: {message}"));
}
