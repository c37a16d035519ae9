//! A webhook in front of a namespace of its own.

use std::path::PathBuf;

use guard_e2e::{
    cluster::{Cluster, Said, User},
    programs::root,
    registration::{Registration, register},
    webhook::{Settings, Webhook},
};
use kube::Client;
use serde_json::{Value, json};

/// guard.yaml: privileged containers are denied, and nothing else is looked at but the tests' own policies.
pub(crate) const PRIVILEGED: &str = "packs: {}\npolicies:\n  privileged-container: {enforcement: deny}\n";

/// The tests' own policies.
pub(crate) fn own_policies() -> PathBuf {
    root().join("e2e/policies").canonicalize().unwrap()
}

/// Settings with the tests' own policies and a view of the cluster.
pub(crate) fn settings(cluster: &Cluster, guard_yaml: &str) -> Settings {
    Settings {
        guard_yaml: guard_yaml.to_owned(),
        bundles: vec![own_policies()],
        kubeconfig: Some(cluster.kubeconfig()),
        arguments: vec![],
    }
}

/// A namespace of the shared cluster, and a webhook for it that is ready and not registered yet.
pub(crate) struct Scene {
    pub(crate) cluster: &'static Cluster,
    pub(crate) webhook: Webhook,
    pub(crate) namespace: String,
}

impl Scene {
    pub(crate) async fn new(prefix: &str, guard_yaml: &str) -> Self {
        let cluster = Cluster::shared().await.unwrap();
        let namespace = cluster.namespace(prefix, &[]).await.unwrap();
        let webhook =
            Webhook::ready(settings(cluster, &guard_yaml.replace("$NAMESPACE", &namespace))).await.unwrap();
        Self { cluster, webhook, namespace }
    }

    /// A registered one, with `failurePolicy: Fail`.
    pub(crate) async fn registered(prefix: &str, guard_yaml: &str) -> Self {
        let scene = Self::new(prefix, guard_yaml).await;
        scene.register("fail").await;
        scene
    }

    /// Has the API server send what happens in the namespace.
    pub(crate) async fn register(&self, failure_policy: &str) {
        let namespaces = [self.namespace.as_str()];
        let registration =
            Registration { name: &self.namespace, namespaces: &namespaces, port: None, failure_policy };
        register(self.cluster, &[&self.webhook], &registration).await.unwrap();
    }

    /// kubectl as alice, in the namespace.
    pub(crate) async fn kubectl(&self, arguments: &[&str], stdin: &Value) -> Said {
        let mut all = vec!["--namespace", self.namespace.as_str()];
        all.extend(arguments);
        let stdin = if stdin.is_null() { String::new() } else { stdin.to_string() };
        self.cluster.kubectl(User::Alice, &all, &stdin).await.unwrap()
    }

    /// `kubectl create`, as alice.
    pub(crate) async fn create(&self, object: &Value) -> Said {
        self.kubectl(&["create", "--filename=-"], object).await
    }

    pub(crate) fn client(&self, user: User) -> Client {
        self.cluster.client(user).unwrap()
    }
}

/// A pod with containers of these names; those that are marked with `!` are privileged.
pub(crate) fn pod(name: &str, containers: &[&str]) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": pod_spec(containers)})
}

/// A Deployment, or another workload of `apps/v1`, of such pods.
pub(crate) fn workload(kind: &str, name: &str, containers: &[&str]) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": pod_spec(containers)},
        },
    })
}

pub(crate) fn config_map(name: &str, data: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data})
}

fn pod_spec(containers: &[&str]) -> Value {
    let container = |name: &&str| match name.strip_prefix('!') {
        Some(name) => {
            json!({"name": name, "image": "registry.example/app:1", "securityContext": {"privileged": true}})
        }
        None => json!({"name": name, "image": "registry.example/app:1"}),
    };
    json!({"containers": containers.iter().map(container).collect::<Vec<_>>()})
}

/// Fails, with what was said, unless it went well.
#[track_caller]
pub(crate) fn assert_ok(said: &Said) {
    assert!(said.ok, "{said:?}");
}

/// Fails, with what was said, unless it did not go well and the standard error says all of these.
#[track_caller]
pub(crate) fn assert_refused(said: &Said, texts: &[&str]) {
    assert!(!said.ok, "{said:?}");
    assert_says(said, texts);
}

/// Fails unless the standard error says all of these.
#[track_caller]
pub(crate) fn assert_says(said: &Said, texts: &[&str]) {
    for text in texts {
        assert!(said.stderr.contains(text), "{text:?} is not in: {}", said.stderr);
    }
}
