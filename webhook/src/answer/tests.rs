//! Answers, as the API server reads them.

use guard_engine::{evaluation::Cause, review::Review};
use serde_json::{Value, json};

use super::*;
use crate::{
    admission,
    fixtures::{TODAY, container_policy, guardrails, judge, new_pod, pod, policy, response, review},
    redact::secrets,
};

fn three_policies() -> [(&'static str, String); 3] {
    [
        ("loud", container_policy("loud", "high", "loud")),
        ("odd", container_policy("odd", "medium", "odd")),
        ("quiet", container_policy("quiet", "low", "quiet")),
    ]
}

fn answer_to(guard_yaml: &str, review: &Review) -> Value {
    response(&judge(&guardrails(&three_policies(), guard_yaml), review))
}

#[test]
fn where_nothing_is_found_the_answer_is_the_uid_and_a_yes() {
    let answered = judge(&guardrails(&three_policies(), ""), &new_pod(json!({})));
    insta::assert_snapshot!(
        String::from_utf8(answered.body).unwrap(),
        @r#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"705ab4f5-6393-11e8-b7cc-42010a800002","allowed":true}}"#
    );
}

#[test]
fn a_denial_has_a_line_a_violation_warnings_for_what_warns_and_all_of_it_as_audit_annotations() {
    let review = new_pod(json!({"loud": true, "odd": true, "quiet": true}));
    insta::assert_json_snapshot!(answer_to("policies: {loud: {enforcement: deny}}", &review), @r#"
    {
      "allowed": false,
      "auditAnnotations": {
        "violations": "[{\"policy\":\"loud\",\"action\":\"deny\",\"path\":\"spec.containers[0].loud\",\"message\":\"container app sets loud: remove it\"},{\"policy\":\"odd\",\"action\":\"warn\",\"path\":\"spec.containers[0].odd\",\"message\":\"container app sets odd: remove it\"},{\"policy\":\"quiet\",\"action\":\"audit\",\"path\":\"spec.containers[0].quiet\",\"message\":\"container app sets quiet: remove it\"}]"
      },
      "status": {
        "code": 403,
        "message": "loud: container app sets loud: remove it (at spec.containers[0].loud; exempt: guard.yaml)",
        "reason": "Forbidden",
        "status": "Failure"
      },
      "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
      "warnings": [
        "odd: container app sets odd: remove it (at spec.containers[0].odd)"
      ]
    }
    "#);
}

#[test]
fn every_violation_is_one_line_of_one_denial() {
    let containers: Vec<Value> =
        (0..30).map(|n| json!({"name": format!("line\nbreak{n}"), "loud": true})).collect();
    let mut pod = pod(json!({}));
    pod["spec"]["containers"] = containers.into();
    let answer = answer_to("", &review("CREATE", "Pod", json!({"object": pod})));
    let message = answer["status"]["message"].as_str().unwrap();
    assert_eq!(message.lines().count(), 30);
    assert!(message.lines().all(|line| line.starts_with("loud: container line break")), "{message}");
}

#[test]
fn a_resource_is_told_the_annotation_by_which_it_may_exempt_itself() {
    let review = new_pod(json!({"loud": true}));
    let answer = answer_to("policies: {loud: {selfExempt: true}}", &review);
    insta::assert_snapshot!(
        answer["status"]["message"].as_str().unwrap(),
        @r#"loud: container app sets loud: remove it (at spec.containers[0].loud; exempt: metadata.annotations["exempt.guard.policy/loud"]: "reason (owner, until YYYY-MM-DD)")"#
    );
}

#[test]
fn of_a_workload_the_pod_templates_annotation_is_named() {
    let rules = r#"violation contains {"message": "m", "path": ["spec", "template", "spec", "hostNetwork"]}"#;
    let policies = [("loud", policy("loud", "high", &["ReplicationController"], rules))];
    let guardrails = guardrails(&policies, "policies: {loud: {selfExempt: true}}");
    let object = json!({"apiVersion": "v1", "kind": "ReplicationController", "metadata": {"name": "web"}});
    let answer =
        response(&judge(&guardrails, &review("CREATE", "ReplicationController", json!({"object": object}))));
    insta::assert_snapshot!(
        answer["status"]["message"].as_str().unwrap(),
        @r#"loud: m (at spec.template.spec.hostNetwork; exempt: spec.template.metadata.annotations["exempt.guard.policy/loud"]: "reason (owner, until YYYY-MM-DD)")"#
    );
}

#[test]
fn an_override_decides_who_may_exempt_himself() {
    let guard_yaml =
        "policies: {loud: {selfExempt: true, overrides: [{match: {namespaces: [shop]}, selfExempt: false}]}}";
    let answer = answer_to(guard_yaml, &new_pod(json!({"loud": true})));
    assert!(answer["status"]["message"].as_str().unwrap().ends_with("; exempt: guard.yaml)"));
}

#[test]
fn a_warning_says_from_which_day_on_it_is_a_denial() {
    let near = "policies: {odd: {enforcement: warn, then: {enforcement: deny, on: 2026-12-01}}}";
    let far = "policies: {odd: {enforcement: warn, then: {enforcement: deny, on: 2027-12-01}}}";
    let review = new_pod(json!({"odd": true}));
    let warning = |guard_yaml| answer_to(guard_yaml, &review)["warnings"][0].as_str().unwrap().to_owned();
    assert!(
        warning(near).ends_with("(at spec.containers[0].odd; denied from 2026-12-01)"),
        "{}",
        warning(near)
    );
    assert!(warning(far).ends_with("(at spec.containers[0].odd)"));
}

#[test]
fn an_exemption_is_recorded_and_announced_when_it_ends_soon() {
    let guard_yaml = |expires: &str| {
        format!(
            "exemptions: [{{policies: [loud], match: {{namespaces: [shop]}}, reason: r, owner: team, expires: {expires}}}]"
        )
    };
    let review = new_pod(json!({"loud": true}));
    let answer = answer_to(&guard_yaml("2026-12-01"), &review);
    assert_eq!(answer["allowed"], true);
    assert_eq!(answer["warnings"], json!(["loud: the exemption of team ends on 2026-12-01"]));
    let exempted: Value =
        serde_json::from_str(answer["auditAnnotations"]["exempted"].as_str().unwrap()).unwrap();
    assert_eq!(exempted[0]["exemption"], json!({"reason": "r", "owner": "team", "expires": "2026-12-01"}));
    assert_eq!(answer_to(&guard_yaml("2027-12-01"), &review).get("warnings"), None);
}

#[test]
fn an_annotation_that_exempts_nothing_is_a_warning() {
    let mut pod = pod(json!({"loud": true}));
    pod["metadata"]["annotations"] = json!({"exempt.guard.policy/loud": "because"});
    let answer = answer_to("", &review("CREATE", "Pod", json!({"object": pod})));
    assert_eq!(answer["allowed"], false);
    insta::assert_snapshot!(answer["warnings"][0].as_str().unwrap(), @r#"guard.yaml does not let a resource exempt itself from loud: ask for an exemption in guard.yaml, or for selfExempt: true on the policy (at metadata.annotations["exempt.guard.policy/loud"])"#);
}

#[test]
fn an_annotation_that_cannot_be_read_is_named() {
    let mut pod = pod(json!({"loud": true}));
    pod["metadata"]["annotations"] = json!({"exempt.guard.policy/loud": "because"});
    let review = review("CREATE", "Pod", json!({"object": pod}));
    let answer = answer_to("policies: {loud: {selfExempt: true}}", &review);
    insta::assert_snapshot!(answer["warnings"][0].as_str().unwrap(), @r#"the exemption "because" names no owner, expected "reason (owner, until YYYY-MM-DD)" (at metadata.annotations["exempt.guard.policy/loud"])"#);
}

#[test]
fn policies_that_fail_alike_share_a_line_and_are_the_servers_error() {
    let guardrails =
        std::sync::Arc::new(guardrails(&three_policies(), r#"policies: {"*": {onError: deny}}"#));
    let review = new_pod(json!({}));
    let answered = admission::unjudged(&guardrails, &review, Cause::Overload, "the queue is full", TODAY);
    let answer = response(&answered);
    insta::assert_json_snapshot!(answer["status"], @r#"
    {
      "code": 500,
      "message": "loud, odd, quiet: could not judge this request: the queue is full",
      "reason": "InternalError",
      "status": "Failure"
    }
    "#);
    let failures: Value =
        serde_json::from_str(answer["auditAnnotations"]["failures"].as_str().unwrap()).unwrap();
    assert_eq!(
        failures[0],
        json!({"policy": "loud", "action": "deny", "cause": "overload", "message": "the queue is full"})
    );
}

#[test]
fn a_failure_that_only_warns_is_a_warning_and_never_silence() {
    let guardrails =
        std::sync::Arc::new(guardrails(&three_policies(), r#"policies: {"*": {onError: warn}}"#));
    let answered = admission::unjudged(&guardrails, &new_pod(json!({})), Cause::Deadline, "too late", TODAY);
    assert_eq!(answered.verdict, Verdict::Warned);
    assert_eq!(
        response(&answered)["warnings"],
        json!(["loud, odd, quiet: could not judge this request: too late"])
    );
}

#[test]
fn what_is_too_much_for_a_denial_or_the_audit_log_is_counted() {
    let name = "x".repeat(5000);
    let containers: Vec<Value> = (0..100).map(|_| json!({"name": name, "loud": true})).collect();
    let mut pod = pod(json!({}));
    pod["spec"]["containers"] = containers.into();
    let answer = answer_to("", &review("CREATE", "Pod", json!({"object": pod})));
    let message = answer["status"]["message"].as_str().unwrap();
    let lines = message.lines().count() - 1;
    assert!(message.len() < 300_000 && lines > 10);
    assert_eq!(message.lines().last().unwrap(), format!("and {} more", 100 - lines));
    let annotations = &answer["auditAnnotations"];
    let listed: Vec<Value> = serde_json::from_str(annotations["violations"].as_str().unwrap()).unwrap();
    assert_eq!(annotations["left-out"], (100 - listed.len()).to_string());
}

/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set>: the API server drops others.
#[test]
fn the_keys_of_audit_annotations_are_names_that_the_api_server_takes() {
    let review = new_pod(json!({"loud": true}));
    let answer = answer_to(
        "exemptions: [{policies: [loud], match: {namespaces: [shop]}, reason: r, owner: o}]",
        &review,
    );
    let keys: Vec<_> = answer["auditAnnotations"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["exempted"]);
    for key in ["violations", "exempted", "failures", "left-out"] {
        let inner = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        assert!(key.len() <= 63 && inner && !key.starts_with('-') && !key.ends_with('-'));
    }
}

#[test]
fn a_body_that_is_no_review_is_answered_with_a_status_that_kubernetes_shows() {
    insta::assert_snapshot!(
        String::from_utf8(unusable(400, "the body is empty,\nexpected an AdmissionReview")).unwrap(),
        @r#"{"apiVersion":"v1","kind":"Status","status":"Failure","code":400,"reason":"BadRequest","message":"the body is empty, expected an AdmissionReview"}"#
    );
    let reason = |code| serde_json::from_slice::<Value>(&unusable(code, "m")).unwrap()["reason"].clone();
    assert_eq!(
        [413, 415, 405, 503].map(reason),
        ["RequestEntityTooLarge", "UnsupportedMediaType", "MethodNotAllowed", "InternalError"]
    );
}

#[test]
fn no_part_of_an_answer_quotes_a_secret() {
    let rules = r#"violation contains {"message": message, "path": ["data", "password"]} if {
	some value in input.object.data
	message := sprintf("password is %v, which is weak", [base64.decode(value)])
}

violation contains {"message": message, "path": ["data", value]} if {
	some value in input.object.data
	message := "path"
}"#;
    let policies = [("weak-secret", policy("weak-secret", "high", &["Secret"], rules))];
    let object = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db"}, "data": {"password": "aHVudGVyMmh1bnRlcjI="}});
    let answered =
        judge(&guardrails(&policies, ""), &review("CREATE", "Secret", json!({"object": object.clone()})));
    let body = String::from_utf8(answered.body.clone()).unwrap();
    assert!(!body.contains("hunter2") && !body.contains("aHVudGVy"), "{body}");
    insta::assert_snapshot!(response(&answered)["status"]["message"].as_str().unwrap(), @"
    weak-secret: path (at data; exempt: guard.yaml)
    weak-secret: The title of weak-secret (at data.password; exempt: guard.yaml)
    ");
    // The same text about another kind is as the policy's author wrote it.
    let mut evaluation = answered.evaluation;
    evaluation.violations[0].message = "hunter2hunter2".into();
    let bundle = answered.guardrails.bundle.clone();
    secrets(&new_pod(json!({"data": object["data"]})).request, &bundle, &mut evaluation);
    assert_eq!(evaluation.violations[0].message, "hunter2hunter2");
}

#[test]
fn a_message_that_quotes_a_whole_field_hides_no_other_violation() {
    let rules =
        r#"violation contains {"message": input.object.metadata.annotations.text, "path": ["metadata"]}"#;
    let policies = [
        ("long", policy("long", "high", &["Pod"], rules)),
        ("loud", container_policy("loud", "high", "loud")),
    ];
    let mut pod = pod(json!({"loud": true}));
    pod["metadata"]["annotations"] = json!({"text": "x".repeat(1 << 20)});
    let review = review("CREATE", "Pod", json!({"object": pod}));
    let answer = response(&judge(&guardrails(&policies, ""), &review));
    let message = answer["status"]["message"].as_str().unwrap();
    let lines: Vec<&str> = message.lines().collect();
    assert!(
        lines[0].ends_with("xx… (at metadata; exempt: guard.yaml)") && lines[0].len() < 4200,
        "{message}"
    );
    assert!(lines[1].starts_with("loud: container app sets loud"), "{message}");
}
