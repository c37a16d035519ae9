//! What can be written into cases.yaml, and each mistake with what to do about it.

use serde_json::json;

use super::*;
use crate::{
    fixtures::{deployment, pod},
    request::{Namespace, Operation},
};

const SCHEMA: &str = include_str!("../../../docs/cases.schema.json");

/// Whether an editor takes a value for a cases.yaml.
fn is_accepted_by_the_schema(value: &Value) -> bool {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::is_valid(&schema, value)
}

fn one(case: Value) -> Case {
    let cases = json!({"cases": [case]});
    assert!(is_accepted_by_the_schema(&cases), "{cases}");
    let [case] = <[Case; 1]>::try_from(read(&cases).unwrap()).unwrap();
    case
}

/// The only input of a case that has these fields and expects nothing.
fn input(mut fields: Value) -> Input {
    fields["violations"] = json!([]);
    let [input] = <[Input; 1]>::try_from(one(json!({"name": "n", "inputs": [fields]})).inputs).unwrap();
    input
}

fn mistakes(value: &Value) -> String {
    let problems = read(value).unwrap_err();
    let line = |problem: &Problem| format!("{problem} | {}", problem.help.as_deref().unwrap_or_default());
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What is wrong with an input of these fields.
fn mistakes_of_input(fields: &Value) -> String {
    mistakes(&json!({"cases": [{"name": "n", "inputs": [fields]}]}))
}

#[test]
fn an_object_is_the_request_that_creates_it() {
    let Input { request, root, .. } = input(json!({"object": deployment("shop", "web")}));
    let file = crate::fixtures::create(deployment("shop", "web"));
    assert_eq!(format!("{request:?}"), format!("{file:?}"));
    assert_eq!(root.to_string(), "cases[0].inputs[0].object");
}

#[test]
fn a_change_has_both_objects_and_who_asks() {
    let Input { request, .. } = input(json!({
        "operation": "UPDATE", "object": pod("shop", "web"), "oldObject": pod("shop", "web"),
        "userInfo": {"username": "jane"}, "dryRun": true,
    }));
    assert_eq!(request.operation, Operation::Update);
    assert!(request.dry_run && request.old_object.is_object());
    assert_eq!(request.user_info.unwrap()["username"], "jane");
}

#[test]
fn what_goes_is_the_old_object() {
    let Input { request, root, .. } = input(json!({"operation": "DELETE", "oldObject": pod("shop", "web")}));
    assert!(request.object.is_null());
    assert_eq!((request.name.as_deref(), &*request.kind.kind), (Some("web"), "Pod"));
    assert_eq!(root.to_string(), "cases[0].inputs[0].oldObject");
}

#[test]
fn what_is_sent_to_a_subresource_may_say_its_kind_name_and_namespace() {
    let Input { request, .. } = input(json!({
        "operation": "CONNECT", "kind": {"version": "v1", "kind": "PodExecOptions"}, "subResource": "exec",
        "name": "web", "namespace": "shop", "object": {"command": ["sh"]},
    }));
    assert_eq!(
        request.kind,
        Kind { group: String::new(), version: "v1".into(), kind: "PodExecOptions".into() }
    );
    assert_eq!((request.name.as_deref(), request.sub_resource.as_deref()), (Some("web"), Some("exec")));
    assert_eq!(request.namespace, Namespace::Named("shop".into()));
}

#[test]
fn a_namespace_that_is_known_is_the_inputs() {
    let namespace =
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"a": "b"}}});
    let case = one(json!({
        "name": "n", "namespaces": [namespace],
        "inputs": [{"object": pod("shop", "web"), "violations": []}, {"object": pod("other", "web"), "violations": []}],
    }));
    assert_eq!(case.inputs[0].request.namespace_object.as_deref(), Some(&namespace));
    assert_eq!(case.inputs[1].request.namespace_object, None);
}

#[test]
fn a_recorded_review_is_the_whole_request() {
    let review = json!({
        "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "request": {"operation": "DELETE", "namespace": "shop", "oldObject": pod("shop", "web")},
    });
    let Input { request, root, .. } = input(json!({"object": review}));
    assert_eq!(request.operation, Operation::Delete);
    assert_eq!(root.to_string(), "cases[0].inputs[0].object.request.oldObject");
    let said = mistakes_of_input(&json!({"object": review, "operation": "DELETE", "violations": []}));
    insta::assert_snapshot!(said, @"cases[0].inputs[0].operation: operation beside an AdmissionReview, which is the whole request | write operation into the review, or leave it out");
    let mut broken = review;
    broken["request"]["operation"] = json!("PATCH");
    insta::assert_snapshot!(mistakes_of_input(&json!({"object": broken, "violations": []})), @r#"cases[0].inputs[0].object.request.operation: request.operation is "PATCH", expected one of CREATE, UPDATE, DELETE, CONNECT |"#);
}

#[test]
fn what_is_expected_is_a_message_a_path_or_both() {
    let case = one(json!({"name": "n", "inputs": [{
        "object": pod("shop", "web"),
        "violations": [{"message": "m", "path": "spec.containers[0].image"}, {"path": ""}],
        "undetermined": [{"message": "later"}],
    }]}));
    let [Input { violations, undetermined, .. }] = &*case.inputs else { panic!("{case:?}") };
    let path: Path = serde_json::from_str(r#"["spec", "containers", 0, "image"]"#).unwrap();
    assert!(violations[0].is("m", &path));
    assert!(!violations[0].is("other", &path) && !violations[0].is("m", &Path::default()));
    assert!(violations[1].is("anything", &Path::default()) && !violations[1].is("anything", &path));
    assert!(undetermined[0].is("later", &path));
}

#[test]
fn a_case_has_a_name_of_its_own_and_inputs() {
    let input = json!({"object": pod("shop", "web"), "violations": []});
    let cases = json!([
        {"name": "n", "inputs": [input]},
        {"name": "n", "inputs": [input]},
        {"inputs": []},
        {"name": "no inputs", "parametres": {}},
        "case",
    ]);
    insta::assert_snapshot!(mistakes(&json!({"cases": cases})), @r#"
    cases[1].name: two cases are called "n" | rename one of them
    cases[2]: a case without name | say in a sentence what it shows
    cases[2].inputs: inputs is an empty list | name at least one, or leave the key out
    cases[3]: a case without inputs | list what is judged: `inputs: [{object: {…}, violations: [{path: …}]}]`
    cases[3].parametres: unknown key "parametres" in a case | did you mean "parameters"?
    cases[4]: a case is "case", expected a mapping |
    "#);
    insta::assert_snapshot!(mistakes(&json!({"case": []})), @r#"
    : cases.yaml without cases | list the cases: `cases: [{name: …, inputs: […]}]`
    case: unknown key "case" in cases.yaml | did you mean "cases"?
    "#);
    assert_eq!(mistakes(&json!([])), ": cases.yaml is a list, expected a mapping | ");
    assert!(mistakes(&json!(null)).contains("without cases"));
}

#[test]
fn the_schema_refuses_what_an_editor_can_know() {
    let object = pod("shop", "web");
    let input = json!({"object": object, "violations": []});
    assert!(is_accepted_by_the_schema(&json!({"cases": [{"name": "n", "inputs": [input]}]})));
    for wrong in [
        json!(null),
        json!({"cases": []}),
        json!({"cases": [{"name": "n", "inputs": [input], "parametres": {}}]}),
        json!({"cases": [{"inputs": [input]}]}),
        json!({"cases": [{"name": "n", "inputs": [{"object": object}]}]}),
        json!({"cases": [{"name": "n", "inputs": [{"object": object, "violations": 2}]}]}),
        json!({"cases": [{"name": "n", "inputs": [{"object": object, "violations": [{}]}]}]}),
        json!({"cases": [{"name": "n", "inputs": [{"object": object, "violations": [{"path": ["spec"]}]}]}]}),
        json!({"cases": [{"name": "n", "inputs": [{"object": object, "operation": "delete", "violations": []}]}]}),
        json!({"cases": [{"name": "n", "inputs": [{"object": "web", "violations": []}]}]}),
    ] {
        assert!(!is_accepted_by_the_schema(&wrong), "{wrong}");
        assert!(read(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn surroundings_are_manifests() {
    let case = json!({
        "name": "n", "parameters": [], "namespaces": [pod("shop", "web"), {"kind": "Namespace"}], "inventory": [7],
        "inputs": [{"object": pod("shop", "web"), "violations": []}],
    });
    insta::assert_snapshot!(mistakes(&json!({"cases": [case]})), @r"
    cases[0].inventory[0]: an item of inventory is no manifest: it has no apiVersion or no kind | 
    cases[0].namespaces[0]: a Pod in namespaces, expected a Namespace with a name | 
    cases[0].namespaces[1]: an item of namespaces is no manifest: it has no apiVersion or no kind | 
    cases[0].parameters: parameters is a list, expected a mapping |
    ");
}

#[test]
fn an_input_that_no_api_server_would_send_is_a_mistake() {
    let pod = pod("shop", "web");
    let said: Vec<String> = [
        json!({"violations": []}),
        json!({"object": pod}),
        json!({"object": pod, "oldObject": pod, "violations": []}),
        json!({"operation": "UPDATE", "object": pod, "violations": []}),
        json!({"operation": "UPDATE", "oldObject": pod, "violations": []}),
        json!({"operation": "DELETE", "object": pod, "violations": []}),
        json!({"operation": "DELETE", "violations": []}),
        json!({"operation": "CONNECT", "violations": []}),
        json!({"operation": "delete", "violations": []}),
        json!({"object": {"spec": {}}, "violations": []}),
        json!({"object": "web", "violations": []}),
        json!({"object": pod, "kind": {"kind": "Pod"}, "violations": []}),
        json!({"object": pod, "user": {}, "violations": []}),
        json!({"object": pod, "dryRun": "yes", "violations": []}),
        json!({"object": pod, "violations": [{}, {"path": ["spec"]}, {"mesage": "m"}, {"path": 7}]}),
        json!({"object": pod, "violations": 2}),
    ]
    .iter()
    .map(mistakes_of_input)
    .collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    cases[0].inputs[0]: CREATE without object | write the new object
    cases[0].inputs[0]: nothing is expected of this input | list the violations, each with its message, its path or both; `violations: []` where there are to be none
    cases[0].inputs[0].oldObject: oldObject with CREATE | of a change `operation: UPDATE`; a new object has none
    cases[0].inputs[0]: UPDATE without oldObject | write the object as it was
    cases[0].inputs[0]: UPDATE without object | write the object as it will be
    cases[0].inputs[0].object: object with DELETE | on DELETE the object that goes is oldObject
    cases[0].inputs[0]: DELETE without oldObject | write the object that goes
    cases[0].inputs[0].oldObject: the object has no apiVersion or no kind | write them, or `kind: {group: …, version: …, kind: …}` beside the object
    cases[0].inputs[0].operation: operation is "delete", expected one of CREATE, UPDATE, DELETE, CONNECT | did you mean "DELETE"?
    cases[0].inputs[0].object: the object has no apiVersion or no kind | write them, or `kind: {group: …, version: …, kind: …}` beside the object
    cases[0].inputs[0].object: object is "web", expected a mapping | 
    cases[0].inputs[0].kind: kind without version | kind is of the object that is sent: {group: autoscaling, version: v1, kind: Scale}
    cases[0].inputs[0].user: unknown key "user" in an input | known are: dryRun, kind, name, namespace, object, oldObject, operation, subResource, undetermined, userInfo, violations
    cases[0].inputs[0].dryRun: dryRun is "yes", expected true or false | 
    cases[0].inputs[0].violations[0]: an item of violations without message and path | 
    cases[0].inputs[0].violations[1].path: path is a list, expected a text | write it as guard shows it: spec.containers[0].image
    cases[0].inputs[0].violations[2]: an item of violations without message and path | 
    cases[0].inputs[0].violations[2].mesage: unknown key "mesage" in an item of violations | did you mean "message"?
    cases[0].inputs[0].violations[3].path: path is the number 7, expected a text | 
    cases[0].inputs[0].violations: violations is the number 2, expected a list |
    "#);
}
