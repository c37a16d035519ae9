//! cases.yaml: what passes, what does not come out as expected, and mistakes in the file.

use super::*;

const CASES: &str = "rules/exposed-service/cases.yaml";

fn with_cases(cases: &str) -> CliTest {
    let test = sound();
    test.write(CASES, format!("cases:\n{cases}"));
    test
}

const NODE_PORT: &str = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort}}";

#[test]
fn what_does_not_come_out_is_told_beside_what_does() {
    let test = with_cases(&format!(
        "- name: another message at another place\n\
        \x20 inputs:\n\
        \x20 - object: {NODE_PORT}\n\
        \x20   violations: [{{path: spec}}, {{message: \"no such message\"}}]\n\
        \x20   undetermined: [{{path: \"\"}}]\n\
        - name: none\n\
        \x20 inputs:\n\
        \x20 - {{object: {NODE_PORT}, violations: [{{path: spec.type}}]}}\n\
        \x20 - {{object: {NODE_PORT}, violations: []}}\n\
        - name: another kind\n\
        \x20 inputs:\n\
        \x20 - object: {{apiVersion: v1, kind: Pod, metadata: {{name: web}}}}\n\
        \x20   violations: [{{path: spec.type}}]\n"
    ));
    assert_cmd_snapshot!(test.guard("test rules"));
}

#[test]
fn a_policy_that_fails_on_an_input_fails_the_case() {
    let test = with_policy("type in parameters.types", "startswith(type, \"N\")");
    let odd = NODE_PORT.replace("NodePort", "1");
    test.write(CASES, format!("cases:\n- name: odd\n  inputs: [{{object: {odd}, violations: []}}]\n"));
    let output = test.guard("test rules --filter odd").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("the policy could not run: "), "{text}");
}

#[test]
fn mistakes_in_cases_are_told_with_their_places() {
    let test = with_cases(&format!(
        "- name: twice\n\
        \x20 parametres: {{types: [NodePort]}}\n\
        \x20 inputs: [{{object: {NODE_PORT}, violations: []}}]\n\
        - name: twice\n\
        \x20 inputs: [{{object: {NODE_PORT}}}]\n"
    ));
    assert_cmd_snapshot!(test.guard("test rules"));
}

#[test]
fn parameters_and_inventory_that_the_policy_does_not_know_are_mistakes() {
    let test = with_cases(&format!(
        "- name: parameters\n\
        \x20 parameters: {{types: [NodePrt]}}\n\
        \x20 inputs: [{{object: {NODE_PORT}, violations: []}}]\n\
        - name: inventory\n\
        \x20 inventory: [{NODE_PORT}]\n\
        \x20 inputs: [{{object: {NODE_PORT}, violations: [{{path: spec.type}}]}}]\n"
    ));
    assert_cmd_snapshot!(test.guard("test rules"));
}

#[test]
fn a_file_that_is_no_yaml_or_says_a_key_twice_is_a_mistake() {
    let test = sound();
    for (text, expected) in [
        ("cases: [\n", "cases.yaml:1:"),
        ("cases: []\ncases: []\n", "cases.yaml:2:1: "),
        ("", "cases.yaml: cases.yaml without cases"),
    ] {
        test.write(CASES, text);
        let output = test.guard("test rules").output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(expected), "{text}");
    }
}

/// A policy that looks at what is beside the object, and at its namespace.
const BESIDE: &str = r#"# METADATA
# title: Beside
# description: Two Services of one name, or one in a namespace that is closed.
# custom:
#   category: test
#   severity: high
#   kinds: [{group: "", kind: Service}]
#   inventory: [{group: "", kind: Service}]
#   remediation: R
package guard.policies.beside

import future.keywords.not

violation contains {"message": "another of this name", "path": ["metadata", "name"]} if {
	data.inventory.namespace[namespace]["v1"].Service[input.object.metadata.name]
	namespace != input.object.metadata.namespace
}

violation contains {"message": "closed", "path": ["metadata", "namespace"]} if {
	input.namespaceObject.metadata.labels.closed == "yes"
}
"#;

fn service(namespace: &str, name: &str) -> String {
    format!("{{apiVersion: v1, kind: Service, metadata: {{name: {name}, namespace: {namespace}}}}}")
}

#[test]
fn the_documents_of_a_file_are_each_others_inventory_and_a_case_has_its_own() {
    let test = CliTest::new();
    test.write("rules/beside/policy.rego", BESIDE);
    test.write("rules/beside/deny.yaml", format!("{}\n---\n{}\n", service("a", "web"), service("b", "web")));
    test.write("rules/beside/allow.yaml", format!("{}\n---\n{}\n", service("a", "web"), service("b", "api")));
    let (web, other) = (service("a", "web"), service("b", "web"));
    test.write(
        "rules/beside/cases.yaml",
        format!(
            "cases:\n\
            - name: alone\n\
            \x20 inputs: [{{object: {web}, violations: []}}, {{object: {other}, violations: []}}]\n\
            - name: beside another\n\
            \x20 inventory: [{other}]\n\
            \x20 inputs: [{{object: {web}, violations: [{{path: metadata.name, message: another of this name}}]}}]\n\
            - name: in a closed namespace\n\
            \x20 namespaces: [{{apiVersion: v1, kind: Namespace, metadata: {{name: a, labels: {{closed: \"yes\"}}}}}}]\n\
            \x20 inputs: [{{object: {web}, violations: [{{message: closed}}]}}, {{object: {other}, violations: []}}]\n"
        ),
    );
    assert_cmd_snapshot!(test.guard("test rules"));
}
