//! 0 clean, 1 denied, 2 could not do the work.

use insta_cmd::assert_cmd_snapshot;

use crate::CliTest;

fn code(command: &mut std::process::Command) -> i32 {
    command.output().unwrap().status.code().unwrap()
}

#[test]
fn nothing_denied_is_0() {
    let test = CliTest::with_policy("clean");
    assert_cmd_snapshot!(test.check(""));
}

#[test]
fn something_denied_is_1() {
    let test = CliTest::with_policy("stream");
    assert_cmd_snapshot!(test.check(""));
}

#[test]
fn something_unreadable_is_2_and_the_report_is_complete() {
    let test = CliTest::with_policy("broken");
    assert_cmd_snapshot!(test.check("--format concise"));
}

#[test]
fn a_failing_policy_is_2_and_no_silence() {
    let test = CliTest::with_policy("stream");
    let policy = super::POLICY.replace(
        "some i, container in input.object.spec.containers",
        "some i, container in input.object.spec.containers\n\tto_number(container.name) > 0",
    );
    test.write(".policies/privileged-container/policy.rego", policy);
    assert_cmd_snapshot!(test.check("--format concise"));
}

#[test]
fn nothing_found_is_2() {
    let test = CliTest::with_policy("clean");
    test.write("empty/README.md", "nothing");
    assert_cmd_snapshot!(test.check("empty"));
    test.write("other/values.yaml", "a: 1\n");
    assert_cmd_snapshot!(test.check("other"));
    assert_cmd_snapshot!(test.check("missing"));
    assert_cmd_snapshot!(test.check("clean missing*.yaml"));
    assert_cmd_snapshot!(test.check("-").pass_stdin(""));
}

#[test]
fn no_fail_makes_a_denial_0_and_leaves_2() {
    assert_eq!(code(&mut CliTest::with_policy("stream").check("--no-fail")), 0);
    assert_eq!(code(&mut CliTest::with_policy("broken").check("--no-fail")), 2);
}

#[test]
fn fail_on_warn_counts_warnings() {
    let test = CliTest::with_policy("stream");
    test.write("guard.yaml", "policies: {privileged-container: {enforcement: warn}}\n");
    assert_eq!(code(&mut test.check("")), 0);
    assert_eq!(code(&mut test.check("--fail-on warn")), 1);
    assert_eq!(code(&mut test.check("--fail-on undetermined")), 0);
}

#[test]
fn strict_makes_what_was_left_out_an_error() {
    for scenario in ["mixed", "chart", "kustomize"] {
        let test = CliTest::with_policy(scenario);
        test.write_pod("clean.yaml", "clean", false);
        assert_ne!(code(&mut test.check("")), 2, "{scenario}");
        assert_eq!(code(&mut test.check("--strict")), 2, "{scenario}");
    }
    assert_eq!(code(&mut CliTest::with_policy("clean").check("--strict")), 0);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let test = CliTest::with_policy("stream");
    for i in 0..300 {
        test.write_pod(&format!("pods/{i}.yaml"), "many", true);
    }
    let guard = env!("CARGO_BIN_EXE_guard");
    let command =
        format!("{{ {guard} check {} --format json; echo $? >code; }} | head -c 10", super::ONE_POLICY);
    let output =
        std::process::Command::new("sh").args(["-c", &command]).current_dir(test.path()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(test.read("code").trim(), "1");
}
