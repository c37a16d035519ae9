//! What schemas are made of.

use serde_json::{Map, Value, json};

use super::DIALECT;

/// An object with these keys and no others.
pub(super) fn object<'a>(properties: impl IntoIterator<Item = (&'a str, Value)>, required: &[&str]) -> Value {
    let properties: Map<String, Value> =
        properties.into_iter().map(|(key, schema)| (key.to_owned(), schema)).collect();
    let mut schema = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if !required.is_empty() {
        set(&mut schema, "required", json!(required));
    }
    schema
}

/// A list with something in it.
pub(super) fn list(items: Value) -> Value {
    json!({"type": "array", "minItems": 1, "items": items})
}

/// A text that says something.
pub(super) fn text() -> Value {
    json!({"type": "string", "pattern": r"\S"})
}

/// A day of the calendar.
pub(super) fn day() -> Value {
    json!({"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
}

/// One of a few words.
pub(super) fn word<'a>(words: impl IntoIterator<Item = &'a str>) -> Value {
    json!({"type": "string", "enum": words.into_iter().collect::<Vec<_>>()})
}

/// Also nothing: a key without a value says nothing.
pub(super) fn nullable(mut schema: Value) -> Value {
    if let Some(kind) = schema.get("type").cloned() {
        set(&mut schema, "type", json!([kind, "null"]));
    }
    if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        words.push(Value::Null);
    }
    schema
}

/// With a sentence that an editor shows.
pub(super) fn described(mut schema: Value, sentence: impl Into<String>) -> Value {
    set(&mut schema, "description", Value::String(sentence.into()));
    schema
}

/// What is described once, under `$defs`.
pub(super) fn shared(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

/// Makes it a document of its own.
pub(super) fn whole(schema: &mut Value, title: &str, sentence: &str) {
    set(schema, "$schema", DIALECT.into());
    set(schema, "title", title.into());
    set(schema, "description", sentence.into());
}

/// Sets a keyword.
pub(super) fn set(schema: &mut Value, keyword: &str, value: Value) {
    if let Some(keywords) = schema.as_object_mut() {
        keywords.insert(keyword.to_owned(), value);
    }
}
