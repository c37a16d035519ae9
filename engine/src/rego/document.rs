//! JSON in the evaluator's own form.

use serde_json::Value as Json;

/// A JSON value in the evaluator's own form: converted once, cloned for free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document(pub(super) regorus::Value);

impl Document {
    /// An object of these entries; the last of two equal keys counts.
    pub fn object<'a>(entries: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        let mut object = regorus::Value::new_object();
        if let Ok(fields) = object.as_object_mut() {
            for (key, value) in entries {
                fields.insert(key.into(), value.0);
            }
        }
        Self(object)
    }
}

impl From<&Json> for Document {
    fn from(json: &Json) -> Self {
        Self(json.clone().into())
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
