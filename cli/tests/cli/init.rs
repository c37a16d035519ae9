//! `guard init`: what it writes holds, and what is there stays as it is.

use std::fs;

use insta_cmd::assert_cmd_snapshot;

use crate::{CliTest, copy, root};

/// Every line of guard.yaml that is commented out, in force.
fn uncommented(text: &str) -> String {
    let example = |line: &str| {
        let inside = line.strip_prefix("# ")?;
        let is_prose = inside.starts_with(|c: char| c.is_ascii_uppercase())
            || inside.starts_with("yaml-language-server");
        (!is_prose).then(|| inside.to_owned())
    };
    text.lines().map(|line| example(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}

#[test]
fn a_first_guard_yaml_loads_as_it_is_and_with_all_its_examples() {
    let test = CliTest::new();
    assert_cmd_snapshot!(test.guard("init"));
    let check = |test: &CliTest| test.guard("policies").output().unwrap();
    assert_eq!(check(&test).status.code(), Some(0));
    let text = uncommented(&test.read("guard.yaml"));
    assert!(text.contains("\nexemptions:\n") && text.contains("\nbundles:"), "{text}");
    copy(&root().join("fixtures/policies"), &test.path().join("policies"));
    test.write("guard.yaml", text);
    let output = check(&test);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn the_schema_is_that_of_the_policies_that_are_there() {
    let test = CliTest::new();
    copy(&root().join("fixtures/policies"), &test.path().join("policies"));
    assert_eq!(test.guard("init").output().unwrap().status.code(), Some(0));
    assert!(test.read("guard.yaml").contains("\nbundles: [./policies]\n"));
    assert!(test.read("guard.yaml").starts_with("# yaml-language-server: $schema=.guard.schema.json\n"));
    let schema = test.guard("schema guard.yaml").output().unwrap();
    assert_eq!(String::from_utf8(schema.stdout).unwrap(), test.read(".guard.schema.json"));
    assert!(test.read(".guard.schema.json").contains("exposed-service"));
}

#[test]
fn hooks_and_pipelines_are_written_on_request() {
    let test = CliTest::new();
    copy(&root().join("fixtures/policies"), &test.path().join("policies"));
    assert_cmd_snapshot!(test.guard("init --pre-commit --github --gitlab"));
    insta::assert_snapshot!(test.read(".pre-commit-config.yaml"));
}

#[test]
fn what_is_there_stays_and_what_to_add_is_told() {
    let test = CliTest::new();
    copy(&root().join("fixtures/policies"), &test.path().join("policies"));
    let there = [
        ("guard.yaml", "policies: {root-user: {enforcement: off}}\n"),
        (".pre-commit-config.yaml", "repos: []\n"),
        (".gitlab-ci.yml", "build: {script: [make]}\n"),
        (".github/workflows/build.yaml", "on: push\n"),
    ];
    for (file, text) in there {
        test.write(file, text);
    }
    assert_cmd_snapshot!("hints", test.guard("init"));
    fs::remove_file(test.path().join(".guard.schema.json")).unwrap();
    assert_cmd_snapshot!("additions", test.guard("init --pre-commit --gitlab"));
    for (file, text) in there {
        assert_eq!(test.read(file), text);
    }
}

#[test]
fn in_another_folder_than_its_own_it_says_where_to_run() {
    let test = CliTest::new();
    test.write(".git/HEAD", "").write("shop/deploy/app.yaml", "");
    let init = |arguments: &str| {
        let mut command = test.guard(arguments);
        command.current_dir(test.path().join("shop"));
        command
    };
    assert_cmd_snapshot!("hooks_below_the_root", init("init --pre-commit"));
    assert_eq!(fs::read_dir(test.path().join("shop")).unwrap().count(), 1);
    test.write("guard.yaml", "");
    assert_cmd_snapshot!("below_guard_yaml", init("init"));
}

#[test]
fn a_guard_yaml_that_cannot_be_read_is_an_error() {
    let test = CliTest::new();
    test.write("guard.yaml", "bundles: policies\n");
    assert_cmd_snapshot!(test.guard("init"));
}
