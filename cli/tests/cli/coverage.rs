//! `guard test --coverage`: the lines that tests reach, for a person, as LCOV, and as a condition.

use std::collections::BTreeSet;

use insta_cmd::assert_cmd_snapshot;

use crate::{CliTest, copy, root};

const POLICY: &str = "rules/exposed-service/policy.rego";

/// The policy of docs/writing-policies.md in rules/, with a rule that no test reaches.
fn half_tested() -> CliTest {
    let test = tested();
    let policy = test.read(POLICY);
    test.write(
        POLICY,
        format!("{policy}\nundetermined contains {{\"message\": \"later\", \"path\": [\"spec\"]}} if {{\n\tinput.object.spec.type == \"?\"\n\n\t# Nothing is called so.\n\tinput.object.metadata.name == \"?\"\n}}\n"),
    );
    test
}

fn tested() -> CliTest {
    let test = CliTest::new();
    copy(&root().join("fixtures/policies"), &test.path().join("rules"));
    test
}

#[test]
fn what_no_test_reaches_is_a_place_and_a_line() {
    assert_cmd_snapshot!(half_tested().guard("test rules --coverage"));
}

#[test]
fn too_little_is_an_error_that_says_how_much_it_is() {
    assert_cmd_snapshot!(half_tested().guard("test rules --coverage --fail-under 90.5"));
}

#[test]
fn enough_is_none() {
    let output = half_tested().guard("test rules --coverage --fail-under 50").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let output = tested().guard("test rules --coverage --fail-under 100").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn a_test_that_fails_still_reaches_what_it_reaches() {
    let test = half_tested();
    test.write("rules/exposed-service/deny.yaml", test.read("rules/exposed-service/allow.yaml"));
    let output = test.guard("test rules --coverage").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("LINES  REACHED"), "{text}");
}

#[test]
fn the_condition_is_a_percentage_of_everything() {
    for wrong in [
        "--coverage --fail-under 101",
        "--coverage --fail-under NaN",
        "--fail-under 1",
        "--coverage --fail-under 1 --filter x",
    ] {
        let output = tested().guard(&format!("test rules {wrong}")).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert!(!output.stderr.is_empty(), "{wrong}");
    }
}

#[test]
fn json_has_the_lines_that_were_missed() {
    let test = half_tested();
    let output = test.guard("test rules --coverage --format json").output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let coverage = &report["coverage"];
    let module = &coverage["modules"][0];
    assert_eq!(module["file"], POLICY);
    let policy = test.read(POLICY);
    let missed = module["missed"].as_array().unwrap();
    let texts: Vec<&str> = missed
        .iter()
        .map(|line| policy.lines().nth(usize::try_from(line.as_u64().unwrap()).unwrap() - 1).unwrap().trim())
        .collect();
    assert_eq!(
        texts,
        [
            "undetermined contains {\"message\": \"later\", \"path\": [\"spec\"]} if {",
            "input.object.metadata.name == \"?\"",
        ]
    );
    assert_eq!(coverage["lines"].as_u64(), coverage["reached"].as_u64().map(|reached| reached + 2));
    let without = test.guard("test rules --format json").output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&without.stdout).unwrap();
    assert!(report.get("coverage").is_none());
}

#[test]
fn the_tracefile_is_what_geninfo_describes() {
    let test = half_tested();
    let output = test.guard("test rules --coverage=lcov.info").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let records = records(&test.read("lcov.info"));
    let [record] = &*records else { panic!("one module") };
    assert_eq!(record.source, POLICY);
    assert_eq!(record.lines.len() - 2, record.lines.iter().filter(|(_, hits)| *hits > 0).count());
    let lines = test.read(POLICY).lines().count();
    assert!(record.lines.iter().all(|(line, _)| *line <= lines));
}

#[test]
fn a_tracefile_that_cannot_be_written_is_an_error() {
    assert_cmd_snapshot!(tested().guard("test rules --coverage=nowhere/lcov.info"));
}

/// A record of a tracefile.
struct Record {
    source: String,
    /// The line, and how often it was reached.
    lines: Vec<(usize, u64)>,
}

/// Reads a tracefile strictly: each record in geninfo's order, counts that are right, lines that rise, no file twice.
fn records(text: &str) -> Vec<Record> {
    assert!(text.ends_with("end_of_record\n"), "{text}");
    let mut files = BTreeSet::new();
    let records = text.split_terminator("end_of_record\n");
    let records = records.map(|record| {
        let mut rows = record.lines();
        assert_eq!(rows.next(), Some("TN:"));
        let source = rows.next().unwrap().strip_prefix("SF:").unwrap().to_owned();
        assert!(files.insert(source.clone()), "{source} stands twice");
        let mut rows = rows.peekable();
        let mut lines = Vec::new();
        while let Some(row) = rows.next_if(|row| row.starts_with("DA:")) {
            let (line, hits) = row[3..].split_once(',').unwrap();
            lines.push((line.parse().unwrap(), hits.parse().unwrap()));
        }
        assert!(lines.is_sorted_by(|a: &(usize, u64), b| a.0 < b.0));
        let hit = lines.iter().filter(|(_, hits)| *hits > 0).count();
        let (found, reached) = (format!("LF:{}", lines.len()), format!("LH:{hit}"));
        assert_eq!(rows.collect::<Vec<_>>(), [found, reached]);
        Record { source, lines }
    });
    records.collect()
}
