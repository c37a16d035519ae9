//! guard.yaml and the folders of policies.

use insta_cmd::assert_cmd_snapshot;

use crate::CliTest;

#[test]
fn exemptions_that_cover_nothing_or_are_over_are_told_at_their_place_in_guard_yaml() {
    let test = CliTest::with_policy("exempted");
    test.write("guard.yaml", test.read("guard.yaml").replace("host-path-volume", "privileged-container"));
    assert_cmd_snapshot!(test.check("--verbose"));
}

#[test]
fn the_date_decides_what_has_expired_and_what_is_announced() {
    let test = CliTest::with_policy("stream");
    test.write(
        "guard.yaml",
        "\
policies:
  privileged-container:
    enforcement: warn
    then: {enforcement: deny, on: 2027-03-01}
",
    );
    assert_cmd_snapshot!(test.check("--format concise --date 2027-01-01"));
    assert_cmd_snapshot!(test.check("--format concise --date 2027-02-20"));
    assert_cmd_snapshot!(test.check("--format concise --date 2027-03-01"));
}

#[test]
fn a_mistake_in_guard_yaml_stops_everything() {
    let test = CliTest::with_policy("stream");
    test.write("guard.yaml", "policies:\n  priviledged-container: {enforcement: deny}\n");
    assert_cmd_snapshot!(test.check(""));
}

#[test]
fn a_mistake_in_a_policy_stops_everything() {
    let test = CliTest::with_policy("stream");
    test.write(".policies/privileged-container/policy.rego", super::POLICY.replace(" if {", " if"));
    assert_cmd_snapshot!(test.check(""));
}

#[test]
fn settings_and_policies_that_are_not_there_are_told() {
    let test = CliTest::with_policy("stream");
    assert_cmd_snapshot!(test.guard("check --config other.yaml"));
    assert_cmd_snapshot!(test.guard("check --no-default-policies --bundle nowhere"));
    assert_cmd_snapshot!(test.guard("check --no-default-policies"));
}
