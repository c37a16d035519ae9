//! What reaches the standard output and files.

use std::process::Command;

use insta_cmd::assert_cmd_snapshot;

use crate::CliTest;

fn stdout(command: &mut Command) -> String {
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

#[test]
fn every_shape_of_manifest_is_found_at_its_line_and_column() {
    for scenario in ["list", "stream", "json", "crlf"] {
        let test = CliTest::with_policy(scenario);
        insta::assert_snapshot!(scenario, stdout(&mut test.check("--format concise")));
    }
}

#[test]
fn several_reports_at_once() {
    let test = CliTest::with_policy("stream");
    assert_cmd_snapshot!(test.check("--format concise --format sarif=out.sarif --format json=out.json"));
    let json: serde_json::Value = serde_json::from_str(&test.read("out.json")).unwrap();
    let sarif: serde_json::Value = serde_json::from_str(&test.read("out.sarif")).unwrap();
    assert_eq!(json["violations"].as_array().unwrap().len(), 1);
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 1);
}

#[test]
fn two_reports_in_one_place_are_refused() {
    let test = CliTest::with_policy("stream");
    assert_cmd_snapshot!(test.check("--format concise --format json"));
}

#[test]
fn an_unknown_format_is_refused() {
    let test = CliTest::with_policy("stream");
    assert_cmd_snapshot!(test.check("--format xml"));
}

#[test]
fn a_report_does_not_depend_on_the_number_of_threads() {
    let test = CliTest::with_policy("stream");
    for i in 0..50 {
        test.write_pod(&format!("{}/{i}.yaml", i % 7), &format!("pod-{}", i % 20), i % 3 == 0);
    }
    let one = stdout(&mut test.check("--format json --jobs 1"));
    assert_eq!(one.matches("\"fingerprint\"").count(), 18);
    for jobs in ["2", "3", "64"] {
        assert!(stdout(&mut test.check(&format!("--format json --jobs {jobs}"))) == one, "{jobs} threads");
    }
}

#[test]
fn paths_that_overlap_are_judged_once() {
    let test = CliTest::with_policy("stream");
    let once = stdout(&mut test.check("--format json ."));
    let path = test.path().join("pods.yaml");
    let thrice = stdout(&mut test.check(&format!("--format json . ./pods.yaml *.yaml {}", path.display())));
    assert_eq!(thrice, once);
}

#[test]
fn the_standard_input_is_judged() {
    let test = CliTest::with_policy("clean");
    let pods = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {containers: [{name: b, securityContext: {privileged: true}}]}\n";
    assert_cmd_snapshot!(test.check("-").pass_stdin(pods));
}

#[test]
fn quiet_says_nothing_of_what_is_clean() {
    let test = CliTest::with_policy("clean");
    assert_cmd_snapshot!(test.check("--quiet"));
}

#[test]
fn colours_are_for_terminals_or_on_request() {
    let test = CliTest::with_policy("stream");
    assert!(!stdout(&mut test.check("")).contains('\u{1b}'));
    assert!(stdout(&mut test.check("--color always")).contains('\u{1b}'));
    assert!(stdout(test.check("--color always").env("NO_COLOR", "1")).contains('\u{1b}'));
}

#[test]
fn unicode_columns_count_code_points() {
    let test = CliTest::new();
    test.write(".policies/privileged-container/policy.rego", super::POLICY);
    test.write("pod.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: \"ü📚本\", namespace: shop}, spec: {containers: [{name: b, securityContext: {privileged: true}}]}}\n");
    assert!(stdout(&mut test.check("--format concise")).starts_with("pod.yaml:1:131:"));
}
