//! The door, from reviews to answers.

mod documents;

use guard_engine::{inventory::Store, review::Unreadable};
use serde_json::{Value, json};

use super::*;
use crate::{
    fixtures::{TODAY, container_policy, guardrails, judge, new_pod, pod, policy, response, review},
    state::state,
};

fn loud() -> [(&'static str, String); 1] {
    [("loud", container_policy("loud", "high", "loud"))]
}

/// A policy that finds something in each request of a kind, operation and subresource.
fn always(name: &str, kinds: &[&str], custom: &str) -> String {
    let rules = r#"violation contains {"message": message, "path": []} if {
	message := sprintf("%v of %v", [input.operation, input.kind.kind])
}"#;
    let text = policy(name, "high", kinds, rules);
    text.replace("#   remediation: R", &format!("{custom}\n#   remediation: R"))
}

fn always_guardrails() -> Guardrails {
    let custom = "#   operations: [CREATE, UPDATE, DELETE, CONNECT]
#   subresources: [scale, exec, eviction, ephemeralcontainers, binding, token, status]";
    let kinds = ["Pod", "PodExecOptions", "Binding", "Namespace"];
    let more = r#"{group: autoscaling, kind: Scale}, {group: policy, kind: Eviction}, {group: authentication.k8s.io, kind: TokenRequest}"#;
    let text = always("always", &kinds, custom).replace("kinds: [", &format!("kinds: [{more}, "));
    guardrails(&[("always", text)], "")
}

/// What each operation and subresource looks like when an API server sends it.
fn requests() -> Vec<(&'static str, Review)> {
    let of = |group: &str, kind: &str| json!({"group": group, "version": "v1", "kind": kind});
    let sub = |operation, group: &str, kind: &str, resource: &str, subresource: &str, object: Value| {
        let resource = json!({"group": "", "version": "v1", "resource": resource});
        let more = json!({"kind": of(group, kind), "resource": resource, "subResource": subresource, "object": object});
        review(operation, kind, more)
    };
    let object = |kind: &str| json!({"apiVersion": "v1", "kind": kind, "metadata": {"name": "web", "namespace": "shop"}});
    vec![
        ("CREATE of Pod", review("CREATE", "Pod", json!({"object": object("Pod")}))),
        ("UPDATE of Pod", review("UPDATE", "Pod", json!({"object": object("Pod"), "oldObject": null}))),
        ("DELETE of Pod", review("DELETE", "Pod", json!({"oldObject": object("Pod")}))),
        // Of many that go at once the API server names none.
        ("DELETE of Pod", review("DELETE", "Pod", json!({"name": "", "oldObject": object("Pod")}))),
        ("DELETE of Pod", review("DELETE", "Pod", json!({"name": null}))),
        (
            "CREATE of Namespace",
            review("CREATE", "Namespace", json!({"name": "shop", "object": object("Namespace")})),
        ),
        (
            "UPDATE of Scale",
            sub("UPDATE", "autoscaling", "Scale", "replicationcontrollers", "scale", object("Scale")),
        ),
        (
            "CONNECT of PodExecOptions",
            sub(
                "CONNECT",
                "",
                "PodExecOptions",
                "pods",
                "exec",
                json!({"apiVersion": "v1", "kind": "PodExecOptions", "command": ["sh"]}),
            ),
        ),
        ("CREATE of Eviction", sub("CREATE", "policy", "Eviction", "pods", "eviction", object("Eviction"))),
        ("CREATE of Binding", sub("CREATE", "", "Binding", "pods", "binding", object("Binding"))),
        (
            "CREATE of TokenRequest",
            sub(
                "CREATE",
                "authentication.k8s.io",
                "TokenRequest",
                "serviceaccounts",
                "token",
                json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}),
            ),
        ),
        ("UPDATE of Pod", sub("UPDATE", "", "Pod", "pods", "ephemeralcontainers", object("Pod"))),
        ("UPDATE of Pod", sub("UPDATE", "", "Pod", "pods", "status", object("Pod"))),
        // No metadata at all: a proxy's options have none.
        (
            "CREATE of Pod",
            review("CREATE", "Pod", json!({"name": null, "object": {"apiVersion": "v1", "kind": "Pod"}})),
        ),
        ("CREATE of Pod", review("CREATE", "Pod", json!({"dryRun": true, "object": object("Pod")}))),
    ]
}

#[test]
fn every_operation_and_subresource_that_a_policy_names_is_judged() {
    let guardrails = always_guardrails();
    for (message, review) in requests() {
        let answered = judge(&guardrails, &review);
        let response = response(&answered);
        assert_eq!(response["uid"], review.uid);
        let expected = format!("always: {message} (exempt: guard.yaml)");
        assert_eq!(response["status"]["message"], expected, "{:?}", review.request.sub_resource);
    }
}

#[test]
fn no_operation_or_subresource_that_no_policy_names_is_held_up() {
    let guardrails = guardrails(&[("pods", always("pods", &["Pod"], "#   operations: [CREATE]"))], "");
    for (message, review) in requests() {
        let judged = message == "CREATE of Pod" && review.request.sub_resource.is_none();
        let verdict = judge(&guardrails, &review).verdict;
        assert_eq!(verdict == Verdict::Denied, judged, "{message} {:?}", review.request.sub_resource);
    }
}

#[test]
fn a_dry_run_gets_the_same_answer() {
    let guardrails = guardrails(&loud(), "");
    let body = |dry_run: bool| {
        let more = json!({"dryRun": dry_run, "object": pod(json!({"loud": true}))});
        judge(&guardrails, &review("CREATE", "Pod", more)).body
    };
    assert_eq!(body(true), body(false));
}

#[test]
fn an_update_is_denied_for_what_is_new_and_warned_of_what_was_there() {
    let guardrails = guardrails(&loud(), "");
    let (quiet, loud) = (pod(json!({})), pod(json!({"loud": true})));
    let verdict = |old: &Value, new: &Value| {
        judge(&guardrails, &review("UPDATE", "Pod", json!({"object": new, "oldObject": old}))).verdict
    };
    assert_eq!(verdict(&quiet, &loud), Verdict::Denied);
    assert_eq!(verdict(&loud, &loud), Verdict::Warned);
    assert_eq!(verdict(&loud, &quiet), Verdict::Allowed);
    let mut terminating = quiet;
    terminating["metadata"]["deletionTimestamp"] = json!("2026-11-21T00:00:00Z");
    assert_eq!(verdict(&terminating, &loud), Verdict::Warned, "a finalizer must be removable");
}

#[test]
fn a_pod_that_a_controller_creates_is_warned_of() {
    let guardrails = guardrails(&loud(), "");
    let mut pod = pod(json!({"loud": true}));
    pod["metadata"]["ownerReferences"] =
        json!([{"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "web", "controller": true}]);
    let by = |user: &str| {
        let more = json!({"object": pod, "userInfo": {"username": user}});
        judge(&guardrails, &review("CREATE", "Pod", more)).verdict
    };
    assert_eq!(by("system:serviceaccount:kube-system:daemon-set-controller"), Verdict::Warned);
    assert_eq!(by("jane"), Verdict::Denied);
}

#[test]
fn a_deadline_that_is_over_is_answered_as_on_error_says() {
    for (on_error, verdict) in
        [("deny", Verdict::Denied), ("warn", Verdict::Warned), ("audit", Verdict::Allowed)]
    {
        let guardrails = guardrails(&loud(), &format!("policies: {{loud: {{onError: {on_error}}}}}"));
        let mut door = Door::new(state(guardrails));
        let answered = door.answer(&new_pod(json!({})), &Store::default().snapshot(), TODAY, Instant::now());
        assert_eq!((answered.verdict, answered.evaluation.failures[0].cause), (verdict, Cause::Deadline));
        assert_eq!(answered.evaluation_time, None);
    }
}

#[test]
fn a_policy_that_does_not_end_is_stopped_in_time_and_named() {
    let rules = r#"violation contains {"message": "m", "path": []} if {
	many := numbers.range(1, 2000)
	some a in many
	some b in many
	some c in many
	a * b * c == 0
}"#;
    let guardrails =
        guardrails(&[("endless", policy("endless", "high", &["Pod"], rules)), loud()[0].clone()], "");
    let mut door = Door::new(state(guardrails));
    let deadline = Instant::now() + Duration::from_secs(2);
    let answered =
        door.answer(&new_pod(json!({"loud": true})), &Store::default().snapshot(), TODAY, deadline);
    let failures = &answered.evaluation.failures;
    assert!(
        failures.iter().any(|failure| &*failure.policy == "endless" && failure.cause == Cause::TimeLimit)
    );
    assert_eq!(answered.verdict, Verdict::Denied);
}

#[test]
fn what_cannot_be_read_keeps_its_uid_for_the_log_and_is_told_what_was_expected() {
    let unreadable = |body: &str| Review::from_json(body.as_bytes()).unwrap_err();
    let Unreadable { uid, reason, .. } = unreadable(
        r#"{"apiVersion": "admission.k8s.io/v1beta1", "kind": "AdmissionReview", "request": {"uid": "abc"}}"#,
    );
    assert_eq!(uid.as_deref(), Some("abc"));
    let status: Value = serde_json::from_slice(&crate::answer::unusable(400, &reason)).unwrap();
    assert_eq!(
        status["message"],
        r#"apiVersion is "admission.k8s.io/v1beta1", expected "admission.k8s.io/v1""#
    );
    for body in ["", "{", "[]", "null", "\u{0}", "not JSON", r#"{"apiVersion": "admission.k8s.io/v1"}"#] {
        assert!(!unreadable(body).reason.is_empty());
    }
}

#[test]
fn some_reviews_are_measured_policy_by_policy_and_answered_alike() {
    let policies =
        [("loud", container_policy("loud", "high", "loud")), ("odd", container_policy("odd", "low", "odd"))];
    let mut door = Door::new(state(guardrails(&policies, "")));
    let review = new_pod(json!({"loud": true}));
    let mut measured = Vec::new();
    let mut bodies = std::collections::BTreeSet::new();
    for place in 0..2 * SAMPLE {
        let deadline = Instant::now() + Duration::from_secs(600);
        let answered = door.answer(&review, &Store::default().snapshot(), TODAY, deadline);
        bodies.insert(answered.body);
        if !answered.policy_times.is_empty() {
            let names: Vec<_> = answered.policy_times.iter().map(|(name, _)| name.to_string()).collect();
            measured.push((place, names.join(" ")));
        }
    }
    assert_eq!(measured, [(SAMPLE - 1, "loud odd".to_owned()), (2 * SAMPLE - 1, "loud odd".to_owned())]);
    assert_eq!(bodies.len(), 1);
}
