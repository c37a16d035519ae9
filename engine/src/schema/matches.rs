//! Matches: of policies and overrides, and of exemptions.

use serde_json::{Value, json};

use super::words::{described, list, nullable, object, set, text, word};
use crate::config::matches::{KEYS, OPERATORS};

/// The match of a policy or an override.
pub(super) fn of_policy() -> Value {
    matching(KEYS.into_iter())
}

/// The match of an exemption, which alone can name containers.
pub(super) fn of_exemption() -> Value {
    matching(KEYS.into_iter().chain(["containers"]))
}

fn matching(keys: impl Iterator<Item = &'static str>) -> Value {
    let mut schema = object(keys.map(|key| (key, described(nullable(value(key)), meaning(key)))), &[]);
    set(&mut schema, "minProperties", json!(1));
    schema
}

fn value(key: &str) -> Value {
    if key == "namespaceSelector" { selector() } else { list(text()) }
}

fn meaning(key: &str) -> &'static str {
    match key {
        "namespaces" => "Objects in a namespace that one of these patterns matches.",
        "excludedNamespaces" => "Objects in no namespace that one of these patterns matches.",
        "namespaceSelector" => "Objects in a namespace with these labels.",
        "kinds" => "Workloads of one of these kinds: Deployment, or Deployment.apps.",
        "names" => "Workloads whose name one of these patterns matches.",
        "users" => "Requests of these users.",
        "groups" => "Requests of members of these groups.",
        "containers" => "Violations in a container of one of these names.",
        _ => "",
    }
}

/// A label selector, in Kubernetes' own form.
fn selector() -> Value {
    let labels = json!({"type": "object", "additionalProperties": text()});
    let mut expression = object(
        [
            ("key", text()),
            ("operator", word(OPERATORS.map(|(operator, _)| operator))),
            ("values", nullable(list(text()))),
        ],
        &["key", "operator"],
    );
    let takes_values = json!({"properties": {"operator": {"enum": ["In", "NotIn"]}}});
    set(&mut expression, "if", takes_values);
    set(
        &mut expression,
        "then",
        json!({"required": ["values"], "properties": {"values": {"type": "array"}}}),
    );
    set(&mut expression, "else", json!({"properties": {"values": {"type": "null"}}}));
    let mut schema =
        object([("matchLabels", nullable(labels)), ("matchExpressions", nullable(list(expression)))], &[]);
    let says_something = json!([
        {"required": ["matchExpressions"], "properties": {"matchExpressions": {"type": "array"}}},
        {"required": ["matchLabels"], "properties": {"matchLabels": {"type": "object", "minProperties": 1}}},
        {"type": "null"},
    ]);
    set(&mut schema, "anyOf", says_something);
    schema
}
