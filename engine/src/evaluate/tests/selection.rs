//! Which policies are called: by kind, operation, subresource.

use super::*;

fn one(metadata: Value) -> Guard {
    Guard::new(&[policy("p", metadata, ALWAYS)], &json!({}))
}

fn scaled(operation: Operation, sub_resource: Option<&str>, object: Value) -> Request {
    Request { operation, sub_resource: sub_resource.map(str::to_owned), ..create(object) }
}

#[test]
fn a_policy_is_called_for_its_kinds_alone() {
    let mut guard = one(metadata(&["Deployment.apps"]));
    assert_eq!(guard.says(&create(deployment("shop", "web"))), ["p deny metadata.name"]);
    assert_eq!(guard.judge(&create(pod("shop", "web"))).evaluated, 0);
    let mut other_group = deployment("shop", "web");
    other_group["apiVersion"] = json!("example.com/v1");
    assert_eq!(guard.judge(&create(other_group)).evaluated, 0);
}

#[test]
fn any_version_of_a_kind_is_judged() {
    let mut old = deployment("shop", "web");
    old["apiVersion"] = json!("apps/v1beta2");
    assert_eq!(one(metadata(&["Deployment.apps"])).says(&create(old)), ["p deny metadata.name"]);
}

#[test]
fn without_operations_a_policy_is_called_for_create_and_update() {
    let mut guard = one(metadata(&["Pod"]));
    let mut evaluated = |operation| guard.judge(&scaled(operation, None, pod("shop", "web"))).evaluated;
    assert_eq!(evaluated(Operation::Create), 1);
    assert_eq!(evaluated(Operation::Update), 1);
    assert_eq!(evaluated(Operation::Delete), 0);
    assert_eq!(evaluated(Operation::Connect), 0);
}

#[test]
fn a_policy_that_declares_delete_judges_the_object_that_goes() {
    let keep = r#"violation contains {"message": "kept", "path": ["metadata"]} if input.oldObject.metadata.name == "web""#;
    let metadata = with(metadata(&["Pod"]), &json!({"operations": ["DELETE"]}));
    let mut guard = Guard::new(&[policy("p", metadata, keep)], &json!({}));
    let mut request = create(pod("shop", "web"));
    assert_eq!(guard.judge(&request).evaluated, 0);
    request.operation = Operation::Delete;
    request.old_object = std::mem::replace(&mut request.object, Arc::new(Value::Null));
    assert_eq!(guard.says(&request), ["p deny metadata"]);
}

#[test]
fn a_subresource_is_judged_only_where_it_is_declared() {
    let declared = with(metadata(&["Deployment.apps"]), &json!({"subresources": ["scale"]}));
    let scale = scaled(Operation::Update, Some("scale"), deployment("shop", "web"));
    assert_eq!(one(declared.clone()).judge(&scale).evaluated, 1);
    assert_eq!(one(declared).judge(&create(deployment("shop", "web"))).evaluated, 1);
    assert_eq!(one(metadata(&["Deployment.apps"])).judge(&scale).evaluated, 0);
}

#[test]
fn a_wildcard_never_includes_a_subresource() {
    let all = with(metadata(&["*.*"]), &json!({"subresources": ["binding"]}));
    let mut guard = one(all);
    assert_eq!(guard.judge(&create(pod("shop", "web"))).evaluated, 1);
    let binding = scaled(Operation::Create, Some("binding"), pod("shop", "web"));
    assert_eq!(guard.judge(&binding).evaluated, 0);
}

#[test]
fn a_policy_on_pods_also_gets_ephemeral_containers() {
    let debug = scaled(Operation::Update, Some("ephemeralcontainers"), pod("shop", "web"));
    assert_eq!(one(metadata(&["Pod"])).judge(&debug).evaluated, 1);
    assert_eq!(one(metadata(&["*.*"])).judge(&debug).evaluated, 0);
    let exec = scaled(Operation::Connect, Some("exec"), pod("shop", "web"));
    assert_eq!(one(metadata(&["Pod"])).judge(&exec).evaluated, 0);
}

#[test]
fn a_policy_sees_the_admission_request_and_of_a_file_no_user() {
    let see = r#"
violation contains {"message": json.marshal(seen), "path": []}
seen := object.filter(input, ["operation", "kind", "name", "namespace", "oldObject", "userInfo", "dryRun", "subResource", "namespaceObject"])
"#;
    let mut guard = Guard::new(&[policy("p", metadata(&["Pod"]), see)], &json!({}));
    let mut message = |request: &Request| guard.judge(request).violations[0].message.clone();
    insta::assert_snapshot!(
        message(&create(pod("shop", "web"))),
        @r#"{"dryRun":false,"kind":{"group":"","kind":"Pod","version":"v1"},"name":"web","namespace":"shop","oldObject":null,"operation":"CREATE"}"#
    );
    let mut request = update(json!({}), pod("shop", "web"));
    request.dry_run = true;
    request.namespace_object = Some(Arc::new(json!({"metadata": {"name": "shop"}})));
    insta::assert_snapshot!(
        message(&request),
        @r#"{"dryRun":true,"kind":{"group":"","kind":"Pod","version":"v1"},"name":"web","namespace":"shop","namespaceObject":{"metadata":{"name":"shop"}},"oldObject":{},"operation":"UPDATE","userInfo":{"groups":["system:authenticated"],"username":"jane"}}"#
    );
}

#[test]
fn the_order_of_requests_does_not_change_a_verdict() {
    let sources = two_policies();
    let requests = [
        create(privileged_pod("shop", "a")),
        create(pod("shop", "b")),
        create(deployment("shop", "c")),
        create(pod("kube-system", "d")),
    ];
    let yaml = json!({"policies": {"privileged": {"match": {"names": ["a", "c"]}}}});
    let alone: Vec<_> = requests.iter().map(|request| Guard::new(&sources, &yaml).judge(request)).collect();
    let mut guard = Guard::new(&sources, &yaml);
    for index in [0, 1, 2, 3, 3, 2, 1, 0, 2, 0] {
        assert_eq!(guard.judge(&requests[index]), alone[index], "request {index}");
    }
}

#[test]
fn another_configuration_is_noticed() {
    let bundle = bundle_of(&two_policies());
    let mut evaluator = Evaluator::new(Arc::clone(&bundle));
    let request = create(privileged_pod("shop", "web"));
    let mut actions = |guard_yaml: Value| -> Vec<String> {
        let config = Config::from_value(&guard_yaml, &bundle, TODAY).unwrap();
        let evaluation = evaluator.evaluate(&config, &request, &Inventory::default(), TODAY);
        evaluation.violations.iter().map(line).collect()
    };
    let both = ["always deny metadata.name", "privileged deny spec.containers[0].privileged"];
    assert_eq!(actions(json!({})), both);
    assert_eq!(actions(json!({"policies": {"always": {"enforcement": "off"}}})), both[1..]);
    assert_eq!(actions(json!({})), both);
}

#[test]
fn parameters_have_their_defaults_and_overrides_give_others() {
    let rules = r#"violation contains {"message": parameters.word, "path": []}"#;
    let schema = json!({"type": "object", "additionalProperties": false, "properties": {
        "word": {"type": "string", "default": "default"},
    }});
    let source = policy("p", with(metadata(&["Pod"]), &json!({"parameters": schema})), rules);
    let mut guard = Guard::new(
        &[source],
        &json!({"policies": {"p": {"overrides": [
            {"match": {"namespaces": ["a"]}, "parameters": {"word": "for a"}},
            {"match": {"names": ["b"]}, "parameters": {"word": "for b"}},
        ]}}}),
    );
    let mut message =
        |namespace, name| guard.judge(&create(pod(namespace, name))).violations[0].message.clone();
    assert_eq!(message("x", "x"), "default");
    assert_eq!(message("a", "x"), "for a");
    assert_eq!(message("x", "b"), "for b");
    assert_eq!(message("a", "b"), "for b", "the last override that matches counts, alone");
    assert_eq!(message("a", "x"), "for a");
}

#[test]
fn what_a_policy_may_read_of_the_input_is_what_is_there() {
    let keys = |object: &str| {
        let rules = format!(
            "violation contains {{\"message\": message, \"path\": []}} if message := concat(\" \", sort(object.keys({object})))\n"
        );
        let mut metadata = with(metadata(&["Pod"]), &json!({"subresources": ["scale"]}));
        metadata["custom"]["operations"] = json!(["UPDATE"]);
        let mut guard = Guard::new(&[policy("p", metadata, &rules)], &json!({}));
        let request = Request {
            sub_resource: Some("scale".to_owned()),
            namespace_object: Some(Arc::new(json!({}))),
            ..update(pod("shop", "web"), pod("shop", "web"))
        };
        guard
            .judge(&request)
            .violations
            .first()
            .map(|violation| violation.message.clone())
            .unwrap_or_default()
    };
    assert_eq!(keys("input"), crate::request::FIELDS.join(" "));
    assert_eq!(keys("input.kind"), crate::request::KIND_FIELDS.join(" "));
}
