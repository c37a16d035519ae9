//! What kubectl demands of a value before it takes it for an object, and how it takes lists apart.

mod metadata;

use serde_json::{Map, Value};

use crate::Step;

/// Why a value is no object kubectl would take.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    /// Why, as a sentence without a full stop.
    pub(crate) reason: String,
    /// The path to point at.
    pub(crate) path: Vec<Part>,
    /// Does the value say that it is a Kubernetes object?
    pub(crate) is_kubernetes: bool,
}

/// One part of a refusal's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Key(String),
    Index(usize),
}

impl Part {
    pub(crate) fn step(&self) -> Step<'_> {
        match self {
            Self::Key(key) => Step::Key(key),
            Self::Index(index) => Step::Index(*index),
        }
    }
}

impl From<&str> for Part {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

/// What a value is.
#[derive(Debug, PartialEq)]
pub(crate) enum Objects {
    One(Value),
    /// The items of a list, in their order.
    List(Vec<Value>),
}

/// Takes a document's value for an object, or for a list of them.
pub(crate) fn objects(value: Value) -> Result<Objects, Refusal> {
    let Value::Object(mut object) = value else {
        let reason = format!("{} where a Kubernetes object is a mapping", describe(&value));
        return Err(Refusal { reason, path: Vec::new(), is_kubernetes: false });
    };
    let says_it_is = object.get("apiVersion").is_some_and(Value::is_string) && object.contains_key("kind");
    let refuse = |(reason, path)| Refusal { reason, path, is_kubernetes: says_it_is };
    if text(&object, "kind").is_empty() {
        return Err(refuse(missing_kind(&object)));
    }
    if group_version(text(&object, "apiVersion")).is_none() {
        return Err(refuse((
            "`apiVersion` is a version, or a group and a version".to_owned(),
            vec!["apiVersion".into()],
        )));
    }
    metadata::check(&object).map_err(refuse)?;
    match object.remove("items") {
        None => Ok(Objects::One(Value::Object(object))),
        Some(Value::Null) => Ok(Objects::List(Vec::new())),
        Some(Value::Array(items)) => flatten(&object, items).map(Objects::List).map_err(refuse),
        Some(items) => Err(refuse((
            format!("`items` is {} where Kubernetes takes a list", describe(&items)),
            vec!["items".into()],
        ))),
    }
}

type Problem = (String, Vec<Part>);

fn missing_kind(object: &Map<String, Value>) -> Problem {
    match object.get("kind") {
        None => ("no `kind`, so no Kubernetes object".to_owned(), Vec::new()),
        Some(Value::String(_)) => ("an empty `kind`".to_owned(), vec!["kind".into()]),
        Some(kind) => (
            format!("`kind` is {} where Kubernetes takes a string: quote it", describe(kind)),
            vec!["kind".into()],
        ),
    }
}

/// A list's items. Those that name neither kind nor version have the list's own.
fn flatten(list: &Map<String, Value>, items: Vec<Value>) -> Result<Vec<Value>, Problem> {
    let list_kind = text(list, "kind");
    let item_kind = list_kind.strip_suffix("List").unwrap_or(list_kind);
    let mut objects = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        let path = vec!["items".into(), Part::Index(index)];
        let mut object = match item {
            Value::Object(object) => object,
            Value::Null => Map::new(),
            item => return Err((format!("{} in a list of Kubernetes objects", describe(&item)), path)),
        };
        if text(&object, "kind").is_empty() && text(&object, "apiVersion").is_empty() {
            object.insert("kind".to_owned(), item_kind.into());
            object.insert("apiVersion".to_owned(), text(list, "apiVersion").into());
        }
        if object.get("items").is_some_and(Value::is_array) {
            return Err(("a list inside of a list, which kubectl does not take".to_owned(), path));
        }
        let has_version =
            group_version(text(&object, "apiVersion")).is_some_and(|version| !version.is_empty());
        if text(&object, "kind").is_empty() || !has_version {
            return Err(("an item without `kind` and `apiVersion`".to_owned(), path));
        }
        objects.push(Value::Object(object));
    }
    Ok(objects)
}

/// A field's text; empty where it has none.
fn text<'v>(object: &'v Map<String, Value>, key: &str) -> &'v str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The version in `group/version`; none where there are more parts.
fn group_version(api_version: &str) -> Option<&str> {
    match api_version.split_once('/') {
        None => Some(api_version),
        Some(("", "")) => Some(""),
        Some((_, version)) => (!version.contains('/')).then_some(version),
    }
}

/// A value's type with its article.
fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_object_needs_a_kind_that_is_text() {
        assert!(objects(json!({"kind": "Pod"})).is_ok());
        for (value, is_kubernetes) in [
            (json!({"apiVersion": "v1"}), false),
            (json!({"apiVersion": "v1", "kind": true}), true),
            (json!({"kind": 1}), false),
            (json!({"apiVersion": "v1", "kind": ""}), true),
            (json!({"apiVersion": "a/b/c", "kind": "T"}), true),
            (json!({"apiVersion": 1, "kind": "T"}), false),
            (json!([1]), false),
        ] {
            let refusal = objects(value.clone()).expect_err("kubectl refuses it");
            assert_eq!(refusal.is_kubernetes, is_kubernetes, "{value}");
        }
    }

    #[test]
    fn items_of_a_typed_list_inherit_its_kind() {
        let list = json!({"apiVersion": "v1", "kind": "PodList", "items": [{"a": 1}, null, {"apiVersion": "v2", "kind": "B"}]});
        let Ok(Objects::List(items)) = objects(list) else { panic!("no list") };
        assert_eq!(
            items,
            [
                json!({"apiVersion": "v1", "kind": "Pod", "a": 1}),
                json!({"apiVersion": "v1", "kind": "Pod"}),
                json!({"apiVersion": "v2", "kind": "B"}),
            ]
        );
    }

    #[test]
    fn lists_of_what_is_no_object_are_refused() {
        for items in [
            json!([1]),
            json!([{"kind": "A"}]),
            json!([{}]),
            json!([{"apiVersion": "v1", "kind": "A", "items": []}]),
            json!("x"),
        ] {
            let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
            assert!(objects(list).is_err(), "{items}");
        }
    }
}
