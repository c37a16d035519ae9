//! What is not judged says so.

use insta_cmd::assert_cmd_snapshot;

use crate::CliTest;

#[test]
fn other_yaml_is_counted_and_named_on_request() {
    let test = CliTest::with_policy("mixed");
    assert_cmd_snapshot!(test.check(""));
    assert_cmd_snapshot!(test.check("--verbose"));
}

#[test]
fn a_helm_chart_is_one_warning() {
    let test = CliTest::with_policy("chart");
    test.write_pod("pod.yaml", "pod", false);
    assert_cmd_snapshot!(test.check(""));
}

#[test]
fn kustomize_patches_are_left_out_and_bases_are_judged() {
    let test = CliTest::with_policy("kustomize");
    assert_cmd_snapshot!(test.check("--verbose"));
}

#[test]
fn the_examples_of_policies_that_run_are_left_out_unless_one_is_named() {
    let test = CliTest::with_policy("clean");
    test.write("rules/privileged-container/policy.rego", crate::check::POLICY)
        .write("guard.yaml", "bundles: [rules]\n")
        .write_pod("rules/privileged-container/deny.yaml", "bad", true)
        .write_pod("rules/privileged-container/other.yaml", "other", false)
        .write_pod("rules/unlisted/deny.yaml", "unlisted", true);
    assert_cmd_snapshot!(test.guard("check --no-default-policies --format concise --verbose"));
    let denied = |arguments: &str| {
        let output = test
            .guard(&format!("check --no-default-policies --format concise {arguments}"))
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().contains("privileged-container/deny.yaml:")
    };
    let file = "rules/privileged-container/deny.yaml";
    assert!(denied(&format!("./{file}")), "it was asked for");
    assert!(!denied(&format!("--partial {file}")), "a program listed it");
}

#[test]
fn surprises_in_yaml_are_warnings() {
    let test = CliTest::with_policy("surprises");
    assert_cmd_snapshot!(test.check(""));
}

#[test]
fn a_resource_that_stands_twice_is_told() {
    let test = CliTest::with_policy("duplicates");
    assert_cmd_snapshot!(test.check("--verbose"));
}

#[test]
fn what_is_kubernetes_by_half_is_a_warning() {
    let test = CliTest::with_policy("clean");
    test.write("no-kind.yaml", "apiVersion: v1\nmetadata: {name: a}\n");
    test.write("no-version.yaml", "kind: Pod\nmetadata: {name: a}\n");
    assert_cmd_snapshot!(test.check("--format concise"));
}
