//! Small policies and objects for tests.

use std::{fmt::Write as _, sync::Arc};

use serde_json::{Value, json};

use crate::{
    bundle::{Role, Source},
    policy::Origin,
    rego::Module,
    request::{Operation, Request},
};

/// METADATA that says no more than it has to, for these kinds.
pub(crate) fn metadata(kinds: &[&str]) -> Value {
    let kinds: Vec<Value> = kinds.iter().map(|kind| selector(kind)).collect();
    json!({
        "title": "T",
        "description": "D",
        "custom": {"category": "test", "severity": "high", "kinds": kinds, "remediation": "R"},
    })
}

/// `Deployment.apps`.
pub(crate) fn selector(kind: &str) -> Value {
    let (kind, group) = kind.split_once('.').unwrap_or((kind, ""));
    json!({"group": group, "kind": kind})
}

/// The same with more under `custom`.
pub(crate) fn with(mut metadata: Value, custom: &Value) -> Value {
    for (key, value) in custom.as_object().unwrap() {
        metadata["custom"][key] = value.clone();
    }
    metadata
}

pub(crate) fn policy(name: &str, metadata: Value, rules: &str) -> Source {
    let mut text = format!("package guard.policies[\"{name}\"]\n\nimport future.keywords.not\n");
    if metadata["custom"]["parameters"].is_object() {
        writeln!(text, "import input.parameters[\"{name}\"] as parameters").unwrap();
    }
    text.push_str(rules);
    Source {
        module: Module { file: format!("policies/{name}/policy.rego").into(), text: text.into() },
        origin: Origin::Folder,
        role: Role::Policy { folder: name.into(), metadata: Some(metadata) },
    }
}

pub(crate) fn pod(namespace: &str, name: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"containers": [{"name": "app"}]},
    })
}

pub(crate) fn privileged_pod(namespace: &str, name: &str) -> Value {
    let mut pod = pod(namespace, name);
    pod["spec"]["containers"][0]["privileged"] = json!(true);
    pod
}

pub(crate) fn deployment(namespace: &str, name: &str) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"template": {"metadata": {}, "spec": {"containers": [{"name": "app", "privileged": true}]}}},
    })
}

/// The request that creates an object of a file.
pub(crate) fn create(object: Value) -> Request {
    Request::create(Arc::new(object), None).unwrap()
}

/// The request by which a user changes an object.
pub(crate) fn update(old: Value, new: Value) -> Request {
    let user = json!({"username": "jane", "groups": ["system:authenticated"]});
    Request { operation: Operation::Update, old_object: Arc::new(old), user_info: Some(user), ..create(new) }
}
