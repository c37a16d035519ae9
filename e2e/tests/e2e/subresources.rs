//! What is asked of a part of an object.

use serde_json::Value;

use crate::support::{PRIVILEGED, Scene, assert_ok, assert_refused, pod, workload};

#[tokio::test]
async fn exec_is_judged_by_the_policies_that_are_for_it() {
    let scene = Scene::registered("exec", PRIVILEGED).await;
    assert_ok(&scene.create(&pod("tool", &["main"])).await);
    let said = scene.kubectl(&["exec", "tool", "--", "rm", "-rf", "/"], &Value::Null).await;
    assert_refused(&said, &["interactive-access: alice may not run rm -rf / in a pod"]);
}

#[tokio::test]
async fn exec_is_let_through_where_no_policy_denies_it() {
    let guard_yaml = "packs: {}\npolicies: {interactive-access: {enforcement: audit}}\n";
    let scene = Scene::registered("exec-audit", guard_yaml).await;
    assert_ok(&scene.create(&pod("tool", &["main"])).await);
    // There is no node: what the API server then says is not guard's word.
    let said = scene.kubectl(&["exec", "tool", "--", "ls"], &Value::Null).await;
    assert_refused(&said, &["does not have a host assigned"]);
    let decisions = scene.webhook.decisions().unwrap();
    let exec = decisions.iter().find(|decision| decision.sub_resource.as_deref() == Some("exec")).unwrap();
    assert_eq!(exec.violations[0].policy, "interactive-access");
}

#[tokio::test]
async fn scale_is_judged_by_the_policies_that_are_for_it() {
    let scene = Scene::registered("scale", PRIVILEGED).await;
    assert_ok(&scene.create(&workload("Deployment", "web", &["main"])).await);
    let said = scene.kubectl(&["scale", "deployment", "web", "--replicas=11"], &Value::Null).await;
    assert_refused(&said, &["large-scale: 11 replicas are more than ten (at spec.replicas; "]);
    assert_ok(&scene.kubectl(&["scale", "deployment", "web", "--replicas=10"], &Value::Null).await);
}

#[tokio::test]
async fn an_ephemeral_container_is_judged_like_any_other() {
    let scene = Scene::registered("debug", PRIVILEGED).await;
    assert_ok(&scene.create(&pod("tool", &["main"])).await);
    let debug = ["debug", "tool", "--image=registry.example/debug:1", "--container=debug", "--attach=false"];
    let privileged: Vec<_> = debug.iter().copied().chain(["--profile=sysadmin"]).collect();
    let said = scene.kubectl(&privileged, &Value::Null).await;
    assert_refused(&said, &["ephemeral container \"debug\" is privileged"]);
    let general: Vec<_> = debug.iter().copied().chain(["--profile=general"]).collect();
    assert_ok(&scene.kubectl(&general, &Value::Null).await);
}
