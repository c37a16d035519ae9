//! What a file does not say: namespaces and their labels.

use insta_cmd::assert_cmd_snapshot;

use crate::CliTest;

const SANDBOXES: &str = "\
policies:
  privileged-container:
    enforcement: deny
    overrides:
      - match: {namespaceSelector: {matchLabels: {stage: experimental}}}
        enforcement: audit
";

#[test]
fn a_namespace_that_no_file_names_is_assumed_and_told_once() {
    let test = CliTest::with_policy("namespaces");
    assert_cmd_snapshot!(test.check(""));
    assert_cmd_snapshot!(test.check("--namespace shop"));
}

#[test]
fn an_empty_namespace_is_refused() {
    let test = CliTest::with_policy("namespaces");
    let output = test.check("--namespace=").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("--namespace <NAME>"));
}

#[test]
fn labels_of_a_namespace_come_from_the_files_that_are_judged() {
    let test = CliTest::with_policy("namespaces");
    test.write("guard.yaml", SANDBOXES);
    assert_cmd_snapshot!(test.check("--format concise --namespace sandbox"));
    assert_cmd_snapshot!(test.check("--format concise --namespace sandbox pod.yaml"));
}

#[test]
fn labels_of_a_namespace_come_from_a_file_of_namespaces() {
    let test = CliTest::with_policy("namespaces");
    test.write("guard.yaml", SANDBOXES);
    assert_cmd_snapshot!(
        test.check("--format concise --namespace sandbox --namespaces namespaces.yaml pod.yaml")
    );
}

#[test]
fn what_lies_in_an_excluded_namespace_is_told() {
    let test = CliTest::with_policy("stream");
    test.write("guard.yaml", "excludedNamespaces: [shop]\n");
    assert_cmd_snapshot!(test.check("--verbose"));
}

/// An Ingress that routes all of a host.
fn ingress(namespace: &str, name: &str, host: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
  namespace: {namespace}
spec:
  rules:
    - host: {host}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service: {{name: web, port: {{number: 80}}}}
"
    )
}

#[test]
fn two_files_that_clash_are_both_told() {
    let test = CliTest::new();
    test.write("guard.yaml", "packs: {network-ingress: {enforcement: deny}}\n");
    test.write("shop/ingress.yaml", ingress("shop", "web", "shop.example.com"));
    test.write("bank/ingress.yaml", ingress("bank", "till", "shop.example.com"));
    test.write("blog/ingress.yaml", ingress("blog", "web", "blog.example.com"));
    assert_cmd_snapshot!(test.guard("check --date 2026-11-21 --format concise ."));
    assert_cmd_snapshot!(test.guard("check --date 2026-11-21 --format concise shop blog"));
}
