//! What is done to objects that are there already.

use guard_e2e::cluster::User;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{
    Api,
    api::{DeleteParams, Patch, PatchParams},
};
use serde_json::{Value, json};

use crate::support::{PRIVILEGED, Scene, assert_ok, assert_refused, assert_says, config_map, workload};

#[tokio::test]
async fn an_object_that_violated_before_can_be_changed_with_a_warning_and_not_made_worse() {
    let scene = Scene::new("update", PRIVILEGED).await;
    assert_ok(&scene.create(&workload("Deployment", "web", &["!old", "new"])).await);
    scene.register("fail").await;

    let said = scene.kubectl(&["annotate", "deployment", "web", "team=shop"], &Value::Null).await;
    assert_ok(&said);
    assert_says(&said, &["Warning: privileged-container: container \"old\" is privileged"]);

    let worse = json!({"spec": {"template": {"spec": {"containers": [
        {"name": "new", "securityContext": {"privileged": true}},
    ]}}}});
    let said =
        scene.kubectl(&["patch", "deployment", "web", "--patch", &worse.to_string()], &Value::Null).await;
    assert_refused(&said, &["container \"new\" is privileged"]);
    assert!(!said.stderr.contains("denied the request: privileged-container: container \"old\""), "{said:?}");
}

#[tokio::test]
async fn an_object_that_violated_before_is_denied_where_existing_is_deny() {
    let guard_yaml = "packs: {}\npolicies: {forbidden-key: {existing: deny}}\n";
    let scene = Scene::new("existing", guard_yaml).await;
    assert_ok(&scene.create(&config_map("old", json!({"forbidden": ""}))).await);
    scene.register("fail").await;
    let said = scene.kubectl(&["annotate", "configmap", "old", "team=shop"], &Value::Null).await;
    assert_refused(&said, &["the key forbidden is forbidden"]);
}

/// `existing: deny` shows that it is the deletion that lets the change through.
#[tokio::test]
async fn a_finalizer_can_be_taken_off_an_object_that_violates() {
    let guard_yaml = "packs: {}\npolicies: {forbidden-key: {existing: deny}}\n";
    let scene = Scene::new("finalizer", guard_yaml).await;
    let mut object = config_map("held", json!({"forbidden": ""}));
    object["metadata"]["finalizers"] = json!(["example.com/hold"]);
    assert_ok(&scene.create(&object).await);
    scene.register("fail").await;

    let api: Api<ConfigMap> = Api::namespaced(scene.client(User::Alice), &scene.namespace);
    let going = api.delete("held", &DeleteParams::default()).await.unwrap().left().unwrap();
    assert!(going.metadata.deletion_timestamp.is_some());
    let released = json!({"metadata": {"finalizers": null}});
    api.patch("held", &PatchParams::default(), &Patch::Merge(released)).await.unwrap();
    assert!(api.get_opt("held").await.unwrap().is_none());
}

#[tokio::test]
async fn a_deletion_is_judged_by_the_policies_that_are_for_deletions_and_by_no_other() {
    let scene = Scene::new("deletion", PRIVILEGED).await;
    let mut protected = config_map("protected", json!({}));
    protected["metadata"]["labels"] = json!({"protected": "true"});
    assert_ok(&scene.create(&protected).await);
    assert_ok(&scene.create(&config_map("violating", json!({"forbidden": ""}))).await);
    scene.register("fail").await;

    assert_ok(&scene.kubectl(&["delete", "configmap", "violating"], &Value::Null).await);
    let said = scene.kubectl(&["delete", "configmap", "protected"], &Value::Null).await;
    assert_refused(&said, &["protected-object: protected is protected: remove the label first"]);
    assert_ok(&scene.kubectl(&["label", "configmap", "protected", "protected-"], &Value::Null).await);
    assert_ok(&scene.kubectl(&["delete", "configmap", "protected"], &Value::Null).await);
}
