//! What policies print is kept for who asks, and never mixed up between requests.

use super::*;

/// Prints the object's name, then fails on one without a list of containers.
const PRINTS: &str = r#"violation contains {"message": "m", "path": ["metadata", "name"]} if {
	print("at", input.object.metadata.name)
	count(input.object.spec.containers) == 1
}"#;

fn guard() -> Guard {
    let mut sources = two_policies();
    sources.push(policy("prints", metadata(&["Pod"]), PRINTS));
    Guard::new(&sources, &json!({}))
}

fn printed(guard: &mut Guard) -> Vec<String> {
    let prints = guard.evaluator.take_prints();
    prints.iter().map(|print| format!("{}:{}: {}", print.file, print.line, print.text)).collect()
}

#[test]
fn what_was_printed_is_of_the_last_request_alone() {
    let mut guard = guard();
    guard.judge(&create(pod("shop", "first")));
    guard.judge(&create(pod("shop", "second")));
    assert_eq!(printed(&mut guard), ["policies/prints/policy.rego:5: at second"]);
    assert_eq!(printed(&mut guard), [""; 0]);
    guard.judge(&create(pod("shop", "third")));
    guard.judge(&create(pod("kube-system", "excluded")));
    assert_eq!(printed(&mut guard), [""; 0]);
}

#[test]
fn a_policy_that_fails_printed_once() {
    let mut guard = guard();
    let mut object = pod("shop", "broken");
    object["spec"]["containers"] = json!(7);
    assert_eq!(guard.judge(&create(object)).failures.len(), 1);
    assert_eq!(printed(&mut guard), ["policies/prints/policy.rego:5: at broken"]);
}

#[test]
fn of_a_change_the_object_as_it_was_prints_nothing() {
    let mut guard = guard();
    guard.judge(&update(pod("shop", "old"), pod("shop", "new")));
    assert_eq!(printed(&mut guard), ["policies/prints/policy.rego:5: at new"]);
}
