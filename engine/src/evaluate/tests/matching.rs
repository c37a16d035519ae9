//! Matching in a verdict: namespaces, workloads, what CI cannot know.

use super::*;

/// `always` on pods, with this in guard.yaml.
fn always(guard_yaml: &Value) -> Guard {
    Guard::new(&[two_policies().remove(0)], guard_yaml)
}

fn matching(r#match: Value) -> Guard {
    always(&json!({"policies": {"always": {"match": r#match}}}))
}

fn without_namespace() -> Value {
    let mut pod = pod("", "web");
    pod["metadata"].as_object_mut().unwrap().remove("namespace");
    pod
}

fn cluster_role() -> Value {
    json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "web"}})
}

#[test]
fn system_namespaces_are_outside_without_any_configuration() {
    let mut guard = always(&json!({}));
    for namespace in ["kube-system", "kube-public", "kube-node-lease", "guard-system"] {
        assert_eq!(guard.judge(&create(pod(namespace, "web"))), Evaluation::default(), "{namespace}");
    }
    assert_eq!(guard.says(&create(pod("default", "web"))), ["always deny metadata.name"]);
}

#[test]
fn excluded_namespaces_are_those_that_guard_yaml_writes_instead() {
    let mut guard = always(&json!({"excludedNamespaces": ["legacy-*"]}));
    assert_eq!(guard.says(&create(pod("legacy-shop", "web"))), [""; 0]);
    assert_eq!(guard.says(&create(pod("kube-system", "web"))), ["always deny metadata.name"]);
}

#[test]
fn a_namespace_matches_by_its_own_name_and_labels() {
    let namespace = |name: &str| {
        create(
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"team": name}}}),
        )
    };
    let mut guard = matching(json!({"namespaces": ["shop"]}));
    assert_eq!(guard.says(&namespace("shop")).len(), 1);
    assert_eq!(guard.says(&namespace("bank")).len(), 0);
    let mut guard = matching(json!({"namespaceSelector": {"matchLabels": {"team": "shop"}}}));
    assert_eq!(guard.says(&namespace("shop")).len(), 1);
    assert_eq!(guard.says(&namespace("bank")).len(), 0);
    assert_eq!(always(&json!({})).judge(&namespace("kube-system")), Evaluation::default());
}

#[test]
fn a_cluster_scoped_object_matches_no_namespace_pattern() {
    let line = ["always deny metadata.name"];
    assert_eq!(matching(json!({"namespaces": ["*"]})).says(&create(cluster_role())).len(), 0);
    assert_eq!(
        matching(
            json!({"namespaceSelector": {"matchExpressions": [{"key": "team", "operator": "DoesNotExist"}]}})
        )
        .says(&create(cluster_role()))
        .len(),
        0
    );
    assert_eq!(matching(json!({"excludedNamespaces": ["*"]})).says(&create(cluster_role())), line);
}

#[test]
fn an_unknown_namespace_satisfies_a_policys_match_and_the_finding_says_so() {
    let assumed = ["always deny metadata.name [Namespace]"];
    assert_eq!(matching(json!({"namespaces": ["shop"]})).says(&create(without_namespace())), assumed);
    assert_eq!(matching(json!({"excludedNamespaces": ["shop"]})).says(&create(without_namespace())), assumed);
    let with_default = Request::create(Arc::new(without_namespace()), Some("shop")).unwrap();
    assert_eq!(matching(json!({"namespaces": ["shop"]})).says(&with_default), ["always deny metadata.name"]);
    assert_eq!(matching(json!({"namespaces": ["bank"]})).says(&with_default).len(), 0);
}

#[test]
fn an_unknown_namespace_fails_the_general_exclusion() {
    let mut guard = always(&json!({}));
    assert_eq!(guard.says(&create(without_namespace())), ["always deny metadata.name [Namespace]"]);
    let mut guard = always(&json!({"excludedNamespaces": []}));
    let nothing_depends_on_it = ["always deny metadata.name"];
    assert_eq!(guard.says(&create(without_namespace())), nothing_depends_on_it);
}

#[test]
fn an_unknown_namespace_fails_an_override() {
    let mut guard = always(&json!({
        "excludedNamespaces": [],
        "policies": {"always": {"overrides": [{"match": {"namespaces": ["sandbox-*"]}, "enforcement": "audit"}]}},
    }));
    assert_eq!(guard.says(&create(without_namespace())), ["always deny metadata.name [Namespace]"]);
    assert_eq!(guard.says(&create(pod("sandbox-1", "web"))), ["always audit metadata.name"]);
    assert_eq!(guard.says(&create(pod("shop", "web"))), ["always deny metadata.name"]);
}

#[test]
fn labels_of_a_namespace_come_from_its_object_and_are_unknown_without() {
    let mut guard = matching(json!({"namespaceSelector": {"matchExpressions": [
        {"key": "team", "operator": "In", "values": ["shop"]},
    ]}}));
    let mut request = create(pod("shop", "web"));
    assert_eq!(guard.says(&request), ["always deny metadata.name [NamespaceLabels]"]);
    request.namespace_object = Some(Arc::new(json!({"metadata": {"labels": {"team": "shop"}}})));
    assert_eq!(guard.says(&request), ["always deny metadata.name"]);
    request.namespace_object = Some(Arc::new(json!({"metadata": {"labels": {"team": "bank"}}})));
    assert_eq!(guard.says(&request).len(), 0);
}

#[test]
fn users_are_not_matched_from_files() {
    let mut guard = matching(json!({"users": ["jane"]}));
    assert_eq!(guard.says(&create(pod("shop", "web"))), ["always deny metadata.name [User]"]);
    let mut request = update(json!(null), pod("shop", "web"));
    assert_eq!(guard.says(&request), ["always deny metadata.name"]);
    request.user_info = Some(json!({"username": "joe"}));
    assert_eq!(guard.says(&request).len(), 0);
}

#[test]
fn the_last_override_that_matches_counts() {
    let mut guard = always(&json!({"policies": {"always": {"overrides": [
        {"match": {"namespaces": ["a-*"]}, "enforcement": "audit"},
        {"match": {"names": ["web"]}, "enforcement": "warn"},
        {"match": {"namespaces": ["a-off"]}, "enforcement": "off"},
    ]}}}));
    assert_eq!(guard.says(&create(pod("shop", "api"))), ["always deny metadata.name"]);
    assert_eq!(guard.says(&create(pod("a-1", "api"))), ["always audit metadata.name"]);
    assert_eq!(guard.says(&create(pod("a-1", "web"))), ["always warn metadata.name"]);
    assert_eq!(guard.judge(&create(pod("a-off", "web"))).evaluated, 0);
}

#[test]
fn an_announced_enforcement_begins_on_its_day() {
    let mut guard = always(
        &json!({"policies": {"always": {"enforcement": "warn", "then": {"enforcement": "deny", "on": "2027-03-01"}}}}),
    );
    let request = create(pod("shop", "web"));
    let mut action = |today| guard.judge_on(&request, today).violations[0].action.as_str();
    assert_eq!(action(date(2027, 2, 28)), "warn");
    assert_eq!(action(date(2027, 3, 1)), "deny");
}

/// A pod that a ReplicaSet of the Deployment `web` owns, as `username` creates it.
fn owned_pod(username: &str) -> Request {
    let mut object = privileged_pod("shop", "web-7d4b9c-x2x4z");
    object["metadata"]["labels"] = json!({"pod-template-hash": "7d4b9c"});
    object["metadata"]["ownerReferences"] =
        json!([{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-7d4b9c", "controller": true}]);
    Request { user_info: Some(json!({"username": username})), ..create(object) }
}

const REPLICA_SETS: &str = "system:serviceaccount:kube-system:replicaset-controller";

#[test]
fn a_pod_of_kubernetes_own_controllers_is_matched_as_its_workload() {
    let mut guard = matching(json!({"kinds": ["Deployment"], "names": ["web"]}));
    assert_eq!(guard.says(&owned_pod(REPLICA_SETS)).len(), 1);
    assert_eq!(guard.says(&owned_pod("system:kube-controller-manager")).len(), 1);
    assert_eq!(matching(json!({"kinds": ["Pod"]})).says(&owned_pod(REPLICA_SETS)).len(), 0);
}

#[test]
fn an_owner_claimed_by_anyone_else_counts_for_nothing() {
    let mut guard = matching(json!({"kinds": ["Deployment"], "names": ["web"]}));
    for claims in [
        "jane",
        "system:serviceaccount:shop:replicaset-controller",
        "system:serviceaccount:kube-system:job-controller",
    ] {
        assert_eq!(guard.says(&owned_pod(claims)).len(), 0, "{claims}");
    }
}

#[test]
fn what_a_controller_creates_is_warned_about_unless_guard_yaml_says_otherwise() {
    let request = owned_pod(REPLICA_SETS);
    assert_eq!(always(&json!({})).says(&request), ["always warn metadata.name"]);
    let says =
        |action: &str| always(&json!({"policies": {"always": {"controllerPods": action}}})).says(&request);
    assert_eq!(says("deny"), ["always deny metadata.name"]);
    assert_eq!(says("audit"), ["always audit metadata.name"]);
    assert_eq!(always(&json!({})).says(&owned_pod("jane")), ["always deny metadata.name"]);
    let mut audited = always(&json!({"policies": {"always": {"enforcement": "audit"}}}));
    assert_eq!(audited.says(&request), ["always audit metadata.name"], "it is a bound, not an enforcement");
}
