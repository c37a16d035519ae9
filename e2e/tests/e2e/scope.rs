//! For whom policies are, and who is exempted.

use guard_e2e::{
    cluster::{Cluster, User},
    registration::{Registration, register},
    webhook::Webhook,
};
use k8s_openapi::api::{apps::v1::DaemonSet, core::v1::Pod};
use kube::{Api, Client, api::PostParams};
use serde_json::json;

use crate::support::{Scene, assert_ok, assert_refused, assert_says, pod, settings, workload};

#[tokio::test]
async fn a_selector_of_namespaces_sees_their_labels_as_they_are_now() {
    let cluster = Cluster::shared().await.unwrap();
    let strict = cluster.namespace("strict", &[("tier", "production")]).await.unwrap();
    let lax = cluster.namespace("lax", &[]).await.unwrap();
    let guard_yaml = "\
packs: {}
policies:
  privileged-container:
    enforcement: deny
    match: {namespaceSelector: {matchLabels: {tier: production}}}
";
    let webhook = Webhook::ready(settings(cluster, guard_yaml)).await.unwrap();
    let registration =
        Registration { name: &strict, namespaces: &[&strict, &lax], port: None, failure_policy: "fail" };
    register(cluster, &[&webhook], &registration).await.unwrap();
    let create = async |namespace: &str| {
        let object = pod("tool", &["!main"]).to_string();
        let create = ["--namespace", namespace, "create", "--dry-run=server", "--filename=-"];
        cluster.kubectl(User::Alice, &create, &object).await.unwrap()
    };
    assert_refused(&create(&strict).await, &["is privileged"]);
    assert_ok(&create(&lax).await);

    let label = ["label", "namespace", lax.as_str(), "tier=production"];
    assert_ok(&cluster.kubectl(User::Admin, &label, "").await.unwrap());
    guard_e2e::poll::until("the label to count", async || Ok((!create(&lax).await.ok).then_some(())))
        .await
        .unwrap();
}

#[tokio::test]
async fn an_exemption_in_guard_yaml_covers_a_daemon_set_and_the_pods_its_controller_creates() {
    let guard_yaml = "\
packs: {}
policies: {privileged-container: {enforcement: deny, controllerPods: deny}}
exemptions:
  - policies: [privileged-container]
    match: {namespaces: [$NAMESPACE], kinds: [DaemonSet], names: [csi-*]}
    reason: the driver mounts volumes
    owner: team-storage
";
    let scene = Scene::registered("exemption", guard_yaml).await;
    assert_ok(&scene.create(&workload("DaemonSet", "csi-node", &["!driver"])).await);
    assert_refused(&scene.create(&workload("DaemonSet", "other", &["!driver"])).await, &["is privileged"]);

    let daemon_sets: Api<DaemonSet> = Api::namespaced(scene.client(User::Admin), &scene.namespace);
    let owner = daemon_sets.get("csi-node").await.unwrap().metadata.uid.unwrap();
    let mut of_daemon_set = pod("csi-node-x7k2p", &["!driver"]);
    of_daemon_set["metadata"]["ownerReferences"] = json!([{
        "apiVersion": "apps/v1", "kind": "DaemonSet", "name": "csi-node", "uid": owner, "controller": true,
    }]);
    let create = async |client: Client| {
        let pods: Api<Pod> = Api::namespaced(client, &scene.namespace);
        pods.create(&PostParams::default(), &serde_json::from_value(of_daemon_set.clone()).unwrap()).await
    };
    // Anybody can claim an owner: from another's hand it counts for nothing.
    let claimed = create(scene.client(User::Alice)).await.unwrap_err().to_string();
    assert!(claimed.contains("is privileged"), "{claimed}");
    let controller = scene
        .cluster
        .client_as(
            "system:serviceaccount:kube-system:daemon-set-controller",
            &["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"],
        )
        .unwrap();
    create(controller).await.unwrap();
    let decisions = scene.webhook.decisions().unwrap();
    let exempted =
        decisions.iter().rev().find(|decision| decision.name.as_deref() == Some("csi-node-x7k2p")).unwrap();
    assert_eq!(exempted.exempted[0].policy, "privileged-container");
}

#[tokio::test]
async fn an_annotation_exempts_where_guard_yaml_allows_it() {
    let guard_yaml = "\
packs: {}
policies:
  privileged-container: {enforcement: deny, selfExempt: true}
";
    let scene = Scene::registered("annotation", guard_yaml).await;
    let annotated = |name: &str, policy: &str| {
        let mut pod = pod(name, &["!main"]);
        pod["metadata"]["annotations"] =
            json!({format!("exempt.guard.policy/{policy}"): "repairs nodes (team-ops, until 2199-01-31)"});
        pod
    };
    let said = scene.create(&pod("tool", &["!main"])).await;
    assert_refused(&said, &["exempt: metadata.annotations[\"exempt.guard.policy/privileged-container\"]"]);
    assert_ok(&scene.create(&annotated("tool", "privileged-container")).await);
    assert_refused(&scene.create(&annotated("other", "forbidden-key")).await, &["is privileged"]);
}

#[tokio::test]
async fn a_policy_sees_the_other_objects_of_the_cluster() {
    let scene = Scene::registered("inventory", crate::support::PRIVILEGED).await;
    let claim = format!("shop.example/{}", scene.namespace);
    let first = crate::support::config_map("first", json!({"claim": claim}));
    assert_ok(&scene.create(&first).await);
    let second = crate::support::config_map("second", json!({"claim": claim}));
    let create = ["create", "--dry-run=server", "--filename=-"];
    let denied = guard_e2e::poll::until("the first object to be seen", async || {
        let said = scene.kubectl(&create, &second).await;
        Ok((!said.ok).then_some(said))
    })
    .await
    .unwrap();
    assert_says(&denied, &[&format!("claimed-name: {claim} is claimed by {}/first", scene.namespace)]);
    // The object itself is no other.
    assert_ok(
        &scene.kubectl(&["annotate", "configmap", "first", "team=shop"], &serde_json::Value::Null).await,
    );
}
