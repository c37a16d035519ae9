//! What changes under traffic, without a request that is answered wrongly.

use std::{fs, path::Path};

use guard_e2e::{
    balancer::{Balancer, Replica},
    certificates,
    cluster::{Cluster, User},
    poll,
    process::{Folder, is_orderly},
    registration::{Registration, register},
    traffic::Traffic,
    webhook::Webhook,
};
use serde_json::json;

use crate::support::{PRIVILEGED, Scene, config_map, own_policies, settings};

#[tokio::test]
async fn a_good_bundle_is_taken_up_and_a_broken_one_is_not_while_requests_go_on() {
    let cluster = Cluster::shared().await.unwrap();
    let namespace = cluster.namespace("reload", &[]).await.unwrap();
    let policies = Folder::new().unwrap();
    let policy = policies.path().join("forbidden-key/policy.rego");
    fs::create_dir(policy.parent().unwrap()).unwrap();
    let text = fs::read_to_string(own_policies().join("forbidden-key/policy.rego")).unwrap();
    write(&policy, &text);
    let settings = guard_e2e::webhook::Settings {
        bundles: vec![policies.path().to_owned()],
        ..settings(cluster, "packs: {}\n")
    };
    let webhook = Webhook::ready(settings).await.unwrap();
    let registration =
        Registration { name: &namespace, namespaces: &[&namespace], port: None, failure_policy: "fail" };
    register(cluster, &[&webhook], &registration).await.unwrap();
    let mut traffic = Traffic::start(&cluster.client(User::Alice).unwrap(), &namespace);
    traffic.goes_on(20).await.unwrap();

    write(&policy, &text.replace("startswith(key", "startswith(nokey"));
    let failed = "guard_reloads_total{part=\"policies\",result=\"failure\"}";
    poll::until("the broken bundle to be refused", async || {
        Ok((webhook.metric(failed).await.unwrap_or_default() > 0.0).then_some(()))
    })
    .await
    .unwrap();
    traffic.goes_on(20).await.unwrap();
    assert!(webhook.log().unwrap().contains("policy.rego:"), "{}", webhook.log().unwrap());

    write(&policy, &text.replace("is forbidden", "is not allowed here"));
    poll::until("the good bundle to be taken up", async || {
        let object = config_map("probe", json!({"forbidden": ""})).to_string();
        let create = ["--namespace", &namespace, "create", "--dry-run=server", "--filename=-"];
        let said = cluster.kubectl(User::Alice, &create, &object).await?;
        Ok(said.stderr.contains("the key forbidden is not allowed here").then_some(()))
    })
    .await
    .unwrap();
    traffic.goes_on(20).await.unwrap();
    traffic.end().await.unwrap();
}

/// As an editor does it: a whole file takes the place of the old one.
fn write(file: &Path, text: &str) {
    let new = file.with_extension("new");
    fs::write(&new, text).unwrap();
    fs::rename(new, file).unwrap();
}

#[tokio::test]
async fn a_new_guard_yaml_is_taken_up_as_the_kubelet_brings_it() {
    let mut scene = Scene::registered("settings", PRIVILEGED).await;
    let create = ["create", "--dry-run=server", "--filename=-"];
    let object = config_map("probe", json!({"forbidden": ""}));
    assert!(!scene.kubectl(&create, &object).await.ok);
    for (enforcement, let_in) in [("warn", true), ("deny", false)] {
        let text = format!("packs: {{}}\npolicies: {{forbidden-key: {{enforcement: {enforcement}}}}}\n");
        scene.webhook.set_guard_yaml(&text).unwrap();
        poll::until("the new guard.yaml to count", async || {
            Ok((scene.kubectl(&create, &object).await.ok == let_in).then_some(()))
        })
        .await
        .unwrap();
    }
}

#[tokio::test]
async fn the_certificate_is_replaced_twice_while_requests_go_on() {
    let mut scene = Scene::registered("rotation", PRIVILEGED).await;
    let mut traffic = Traffic::start(&scene.client(User::Alice), &scene.namespace);
    traffic.goes_on(20).await.unwrap();
    for _ in 0..2 {
        let before = served(&scene.webhook).await;
        scene.webhook.rotate_certificate().unwrap();
        poll::until("the new certificate to be served", async || {
            Ok((served(&scene.webhook).await != before).then_some(()))
        })
        .await
        .unwrap();
        traffic.goes_on(20).await.unwrap();
    }
    traffic.end().await.unwrap();
}

/// The certificate that a new connection is given, in DER.
async fn served(webhook: &Webhook) -> Vec<u8> {
    certificates::served(webhook.port(), &webhook.authority()).await.unwrap()
}

#[tokio::test]
async fn replicas_stop_and_start_in_turn_and_no_request_fails() {
    let cluster = Cluster::shared().await.unwrap();
    let namespace = cluster.namespace("rollout", &[]).await.unwrap();
    let mut settings = settings(cluster, PRIVILEGED);
    settings.arguments = vec!["--shutdown-grace=1s".to_owned()];
    let first = Webhook::ready(settings).await.unwrap();
    let second = first.replica().await.unwrap();
    let replica = |webhook: &Webhook| Replica { port: webhook.port(), health_port: webhook.health_port() };
    let balancer = Balancer::start(vec![replica(&first), replica(&second)]).await.unwrap();
    let registration = Registration {
        name: &namespace,
        namespaces: &[&namespace],
        port: Some(balancer.port()),
        failure_policy: "fail",
    };
    let mut replicas = [first, second];
    register(cluster, &[&replicas[0], &replicas[1]], &registration).await.unwrap();
    let mut traffic = Traffic::start(&cluster.client(User::Alice).unwrap(), &namespace);
    for _ in 0..2 {
        for replica in &mut replicas {
            traffic.goes_on(40).await.unwrap();
            replica.terminate().unwrap();
            let status = replica.wait().await.unwrap();
            assert!(is_orderly(status) && status.code() == Some(0), "{status}: {}", replica.log().unwrap());
            traffic.goes_on(40).await.unwrap();
            replica.restart().await.unwrap();
        }
    }
    traffic.goes_on(40).await.unwrap();
    let answered = traffic.end().await.unwrap();
    println!("{answered} requests while two replicas stopped and started twice");
    for replica in &replicas {
        assert!(!replica.decisions().unwrap().is_empty(), "a replica was never asked");
    }
}
