//! Coverage held against OPA's: what tests in Rego reach of the library, and of a module that has a rule of each form.

#![cfg(test)]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use guard_conformance::opa;
use guard_engine::{
    evaluate::STACK_SIZE,
    rego::{ModuleReach, Point},
};
use guard_loader::suite::load_suites;
use serde_json::Value;

#[test]
fn tests_in_rego_reach_the_lines_that_opa_says() {
    for folder in ["policies", "conformance/fixtures/coverage"] {
        let opa = reached_under_opa(folder);
        let ours = reached(folder);
        let mut differences = Vec::new();
        for module in &ours {
            let Some(opa) = opa.get(&*module.file) else { continue };
            differences.extend(module_differences(module, opa));
        }
        assert!(differences.is_empty(), "{}", differences.join("\n"));
    }
}

/// The lines of a module under OPA.
#[derive(Default)]
struct Lines {
    covered: BTreeSet<u32>,
    not_covered: BTreeSet<u32>,
    /// Not evaluated because an index told OPA that a rule cannot hold; guard evaluates them.
    index_excluded: BTreeSet<u32>,
}

fn module_differences(module: &ModuleReach, opa: &Lines) -> Vec<String> {
    let ours = module.lines();
    let constants: BTreeSet<u32> =
        module.rules.iter().filter(|rule| rule.statements.is_empty()).map(|rule| rule.head.line).collect();
    // OPA takes a rule on one line with its condition for reached where the condition was evaluated; here it has to hold.
    let one_line: BTreeSet<u32> = module
        .rules
        .iter()
        .filter(|rule| rule.statements.iter().any(|statement| statement.line == rule.head.line))
        .map(|rule| rule.head.line)
        .collect();
    let mut differences = Vec::new();
    let mut differ = |line: u32, what: &str| {
        let text = text(module, line);
        differences.push(format!("{}:{line}: {what}: {text}", module.file));
    };
    for (&line, &reached) in &ours {
        let known = opa.covered.contains(&line) || opa.not_covered.contains(&line);
        let under_opa = !opa.not_covered.contains(&line);
        if !known {
            // What OPA writes otherwise before it evaluates, such as `some … in` and values, it lists only once it was there.
            if reached {
                differ(line, "no line for OPA");
            }
        } else if reached != under_opa
            // What an index spares OPA is evaluated here, and constants that only it reads.
            && !(reached && (opa.index_excluded.contains(&line) || constants.contains(&line)))
            && (reached || !one_line.contains(&line))
        {
            differ(line, if reached { "reached here alone" } else { "reached under OPA alone" });
        }
    }
    // A part of a statement or of a head's value, which OPA takes out and counts by itself.
    let is_part = |line: u32| {
        module.rules.iter().any(|rule| {
            let within = |point: &Point| (point.line..=point.end_line).contains(&line);
            within(&rule.head) || rule.statements.iter().any(within)
        })
    };
    let is_default = |line| text(module, line).starts_with("default ");
    let others = opa.covered.union(&opa.not_covered).filter(|line| !ours.contains_key(line));
    for &line in others.filter(|&&line| !is_part(line) && !is_default(line)) {
        differ(line, "a line for OPA alone");
    }
    differences
}

fn text(module: &ModuleReach, line: u32) -> &str {
    module.text.lines().nth(usize::try_from(line).unwrap() - 1).unwrap()
}

fn reached_under_opa(folder: &str) -> BTreeMap<String, Lines> {
    let mut command = Command::new(opa::folder().unwrap().join("opa"));
    command.args(["test", "--coverage", "--ignore", "*.yaml", folder]).current_dir(root());
    let report: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    let files = report["files"].as_object().unwrap().iter();
    files.map(|(file, report)| (file.clone(), Lines::of(report))).collect()
}

impl Lines {
    fn of(report: &Value) -> Self {
        let mut lines = Self::default();
        let ranges = |key| report[key].as_array().into_iter().flatten();
        let line = |range: &Value| u32::try_from(range["start"]["row"].as_u64().unwrap()).unwrap();
        lines.covered.extend(ranges("covered").map(line));
        for range in ranges("not_covered") {
            lines.not_covered.insert(line(range));
            let kinds = range["kinds"].as_array().into_iter().flatten();
            if kinds.clone().any(|kind| kind == "index_excluded") {
                lines.index_excluded.insert(line(range));
            }
        }
        lines
    }
}

fn reached(folder: &str) -> Vec<ModuleReach> {
    let folder = PathBuf::from(folder);
    let reached = move || {
        std::env::set_current_dir(root()).unwrap();
        let mut suites = load_suites(&folder).unwrap();
        let recorder = suites.record().unwrap();
        for test in suites.tests.list().to_vec() {
            suites.tests.run(&test).unwrap();
        }
        assert_eq!(recorder.difference(), None);
        recorder.modules()
    };
    thread::Builder::new().stack_size(STACK_SIZE).spawn(reached).unwrap().join().unwrap()
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
