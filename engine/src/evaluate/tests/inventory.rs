//! What policies see of other resources.

use super::*;
use crate::inventory::InventoryBuilder;

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

fn snapshot(version: u64, requests: &[Request]) -> Inventory {
    let mut builder = InventoryBuilder::default();
    for request in requests {
        assert!(builder.insert(request), "each has an identity of its own");
    }
    builder.build(version)
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
    let inventory = snapshot(
        1,
        &[
            create(pod("shop", "web")),
            create(pod("shop", "api")),
            create(pod("bank", "till")),
            cluster_role("admin"),
        ],
    );
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
    assert_eq!(found(&snapshot(1, &[create(pod("shop", "a")), create(pod("shop", "b"))])), ["a", "b"]);
    assert_eq!(found(&snapshot(2, &[create(pod("shop", "c"))])), ["c"]);
    assert_eq!(found(&Inventory::default()), [""; 0]);
}

#[test]
fn two_resources_of_one_identity_are_noticed_and_the_later_counts() {
    let mut builder = InventoryBuilder::default();
    assert!(builder.insert(&create(pod("shop", "web"))));
    assert!(builder.insert(&create(pod("bank", "web"))));
    assert!(builder.insert(&create(deployment("shop", "web"))));
    assert!(!builder.insert(&create(privileged_pod("shop", "web"))));
    let unnamed =
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"generateName": "web-", "namespace": "shop"}});
    assert!(builder.insert(&create(unnamed.clone())));
    assert!(builder.insert(&create(unnamed)));
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
