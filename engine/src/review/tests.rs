use serde_json::json;

use super::*;
use crate::fixtures;

/// A review as an API server sends it.
fn review(operation: &str, object: &Value, old_object: &Value) -> Value {
    json!({
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "requestKind": {"group": "", "version": "v1", "kind": "Pod"},
            "requestResource": {"group": "", "version": "v1", "resource": "pods"},
            "name": "web",
            "namespace": "shop",
            "operation": operation,
            "userInfo": {"username": "jane", "groups": ["system:authenticated"], "extra": {"key": ["a"]}},
            "object": object,
            "oldObject": old_object,
            "dryRun": false,
            "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"},
        },
    })
}

fn create() -> Value {
    review("CREATE", &fixtures::pod("shop", "web"), &Value::Null)
}

/// The same with another value at a pointer; none takes the field away.
fn with(mut review: Value, pointer: &str, value: Option<Value>) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = review.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => parent.insert(key.to_owned(), value),
        None => parent.remove(key),
    };
    review
}

fn read(review: Value) -> Request {
    Review::from_value(review).unwrap().request
}

fn refused(review: Value) -> String {
    let Unreadable { uid, path, reason } = Review::from_value(review).unwrap_err();
    format!("{} | {path} | {reason}", uid.as_deref().unwrap_or("-"))
}

#[test]
fn a_review_of_a_new_object_is_the_request_that_a_file_with_the_object_makes() {
    let Review { uid, resource, request } = Review::from_json(create().to_string().as_bytes()).unwrap();
    assert_eq!(uid, "705ab4f5-6393-11e8-b7cc-42010a800002");
    let resource = resource.unwrap();
    assert_eq!((&*resource.group, &*resource.version, &*resource.resource), ("", "v1", "pods"));
    let file = fixtures::create(fixtures::pod("shop", "web"));
    assert_eq!(request.user_info.as_ref().unwrap()["username"], "jane");
    let request = Request { user_info: None, ..request };
    assert_eq!(format!("{request:?}"), format!("{file:?}"));
}

#[test]
fn each_operation_keeps_its_objects() {
    let (new, old) = (fixtures::privileged_pod("shop", "web"), fixtures::pod("shop", "web"));
    for (word, operation, object, old_object) in [
        ("CREATE", Operation::Create, &new, &Value::Null),
        ("UPDATE", Operation::Update, &new, &old),
        ("DELETE", Operation::Delete, &Value::Null, &old),
        ("DELETE", Operation::Delete, &Value::Null, &Value::Null),
        ("CONNECT", Operation::Connect, &Value::Null, &Value::Null),
    ] {
        let request = read(review(word, object, old_object));
        assert_eq!(request.operation, operation);
        assert_eq!((&*request.object, &*request.old_object), (object, old_object), "{word}");
    }
    assert_eq!(*read(review("DELETE", &Value::Null, &old)).judged(), old);
}

#[test]
fn a_connection_is_judged_by_its_options() {
    let options =
        json!({"kind": "PodExecOptions", "apiVersion": "v1", "command": ["sh"], "container": "app"});
    let mut exec = review("CONNECT", &options, &Value::Null);
    exec["request"]["kind"] = json!({"group": "", "version": "v1", "kind": "PodExecOptions"});
    exec["request"]["subResource"] = json!("exec");
    let request = read(exec);
    assert_eq!(request.kind.kind, "PodExecOptions");
    assert_eq!(request.sub_resource.as_deref(), Some("exec"));
    assert_eq!(request.name.as_deref(), Some("web"));
    assert_eq!(*request.object, options);
}

#[test]
fn a_subresource_has_the_kind_of_what_is_sent_to_it() {
    let scale = json!({"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": {"name": "web"}, "spec": {"replicas": 3}});
    let mut request = review("UPDATE", &scale, &scale);
    request["request"]["kind"] = json!({"group": "autoscaling", "version": "v1", "kind": "Scale"});
    request["request"]["resource"] = json!({"group": "apps", "version": "v1", "resource": "deployments"});
    request["request"]["subResource"] = json!("scale");
    let Review { request, resource, .. } = Review::from_value(request).unwrap();
    assert_eq!(request.kind.group_version(), "autoscaling/v1");
    assert_eq!(request.sub_resource.as_deref(), Some("scale"));
    assert_eq!(resource.unwrap().resource, "deployments");
}

#[test]
fn an_object_stays_as_it_came() {
    for object in [json!({}), json!({"metadata": null, "spec": {"x": [1.5, null, ""]}}), json!({"kind": 3})] {
        let request = read(review("CREATE", &object, &Value::Null));
        assert_eq!(*request.object, object);
    }
}

#[test]
fn a_name_comes_from_the_request_and_else_from_the_object() {
    let name = |review| read(review).name;
    let pod = fixtures::pod("shop", "own");
    assert_eq!(name(review("CREATE", &pod, &Value::Null)).as_deref(), Some("web"));
    for said in [None, Some(Value::Null), Some(json!(""))] {
        let unnamed =
            |object: &Value, old: &Value| with(review("DELETE", object, old), "/request/name", said.clone());
        assert_eq!(name(unnamed(&pod, &Value::Null)).as_deref(), Some("own"));
        assert_eq!(name(unnamed(&Value::Null, &pod)).as_deref(), Some("own"));
        assert_eq!(name(unnamed(&json!({"metadata": {"generateName": "web-"}}), &Value::Null)), None);
        assert_eq!(name(unnamed(&json!({}), &Value::Null)), None);
        assert_eq!(name(unnamed(&Value::Null, &Value::Null)), None);
    }
}

#[test]
fn a_namespace_is_the_requests_alone() {
    let namespace = |said: Option<Value>| read(with(create(), "/request/namespace", said)).namespace;
    assert_eq!(namespace(Some(json!("other"))), Namespace::Named("other".to_owned()));
    // An object could claim one that is excluded.
    for none in [None, Some(Value::Null), Some(json!(""))] {
        assert_eq!(namespace(none), Namespace::ClusterScoped);
    }
}

#[test]
fn a_namespace_object_lives_in_none_as_in_a_file() {
    let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}});
    let mut request = review("CREATE", &object, &Value::Null);
    request["request"]["kind"] = json!({"group": "", "version": "v1", "kind": "Namespace"});
    request["request"]["name"] = json!("shop");
    let request = read(request);
    assert_eq!(request.namespace, Namespace::ClusterScoped);
    assert_eq!(request.namespace, fixtures::create(object).namespace);
}

#[test]
fn what_a_review_does_not_say_is_nothing() {
    for nothing in [None, Some(Value::Null)] {
        let mut request = create();
        for key in ["userInfo", "dryRun", "subResource", "oldObject", "resource", "kind", "options"] {
            request = with(request, &format!("/request/{key}"), nothing.clone());
        }
        let Review { request, resource, .. } = Review::from_value(request).unwrap();
        assert_eq!(resource, None);
        assert_eq!((request.user_info, request.dry_run, request.sub_resource), (None, false, None));
        assert_eq!(request.kind.kind, "Pod");
        assert!(request.old_object.is_null());
    }
    assert!(read(with(create(), "/request/dryRun", Some(json!(true)))).dry_run);
    assert_eq!(read(with(create(), "/request/subResource", Some(json!("")))).sub_resource, None);
    assert_eq!(read(with(create(), "/request/kind/group", None)).kind.group, "");
}

#[test]
fn what_a_verdict_does_not_need_may_be_anything() {
    let mut odd = create();
    odd["request"]["options"] = json!(7);
    odd["request"]["resource"] = json!("pods");
    odd["request"]["requestKind"] = json!([]);
    odd["request"]["new in the next version"] = json!({});
    odd["response"] = json!(false);
    assert_eq!(Review::from_value(odd).unwrap().resource, None);
}

#[test]
fn what_is_wrong_is_named_with_its_path_and_the_uid_is_kept() {
    let cases = [
        ("/apiVersion", Some(json!("admission.k8s.io/v1beta1"))),
        ("/apiVersion", None),
        ("/kind", Some(json!("Pod"))),
        ("/request", None),
        ("/request", Some(json!([]))),
        ("/request/uid", None),
        ("/request/uid", Some(json!(""))),
        ("/request/uid", Some(json!(7))),
        ("/request/operation", None),
        ("/request/operation", Some(json!("create"))),
        ("/request/operation", Some(json!(["CREATE"]))),
        ("/request/kind", Some(json!("Pod"))),
        ("/request/kind/version", None),
        ("/request/kind/kind", Some(json!(3))),
        ("/request/object", None),
        ("/request/object", Some(json!("web"))),
        ("/request/oldObject", Some(json!([{}]))),
        ("/request/name", Some(json!(7))),
        ("/request/namespace", Some(json!({}))),
        ("/request/subResource", Some(json!(true))),
        ("/request/userInfo", Some(json!("jane"))),
        ("/request/dryRun", Some(json!("true"))),
    ];
    let said: Vec<String> =
        cases.into_iter().map(|(pointer, value)| refused(with(create(), pointer, value))).collect();
    insta::assert_snapshot!(said.join("\n").replace("705ab4f5-6393-11e8-b7cc-42010a800002", "705ab4f5"), @r#"
    705ab4f5 | apiVersion | apiVersion is "admission.k8s.io/v1beta1", expected "admission.k8s.io/v1"
    705ab4f5 | apiVersion | apiVersion is missing, expected "admission.k8s.io/v1"
    705ab4f5 | kind | kind is "Pod", expected "AdmissionReview"
    - | request | request is missing, expected a mapping
    - | request | request is a list, expected a mapping
    - | request.uid | request.uid is missing, expected a text
    - | request.uid | request.uid is "", expected a text
    - | request.uid | request.uid is the number 7, expected a text
    705ab4f5 | request.operation | request.operation is missing, expected one of CREATE, UPDATE, DELETE, CONNECT
    705ab4f5 | request.operation | request.operation is "create", expected one of CREATE, UPDATE, DELETE, CONNECT
    705ab4f5 | request.operation | request.operation is a list, expected one of CREATE, UPDATE, DELETE, CONNECT
    705ab4f5 | request.kind | request.kind is "Pod", expected a mapping
    705ab4f5 | request.kind.version | request.kind.version is missing, expected a text
    705ab4f5 | request.kind.kind | request.kind.kind is the number 3, expected a text
    705ab4f5 | request.object | request.object is missing, expected the object that is to be
    705ab4f5 | request.object | request.object is "web", expected a mapping
    705ab4f5 | request.oldObject | request.oldObject is a list, expected a mapping
    705ab4f5 | request.name | request.name is the number 7, expected a text
    705ab4f5 | request.namespace | request.namespace is a mapping, expected a text
    705ab4f5 | request.subResource | request.subResource is the boolean true, expected a text
    705ab4f5 | request.userInfo | request.userInfo is "jane", expected a mapping
    705ab4f5 | request.dryRun | request.dryRun is "true", expected true or false
    "#);
    assert_eq!(refused(json!([])), "- |  | the review is a list, expected a mapping");
}

#[test]
fn without_a_kind_the_object_must_say_it() {
    let nameless = with(review("DELETE", &Value::Null, &Value::Null), "/request/kind", None);
    assert!(refused(nameless).contains("request.kind is missing"));
}

#[test]
fn an_update_must_say_what_is_to_be() {
    let update = review("UPDATE", &Value::Null, &fixtures::pod("shop", "web"));
    assert!(refused(update).contains("request.object is missing"));
}

#[test]
fn a_body_that_is_no_json_is_refused_at_every_length_and_the_uid_is_kept_once_it_is_whole() {
    let body = create().to_string();
    let uid = "705ab4f5-6393-11e8-b7cc-42010a800002";
    let end_of_uid = body.find(uid).unwrap() + uid.len() + 1;
    for length in 0..body.len() {
        let unreadable = Review::from_json(&body.as_bytes()[..length]).unwrap_err();
        let kept = (length >= end_of_uid).then(|| uid.to_owned());
        assert_eq!(unreadable.uid, kept, "{length}");
        assert!(unreadable.path.0.is_empty() && !unreadable.reason.is_empty());
    }
    Review::from_json(body.as_bytes()).unwrap();
}

#[test]
fn garbage_is_refused() {
    for body in
        ["", " ", "null", "7", "\"AdmissionReview\"", "[]", "{}", "{]", "apiVersion: v1", "\u{feff}{}"]
    {
        let Unreadable { uid, reason, .. } = Review::from_json(body.as_bytes()).unwrap_err();
        assert_eq!(uid, None, "{body}");
        assert!(reason.contains("expected") || reason.contains("JSON"), "{body}: {reason}");
    }
    Review::from_json(b"\xff\xfe").unwrap_err();
    let trailing = format!("{} x", create());
    assert!(Review::from_json(trailing.as_bytes()).unwrap_err().uid.is_some());
}

#[test]
fn a_text_that_is_not_unicode_and_one_that_is_nested_without_end_keep_the_uid() {
    let head =
        r#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","object":"#;
    let mut bytes = head.as_bytes().to_vec();
    bytes.extend(b"{\"a\":\"\xff\"}}}");
    assert_eq!(Review::from_json(&bytes).unwrap_err().uid.as_deref(), Some("u"));
    let deep = format!("{head}{}{}}}}}", "[".repeat(100_000), "]".repeat(100_000));
    let unreadable = Review::from_json(deep.as_bytes()).unwrap_err();
    assert_eq!(unreadable.uid.as_deref(), Some("u"));
    assert!(unreadable.reason.contains("recursion limit"), "{}", unreadable.reason);
}

#[test]
fn of_two_equal_keys_the_last_counts() {
    let body = create().to_string();
    let twice = body.replacen(r#""operation":"#, r#""operation":"DELETE","operation":"#, 1);
    assert_eq!(Review::from_json(twice.as_bytes()).unwrap().request.operation, Operation::Create);
    let twice = body.replacen(r#""uid":"#, r#""uid":"first","uid":"#, 1);
    assert_eq!(Review::from_json(twice.as_bytes()).unwrap().uid, "705ab4f5-6393-11e8-b7cc-42010a800002");
    let cut = &twice.as_bytes()[..twice.len() - 1];
    assert_eq!(
        Review::from_json(cut).unwrap_err().uid.as_deref(),
        Some("705ab4f5-6393-11e8-b7cc-42010a800002")
    );
}

#[test]
fn a_review_is_known_by_its_kind_in_every_version() {
    assert!(Review::is_one(&create()));
    assert!(Review::is_one(&with(create(), "/apiVersion", Some(json!("admission.k8s.io/v1beta1")))));
    assert!(!Review::is_one(&fixtures::pod("shop", "web")));
    assert!(!Review::is_one(&json!({"kind": "AdmissionReview"})));
}
