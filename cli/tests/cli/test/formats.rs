//! The formats of `guard test`: what programs read.

use serde_json::Value;

use super::*;

const SCHEMA: &str = include_str!("../../../../docs/test-report.schema.json");

/// As [`sound`], with something of each kind that fails.
fn failing() -> CliTest {
    let test = with_policy("type in parameters.types", "type in parameters.types\n\tprint(type)");
    test.write(ALLOW, format!("{CLUSTER_IP}---\n{SERVICE}---\n{SERVICE}---\na: 1\n"));
    test.write("rules/exposed-service/cases.yaml", "cases: [{name: wrong, inputs: [{violations: []}]}]\n");
    test
}

fn stdout(test: &CliTest, arguments: &str, code: i32) -> String {
    let output = test.guard(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn errors(value: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn json_keeps_the_contract() {
    for (test, arguments, code) in [
        (sound(), "test rules --format json", 0),
        (sound(), "test rules --format json --coverage", 0),
        (failing(), "test rules --format json", 1),
        (with_policy("severity: medium", "severity: hi"), "test rules --format json", 2),
        (sound(), "test rules --format json --filter elsewhere", 2),
        (CliTest::new(), "test --format json", 2),
    ] {
        let value: Value = serde_json::from_str(&stdout(&test, arguments, code)).unwrap();
        assert_eq!(errors(&value), [""; 0]);
        let problems = value["problems"].as_array().unwrap();
        assert_eq!(problems.is_empty(), code < 2, "{problems:?}");
        assert_eq!(value["summary"]["failures"] == 0, code != 1);
    }
}

/// The schema would not notice a key that the documentation lacks if it let any key pass.
#[test]
fn the_contract_refuses_what_it_does_not_name() {
    let value: Value = serde_json::from_str(&stdout(&failing(), "test rules --format json", 1)).unwrap();
    let test = value["suites"][0]["tests"].as_array().unwrap();
    let failed = test.iter().position(|test| test["failures"][0].is_object()).unwrap();
    for pointer in [
        String::new(),
        "/suites/0".to_owned(),
        "/summary".to_owned(),
        format!("/suites/0/tests/{failed}"),
        format!("/suites/0/tests/{failed}/failures/0"),
        format!("/suites/0/tests/{failed}/location"),
    ] {
        let mut value = value.clone();
        let object = value.pointer_mut(&pointer).unwrap().as_object_mut().unwrap();
        object.insert("unknown".to_owned(), Value::Null);
        assert!(!errors(&value).is_empty(), "{pointer}");
    }
}

#[test]
fn junit_has_a_suite_a_policy_and_a_case_a_test() {
    let text = stdout(&failing(), "test rules --format junit", 1);
    let read = quick_junit::Report::deserialize_from_str(&text).unwrap();
    let [suite] = &*read.test_suites else { panic!("{text}") };
    assert_eq!(suite.name.as_str(), "exposed-service");
    let names: std::collections::BTreeSet<_> =
        suite.test_cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), read.tests);
    insta::assert_snapshot!(text);
}

#[test]
fn what_does_not_load_is_an_error_in_junit() {
    let text = stdout(&with_policy("severity: medium", "severity: hi"), "test rules --format junit", 2);
    let read = quick_junit::Report::deserialize_from_str(&text).unwrap();
    assert_eq!((read.tests, read.errors, read.failures), (1, 1, 0));
}

#[test]
fn formats_go_to_files_and_one_to_standard_output() {
    let test = sound();
    let text = stdout(&test, "test rules --format pretty --format json=a.json --format junit=b.xml", 0);
    assert!(text.ends_with("all passed\n"), "{text}");
    serde_json::from_str::<Value>(&test.read("a.json")).unwrap();
    quick_junit::Report::deserialize_from_str(&test.read("b.xml")).unwrap();
    let output = test.guard("test rules --format json --format junit").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
