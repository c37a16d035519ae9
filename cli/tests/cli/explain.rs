//! `guard explain`.

use std::fs;

use insta_cmd::assert_cmd_snapshot;

use crate::{CliTest, copy, root};

/// The day of these tests.
const TODAY: &str = "--date 2027-01-01";

fn standard_output(test: &CliTest, arguments: &str) -> String {
    let output = test.guard(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What stands under a heading, without the indentation.
fn section(text: &str, title: &str) -> String {
    let under = text.split_once(&format!("\n{title}\n\n")).unwrap().1;
    let lines = under.lines().take_while(|line| line.is_empty() || line.starts_with("  "));
    lines.map(|line| line.strip_prefix("  ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_policy_of_the_library_is_explained_in_full() {
    assert_cmd_snapshot!(CliTest::new().guard(&format!("explain unpinned-image {TODAY}")));
}

#[test]
fn a_policy_of_ones_own_is_explained_from_its_folder() {
    let test = CliTest::new();
    copy(&root().join("fixtures/policies"), &test.path().join("shared"));
    test.write("guard.yaml", "bundles: [shared]\npolicies:\n  exposed-service: {enforcement: audit}\n");
    assert_cmd_snapshot!(test.guard(&format!("explain exposed-service {TODAY}")));

    for document in ["deny.yaml", "allow.yaml"] {
        fs::remove_file(test.path().join("shared/exposed-service").join(document)).unwrap();
    }
    let text = standard_output(&test, &format!("explain exposed-service {TODAY}"));
    assert!(!text.contains("iolation\n"), "{text}");
    assert!(text.contains("    match: {kinds: [Service]}\n"), "{text}");
}

#[test]
fn a_document_that_cannot_be_read_is_an_error() {
    let test = CliTest::new();
    copy(&root().join("fixtures/policies"), &test.path().join("shared"));
    test.write("shared/exposed-service/deny.yaml", b"a: \xff\n");
    assert_cmd_snapshot!(test.guard("explain exposed-service --bundle shared"));
}

#[test]
fn a_document_cannot_rewrite_the_terminal() {
    let test = CliTest::new();
    copy(&root().join("fixtures/policies"), &test.path().join("shared"));
    test.write("shared/exposed-service/deny.yaml", "# \u{1b}[31mred\r\nkind: Service\r\n");
    let text = standard_output(&test, "explain exposed-service --bundle shared");
    assert_eq!(section(&text, "A violation").trim_end(), "# ␛[31mred\nkind: Service");
}

#[test]
fn a_policy_that_is_off_says_why() {
    let test = CliTest::new();
    let here = |policy: &str| {
        let text = standard_output(&test, &format!("explain {policy} {TODAY}"));
        text.lines()
            .find(|line| line.starts_with("Here "))
            .unwrap()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    insta::assert_snapshot!(here("untrusted-registry"), @"Here off without guard.yaml: needs parameters: registries");
    test.write("guard.yaml", "packs: {workload: {}}\npolicies:\n  root-user: {enforcement: 'off'}\n  unpinned-image:\n    enforcement: warn\n    then: {enforcement: deny, on: 2027-03-01}\n");
    insta::assert_snapshot!(here("public-bucket"), @"Here off under guard.yaml: its pack is not chosen: cloud-storage");
    insta::assert_snapshot!(here("root-user"), @"Here off under guard.yaml: enforcement is off");
    insta::assert_snapshot!(here("unpinned-image"), @"Here warn under guard.yaml: deny from 2027-03-01");
}

#[test]
fn an_unknown_policy_is_an_error() {
    let test = CliTest::new();
    assert_cmd_snapshot!(test.guard("explain unpined-image"));
    assert_cmd_snapshot!(test.guard("explain something-else"));
}

#[test]
fn an_old_name_is_understood() {
    let test = CliTest::new();
    let policy = crate::check::POLICY.replace("# custom:\n", "# custom:\n#   aliases: [privileged-pod]\n");
    test.write(".policies/privileged-container/policy.rego", policy);
    let text = standard_output(&test, "explain privileged-pod --bundle .policies --no-default-policies");
    assert!(text.starts_with("privileged-container\n"), "{text}");
    assert!(text.contains("\nOnce called  privileged-pod\n"), "{text}");
}

#[test]
fn the_exemption_of_each_policy_exempts_its_example() {
    for entry in fs::read_dir(root().join("policies")).unwrap() {
        let folder = entry.unwrap();
        let policy = folder.file_name().into_string().unwrap();
        if policy == "lib" {
            continue;
        }
        let test = CliTest::new();
        let explained = standard_output(&test, &format!("explain {policy} {TODAY}"));
        test.write("example.yaml", section(&explained, "A violation"));
        // What a policy looks at beside the judged object.
        test.write("beside.yaml", fs::read(folder.path().join("deny.yaml")).unwrap());
        let exemption = section(&explained, "How to exempt something");
        let exemption = exemption.split_once("\n\n").unwrap().1;
        let parameters = match policy.as_str() {
            "required-labels" => "{labels: [{key: owner}]}",
            "untrusted-registry" => "{registries: [registry.example.com]}",
            _ => "{}",
        };
        let settings = format!("policies:\n  {policy}: {{parameters: {parameters}}}\n");
        let exempted = |guard_yaml: &str| {
            test.write("guard.yaml", guard_yaml);
            let arguments = format!("check example.yaml beside.yaml --format json {TODAY}");
            let output = test.guard(&arguments).output().unwrap();
            let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            let count = |list: &str| {
                let findings = report[list].as_array().unwrap().iter();
                let of_example = findings.filter(|finding| finding["location"]["file"] == "example.yaml");
                of_example.filter(|finding| finding["policy"] == *policy).count()
            };
            (count("violations"), count("exempted"))
        };
        let (violations, none) = exempted(&settings);
        assert!(violations > 0 && none == 0, "{policy}: {violations} violations, {none} exempted");
        assert_eq!(exempted(&format!("{settings}{exemption}")), (0, violations), "{policy}");
    }
}
