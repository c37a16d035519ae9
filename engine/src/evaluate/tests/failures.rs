//! A policy that fails is never "no violations".

use super::*;
use crate::{
    enforcement::EnforcementAction,
    evaluation::{Cause, Failure},
};

/// Fails on a pod without a list of containers.
const FAILS: &str =
    r#"violation contains {"message": "m", "path": []} if count(input.object.spec.containers) > 7"#;

fn broken_pod() -> Request {
    let mut object = privileged_pod("shop", "web");
    object["spec"]["containers"] = json!(7);
    create(object)
}

fn guard(guard_yaml: Value) -> Guard {
    let mut sources = two_policies();
    sources.push(policy("fails", metadata(&["Pod"]), FAILS));
    Guard::new(&sources, &guard_yaml)
}

fn outcome(failures: &[Failure]) -> Vec<(&str, EnforcementAction, Cause)> {
    failures.iter().map(|failure| (&*failure.policy, failure.action, failure.cause)).collect()
}

#[test]
fn a_policy_that_fails_is_named_and_the_others_still_count() {
    let evaluation = guard(json!({})).judge(&broken_pod());
    assert_eq!(outcome(&evaluation.failures), [("fails", EnforcementAction::Deny, Cause::Runtime)]);
    assert!(
        evaluation.failures[0].message.contains("policies/fails/policy.rego:4"),
        "{:?}",
        evaluation.failures
    );
    assert_eq!(evaluation.violations.iter().map(line).collect::<Vec<_>>(), ["always deny metadata.name"]);
    assert_eq!(evaluation.evaluated, 3);
}

#[test]
fn a_failure_is_handled_as_on_error_says_and_else_as_the_enforcement() {
    let action = |settings: Value| {
        let evaluation = guard(json!({"policies": {"fails": settings}})).judge(&broken_pod());
        evaluation.failures[0].action
    };
    assert_eq!(action(json!({"enforcement": "warn"})), EnforcementAction::Warn);
    assert_eq!(action(json!({"enforcement": "warn", "onError": "deny"})), EnforcementAction::Deny);
    assert_eq!(action(json!({"enforcement": "deny", "onError": "audit"})), EnforcementAction::Audit);
}

#[test]
fn a_finding_of_another_shape_is_a_failure() {
    let shapeless = policy("shapeless", metadata(&["Pod"]), r#"violation contains {"msg": "m"}"#);
    let evaluation = Guard::new(&[shapeless], &json!({})).judge(&create(pod("shop", "web")));
    assert_eq!(outcome(&evaluation.failures), [("shapeless", EnforcementAction::Deny, Cause::Shape)]);
}

#[test]
fn a_failure_does_not_deny_what_is_only_waiting_for_its_finalizers() {
    let mut object = (*broken_pod().object).clone();
    object["metadata"]["deletionTimestamp"] = json!("2026-11-21T00:00:00Z");
    let evaluation = guard(json!({})).judge(&update(object.clone(), object));
    assert_eq!(outcome(&evaluation.failures), [("fails", EnforcementAction::Warn, Cause::Runtime)]);
}

#[test]
fn what_is_only_known_later_is_kept_apart() {
    let rules = r#"
violation contains {"message": "m", "path": []} if input.object.never
undetermined contains {"message": "computed", "path": ["spec"]}
"#;
    let mut guard = Guard::new(&[policy("p", metadata(&["Pod"]), rules)], &json!({}));
    let evaluation = guard.judge(&create(pod("shop", "web")));
    assert_eq!(evaluation.violations, []);
    assert_eq!(evaluation.undetermined.iter().map(line).collect::<Vec<_>>(), ["p deny spec"]);
}
