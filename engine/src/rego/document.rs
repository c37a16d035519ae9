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
    fn the_last_of_two_equal_keys_counts() {
        let object = Document::object([("a", "first".into()), ("a", true.into())]);
        assert_eq!(object, Document::from(&json!({"a": true})));
    }
}
