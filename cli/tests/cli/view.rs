//! `guard view`.

use insta_cmd::assert_cmd_snapshot;

use crate::CliTest;

#[test]
fn surprises_are_resolved_and_told() {
    let test = CliTest::with_fixture("surprises");
    assert_cmd_snapshot!(test.guard("view pod.yaml"));
}

#[test]
fn json_is_one_object_a_line() {
    let test = CliTest::with_fixture("list");
    assert_cmd_snapshot!(test.guard("view --format json pods.yaml"));
}

#[test]
fn the_standard_input_can_be_viewed() {
    let test = CliTest::new();
    assert_cmd_snapshot!(
        test.guard("view -")
            .pass_stdin("{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"a\"}}")
    );
}

#[test]
fn what_kubectl_would_refuse_is_an_error_and_the_rest_is_shown() {
    let test = CliTest::new();
    test.write(
        "bad.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\nspec: {}\n---\napiVersion: v1\nkind: [\n",
    );
    assert_cmd_snapshot!(test.guard("view bad.yaml"));
}

#[test]
fn a_file_without_a_resource_is_an_error() {
    let test = CliTest::new();
    test.write("empty.yaml", "# nothing\n");
    assert_cmd_snapshot!(test.guard("view empty.yaml"));
}

#[test]
fn a_missing_file_is_an_error() {
    let test = CliTest::new();
    assert_cmd_snapshot!(test.guard("view missing.yaml"));
}

#[test]
fn what_is_shown_as_yaml_reads_back_as_the_same_objects() {
    for scenario in ["shop", "clean", "list", "surprises", "unicode", "crlf"] {
        let test = CliTest::with_fixture(scenario);
        let files: Vec<_> =
            std::fs::read_dir(test.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        for file in files.iter().map(|file| file.to_str().unwrap()) {
            let yaml = test.guard(&format!("view {file}")).output().unwrap().stdout;
            test.write("again.yaml", yaml);
            let first = test.guard(&format!("view --format json {file}")).output().unwrap().stdout;
            let again = test.guard("view --format json again.yaml").output().unwrap().stdout;
            assert!(!first.is_empty() && first == again, "{scenario}/{file}");
        }
    }
}
