//! One input of a case: the request, in the words of `input`, and what the policy is to say of it.

use std::sync::Arc;

use serde_json::Value;

use super::{Expected, Input};
use crate::{
    path::Path,
    problem::Problem,
    reader::{Block, Field, Reader},
    request::{Kind, Namespace, Operation, Request},
    resource::{name_in, namespace_in},
    review::{Recorded, Review},
};

/// What a request consists of, and what is to come out.
const KEYS: [&str; 11] = [
    "object",
    "oldObject",
    "operation",
    "kind",
    "name",
    "namespace",
    "subResource",
    "userInfo",
    "dryRun",
    "violations",
    "undetermined",
];

const FINDING_KEYS: [&str; 2] = ["message", "path"];

/// Reads an input; `namespaces` are those that are known.
pub(super) fn read(field: &Field<'_>, namespaces: &[Request], reader: &mut Reader) -> Option<Input> {
    let block = reader.block(field, "an input", &KEYS)?;
    let violations = expected(&block, "violations", reader);
    let undetermined = expected(&block, "undetermined", reader);
    if violations.is_none() && undetermined.is_none() {
        let problem = Problem::value(block.path().clone(), "nothing is expected of this input");
        reader.report(problem.help(
            "list the violations, each with its message, its path or both; `violations: []` where there are to be none",
        ));
    }
    let (mut request, root) = match block.get("object").filter(|object| Review::is_one(object.value)) {
        Some(object) => reviewed(&block, &object, reader)?,
        None => request(&block, reader)?,
    };
    if let Namespace::Named(name) = &request.namespace {
        let known = namespaces.iter().find(|namespace| namespace.name.as_ref() == Some(name));
        request.namespace_object = known.map(|namespace| Arc::clone(&namespace.object));
    }
    Some(Input {
        path: block.path().clone(),
        root,
        request,
        violations: violations.unwrap_or_default(),
        undetermined: undetermined.unwrap_or_default(),
    })
}

/// The request of an admission review, which says all of it.
fn reviewed(block: &Block<'_>, review: &Field<'_>, reader: &mut Reader) -> Option<(Request, Path)> {
    let beside = |key: &str| !["object", "violations", "undetermined"].contains(&key);
    for (key, field) in block.entries().filter(|(key, _)| beside(key)) {
        let problem =
            Problem::key(field.path, format!("{key} beside an AdmissionReview, which is the whole request"));
        reader.report(problem.help(format!("write {key} into the review, or leave it out")));
    }
    match Recorded::from_value(review.value.clone()) {
        Ok(Recorded { request, root }) => Some((request, join(&review.path, &root))),
        Err(problem) => {
            reader.report(Problem { path: join(&review.path, &problem.path), ..problem });
            None
        }
    }
}

fn join(path: &Path, below: &Path) -> Path {
    Path(path.0.iter().chain(&below.0).cloned().collect())
}

fn request(block: &Block<'_>, reader: &mut Reader) -> Option<(Request, Path)> {
    let operation = block
        .get("operation")
        .map_or(Some(Operation::Create), |field| reader.word(&field, "operation", &Operation::WORDS))?;
    let object = object(block, "object", reader)?;
    let old_object = self::object(block, "oldObject", reader)?;
    if let Some(problem) = unfitting(block, operation, &object, &old_object) {
        reader.report(problem);
        return None;
    }
    let (judged, root) = if object.is_null() { (&old_object, "oldObject") } else { (&object, "object") };
    let kind = match block.get("kind") {
        Some(field) => kind(&field, reader)?,
        None => match Kind::of(judged) {
            Some(kind) => kind,
            None => {
                let problem =
                    Problem::value(block.path().join(root), "the object has no apiVersion or no kind");
                reader.report(
                    problem.help("write them, or `kind: {group: …, version: …, kind: …}` beside the object"),
                );
                return None;
            }
        },
    };
    let mut text = |key| block.get(key).and_then(|field| reader.text(&field, key));
    let (name, namespace, sub_resource) = (text("name"), text("namespace"), text("subResource"));
    let user_info = self::object(block, "userInfo", reader)?;
    let dry_run = block.get("dryRun").and_then(|field| reader.flag(&field, "dryRun"));
    let request = Request {
        operation,
        name: name.or_else(|| name_in(judged)),
        namespace: namespace_in(judged, &kind, namespace.as_deref()),
        kind,
        user_info: (!user_info.is_null()).then_some(user_info),
        dry_run: dry_run.unwrap_or_default(),
        sub_resource,
        object: Arc::new(object),
        old_object: Arc::new(old_object),
        namespace_object: None,
    };
    Some((request, block.path().join(root)))
}

/// What does not fit the operation; as an API server sends it, a request has all that fits and nothing else.
fn unfitting(block: &Block<'_>, operation: Operation, object: &Value, old_object: &Value) -> Option<Problem> {
    let word = operation.as_str();
    let missing = |key: &str, help: &str| {
        Problem::key(block.path().clone(), format!("{word} without {key}")).help(help)
    };
    let needless =
        |key: &str, help: &str| Problem::key(block.path().join(key), format!("{key} with {word}")).help(help);
    match operation {
        Operation::Create if object.is_null() => Some(missing("object", "write the new object")),
        Operation::Create if !old_object.is_null() => {
            Some(needless("oldObject", "of a change `operation: UPDATE`; a new object has none"))
        }
        Operation::Update if object.is_null() => Some(missing("object", "write the object as it will be")),
        Operation::Update if old_object.is_null() => Some(missing("oldObject", "write the object as it was")),
        Operation::Delete if !object.is_null() => {
            Some(needless("object", "on DELETE the object that goes is oldObject"))
        }
        Operation::Delete if old_object.is_null() => Some(missing("oldObject", "write the object that goes")),
        _ => None,
    }
}

/// A mapping, as it stands; null where the key says nothing. None where it is something else.
fn object(block: &Block<'_>, key: &str, reader: &mut Reader) -> Option<Value> {
    match block.get(key) {
        None => Some(Value::Null),
        Some(field) => reader.mapping(&field, key).map(|_| field.value.clone()),
    }
}

fn kind(field: &Field<'_>, reader: &mut Reader) -> Option<Kind> {
    let block = reader.block(field, "kind", &["group", "version", "kind"])?;
    let help = "kind is of the object that is sent: {group: autoscaling, version: v1, kind: Scale}";
    let mut required = |key| reader.required(&block, "kind", key, help);
    let (version, kind) = (required("version"), required("kind"));
    let group = block.get("group").and_then(|group| group.value.as_str());
    Some(Kind {
        version: reader.text(&version?, "version")?,
        kind: reader.text(&kind?, "kind")?,
        group: group.unwrap_or_default().to_owned(),
    })
}

/// The findings that are expected; none where the key is not written.
fn expected(block: &Block<'_>, key: &str, reader: &mut Reader) -> Option<Vec<Expected>> {
    let field = block.get(key)?;
    if field.value.as_array().is_some_and(Vec::is_empty) {
        return Some(Vec::new());
    }
    let items = reader.list(&field, key).unwrap_or_default();
    Some(items.iter().filter_map(|item| finding(item, key, reader)).collect())
}

fn finding(field: &Field<'_>, list: &str, reader: &mut Reader) -> Option<Expected> {
    let what = format!("an item of {list}");
    let block = reader.block(field, &what, &FINDING_KEYS)?;
    let message = block.get("message").and_then(|field| reader.text(&field, "message"));
    let path = block.get("path").and_then(|field| match field.value {
        // Of the object itself.
        Value::String(path) => Some(path.clone()),
        Value::Array(_) => {
            let problem = Problem::key(field.path, "path is a list, expected a text");
            reader.report(problem.help("write it as guard shows it: spec.containers[0].image"));
            None
        }
        _ => reader.text(&field, "path"),
    });
    if FINDING_KEYS.iter().all(|key| block.get(key).is_none()) {
        reader.report(Problem::value(block.path().clone(), format!("{what} without message and path")));
    }
    Some(Expected { message, path })
}
