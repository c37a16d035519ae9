//! Who a resource is.

use serde_json::json;

use super::*;
use crate::{fixtures::create, path::Path};

fn path(steps: Value) -> Path {
    serde_json::from_value(steps).unwrap()
}

#[test]
fn a_kind_is_read_from_api_version_and_kind() {
    let kind =
        |value: Value| Kind::of(&value).map(|kind| format!("{}|{}|{}", kind.group, kind.version, kind.kind));
    assert_eq!(kind(json!({"apiVersion": "v1", "kind": "Pod"})).unwrap(), "|v1|Pod");
    assert_eq!(kind(json!({"apiVersion": "apps/v1", "kind": "Deployment"})).unwrap(), "apps|v1|Deployment");
    assert_eq!(kind(json!({"apiVersion": "v1"})), None);
    assert_eq!(kind(json!({"apiVersion": 1, "kind": "Pod"})), None);
    assert_eq!(kind(json!("Pod")), None);
    assert_eq!(Kind::of(&json!({"apiVersion": "apps/v1", "kind": "D"})).unwrap().group_version(), "apps/v1");
    assert_eq!(Kind::of(&json!({"apiVersion": "v1", "kind": "Pod"})).unwrap().group_version(), "v1");
}

#[test]
fn the_namespace_of_a_files_object_is_named_none_or_unknown() {
    let namespace = |object: Value, default| Request::create(Arc::new(object), default).unwrap().namespace;
    let deployment =
        |metadata: Value| json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata});
    let named = |name: &str| Namespace::Named(name.to_owned());
    assert_eq!(namespace(deployment(json!({"namespace": "shop"})), Some("bank")), named("shop"));
    assert_eq!(namespace(deployment(json!({})), Some("bank")), named("bank"));
    assert_eq!(namespace(deployment(json!({"namespace": ""})), None), Namespace::Unknown);
    assert_eq!(namespace(deployment(json!({})), None), Namespace::Unknown);
    let role = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"namespace": "shop"}});
    assert_eq!(namespace(role, Some("bank")), Namespace::ClusterScoped);
    let custom = json!({"apiVersion": "example.com/v1", "kind": "Namespace"});
    assert_eq!(namespace(custom, None), Namespace::Unknown, "another group's kind of that name");
}

#[test]
fn an_object_of_a_file_is_the_request_that_would_create_it() {
    let request = create(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}));
    assert_eq!((request.operation, request.name.as_deref()), (Operation::Create, Some("web")));
    assert!(request.old_object.is_null() && request.user_info.is_none() && !request.dry_run);
    let unnamed = create(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"generateName": "web-"}}));
    assert_eq!(unnamed.name, None);
    assert!(Request::create(Arc::new(json!({"kind": "Pod"})), None).is_none());
}

fn owned(kind: &str, api_version: &str, name: &str, labels: Value) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "x", "labels": labels, "ownerReferences": [
            {"apiVersion": "v1", "kind": "ConfigMap", "name": "other"},
            {"apiVersion": api_version, "kind": kind, "name": name, "controller": true},
        ]},
    })
}

/// Group, kind and name of the workload of a pod that `user` creates.
fn workload(user: &str, pod: Value) -> String {
    let request = Request { user_info: Some(json!({"username": user})), ..create(pod) };
    let Workload { group, kind, name, by_controller } = Workload::of(&request);
    let by = if by_controller { "controller" } else { "user" };
    format!("{group}/{kind}/{} by {by}", name.unwrap_or("?"))
}

#[test]
fn what_a_controller_creates_belongs_to_its_owner() {
    let account = |name: &str| format!("system:serviceaccount:kube-system:{name}-controller");
    let table = [
        ("daemon-set", owned("DaemonSet", "apps/v1", "csi", json!({})), "apps/DaemonSet/csi by controller"),
        (
            "statefulset",
            owned("StatefulSet", "apps/v1", "db", json!({})),
            "apps/StatefulSet/db by controller",
        ),
        (
            "replication",
            owned("ReplicationController", "v1", "old", json!({})),
            "/ReplicationController/old by controller",
        ),
        (
            "replicaset",
            owned("ReplicaSet", "apps/v1", "web-1a2b", json!({})),
            "apps/ReplicaSet/web-1a2b by controller",
        ),
        (
            "replicaset",
            owned("ReplicaSet", "apps/v1", "web-1a2b", json!({"pod-template-hash": "1a2b"})),
            "apps/Deployment/web by controller",
        ),
        (
            "replicaset",
            owned("ReplicaSet", "apps/v1", "web1a2b", json!({"pod-template-hash": "1a2b"})),
            "apps/ReplicaSet/web1a2b by controller",
        ),
        ("job", owned("Job", "batch/v1", "backup-29384756", json!({})), "batch/CronJob/backup by controller"),
        (
            "job",
            owned("Job", "batch/v1", "backup-1609459200", json!({})),
            "batch/CronJob/backup by controller",
        ),
        ("job", owned("Job", "batch/v1", "migrate-42", json!({})), "batch/Job/migrate-42 by controller"),
        ("deployment", owned("Deployment", "apps/v1", "web", json!({})), "apps/Deployment/web by controller"),
        ("cronjob", owned("CronJob", "batch/v1", "backup", json!({})), "batch/CronJob/backup by controller"),
    ];
    for (controller, pod, expected) in table {
        assert_eq!(workload(&account(controller), pod.clone()), expected);
        assert_eq!(workload("system:kube-controller-manager", pod.clone()), expected);
        assert_eq!(workload("jane", pod.clone()), "/Pod/x by user");
        assert_eq!(workload(&account("node"), pod), "/Pod/x by user");
    }
}

#[test]
fn an_owner_that_is_no_controller_of_kubernetes_counts_for_nothing() {
    let rollout = owned("Rollout", "argoproj.io/v1alpha1", "web", json!({}));
    assert_eq!(workload("system:kube-controller-manager", rollout), "/Pod/x by user");
    let mut owned_only = owned("DaemonSet", "apps/v1", "csi", json!({}));
    owned_only["metadata"]["ownerReferences"][1]["controller"] = json!(false);
    assert_eq!(workload("system:kube-controller-manager", owned_only), "/Pod/x by user");
}

#[test]
fn the_container_of_a_path_is_the_one_it_passes_through() {
    let cron_job = create(json!({
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "spec": {"jobTemplate": {"spec": {"template": {"spec": {
            "containers": [{"name": "app"}, {}],
            "initContainers": [{"name": "init"}],
        }}}}},
    }));
    let container = |rest: Value| {
        let mut steps = json!(["spec", "jobTemplate", "spec", "template", "spec"]);
        steps.as_array_mut().unwrap().append(&mut rest.as_array().unwrap().clone());
        container_of(&cron_job, &path(steps))
    };
    assert_eq!(container(json!(["containers", 0, "image"])), Some("app"));
    assert_eq!(container(json!(["initContainers", 0])), Some("init"));
    assert_eq!(container(json!(["containers", 1, "image"])), None, "it has no name");
    assert_eq!(container(json!(["containers", 2, "image"])), None);
    assert_eq!(container(json!(["containers"])), None);
    assert_eq!(container(json!(["volumes", 0, "name"])), None);
    assert_eq!(container_of(&cron_job, &path(json!(["spec", "containers", 0]))), None);
}

#[test]
fn a_path_leads_into_the_pod_template_or_not() {
    let kind =
        |api_version: &str, kind: &str| Kind::of(&json!({"apiVersion": api_version, "kind": kind})).unwrap();
    let labels = path(json!(["metadata", "labels"]));
    assert!(in_pod_template(&kind("v1", "Pod"), &labels).is_some());
    assert!(in_pod_template(&kind("apps/v1", "Deployment"), &labels).is_none());
    let in_template = path(json!(["spec", "template", "metadata", "labels"]));
    assert_eq!(in_pod_template(&kind("apps/v1", "Deployment"), &in_template).unwrap(), labels.0);
    assert!(in_pod_template(&kind("batch/v1", "CronJob"), &in_template).is_none());
    assert!(in_pod_template(&kind("v1", "PodTemplate"), &path(json!(["template", "spec"]))).is_some());
}
