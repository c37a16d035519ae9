//! The fields of an object's head that kubectl decodes with their types before it sends anything.
//!
//! Source: `TypeMeta` and `ObjectMeta` in `k8s.io/apimachinery/pkg/apis/meta/v1`, which
//! `k8s.io/cli-runtime/pkg/resource` decodes every object's head into.

use serde_json::{Map, Value};

use super::{Part, Problem, describe};
use crate::yaml::timestamp;

/// A field's type. Null fits any of them.
enum Type {
    Text,
    Bool,
    Int,
    Time,
    TextMap,
    TextList,
    Object(&'static [(&'static str, Type)]),
    Objects(&'static [(&'static str, Type)]),
}

const HEAD: &[(&str, Type)] =
    &[("apiVersion", Type::Text), ("kind", Type::Text), ("metadata", Type::Object(OBJECT_META))];

const OBJECT_META: &[(&str, Type)] = &[
    ("name", Type::Text),
    ("generateName", Type::Text),
    ("namespace", Type::Text),
    ("selfLink", Type::Text),
    ("uid", Type::Text),
    ("resourceVersion", Type::Text),
    ("generation", Type::Int),
    ("creationTimestamp", Type::Time),
    ("deletionTimestamp", Type::Time),
    ("deletionGracePeriodSeconds", Type::Int),
    ("labels", Type::TextMap),
    ("annotations", Type::TextMap),
    ("ownerReferences", Type::Objects(OWNER_REFERENCE)),
    ("finalizers", Type::TextList),
    ("managedFields", Type::Objects(MANAGED_FIELDS)),
];

const OWNER_REFERENCE: &[(&str, Type)] = &[
    ("apiVersion", Type::Text),
    ("kind", Type::Text),
    ("name", Type::Text),
    ("uid", Type::Text),
    ("controller", Type::Bool),
    ("blockOwnerDeletion", Type::Bool),
];

const MANAGED_FIELDS: &[(&str, Type)] = &[
    ("manager", Type::Text),
    ("operation", Type::Text),
    ("apiVersion", Type::Text),
    ("time", Type::Time),
    ("fieldsType", Type::Text),
    ("subresource", Type::Text),
];

/// Checks the types of an object's head.
pub(super) fn check(object: &Map<String, Value>) -> Result<(), Problem> {
    check_fields(object, HEAD, &mut Vec::new())
}

fn check_fields(
    object: &Map<String, Value>,
    fields: &[(&str, Type)],
    path: &mut Vec<Part>,
) -> Result<(), Problem> {
    for (name, kind) in fields {
        if let Some(value) = object.get(*name) {
            within(path, (*name).into(), |path| check_value(value, kind, path))?;
        }
    }
    Ok(())
}

/// The recursion ends with the types above, three levels deep.
fn check_value(value: &Value, kind: &Type, path: &mut Vec<Part>) -> Result<(), Problem> {
    match (kind, value) {
        (_, Value::Null) | (Type::Text, Value::String(_)) | (Type::Bool, Value::Bool(_)) => Ok(()),
        (Type::Int, Value::Number(number)) if number.is_i64() => Ok(()),
        (Type::Time, Value::String(text)) if timestamp::is_rfc3339(text) => Ok(()),
        (Type::TextMap, Value::Object(map)) => map.iter().try_for_each(|(key, value)| {
            within(path, key.as_str().into(), |path| check_value(value, &Type::Text, path))
        }),
        (Type::TextList, Value::Array(list)) => {
            each(list, path, |value, path| check_value(value, &Type::Text, path))
        }
        (Type::Object(fields), Value::Object(object)) => check_fields(object, fields, path),
        (Type::Objects(fields), Value::Array(list)) => each(list, path, |value, path| match value {
            Value::Object(object) => check_fields(object, fields, path),
            Value::Null => Ok(()),
            value => Err(mismatch(value, "a mapping", path)),
        }),
        (Type::Text, value) => Err(mismatch(value, "a string: quote it", path)),
        (Type::Bool, value) => Err(mismatch(value, "a boolean", path)),
        (Type::Int, value) => Err(mismatch(value, "an integer", path)),
        (Type::Time, value) => Err(mismatch(value, "a time such as \"2006-01-02T15:04:05Z\"", path)),
        (Type::TextMap | Type::Object(_), value) => Err(mismatch(value, "a mapping", path)),
        (Type::TextList | Type::Objects(_), value) => Err(mismatch(value, "a list", path)),
    }
}

fn each(
    list: &[Value],
    path: &mut Vec<Part>,
    mut check: impl FnMut(&Value, &mut Vec<Part>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    list.iter()
        .enumerate()
        .try_for_each(|(index, value)| within(path, Part::Index(index), |path| check(value, path)))
}

fn within(
    path: &mut Vec<Part>,
    part: Part,
    check: impl FnOnce(&mut Vec<Part>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    path.push(part);
    check(path)?;
    path.pop();
    Ok(())
}

fn mismatch(value: &Value, expected: &str, path: &[Part]) -> Problem {
    let mut name = String::new();
    for part in path {
        match part {
            Part::Key(key) if name.is_empty() => name.push_str(key),
            Part::Key(key) => name.extend([".", key]),
            Part::Index(index) => name.push_str(&format!("[{index}]")),
        }
    }
    (format!("`{name}` is {} where Kubernetes takes {expected}", describe(value)), path.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn problem(metadata: &Value) -> Option<String> {
        let object = json!({"kind": "T", "metadata": metadata});
        check(object.as_object()?).err().map(|(reason, _)| reason)
    }

    #[test]
    fn metadata_of_the_right_types_passes() {
        for metadata in [
            json!(null),
            json!({"name": "a", "labels": {"a": "b", "c": null}, "generation": 1, "creationTimestamp": null}),
            json!({"creationTimestamp": "2024-01-01T00:00:00Z", "finalizers": ["a", null], "unknown": 1}),
            json!({"ownerReferences": [{"controller": true, "name": "x"}, null], "managedFields": [{"fieldsV1": {"f:a": {}}}]}),
        ] {
            assert_eq!(problem(&metadata), None);
        }
    }

    #[test]
    fn a_wrong_type_is_named_with_its_path() {
        for (metadata, reason) in [
            (json!("x"), "`metadata` is a text where Kubernetes takes a mapping"),
            (json!({"name": true}), "`metadata.name` is a boolean where Kubernetes takes a string: quote it"),
            (
                json!({"labels": {"a/b": 1}}),
                "`metadata.labels.a/b` is a number where Kubernetes takes a string: quote it",
            ),
            (json!({"labels": []}), "`metadata.labels` is a list where Kubernetes takes a mapping"),
            (
                json!({"generation": 1.5}),
                "`metadata.generation` is a number where Kubernetes takes an integer",
            ),
            (
                json!({"finalizers": [1]}),
                "`metadata.finalizers[0]` is a number where Kubernetes takes a string: quote it",
            ),
            (
                json!({"ownerReferences": [{"controller": "x"}]}),
                "`metadata.ownerReferences[0].controller` is a text where Kubernetes takes a boolean",
            ),
            (
                json!({"creationTimestamp": "x"}),
                "`metadata.creationTimestamp` is a text where Kubernetes takes a time such as \"2006-01-02T15:04:05Z\"",
            ),
        ] {
            assert_eq!(problem(&metadata).as_deref(), Some(reason));
        }
    }
}
