//! `guard new`: what it writes passes, and it writes over nothing.

use insta_cmd::assert_cmd_snapshot;

use crate::CliTest;

/// Runs it, and tests what it wrote.
fn passes(arguments: &str) {
    let test = CliTest::new();
    let written = test.guard(&format!("new odd-object {arguments}")).output().unwrap();
    assert_eq!(written.status.code(), Some(0), "{arguments}: {written:?}");
    let tested = test.guard("test policies").output().unwrap();
    assert_eq!(tested.status.code(), Some(0), "{arguments}: {tested:?}");
}

#[test]
fn a_new_policy_passes_its_tests_whatever_it_judges() {
    for arguments in [
        "",
        "--kind Pod",
        "--kind Ingress --kind Service",
        "--kind CronJob --kind ConfigMap",
        "--kind Namespace",
        "--kind Deployment.apps --kind StatefulSet",
        "--kind Widget.v1beta1.example.com",
        "--kind Gateway.gateway.networking.k8s.io",
    ] {
        passes(arguments);
    }
}

#[test]
fn what_was_written_and_what_comes_next_is_said() {
    let test = CliTest::new();
    assert_cmd_snapshot!(test.guard("new foreign-ingress-host --kind Ingress"));
    insta::assert_snapshot!(test.read("policies/foreign-ingress-host/policy.rego"));
}

#[test]
fn a_folder_that_guard_yaml_names_needs_no_word() {
    let test = CliTest::new();
    test.write(".guard.schema.json", "{}")
        .write("guard.yaml", "bundles: [rules]\n")
        .write("rules/a/policy.rego", "");
    let output = test.guard("new odd-object --dir rules").output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(!told.contains("bundles") && told.contains("guard schema guard.yaml"), "{told}");
}

#[test]
fn what_is_there_is_not_written_over() {
    let test = CliTest::new();
    test.write("policies/odd-object/deny.yaml", "mine\n");
    assert_cmd_snapshot!(test.guard("new odd-object"));
    assert_eq!(test.read("policies/odd-object/deny.yaml"), "mine\n");
    assert!(!test.path().join("policies/odd-object/policy.rego").exists());
}

#[test]
fn names_and_kinds_that_cannot_be_are_answered_with_what_was_meant() {
    let test = CliTest::new();
    assert_cmd_snapshot!("name", test.guard("new OddObject"));
    assert_cmd_snapshot!("taken", test.guard("new root-user"));
    assert_cmd_snapshot!("kind", test.guard("new odd-object --kind Ingres"));
    assert!(!test.path().join("policies").exists());
}
