//! Discovery documents as a kube-apiserver 1.36 writes them.

use serde_json::{Value, json};

use super::*;

/// A table with pods, deployments, two versions of autoscalers, and nodes' metrics that cannot be watched.
pub(in crate::cluster) fn table() -> Served {
    let all = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    let own = |kind: &str| json!({"group": "", "version": "", "kind": kind});
    let scale = json!({
        "subresource": "scale",
        "responseKind": {"group": "autoscaling", "version": "v1", "kind": "Scale"},
        "verbs": ["get", "patch", "update"],
    });
    let below = |name: &str, kind: Value, verbs: &[&str]| json!({"subresource": name, "responseKind": kind, "verbs": verbs});
    let pods = json!({
        "resource": "pods", "responseKind": own("Pod"), "scope": "Namespaced", "verbs": all,
        "subresources": [
            below("binding", own("Binding"), &["create"]),
            below("ephemeralcontainers", own("Pod"), &["get", "patch", "update"]),
            below("eviction", json!({"group": "policy", "version": "v1", "kind": "Eviction"}), &["create"]),
            below("exec", own("PodExecOptions"), &["create", "get"]),
            below("log", own("Pod"), &["get"]),
        ],
    });
    let plain = |plural: &str, kind: &str, scope: &str| json!({"resource": plural, "responseKind": own(kind), "scope": scope, "verbs": all});
    let mut deployments = plain("deployments", "Deployment", "Namespaced");
    deployments["subresources"] = json!([scale]);
    let metrics = json!({
        "resource": "nodes", "responseKind": own("NodeMetrics"), "scope": "Cluster", "verbs": ["get", "list"],
    });
    let group = |name: &str, versions: &[(&str, Vec<Value>)]| {
        let versions: Vec<Value> = versions
            .iter()
            .map(|(version, resources)| json!({"version": version, "freshness": "Current", "resources": resources}))
            .collect();
        json!({"metadata": {"name": name, "creationTimestamp": null}, "versions": versions})
    };
    let mut core = group(
        "",
        &[(
            "v1",
            vec![plain("namespaces", "Namespace", "Cluster"), pods, plain("events", "Event", "Namespaced")],
        )],
    );
    core["metadata"] = json!({"creationTimestamp": null});
    let autoscalers = || vec![plain("horizontalpodautoscalers", "HorizontalPodAutoscaler", "Namespaced")];
    let groups = [
        group("apps", &[("v1", vec![deployments])]),
        group("autoscaling", &[("v2", autoscalers()), ("v1", autoscalers())]),
        group("events.k8s.io", &[("v1", vec![plain("events", "Event", "Namespaced")])]),
        group("metrics.k8s.io", &[("v1beta1", vec![metrics])]),
        group(
            "admissionregistration.k8s.io",
            &[(
                "v1",
                vec![plain("validatingwebhookconfigurations", "ValidatingWebhookConfiguration", "Cluster")],
            )],
        ),
        json!({
            "metadata": {"name": "custom.metrics.k8s.io"},
            "versions": [{"version": "v1beta1", "freshness": "Stale"}],
        }),
    ];
    let list = |items: Value| {
        serde_json::from_value(json!({"kind": "APIGroupDiscoveryList", "items": items})).unwrap()
    };
    Served::new(list(json!([core])), list(json!(groups)))
}

fn resolve(group: &str, kind: &str) -> Result<Vec<String>, String> {
    let selector = KindSelector { group: group.to_owned(), kind: kind.to_owned(), resource: None };
    let resolved = table().resolve(&selector);
    resolved.map(|found| found.iter().map(Resource::path).collect()).map_err(|error| error.to_string())
}

#[test]
fn a_kind_is_watched_in_the_version_that_the_api_server_prefers() {
    assert_eq!(resolve("", "Pod").unwrap(), ["/api/v1/pods"]);
    assert_eq!(
        resolve("autoscaling", "HorizontalPodAutoscaler").unwrap(),
        ["/apis/autoscaling/v2/horizontalpodautoscalers"]
    );
}

#[test]
fn a_kind_that_is_not_served_is_none() {
    assert_eq!(resolve("", "Deployment").unwrap(), [""; 0]);
    assert_eq!(resolve("example.com", "Widget").unwrap(), [""; 0]);
}

#[test]
fn what_cannot_be_watched_or_is_not_known_is_told() {
    assert_eq!(
        resolve("metrics.k8s.io", "NodeMetrics").unwrap_err(),
        "the API server can not list and watch nodes.metrics.k8s.io"
    );
    let unknown = "what the API group custom.metrics.k8s.io holds is not known at the moment: the server behind it does not answer";
    assert_eq!(resolve("custom.metrics.k8s.io", "Anything").unwrap_err(), unknown);
    assert_eq!(resolve("*", "Pod").unwrap_err(), unknown);
}

#[test]
fn a_wildcard_takes_in_what_can_be_watched() {
    assert_eq!(resolve("", "*").unwrap(), ["/api/v1/namespaces", "/api/v1/pods", "/api/v1/events"]);
}

#[test]
fn a_subresource_is_of_the_kind_that_a_request_for_it_holds() {
    let served = table();
    let kind = |plural: &str, name: &str| {
        let of = served.kinds.iter().find(|kind| kind.resource.plural == plural).unwrap();
        let found = of.subresources.iter().find(|sub| sub.name == name).unwrap();
        format!("{}/{}", found.kind.group_version(), found.kind.kind)
    };
    assert_eq!(kind("pods", "exec"), "v1/PodExecOptions");
    assert_eq!(kind("pods", "eviction"), "policy/v1/Eviction");
    assert_eq!(kind("deployments", "scale"), "autoscaling/v1/Scale");
}
