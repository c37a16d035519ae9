//! What the API server's audit log is told.
//!
//! Keys are fixed words: the API server puts the webhook's name before them and drops what is then no qualified name, as a policy's name of
//! more than 63 characters would be.

use std::collections::BTreeMap;

use guard_engine::{
    enforcement::EnforcementAction,
    evaluation::{Evaluation, Exempted},
    exemption::Grounds,
    path::Path,
    violation::Violation,
};
use serde::{Serialize, Serializer};

use super::json;

/// The most that one annotation holds, in bytes of JSON: the audit log keeps it with every request.
const MAX_BYTES: usize = 32 << 10;

/// A violation, with its path as a text: an audit log is searched by people.
#[derive(Serialize)]
struct Found<'a> {
    policy: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<EnforcementAction>,
    #[serde(serialize_with = "as_text")]
    path: &'a Path,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exemption: Option<&'a Grounds>,
}

/// The annotations of an evaluation: lists as JSON, in the order in which they are in the decision record.
pub(super) fn all(evaluation: &Evaluation) -> BTreeMap<&'static str, String> {
    let mut annotations = BTreeMap::new();
    let mut left_out = 0;
    let mut add = |key, (list, rest): (Option<String>, usize)| {
        annotations.extend(list.map(|list| (key, list)));
        left_out += rest;
    };
    add("violations", list(evaluation.violations.iter().map(Found::from)));
    add("exempted", list(evaluation.exempted.iter().map(Found::from)));
    add("failures", list(evaluation.failures.iter()));
    if left_out > 0 {
        annotations.insert("left-out", left_out.to_string());
    }
    annotations
}

/// Items as a list in JSON, as many as there is room for, and how many there is none for; none where there are no items.
fn list(items: impl Iterator<Item = impl Serialize>) -> (Option<String>, usize) {
    let mut list = String::new();
    let mut left_out = 0;
    for item in items {
        let item = json(&item);
        if left_out > 0 || list.len() + item.len() > MAX_BYTES {
            left_out += 1;
            continue;
        }
        list.push(if list.is_empty() { '[' } else { ',' });
        list.push_str(&String::from_utf8_lossy(&item));
    }
    if list.is_empty() && left_out == 0 {
        return (None, 0);
    }
    if list.is_empty() {
        list.push('[');
    }
    list.push(']');
    (Some(list), left_out)
}

impl<'a> From<&'a Violation> for Found<'a> {
    fn from(violation: &'a Violation) -> Self {
        let Violation { policy, action, path, message, .. } = violation;
        Self { policy, action: Some(*action), path, message, exemption: None }
    }
}

impl<'a> From<&'a Exempted> for Found<'a> {
    fn from(exempted: &'a Exempted) -> Self {
        Self { action: None, exemption: Some(&exempted.grounds), ..Self::from(&exempted.violation) }
    }
}

fn as_text<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(path)
}
