//! `guard policies`, and `guard` itself.

use insta_cmd::assert_cmd_snapshot;

use crate::CliTest;

#[test]
fn the_table_says_what_becomes_of_each_policy() {
    let test = CliTest::with_policy("clean");
    test.write(".policies/other/policy.rego", crate::check::POLICY.replace("privileged-container", "other"));
    test.write(
        "guard.yaml",
        "\
policies:
  other: {enforcement: 'off'}
  privileged-container:
    enforcement: warn
    then: {enforcement: deny, on: 2027-03-01}
    overrides:
      - match: {namespaces: [sandbox-*]}
        enforcement: audit
",
    );
    assert_cmd_snapshot!(test.guard("policies --no-default-policies --bundle .policies --date 2027-01-01"));
    assert_cmd_snapshot!(
        test.guard("policies --no-default-policies --bundle .policies --date 2027-01-01 --format json")
    );
}

#[test]
fn the_default_library_is_listed_without_any_settings() {
    let output = CliTest::new().guard("policies").output().unwrap();
    assert!(output.status.success());
    let table = String::from_utf8(output.stdout).unwrap();
    let columns = |policy| {
        table.lines().find(|line| line.starts_with(policy)).unwrap().split_whitespace().skip(1).take(2)
    };
    assert!(columns("privileged-container ").eq(["critical", "deny"]), "{table}");
    assert!(columns("untrusted-registry ").eq(["high", "off"]), "{table}");
}

#[test]
fn a_mistake_in_guard_yaml_is_an_error() {
    let test = CliTest::new();
    test.write("guard.yaml", "policys: {}\n");
    assert_cmd_snapshot!(test.guard("policies"));
}

#[test]
fn the_version_names_the_embedded_policies() {
    let test = CliTest::new();
    assert_cmd_snapshot!(test.guard("--version"));
}

#[test]
fn nothing_asked_for_is_answered_with_help() {
    let test = CliTest::new();
    assert_cmd_snapshot!(test.guard(""));
}
