//! What exemptions cover, of guard.yaml and of the resource itself.

use super::*;

const GROUNDS: &str = "the driver mounts host volumes (team-storage, until 2027-01-31)";

fn exempting(exemption: Value) -> Guard {
    let mut exemption = with(json!({"custom": exemption}), &json!({"reason": "R", "owner": "team-a"}));
    let exemption = exemption["custom"].take();
    Guard::new(&two_policies(), &json!({"exemptions": [exemption]}))
}

fn split(evaluation: &Evaluation) -> (Vec<String>, Vec<String>) {
    let violations = evaluation.violations.iter().map(line).collect();
    let exempted = evaluation.exempted.iter();
    (
        violations,
        exempted.map(|exempted| format!("{} #{:?}", line(&exempted.violation), exempted.exemption)).collect(),
    )
}

#[test]
fn an_exemption_covers_its_policies_where_it_matches() {
    let mut guard =
        exempting(json!({"policies": ["always"], "match": {"namespaces": ["sto*"], "names": ["csi-*"]}}));
    let (violations, exempted) = split(&guard.judge(&create(privileged_pod("storage", "csi-1"))));
    assert_eq!(violations, ["privileged deny spec.containers[0].privileged"]);
    assert_eq!(exempted, ["always deny metadata.name #Some(0)"]);
    let evaluation = guard.judge(&create(privileged_pod("storage", "csi-1")));
    assert_eq!(evaluation.exempted[0].grounds.to_string(), "R (team-a)");
    assert_eq!(guard.judge(&create(pod("shop", "csi-1"))).exempted, []);
    assert_eq!(guard.judge(&create(pod("storage", "web"))).exempted, []);
}

#[test]
fn an_exemption_of_containers_covers_what_is_found_in_them_and_nothing_of_the_pod() {
    let mut guard = exempting(json!({
        "policies": ["always", "privileged"], "match": {"containers": ["node-*"]},
    }));
    let mut object = deployment("shop", "web");
    object["spec"]["template"]["spec"]["containers"] =
        json!([{"name": "app", "privileged": true}, {"name": "node-driver", "privileged": true}]);
    let (violations, exempted) = split(&guard.judge(&create(object)));
    assert_eq!(
        violations,
        ["always deny metadata.name", "privileged deny spec.template.spec.containers[0].privileged"]
    );
    assert_eq!(exempted, ["privileged deny spec.template.spec.containers[1].privileged #Some(0)"]);
}

#[test]
fn an_exemption_holds_through_its_last_day_and_then_the_message_says_that_it_ended() {
    let mut guard = exempting(json!({
        "policies": ["always"], "match": {"names": ["web"]}, "expires": "2027-01-31",
    }));
    let request = create(pod("shop", "web"));
    assert_eq!(guard.judge_on(&request, date(2027, 1, 31)).violations, []);
    let after = guard.judge_on(&request, date(2027, 2, 1));
    assert_eq!(after.exempted, []);
    assert_eq!(after.violations[0].message, "always (the exemption of team-a ended on 2027-01-31)");
    assert_eq!(guard.judge_on(&create(pod("shop", "api")), date(2027, 2, 1)).violations[0].message, "always");
}

#[test]
fn an_exemption_that_holds_counts_before_one_that_has_ended() {
    let one = |expires: &str| json!({"policies": ["always"], "match": {"names": ["web"]}, "reason": "R", "owner": "O", "expires": expires});
    let guard_yaml = json!({"exemptions": [one("2026-01-01"), one("2027-01-01"), one("2028-01-01")]});
    let (violations, exempted) =
        split(&Guard::new(&two_policies(), &guard_yaml).judge(&create(pod("shop", "web"))));
    assert_eq!(violations, [""; 0]);
    assert_eq!(exempted, ["always deny metadata.name #Some(1)"]);
}

#[test]
fn an_unknown_namespace_fails_an_exemption_and_the_finding_says_so() {
    let mut object = pod("", "web");
    object["metadata"].as_object_mut().unwrap().remove("namespace");
    let exemption = |names: &str| json!({"policies": ["always"], "match": {"namespaces": ["shop"], "names": [names]}, "reason": "R", "owner": "O"});
    let says = |names: &str| {
        let guard_yaml = json!({"excludedNamespaces": [], "exemptions": [exemption(names)]});
        Guard::new(&two_policies(), &guard_yaml).says(&create(object.clone()))
    };
    assert_eq!(says("web"), ["always deny metadata.name [Namespace]"]);
    assert_eq!(says("api"), ["always deny metadata.name"], "this one would not cover it anywhere");
}

#[test]
fn an_exemption_of_a_workload_covers_its_pods() {
    let mut guard =
        exempting(json!({"policies": ["always"], "match": {"kinds": ["Deployment"], "names": ["web"]}}));
    let mut object = pod("shop", "web-7d4b9c-x2x4z");
    object["metadata"]["labels"] = json!({"pod-template-hash": "7d4b9c"});
    object["metadata"]["ownerReferences"] =
        json!([{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-7d4b9c", "controller": true}]);
    let user = json!({"username": "system:serviceaccount:kube-system:replicaset-controller"});
    let request = Request { user_info: Some(user), ..create(object) };
    assert_eq!(split(&guard.judge(&request)).1, ["always warn metadata.name #Some(0)"]);
}

fn annotated(mut object: Value, path: &str, policy: &str, value: &str) -> Value {
    *object.pointer_mut(path).unwrap() = json!({"name": "web", "namespace": "shop", "annotations": {format!("exempt.guard.policy/{policy}"): value}});
    object
}

fn self_exempting() -> Guard {
    Guard::new(
        &two_policies(),
        &json!({"policies": {"always": {"selfExempt": true}, "privileged": {"selfExempt": true}}}),
    )
}

fn notices(evaluation: &Evaluation) -> Vec<String> {
    evaluation.notices.iter().map(ToString::to_string).collect()
}

#[test]
fn a_resource_exempts_itself_where_guard_yaml_allows_it() {
    let object = annotated(pod("shop", "web"), "/metadata", "always", GROUNDS);
    let evaluation = self_exempting().judge(&create(object.clone()));
    assert_eq!(split(&evaluation).1, ["always deny metadata.name #None"]);
    assert_eq!(evaluation.exempted[0].grounds.to_string(), GROUNDS);
    assert_eq!(evaluation.notices, []);
    let refused = Guard::new(&two_policies(), &json!({"excludedNamespaces": []})).judge(&create(object));
    assert_eq!(refused.exempted, []);
    assert_eq!(
        notices(&refused),
        [
            r#"metadata.annotations["exempt.guard.policy/always"]: guard.yaml does not let a resource exempt itself from always"#
        ]
    );
}

#[test]
fn what_is_found_in_a_pod_template_only_the_templates_annotation_exempts() {
    let in_template = annotated(deployment("shop", "web"), "/spec/template/metadata", "privileged", GROUNDS);
    let (violations, exempted) = split(&self_exempting().judge(&create(in_template)));
    assert_eq!(violations, ["always deny metadata.name"]);
    assert_eq!(exempted, ["privileged deny spec.template.spec.containers[0].privileged #None"]);
    let on_workload = annotated(deployment("shop", "web"), "/metadata", "privileged", GROUNDS);
    let evaluation = self_exempting().judge(&create(on_workload));
    assert_eq!(evaluation.exempted, []);
    assert_eq!(
        notices(&evaluation),
        [
            r#"metadata.annotations["exempt.guard.policy/privileged"]: the exemption from privileged stands on the workload, and what it is for is in its pod template"#
        ]
    );
    assert_eq!(evaluation.notices[0].help.as_deref(), Some("write it in spec.template.metadata.annotations"));
}

#[test]
fn an_annotation_that_cannot_be_read_or_names_no_policy_is_noticed() {
    let unreadable = annotated(pod("shop", "web"), "/metadata", "always", "because");
    let evaluation = self_exempting().judge(&create(unreadable));
    assert_eq!(split(&evaluation).0, ["always deny metadata.name"]);
    assert!(notices(&evaluation)[0].contains("names no owner"), "{:?}", evaluation.notices);
    let unknown = annotated(pod("shop", "web"), "/metadata", "allways", GROUNDS);
    let evaluation = self_exempting().judge(&create(unknown));
    assert_eq!(evaluation.notices[0].help.as_deref(), Some("did you mean \"always\"?"));
}

#[test]
fn an_annotation_that_has_ended_is_said_in_the_message() {
    let ended = annotated(pod("shop", "web"), "/metadata", "always", "because (team-a, until 2026-01-31)");
    let evaluation = self_exempting().judge(&create(ended));
    assert_eq!(evaluation.violations[0].message, "always (the exemption of team-a ended on 2026-01-31)");
}

#[test]
fn an_annotation_by_a_policys_old_name_counts() {
    let renamed = policy("always", with(metadata(&["Pod"]), &json!({"aliases": ["ever"]})), ALWAYS);
    let mut guard = Guard::new(&[renamed], &json!({"policies": {"always": {"selfExempt": true}}}));
    let object = annotated(pod("shop", "web"), "/metadata", "ever", GROUNDS);
    assert_eq!(split(&guard.judge(&create(object))).1, ["always deny metadata.name #None"]);
}
