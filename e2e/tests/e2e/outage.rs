//! What happens while one of the two is not there.

use guard_e2e::{
    cluster::{Cluster, User},
    poll,
    registration::{Registration, register},
    webhook::{Webhook, http},
};

use crate::support::{PRIVILEGED, Scene, assert_ok, assert_refused, config_map, pod, settings};
use serde_json::json;

#[tokio::test]
async fn with_failure_policy_fail_nothing_passes_unjudged_while_the_webhook_is_killed() {
    let mut scene = Scene::registered("fail", PRIVILEGED).await;
    scene.webhook.kill().unwrap();
    let said = scene.create(&pod("tool", &["main"])).await;
    assert_refused(&said, &["failed calling webhook \"validate.guard.policy\""]);
    // What no policy is about was never sent, and is let in.
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "shop"}});
    assert_ok(&scene.create(&account).await);

    scene.webhook.restart().await.unwrap();
    assert_ok(&scene.create(&pod("tool", &["main"])).await);
    assert_refused(&scene.create(&pod("other", &["!main"])).await, &["is privileged"]);
}

#[tokio::test]
async fn with_failure_policy_ignore_everything_passes_unjudged_while_the_webhook_is_killed() {
    let mut scene = Scene::new("ignore", PRIVILEGED).await;
    scene.register("ignore").await;
    assert_refused(&scene.create(&pod("tool", &["!main"])).await, &["is privileged"]);
    scene.webhook.kill().unwrap();
    assert_ok(&scene.create(&pod("tool", &["!main"])).await);

    scene.webhook.restart().await.unwrap();
    assert_refused(&scene.create(&pod("other", &["!main"])).await, &["is privileged"]);
}

#[tokio::test]
async fn the_way_out_is_to_delete_the_configuration() {
    let mut scene = Scene::registered("way-out", PRIVILEGED).await;
    scene.webhook.kill().unwrap();
    assert_refused(&scene.create(&pod("tool", &["main"])).await, &["failed calling webhook"]);
    guard_e2e::registration::unregister(scene.cluster, &scene.namespace).await.unwrap();
    poll::until("the API server to forget the webhook", async || {
        Ok(scene.create(&pod("tool", &["main"])).await.ok.then_some(()))
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn the_webhook_goes_on_while_the_api_server_restarts_and_sees_what_is_created_after() {
    let mut cluster = Cluster::start().await.unwrap();
    let mut webhook = Webhook::ready(settings(&cluster, PRIVILEGED)).await.unwrap();
    let registration = Registration { name: "guard", namespaces: &[], port: None, failure_policy: "fail" };
    register(&cluster, &[&webhook], &registration).await.unwrap();
    cluster.stop_api_server().unwrap();
    // Readiness is about what guard can do, and not about others.
    let (status, said) = http::get(webhook.health_port(), "/readyz").await.unwrap();
    assert_eq!(status, 200, "{said}");
    cluster.start_api_server().await.unwrap();
    webhook.check().unwrap();

    let create = async |name: &str, dry_run: &str| {
        let object = config_map(name, json!({"claim": "shop"})).to_string();
        cluster.kubectl(User::Alice, &["create", dry_run, "--filename=-"], &object).await.unwrap()
    };
    poll::until("the webhook to be called again", async || {
        let object = config_map("denied", json!({"forbidden": ""})).to_string();
        let said = cluster.kubectl(User::Alice, &["create", "--filename=-"], &object).await?;
        Ok(said.stderr.contains("the key forbidden is forbidden").then_some(()))
    })
    .await
    .unwrap();
    assert_ok(&create("first", "--dry-run=none").await);
    poll::until("the webhook to see what was created after the restart", async || {
        Ok(create("second", "--dry-run=server")
            .await
            .stderr
            .contains("is claimed by default/first")
            .then_some(()))
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_webhook_that_is_there_before_its_api_server_waits_for_it_and_says_so() {
    let mut cluster = Cluster::start().await.unwrap();
    cluster.stop_api_server().unwrap();
    let mut webhook = Webhook::start(settings(&cluster, PRIVILEGED)).unwrap();
    poll::until("the webhook to say what it waits for", async || {
        webhook.check()?;
        // It does not listen at once.
        let Ok((status, said)) = http::get(webhook.health_port(), "/readyz").await else { return Ok(None) };
        assert_eq!(status, 503, "{said}");
        let mut reasons = said.lines().filter_map(|line| line.strip_prefix("cluster: "));
        Ok(reasons.any(|why| why != "not there yet").then_some(()))
    })
    .await
    .unwrap();
    cluster.start_api_server().await.unwrap();
    webhook.wait_until_ready().await.unwrap();
    let registration = Registration { name: "guard", namespaces: &[], port: None, failure_policy: "fail" };
    register(&cluster, &[&webhook], &registration).await.unwrap();
    let object = pod("tool", &["!main"]).to_string();
    let said = cluster.kubectl(User::Alice, &["create", "--filename=-"], &object).await.unwrap();
    assert_refused(&said, &["is privileged"]);
}
