//! A policy's parameters in words, from their JSON Schema.

use serde_json::Value;

/// A sentence or two for each parameter; none where there are none.
pub(super) fn describe(schema: &Value) -> Option<Vec<String>> {
    let properties = schema.get("properties")?.as_object().filter(|properties| !properties.is_empty())?;
    let required: Vec<_> = schema.get("required").and_then(Value::as_array).into_iter().flatten().collect();
    let is_required = |name: &str| required.iter().any(|required| required.as_str() == Some(name));
    Some(properties.iter().map(|(name, property)| parameter(name, property, is_required(name))).collect())
}

fn parameter(name: &str, property: &Value, is_required: bool) -> String {
    let text = |key| property.get(key).and_then(Value::as_str);
    let kind = text("type").map(|kind| format!(" ({kind})")).unwrap_or_default();
    let mut sentences = vec![format!("`{name}`{kind}: {}", text("description").unwrap_or_default().trim())];
    match property.get("default") {
        Some(default) => sentences.push(format!("Default: `{default}`.")),
        None if is_required => sentences.push("Required.".to_owned()),
        None => {}
    }
    let example = property.get("examples").and_then(|examples| examples.get(0));
    sentences.extend(example.map(|example| format!("For example `{example}`.")));
    sentences.join(" ")
}
