//! What an UPDATE finds there already is not denied.

use super::*;

fn guard(settings: Value) -> Guard {
    let sources = [policy("privileged", metadata(&["Pod"]), PRIVILEGED)];
    Guard::new(&sources, &json!({"policies": {"privileged": settings}}))
}

fn with_containers(containers: Value) -> Value {
    let mut object = pod("shop", "web");
    object["spec"]["containers"] = containers;
    object
}

#[test]
fn a_violation_that_the_old_object_had_becomes_a_warning() {
    let mut guard = guard(json!({}));
    let request = update(privileged_pod("shop", "web"), privileged_pod("shop", "web"));
    assert_eq!(guard.says(&request), ["privileged warn spec.containers[0].privileged"]);
    let new = update(pod("shop", "web"), privileged_pod("shop", "web"));
    assert_eq!(guard.says(&new), ["privileged deny spec.containers[0].privileged"]);
}

#[test]
fn a_violation_is_recognised_by_its_containers_name_and_not_its_index() {
    let mut guard = guard(json!({}));
    let old = with_containers(json!([{"name": "driver", "privileged": true}]));
    let moved = with_containers(json!([{"name": "app"}, {"name": "driver", "privileged": true}]));
    assert_eq!(guard.says(&update(old.clone(), moved)), ["privileged warn spec.containers[1].privileged"]);
    let another =
        with_containers(json!([{"name": "app", "privileged": true}, {"name": "driver", "privileged": true}]));
    assert_eq!(
        guard.says(&update(old, another)),
        ["privileged deny spec.containers[0].privileged", "privileged warn spec.containers[1].privileged"]
    );
}

#[test]
fn existing_violations_are_denied_where_guard_yaml_says_so() {
    let request = update(privileged_pod("shop", "web"), privileged_pod("shop", "web"));
    assert_eq!(
        guard(json!({"existing": "deny"})).says(&request),
        ["privileged deny spec.containers[0].privileged"]
    );
    assert_eq!(
        guard(json!({"enforcement": "audit"})).says(&request),
        ["privileged audit spec.containers[0].privileged"],
        "what is less than a denial stays what it is"
    );
}

#[test]
fn a_rule_about_the_change_itself_is_still_denied() {
    let immutable = r#"
violation contains {"message": "do not rename the first container", "path": ["spec", "containers"]} if {
    input.operation == "UPDATE"
    input.object.spec.containers[0].name != input.oldObject.spec.containers[0].name
}
"#;
    let mut guard = Guard::new(&[policy("immutable", metadata(&["Pod"]), immutable)], &json!({}));
    let request = update(pod("shop", "web"), with_containers(json!([{"name": "other"}])));
    assert_eq!(guard.says(&request), ["immutable deny spec.containers"]);
}

#[test]
fn a_policy_that_fails_on_the_old_object_vouches_for_nothing() {
    let rules = r#"
violation contains {"message": "m", "path": ["spec"]} if count(input.object.spec.containers) < 3
"#;
    let mut guard = Guard::new(&[policy("few", metadata(&["Pod"]), rules)], &json!({}));
    let evaluation = guard.judge(&update(with_containers(json!(7)), pod("shop", "web")));
    assert_eq!(evaluation.violations.iter().map(line).collect::<Vec<_>>(), ["few deny spec"]);
    assert_eq!(evaluation.failures, [], "the old object is not the one that is judged");
}

#[test]
fn what_is_waiting_for_its_finalizers_is_never_denied() {
    let terminating = |mut object: Value| {
        object["metadata"]["deletionTimestamp"] = json!("2026-11-21T00:00:00Z");
        object
    };
    let mut guard = guard(json!({"existing": "deny"}));
    let (old, new) = (terminating(pod("shop", "web")), terminating(privileged_pod("shop", "web")));
    assert_eq!(guard.says(&update(old, new.clone())), ["privileged warn spec.containers[0].privileged"]);
    let denied = ["privileged deny spec.containers[0].privileged"];
    assert_eq!(guard.says(&update(pod("shop", "web"), new.clone())), denied, "a change cannot claim it");
    assert_eq!(guard.says(&create(new)), denied, "nor can a new object");
}
