//! JSON in the evaluator's own form.

use std::{cell::RefCell, collections::HashSet, sync::Arc};

use regorus::Value;
use serde_json::Value as Json;

/// A JSON value in the evaluator's own form: converted once, cloned for free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document(pub(super) Value);

impl Document {
    /// An object of these entries; the last of two equal keys counts.
    pub fn object<'a>(entries: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        Keys::with(|keys| Self(object(entries.into_iter().map(|(key, value)| (keys.intern(key), value.0)))))
    }

    /// Puts a document at a path of keys below this object, and makes the objects on the way there. A clone of this stays as
    /// it was: of what they share only the objects on the path are copied. False where something was there before.
    pub(crate) fn put(&mut self, path: &[&str], document: Self) -> bool {
        put(&mut self.0, path, document.0)
    }

    /// Takes away what is at a path of keys, and the objects on the way there that become empty. False where nothing is.
    pub(crate) fn remove(&mut self, path: &[&str]) -> bool {
        remove(&mut self.0, path)
    }
}

impl From<&Json> for Document {
    fn from(json: &Json) -> Self {
        Keys::with(|keys| Self(convert(json, keys)))
    }
}

impl From<&str> for Document {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<bool> for Document {
    fn from(truth: bool) -> Self {
        Self(truth.into())
    }
}

fn convert(json: &Json, keys: &mut Keys) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => convert_number(number),
        Json::String(text) => text.as_str().into(),
        Json::Array(items) => items.iter().map(|item| convert(item, keys)).collect::<Vec<_>>().into(),
        Json::Object(fields) => {
            let fields: Vec<_> =
                fields.iter().map(|(key, value)| (keys.intern(key), convert(value, keys))).collect();
            object(fields)
        }
    }
}

fn object(fields: impl IntoIterator<Item = (Value, Value)>) -> Value {
    fields.into_iter().collect::<std::collections::BTreeMap<_, _>>().into()
}

fn put(at: &mut Value, path: &[&str], value: Value) -> bool {
    let (Some((key, below)), Ok(fields)) = (path.split_first(), at.as_object_mut()) else { return false };
    let key = Value::from(*key);
    match fields.get_mut(&key) {
        Some(inner) if !below.is_empty() => put(inner, below, value),
        _ => {
            // Made whole before it is put in: what is made so takes the least memory.
            let inner = below.iter().rev().fold(value, |inner, key| object([(Value::from(*key), inner)]));
            fields.insert(key, inner).is_none()
        }
    }
}

fn remove(at: &mut Value, path: &[&str]) -> bool {
    let Some((key, below)) = path.split_first() else { return false };
    let key = Value::from(*key);
    // Looked up first: an object that is shared is copied only where something goes.
    let is_there = at.as_object().is_ok_and(|fields| fields.contains_key(&key));
    let Some(fields) = at.as_object_mut().ok().filter(|_| is_there) else { return false };
    if below.is_empty() {
        return fields.remove(&key).is_some();
    }
    let Some(inner) = fields.get_mut(&key) else { return false };
    let removed = remove(inner, below);
    if inner.as_object().is_ok_and(|fields| fields.is_empty()) {
        fields.remove(&key);
    }
    removed
}

fn convert_number(number: &serde_json::Number) -> Value {
    if let Some(integer) = number.as_i64() {
        integer.into()
    } else if let Some(integer) = number.as_u64() {
        integer.into()
    } else {
        // A JSON number that is no 64-bit integer: serde_json keeps it as a finite f64, as does the evaluator.
        number.as_f64().map_or(Value::Null, Into::into)
    }
}

/// Object keys seen before: manifests have the same few hundred over and over.
#[derive(Default)]
struct Keys(HashSet<Arc<str>>);

impl Keys {
    /// Bounds what hostile input can make a thread remember.
    const MAX_KEYS: usize = 4096;
    const MAX_KEY_BYTES: usize = 64;

    fn with<T>(work: impl FnOnce(&mut Self) -> T) -> T {
        thread_local! {
            static KEYS: RefCell<Keys> = RefCell::default();
        }
        KEYS.with_borrow_mut(work)
    }

    fn intern(&mut self, key: &str) -> Value {
        if let Some(known) = self.0.get(key) {
            return Value::String(Arc::clone(known));
        }
        let new: Arc<str> = key.into();
        if self.0.len() < Self::MAX_KEYS && key.len() <= Self::MAX_KEY_BYTES {
            self.0.insert(Arc::clone(&new));
        }
        Value::String(new)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_is_what_the_evaluator_reads_from_the_same_text() {
        let json = json!({
            "a": [null, true, 1, -1, 0.5, u64::MAX, i64::MIN, "é"],
            "b": {"a": {}, "": [], "z": {"a": 1}},
        });
        let read = Value::from_json_str(&json.to_string()).unwrap();
        assert_eq!(Document::from(&json).0, read);
    }

    #[test]
    fn what_is_put_in_and_taken_out_changes_no_clone() {
        let mut document = Document::object([]);
        assert!(document.put(&["a", "b"], true.into()));
        let before = document.clone();
        assert!(document.put(&["a", "c"], "new".into()) && !document.put(&["a", "b"], false.into()));
        assert_eq!(document, Document::from(&json!({"a": {"b": false, "c": "new"}})));
        assert!(
            document.remove(&["a", "b"]) && !document.remove(&["a", "b"]) && !document.remove(&["x", "b"])
        );
        assert_eq!(document, Document::from(&json!({"a": {"c": "new"}})));
        assert!(document.remove(&["a", "c"]));
        assert_eq!(document, Document::from(&json!({})));
        assert_eq!(before, Document::from(&json!({"a": {"b": true}})));
    }

    #[test]
    fn a_path_that_leads_through_no_object_leads_nowhere() {
        let mut document = Document::from(&json!({"a": 1}));
        assert!(!document.put(&["a", "b"], true.into()) && !document.remove(&["a", "b"]));
        assert!(!document.put(&[], true.into()) && !document.remove(&[]));
        assert_eq!(document, Document::from(&json!({"a": 1})));
    }

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        let object = Document::object([("a", "first".into()), ("a", true.into())]);
        assert_eq!(object, Document::from(&json!({"a": true})));
    }
}
