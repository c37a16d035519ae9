//! A policy that fails is never "no violations".

use std::time::Duration;

use super::*;
use crate::{
    enforcement::EnforcementAction,
    evaluate::unjudged,
    evaluation::{Cause, Failure},
    inventory::Store,
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
    let shapeless = policy("shapeless", metadata(&["Pod"]), r#"violation contains v if v := {"msg": "m"}"#);
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

/// An exemption of the pods `web-*` from the policy that fails, with more in its match.
fn exempted(more: &Value, expires: &str) -> Value {
    let mut exemption = json!({
        "policies": ["fails"],
        "match": {"names": ["web*"]},
        "reason": "legacy",
        "owner": "team-a",
        "expires": expires,
    });
    exemption["match"].as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"exemptions": [exemption], "policies": {"fails": {"selfExempt": true}}})
}

#[test]
fn a_failure_counts_for_nothing_where_an_exemption_covers_whatever_the_policy_could_have_found() {
    let evaluation = guard(exempted(&json!({}), "2027-01-31")).judge(&broken_pod());
    assert_eq!(evaluation.failures, []);
    let [exempted] = evaluation.exempted.as_slice() else { panic!("{:?}", evaluation.exempted) };
    assert_eq!((line(&exempted.violation).as_str(), exempted.exemption), ("fails deny ", Some(0)));
    assert!(exempted.violation.message.starts_with("the policy could not run: "), "{exempted:?}");
}

#[test]
fn a_failure_counts_where_an_exemption_covers_a_part_or_has_ended_or_may_not_be_meant() {
    for guard_yaml in [
        exempted(&json!({"containers": ["app"]}), "2027-01-31"),
        exempted(&json!({}), "2026-11-20"),
        exempted(&json!({"names": ["other"]}), "2027-01-31"),
        exempted(&json!({"users": ["jane"]}), "2027-01-31"),
    ] {
        let evaluation = guard(guard_yaml.clone()).judge(&broken_pod());
        assert_eq!(outcome(&evaluation.failures).len(), 1, "{guard_yaml}");
        assert_eq!(evaluation.exempted, [], "{guard_yaml}");
    }
}

#[test]
fn a_failure_counts_for_nothing_where_a_resource_exempts_itself_in_every_place() {
    let grounds = "legacy (team-a, until 2027-01-31)";
    let annotated = |on_object: &str, in_template: &str| {
        let mut object = deployment("shop", "web");
        object["spec"]["replicas"] = json!(7);
        object["metadata"]["annotations"] = json!({"exempt.guard.policy/fails": on_object});
        object["spec"]["template"]["metadata"]["annotations"] =
            json!({"exempt.guard.policy/fails": in_template});
        create(object)
    };
    let rules =
        r#"violation contains {"message": "m", "path": []} if startswith(input.object.spec.replicas, "a")"#;
    let fails = policy("fails", metadata(&["Deployment.apps"]), rules);
    let mut guard = Guard::new(&[fails], &json!({"policies": {"fails": {"selfExempt": true}}}));
    let mut failures =
        |on_object, in_template| guard.judge(&annotated(on_object, in_template)).failures.len();
    assert_eq!(failures(grounds, grounds), 0);
    assert_eq!(failures(grounds, "legacy (team-a, until 2026-11-20)"), 1);
    assert_eq!(failures("no owner", grounds), 1);
}

#[test]
fn what_nobody_can_judge_is_a_failure_of_each_policy_that_would_have_been_called() {
    let guard_yaml = json!({
        "policies": {
            "always": {"enforcement": "warn"},
            "privileged": {"onError": "audit"},
            "fails": {"match": {"namespaces": ["bank"]}},
        },
    });
    let guard = guard(guard_yaml);
    let bundle = guard.evaluator.bundle;
    let unjudged = |request: &Request| {
        unjudged(&bundle, &guard.config, request, Cause::Overload, "the queue is full", TODAY)
    };
    let evaluation = unjudged(&create(pod("shop", "web")));
    assert_eq!(
        outcome(&evaluation.failures),
        [
            ("always", EnforcementAction::Warn, Cause::Overload),
            ("privileged", EnforcementAction::Audit, Cause::Overload)
        ]
    );
    assert_eq!(evaluation.failures[0].message, "the queue is full");
    assert_eq!(evaluation.evaluated, 0);
    assert_eq!(unjudged(&create(pod("kube-system", "web"))), Evaluation::default());
}

#[test]
fn a_policy_whose_inventory_is_not_known_fails_and_the_others_count() {
    let kind = json!({"group": "networking.k8s.io", "kind": "Ingress"});
    let reads = policy("reads", with(metadata(&["Pod"]), &json!({"inventory": [kind]})), ALWAYS);
    let mut guard = Guard::new(&[reads, policy("always", metadata(&["Pod"]), ALWAYS)], &json!({}));
    let kinds = guard.evaluator.bundle.inventory_kinds().iter().cloned();
    let mut store = Store::default();
    store.set_lacking(kinds.map(|kind| (kind, "ingresses have not been read yet".to_owned())).collect());
    let lacking = store.snapshot();
    let evaluation = guard.evaluator.evaluate(&guard.config, &create(pod("shop", "web")), &lacking, TODAY);
    assert_eq!(outcome(&evaluation.failures), [("reads", EnforcementAction::Deny, Cause::Inventory)]);
    assert_eq!(evaluation.failures[0].message, "ingresses have not been read yet");
    assert_eq!(evaluation.violations.iter().map(line).collect::<Vec<_>>(), ["always deny metadata.name"]);
    // Nothing there is something known.
    assert_eq!(guard.judge(&create(pod("shop", "web"))).failures, []);
}

#[test]
fn a_time_limit_is_for_the_next_requests() {
    let mut guard = guard(json!({}));
    guard.evaluator.set_time_limit(Duration::ZERO);
    let evaluation = guard.judge(&create(pod("shop", "web")));
    assert!(evaluation.failures.iter().all(|failure| failure.cause == Cause::Deadline));
    assert_eq!(evaluation.failures.len(), 3);
    guard.evaluator.set_time_limit(Duration::from_secs(60));
    assert_eq!(guard.judge(&create(pod("shop", "web"))).failures, []);
}
