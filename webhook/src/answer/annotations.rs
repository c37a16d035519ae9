//! What the API server's audit log is told.
//!
//! Keys are fixed words: the API server puts the webhook's name before them and drops what is then no qualified name, as a policy's name of
//! more than 63 characters would be.

use std::collections::BTreeMap;

use guard_engine::evaluation::Evaluation;
use serde::Serialize;
use serde_json::json;

use super::json;

/// The most that one annotation holds, in bytes of JSON: the audit log keeps it with every request.
const MAX_BYTES: usize = 32 << 10;

/// The annotations of an evaluation: lists as JSON, in the order in which they are in the decision record.
pub(super) fn all(evaluation: &Evaluation) -> BTreeMap<&'static str, String> {
    let mut annotations = BTreeMap::new();
    let mut left_out = 0;
    let mut add = |key, items: Vec<serde_json::Value>| {
        if !items.is_empty() {
            let (list, rest) = list(&items);
            annotations.insert(key, list);
            left_out += rest;
        }
    };
    let violations = evaluation.violations.iter().map(|violation| {
        json!({
            "policy": violation.policy,
            "action": violation.action,
            "path": violation.path.to_string(),
            "message": violation.message,
        })
    });
    add("violations", violations.collect());
    let exempted = evaluation.exempted.iter().map(|exempted| {
        json!({
            "policy": exempted.violation.policy,
            "path": exempted.violation.path.to_string(),
            "message": exempted.violation.message,
            "exemption": exempted.grounds,
        })
    });
    add("exempted", exempted.collect());
    let failures = evaluation.failures.iter().map(|failure| json!(failure));
    add("failures", failures.collect());
    if left_out > 0 {
        annotations.insert("left-out", left_out.to_string());
    }
    annotations
}

/// A list of items as JSON, as many as there is room for, and how many there is none for.
fn list(items: &[impl Serialize]) -> (String, usize) {
    let mut list = String::from("[");
    for (index, item) in items.iter().enumerate() {
        let item = String::from_utf8_lossy(&json(item)).into_owned();
        if list.len() + item.len() > MAX_BYTES {
            list.push(']');
            return (list, items.len() - index);
        }
        if index > 0 {
            list.push(',');
        }
        list.push_str(&item);
    }
    list.push(']');
    (list, 0)
}
