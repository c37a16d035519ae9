//! Rules against what policies judge.

use std::sync::Arc;

use guard_engine::{metadata::Metadata, policy::Origin};
use serde_json::{Value, json};

use super::*;
use crate::cluster::served::tests::table;

/// A policy that judges these: `custom` of its METADATA beside what has to be there.
fn policy(name: &str, kinds: &[(&str, &str)], custom: Value) -> Policy {
    let kinds: Vec<Value> = kinds.iter().map(|(group, kind)| json!({"group": group, "kind": kind})).collect();
    let mut metadata = json!({
        "title": "T",
        "description": "D",
        "custom": {"category": "test", "severity": "high", "kinds": kinds, "remediation": "R"},
    });
    for (key, value) in custom.as_object().unwrap() {
        metadata["custom"][key] = value.clone();
    }
    Policy {
        name: Arc::from(name),
        origin: Origin::Folder,
        file: Arc::from("policy.rego"),
        metadata: Metadata::from_value(&metadata).unwrap(),
        broken: None,
    }
}

fn webhook(match_policy: Option<&str>, rules: &Value) -> ValidatingWebhook {
    serde_json::from_value(json!({
        "name": "guard.example.com", "admissionReviewVersions": ["v1"], "sideEffects": "None",
        "clientConfig": {}, "matchPolicy": match_policy, "rules": rules,
    }))
    .unwrap()
}

fn rule(group: &str, versions: &[&str], operations: &[&str], resources: &[&str]) -> Value {
    json!({"apiGroups": [group], "apiVersions": versions, "operations": operations, "resources": resources})
}

fn lines(policies: &[&Policy], webhooks: &[ValidatingWebhook]) -> Vec<String> {
    unsent(policies, &table(), webhooks).iter().map(Unsent::to_string).collect()
}

const WRITES: [&str; 2] = ["CREATE", "UPDATE"];

#[test]
fn without_a_rule_nothing_is_sent() {
    let pods = policy("pods", &[("", "Pod")], json!({}));
    let all = ["CREATE Pod/v1", "UPDATE Pod/v1", "UPDATE Pod/v1 (ephemeralcontainers)"];
    assert_eq!(lines(&[&pods], &[]), all);
    assert_eq!(lines(&[&pods], &[webhook(None, &json!([]))]), all);
    assert_eq!(lines(&[], &[]), [""; 0]);
}

#[test]
fn a_finding_names_the_policies_that_wait() {
    let policies = ["a", "b"].map(|name| policy(name, &[("apps", "Deployment")], json!({})));
    let found = unsent(&policies.iter().collect::<Vec<_>>(), &table(), &[]);
    let names: Vec<Vec<&str>> =
        found.iter().map(|unsent| unsent.policies.iter().map(|name| &**name).collect()).collect();
    assert_eq!(names, [["a", "b"], ["a", "b"]]);
}

#[test]
fn resources_are_named_as_the_api_server_reads_them() {
    let pods = policy("pods", &[("", "Pod")], json!({}));
    let cases: [(&[&str], &[&str]); 8] = [
        (&["pods"], &["UPDATE Pod/v1 (ephemeralcontainers)"]),
        (&["pods", "pods/ephemeralcontainers"], &[]),
        (&["pods/*"], &[]),
        (&["*"], &["UPDATE Pod/v1 (ephemeralcontainers)"]),
        (&["*/*"], &[]),
        (&["*/ephemeralcontainers"], &["CREATE Pod/v1", "UPDATE Pod/v1"]),
        (&["pods/exec"], &["CREATE Pod/v1", "UPDATE Pod/v1", "UPDATE Pod/v1 (ephemeralcontainers)"]),
        (&["deployments"], &["CREATE Pod/v1", "UPDATE Pod/v1", "UPDATE Pod/v1 (ephemeralcontainers)"]),
    ];
    for (resources, missing) in cases {
        let rules = json!([rule("", &["v1"], &WRITES, resources)]);
        assert_eq!(lines(&[&pods], &[webhook(None, &rules)]), missing, "{resources:?}");
    }
}

#[test]
fn groups_versions_and_operations_may_be_wildcards_and_else_are_themselves() {
    let deployments = policy("deployments", &[("apps", "Deployment")], json!({}));
    let missing = |group: &str, version: &str, operation: &str| {
        let rules = json!([rule(group, &[version], &[operation], &["deployments"])]);
        lines(&[&deployments], &[webhook(None, &rules)]).len()
    };
    assert_eq!(missing("*", "*", "*"), 0);
    assert_eq!(missing("apps", "v1", "*"), 0);
    assert_eq!(missing("apps", "v1", "CREATE"), 1);
    assert_eq!(missing("apps", "v1", "DELETE"), 2);
    assert_eq!(missing("", "v1", "*"), 2);
    assert_eq!(missing("apps", "v1beta1", "*"), 2);
}

#[test]
fn the_rules_of_several_webhooks_count_together() {
    let deployments = policy("deployments", &[("apps", "Deployment")], json!({}));
    let of = |operation: &str| webhook(None, &json!([rule("apps", &["v1"], &[operation], &["deployments"])]));
    assert_eq!(lines(&[&deployments], &[of("CREATE"), of("UPDATE")]), [""; 0]);
}

#[test]
fn a_rule_for_one_version_takes_in_the_others_unless_it_is_exact() {
    let autoscalers = policy("autoscalers", &[("autoscaling", "HorizontalPodAutoscaler")], json!({}));
    let rules = json!([rule("autoscaling", &["v1"], &WRITES, &["horizontalpodautoscalers"])]);
    for equivalent in [None, Some("Equivalent")] {
        assert_eq!(lines(&[&autoscalers], &[webhook(equivalent, &rules)]), [""; 0]);
    }
    assert_eq!(
        lines(&[&autoscalers], &[webhook(Some("Exact"), &rules)]),
        ["CREATE HorizontalPodAutoscaler.autoscaling/v2", "UPDATE HorizontalPodAutoscaler.autoscaling/v2"]
    );
}

#[test]
fn events_are_the_same_in_both_their_groups() {
    let events = policy("events", &[("", "Event")], json!({}));
    let rules = json!([rule("events.k8s.io", &["v1"], &WRITES, &["events"])]);
    assert_eq!(lines(&[&events], &[webhook(None, &rules)]), [""; 0]);
    assert_eq!(lines(&[&events], &[webhook(Some("Exact"), &rules)]).len(), 2);
}

#[test]
fn a_scope_leaves_out_the_other_one() {
    let both = policy("both", &[("", "Pod"), ("", "Namespace")], json!({}));
    let missing = |scope: &str| {
        let mut rule = rule("*", &["*"], &["CREATE"], &["*/*"]);
        rule["scope"] = json!(scope);
        let rules = json!([rule, self::rule("*", &["*"], &["UPDATE"], &["*/*"])]);
        lines(&[&both], &[webhook(None, &rules)])
    };
    assert_eq!(missing("*"), [""; 0]);
    assert_eq!(missing("Namespaced"), ["CREATE Namespace/v1"]);
    assert_eq!(missing("Cluster"), ["CREATE Pod/v1"]);
}

#[test]
fn a_subresource_is_asked_for_by_its_own_kind_and_operation() {
    let connects = policy(
        "connects",
        &[("", "PodExecOptions")],
        json!({"operations": ["CONNECT"], "subresources": ["exec"]}),
    );
    assert_eq!(lines(&[&connects], &[]), ["CONNECT Pod/v1 (exec)"]);
    let rules = json!([rule("", &["v1"], &["CONNECT"], &["pods/exec"])]);
    assert_eq!(lines(&[&connects], &[webhook(None, &rules)]), [""; 0]);
    let scales = policy(
        "scales",
        &[("autoscaling", "Scale")],
        json!({"operations": ["CREATE", "UPDATE", "DELETE", "CONNECT"], "subresources": ["scale"]}),
    );
    assert_eq!(lines(&[&scales], &[]), ["UPDATE Deployment.apps/v1 (scale)"]);
    let evicts = policy("evicts", &[("policy", "Eviction")], json!({"subresources": ["eviction"]}));
    assert_eq!(lines(&[&evicts], &[]), ["CREATE Pod/v1 (eviction)"]);
}

#[test]
fn a_deletion_is_looked_for_where_a_policy_judges_it() {
    let deletes = policy("deletes", &[("", "Namespace")], json!({"operations": ["DELETE"]}));
    let rules = json!([rule("", &["v1"], &WRITES, &["namespaces"])]);
    assert_eq!(lines(&[&deletes], &[webhook(None, &rules)]), ["DELETE Namespace/v1"]);
}

#[test]
fn what_the_api_server_asks_no_webhook_about_is_never_sent() {
    let configurations =
        policy("webhooks", &[("admissionregistration.k8s.io", "ValidatingWebhookConfiguration")], json!({}));
    let rules = json!([rule("*", &["*"], &["*"], &["*/*"])]);
    assert_eq!(lines(&[&configurations], &[webhook(None, &rules)]).len(), 2);
}

#[test]
fn a_kind_that_nobody_serves_has_no_requests() {
    let widgets = policy("widgets", &[("example.com", "Widget")], json!({}));
    assert_eq!(lines(&[&widgets], &[]), [""; 0]);
}
