//! `guard-webhook --print-configuration`.

use std::fs;

use crate::support::{folder, policy, run, text};

const PODS: &str = r#"[{group: "", kind: Pod}]"#;

#[test]
fn a_configuration_is_printed_for_kubectl_to_apply() {
    let folder = folder(&policy("odd", PODS, "odd"), "");
    fs::write(folder.path().join("ca.crt"), "-----BEGIN CERTIFICATE-----\n").unwrap();
    let arguments = [
        "--print-configuration",
        "--service",
        "guard-system/guard:8443",
        "--ca-bundle",
        "ca.crt",
        "--failure-policy",
        "ignore",
        "--webhook-timeout",
        "5",
        "--webhook-configuration",
        "guardrails",
    ];
    let output = run(folder.path(), &arguments);
    assert!(output.status.success(), "{}", text(&output));
    let configuration =
        guard_manifest::yaml::decode(std::str::from_utf8(&output.stdout).unwrap()).unwrap().value;
    let webhook = &configuration["webhooks"][0];
    assert_eq!(configuration["metadata"]["name"], "guardrails");
    assert_eq!(webhook["clientConfig"]["service"]["port"], 8443);
    assert_eq!(webhook["clientConfig"]["caBundle"], "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==");
    assert_eq!((&webhook["failurePolicy"], &webhook["timeoutSeconds"]), (&"Ignore".into(), &5.into()));
    assert_eq!(webhook["rules"][0]["resources"], serde_json::json!(["pods"]));
}

#[test]
fn without_policies_that_load_nothing_is_printed() {
    let folder = folder("package odd", "");
    let output = run(folder.path(), &["--print-configuration", "--url", "https://127.0.0.1/validate"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(text(&output).contains("policies/odd/policy.rego:1:1: "), "{}", text(&output));
}

#[test]
fn an_address_has_to_be_said() {
    let folder = folder(&policy("odd", PODS, "odd"), "");
    let output = run(folder.path(), &["--print-configuration"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output).contains("--url <URL>|--service <SERVICE>"), "{}", text(&output));
}
