//! Small policies and reviews for tests.

use std::{fs, path::Path, sync::Arc};

use guard_engine::{inventory::Store, review::Review};
use guard_loader::{GuardYaml, Library};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{
    admission::{Answered, Door},
    state::{Guardrails, state},
};

/// The day on which tests happen.
pub(crate) const TODAY: Date = date(2026, 11, 21);

/// A policy's file: for the core kinds, with the rules of its body.
pub(crate) fn policy(name: &str, severity: &str, kinds: &[&str], rules: &str) -> String {
    let kinds: Vec<String> = kinds.iter().map(|kind| format!(r#"{{group: "", kind: {kind}}}"#)).collect();
    format!(
        "# METADATA
# title: The title of {name}
# description: D
# custom:
#   category: test
#   severity: {severity}
#   kinds: [{}]
#   remediation: R
package guard.policies[\"{name}\"]

import future.keywords.not

{rules}
",
        kinds.join(", ")
    )
}

/// A policy that finds each container of a pod whose field is true.
pub(crate) fn container_policy(name: &str, severity: &str, field: &str) -> String {
    let rules = format!(
        r#"violation contains {{"message": message, "path": path}} if {{
	some i, container in input.object.spec.containers
	container.{field} == true
	message := sprintf("container %v sets {field}: remove it", [container.name])
	path := ["spec", "containers", i, "{field}"]
}}"#
    );
    policy(name, severity, &["Pod"], &rules)
}

/// Writes policies into a folder.
pub(crate) fn write_policies(folder: &Path, policies: &[(&str, String)]) {
    for (name, text) in policies {
        fs::create_dir_all(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("policy.rego"), text).unwrap();
    }
}

/// Guardrails of these policies alone, under a guard.yaml.
pub(crate) fn guardrails(policies: &[(&str, String)], guard_yaml: &str) -> Guardrails {
    let folder = tempfile::tempdir().unwrap();
    write_policies(&folder.path().join("policies"), policies);
    fs::write(folder.path().join("guard.yaml"), guard_yaml).unwrap();
    let guard_yaml = GuardYaml::open(&folder.path().join("guard.yaml")).unwrap();
    let library = Library { folders: vec![folder.path().join("policies")], default_library: false };
    let loaded = guard_loader::load(guard_yaml, &library, TODAY).unwrap();
    Guardrails {
        bundle: Arc::new(loaded.bundle),
        config: Arc::new(loaded.config),
        problems: Vec::new(),
        texts: None,
    }
}

/// The review of a request with this operation, kind and more.
pub(crate) fn review(operation: &str, kind: &str, more: Value) -> Review {
    let mut request = json!({
        "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
        "kind": {"group": "", "version": "v1", "kind": kind},
        "resource": {"group": "", "version": "v1", "resource": format!("{}s", kind.to_lowercase())},
        "name": "web",
        "namespace": "shop",
        "operation": operation,
        "userInfo": {"username": "jane", "groups": ["system:authenticated"]},
        "object": null,
        "oldObject": null,
        "dryRun": false,
    });
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let review = json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request});
    Review::from_value(review).unwrap()
}

/// A pod with one container.
pub(crate) fn pod(container: Value) -> Value {
    let mut with_name = json!({"name": "app"});
    with_name.as_object_mut().unwrap().extend(container.as_object().unwrap().clone());
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"containers": [with_name]},
    })
}

/// The review of a new pod.
pub(crate) fn new_pod(container: Value) -> Review {
    review("CREATE", "Pod", json!({"object": pod(container)}))
}

/// What guardrails say of a review, with all the time in the world.
pub(crate) fn judge(guardrails: &Guardrails, review: &Review) -> Answered {
    let mut door = Door::new(state(guardrails.clone()));
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(600);
    door.answer(review, &Store::default().snapshot(), TODAY, deadline)
}

/// The `response` of an answer.
pub(crate) fn response(answered: &Answered) -> Value {
    let body: Value = serde_json::from_slice(&answered.body).unwrap();
    assert_eq!(body["apiVersion"], "admission.k8s.io/v1");
    assert_eq!(body["kind"], "AdmissionReview");
    body["response"].clone()
}
