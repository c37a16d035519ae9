//! `guard check --partial`: the files of a commit, as a hook lists them.

use insta_cmd::assert_cmd_snapshot;

use crate::CliTest;

#[test]
fn nothing_to_judge_is_clean() {
    let test = CliTest::with_policy("clean");
    test.write("workflow.yaml", "on: push\n").write("tsconfig.json", "{ // a comment\n}\n");
    assert_cmd_snapshot!(test.check("--partial workflow.yaml tsconfig.json"));
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_all_the_same() {
    let test = CliTest::with_policy("clean");
    test.write("broken.yaml", "apiVersion: v1\nkind: Pod\n metadata: {\n");
    assert_eq!(test.check("--partial broken.yaml nowhere.yaml").output().unwrap().status.code(), Some(2));
    assert_eq!(test.check("--partial broken.yaml").output().unwrap().status.code(), Some(2));
}

#[test]
fn what_a_folder_would_leave_out_is_left_out_where_it_is_named() {
    let test = CliTest::with_policy("chart");
    assert_eq!(test.check("templates/deployment.yaml").output().unwrap().status.code(), Some(2));
    assert_cmd_snapshot!(test.check("--partial Chart.yaml templates/deployment.yaml values.yaml"));
}

#[test]
fn an_exemption_that_covers_nothing_among_the_files_is_not_told() {
    let test = CliTest::with_fixture("exempted");
    test.write_pod("other.yaml", "other", false);
    let told = |arguments: &str| {
        let output = test.guard(&format!("check --format concise {arguments}")).output().unwrap();
        String::from_utf8(output.stdout).unwrap().contains("unused-exemption")
    };
    assert!(told("other.yaml"));
    assert!(!told("other.yaml --partial"));
}
