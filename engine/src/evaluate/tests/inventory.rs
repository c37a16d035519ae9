//! What policies see of other resources.

use super::*;
use crate::{inventory::Store, metadata::KindSelector};

/// Finds a pod beside which another one stands.
const BESIDE: &str = r#"
violation contains {"message": name, "path": []} if {
    some name, _ in data.inventory.namespace[input.namespace].v1.Pod
    name != input.name
}
"#;

/// Finds the cluster roles there are.
const ROLES: &str = r#"
violation contains {"message": name, "path": []} if {
    some name, _ in data.inventory.cluster["rbac.authorization.k8s.io/v1"].ClusterRole
}
"#;

fn cluster_role(name: &str) -> Request {
    create(
        json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": name}}),
    )
}

/// A store that holds these, each with an identity of its own.
fn store(requests: &[Request]) -> Store {
    let mut store = Store::default();
    for request in requests {
        assert!(store.insert_request(request));
    }
    store
}

fn evaluator(sources: &[Source]) -> (Evaluator, Config) {
    let bundle = bundle_of(sources);
    let config = Config::from_value(&json!({}), &bundle, TODAY).unwrap();
    (Evaluator::new(bundle), config)
}

fn reading(name: &str, kind: Value, rules: &str) -> Source {
    policy(name, with(metadata(&["Pod"]), &json!({"inventory": [kind]})), rules)
}

#[test]
fn a_policy_sees_the_inventory_by_namespace_version_kind_and_name() {
    let (mut evaluator, config) = evaluator(&[
        reading("beside", json!({"group": "", "kind": "Pod"}), BESIDE),
        reading("roles", json!({"group": "rbac.authorization.k8s.io", "kind": "ClusterRole"}), ROLES),
    ]);
    let inventory = store(&[
        create(pod("shop", "web")),
        create(pod("shop", "api")),
        create(pod("bank", "till")),
        cluster_role("admin"),
    ])
    .snapshot();
    let evaluation = evaluator.evaluate(&config, &create(pod("shop", "web")), &inventory, TODAY);
    let found: Vec<_> =
        evaluation.violations.iter().map(|violation| (&*violation.policy, &*violation.message)).collect();
    assert_eq!(found, [("beside", "api"), ("roles", "admin")]);
}

#[test]
fn a_new_version_takes_the_place_of_the_old_one() {
    let (mut evaluator, config) =
        evaluator(&[reading("beside", json!({"group": "", "kind": "Pod"}), BESIDE)]);
    let mut found = |inventory: &Inventory| -> Vec<String> {
        let evaluation = evaluator.evaluate(&config, &create(pod("shop", "web")), inventory, TODAY);
        evaluation.violations.into_iter().map(|violation| violation.message).collect()
    };
    assert_eq!(found(&Inventory::default()), [""; 0]);
    let mut store = store(&[create(pod("shop", "a")), create(pod("shop", "b"))]);
    let first = store.snapshot();
    assert_eq!(found(&first), ["a", "b"]);
    let Request { kind, .. } = create(pod("shop", "a"));
    assert!(store.remove(&kind, Some("shop"), "a") && !store.remove(&kind, Some("shop"), "a"));
    assert!(store.insert_request(&create(pod("shop", "c"))));
    assert_eq!(found(&store.snapshot()), ["b", "c"]);
    assert_eq!(found(&first), ["a", "b"], "a snapshot stays what it was");
    assert_eq!(found(&Inventory::default()), [""; 0]);
}

#[test]
fn the_version_rises_where_something_changed() {
    let mut store = store(&[create(pod("shop", "a")), cluster_role("admin")]);
    let mut last = Inventory::default().version();
    let mut rises = |store: &mut Store| {
        let before = std::mem::replace(&mut last, store.snapshot().version());
        assert!(last >= before);
        last > before
    };
    assert!(rises(&mut store) && !rises(&mut store));
    let Request { kind, .. } = cluster_role("admin");
    assert!(!store.remove(&kind, None, "other") && !rises(&mut store));
    assert!(store.remove(&kind, None, "admin") && rises(&mut store));
    let pods = KindSelector { group: String::new(), kind: "Pod".to_owned(), resource: None };
    for (why, news) in [("a", true), ("a", false), ("b", true)] {
        store.set_lacking(vec![(pods.clone(), why.to_owned())]);
        assert_eq!(rises(&mut store), news);
    }
}

#[test]
fn no_two_stores_share_a_version() {
    let [one, other] = [(); 2].map(|()| store(&[create(pod("shop", "a"))]).snapshot().version());
    assert_ne!(one, other);
}

#[test]
fn two_resources_of_one_identity_are_noticed_and_the_later_counts() {
    let mut store = Store::default();
    assert!(store.insert_request(&create(pod("shop", "web"))));
    assert!(store.insert_request(&create(pod("bank", "web"))));
    assert!(store.insert_request(&create(deployment("shop", "web"))));
    assert!(!store.insert_request(&create(privileged_pod("shop", "web"))));
    let unnamed =
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"generateName": "web-", "namespace": "shop"}});
    assert!(store.insert_request(&create(unnamed.clone())));
    assert!(store.insert_request(&create(unnamed)));
}

#[test]
fn a_bundle_names_the_kinds_that_its_policies_read() {
    let bundle = bundle_of(&[
        reading("a", json!({"group": "", "kind": "Pod"}), BESIDE),
        reading("b", json!({"group": "", "kind": "Pod"}), BESIDE),
    ]);
    assert_eq!(bundle.inventory_kinds().len(), 1);
    assert!(bundle.inventories(&create(pod("shop", "web")).kind));
    assert!(!bundle.inventories(&create(deployment("shop", "web")).kind));
}
