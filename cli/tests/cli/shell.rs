//! `guard completions`, `guard man`, `guard schema`: what other programs read.

use insta_cmd::assert_cmd_snapshot;
use serde_json::Value;

use crate::CliTest;

#[test]
fn every_shell_completes_the_verbs() {
    let test = CliTest::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = test.guard(&format!("completions {shell}")).output().unwrap();
        let script = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert!(script.contains("explain") && script.contains("fail-on"), "{shell}: {script}");
    }
    assert_cmd_snapshot!(test.guard("completions tcsh"));
}

#[test]
fn each_verb_has_a_manual_page() {
    let test = CliTest::new();
    assert_eq!(test.guard("man pages/man1").output().unwrap().status.code(), Some(0));
    assert!(test.read("pages/man1/guard.1").contains(".TH"));
    assert!(
        test.read("pages/man1/guard-check.1").contains("pull request")
            || test.read("pages/man1/guard-check.1").contains("manifests")
    );
    test.write("file", "");
    assert_cmd_snapshot!(test.guard("man file"));
}

#[test]
fn schemas_are_json_schemas() {
    let test = CliTest::new();
    for what in ["guard.yaml", "metadata", "cases.yaml", "report", "test-report"] {
        let output = test.guard(&format!("schema {what}")).output().unwrap();
        let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(jsonschema::meta::validate(&schema).err().map(|error| error.to_string()), None, "{what}");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{what}");
    }
}

#[test]
fn a_schema_of_settings_that_do_not_load_is_an_error() {
    let test = CliTest::new();
    test.write("guard.yaml", "policies: {nowhere: {}}\n");
    assert_cmd_snapshot!(test.guard("schema guard.yaml"));
}
