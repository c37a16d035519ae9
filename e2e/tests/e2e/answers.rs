//! What a user, and who reads the audit log, is told.

use serde_json::{Value, json};

use crate::support::{PRIVILEGED, Scene, assert_ok, assert_refused, assert_says, config_map, pod, workload};

#[tokio::test]
async fn a_denial_tells_of_every_violation_with_its_path_and_the_way_out() {
    let scene = Scene::registered("denial", PRIVILEGED).await;
    let said = scene.create(&workload("Deployment", "web", &["!first", "second", "!third"])).await;
    assert_refused(
        &said,
        &[
            "admission webhook \"validate.guard.policy\" denied the request",
            "privileged-container: container \"first\" is privileged",
            "at spec.template.spec.containers[0].securityContext.privileged",
            "privileged-container: container \"third\" is privileged",
            "at spec.template.spec.containers[2].securityContext.privileged",
            "exempt: guard.yaml",
        ],
    );
    assert!(!said.stderr.contains("second"), "{said:?}");
    assert_ok(&scene.create(&workload("Deployment", "web", &["first", "second"])).await);
}

#[tokio::test]
async fn a_warning_reaches_who_asks_and_the_object_is_created() {
    let guard_yaml = "packs: {}\npolicies: {privileged-container: {enforcement: warn}}\n";
    let scene = Scene::registered("warning", guard_yaml).await;
    let said = scene.create(&pod("tool", &["!main"])).await;
    assert_ok(&said);
    assert_says(&said, &["Warning: privileged-container: container \"main\" is privileged"]);
}

#[tokio::test]
async fn what_is_audited_is_in_the_audit_log_alone() {
    let guard_yaml = "packs: {}\npolicies: {privileged-container: {enforcement: audit}}\n";
    let scene = Scene::registered("audit", guard_yaml).await;
    let said = scene.create(&pod("tool", &["!main"])).await;
    assert_ok(&said);
    assert_eq!(said.stderr, "");

    let events = scene.cluster.audit_events(&scene.namespace).unwrap();
    let created = events.iter().find(|event| event.object_ref.resource == "pods").unwrap();
    let violations: Value =
        serde_json::from_str(&created.annotations["validate.guard.policy/violations"]).unwrap();
    assert_eq!(violations[0]["policy"], "privileged-container");
    assert_eq!(violations[0]["action"], "audit");
    assert_eq!(violations[0]["path"], "spec.containers[0].securityContext.privileged");
}

#[tokio::test]
async fn a_dry_run_is_judged_and_leaves_nothing() {
    let scene = Scene::registered("dry-run", PRIVILEGED).await;
    let dry_run = ["create", "--dry-run=server", "--filename=-"];
    assert_refused(&scene.kubectl(&dry_run, &pod("tool", &["!main"])).await, &["is privileged"]);
    assert_ok(&scene.kubectl(&dry_run, &pod("tool", &["main"])).await);
    let decisions = scene.webhook.decisions().unwrap();
    let of_tool: Vec<_> =
        decisions.iter().filter(|decision| decision.name.as_deref() == Some("tool")).collect();
    assert_eq!(of_tool.len(), 2, "{decisions:?}");
    assert!(of_tool.iter().all(|decision| decision.dry_run && decision.user.as_deref() == Some("alice")));
    assert_refused(&scene.kubectl(&["get", "pod", "tool"], &Value::Null).await, &["NotFound"]);
}

#[tokio::test]
async fn an_object_of_many_violations_is_denied_with_all_of_them() {
    let scene = Scene::registered("many", PRIVILEGED).await;
    let keys: serde_json::Map<String, Value> =
        (0..500).map(|number| (format!("forbidden-{number}"), json!(""))).collect();
    let said = scene.create(&config_map("many", Value::Object(keys))).await;
    assert_refused(&said, &["forbidden-0 is forbidden", "forbidden-499 is forbidden"]);
    assert_eq!(said.stderr.matches("forbidden-key: ").count(), 500);
}
