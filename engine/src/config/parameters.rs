//! A policy's parameters: what guard.yaml gives, checked against the policy's JSON Schema (draft 2020-12), with the
//! schema's defaults filled in.
//!
//! Two formats are guard's own: `regex` is a pattern that the evaluator's `regex.match` accepts, `glob` a pattern that
//! its `glob.match` accepts; both are checked here so that a policy never fails on a pattern that an operator wrote.

mod message;
mod schema;

use std::collections::BTreeMap;

use jsonschema::{
    ValidationError,
    error::ValidationErrorKind,
    paths::{Location, LocationSegment},
};
use serde_json::{Map, Value};

pub use schema::check_schema;

use self::{message::say, schema::compile};
use crate::{
    path::{Path, Segment},
    problem::Problem,
};

/// Parameters as levels of guard.yaml give them: the value and where it is written.
pub(super) type Given = BTreeMap<String, (Value, Path)>;

/// Parameters, checked.
#[derive(Debug, Default)]
pub(super) struct Checked {
    /// With the defaults filled in.
    pub(super) value: Map<String, Value>,
    /// Required, without a default, and not given.
    pub(super) missing: Vec<String>,
}

/// Checks what guard.yaml gives a policy, and fills in the defaults. Problems stand where the value was written.
pub(super) fn check(policy: &str, schema: Option<&Value>, given: &Given) -> (Checked, Vec<Problem>) {
    let Some(schema) = schema else {
        let problems = given.values().map(|(_, path)| {
            Problem::key(path.clone(), format!("{policy} has no parameters")).help("remove it")
        });
        return (Checked::default(), problems.collect());
    };
    let mut value =
        Value::Object(given.iter().map(|(name, (value, _))| (name.clone(), value.clone())).collect());
    fill_defaults(schema, &mut value);
    let missing = missing(schema, &value);
    // Nothing written is nothing to check: a schema's own defaults are checked with the METADATA.
    let problems = if given.is_empty() { Vec::new() } else { violations(policy, schema, &value, given) };
    let Value::Object(value) = value else { return (Checked::default(), problems) };
    (Checked { value, missing }, problems)
}

/// The names of a policy's parameters.
pub(crate) fn names(schema: Option<&Value>) -> impl Iterator<Item = &str> {
    let properties = schema.and_then(|schema| schema.get("properties")).and_then(Value::as_object);
    properties.into_iter().flat_map(|properties| properties.keys().map(String::as_str))
}

/// Sets what is absent to its schema's `default`, through `properties` and `items`.
fn fill_defaults(schema: &Value, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
                if let Some(default) = schema.get("default") {
                    fields.entry(name.as_str()).or_insert_with(|| default.clone());
                }
                if let Some(field) = fields.get_mut(name) {
                    fill_defaults(schema, field);
                }
            }
        }
        Value::Array(items) => {
            if let Some(schema) = schema.get("items") {
                items.iter_mut().for_each(|item| fill_defaults(schema, item));
            }
        }
        _ => {}
    }
}

/// The required parameters that have no value, once the defaults are in.
fn missing(schema: &Value, value: &Value) -> Vec<String> {
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    required.filter_map(Value::as_str).filter(|name| value.get(name).is_none()).map(str::to_owned).collect()
}

/// What the schema does not accept of what was given, at the place where it was given.
fn violations(policy: &str, schema: &Value, value: &Value, given: &Given) -> Vec<Problem> {
    let validator = match compile(schema) {
        Ok(validator) => validator,
        Err(problem) => {
            let message = format!("the parameters of {policy} cannot be checked: {}", problem.message);
            let at = given.values().next().map(|(_, path)| path.clone()).unwrap_or_default();
            return vec![
                Problem::key(at, message).help("correct custom.parameters in the policy's METADATA"),
            ];
        }
    };
    let mut problems = Vec::new();
    for error in validator.iter_errors(value) {
        let at = to_path(error.instance_path());
        if let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() {
            let known = properties_at(schema, &at);
            for name in unexpected {
                let message = match at.0.is_empty() {
                    true => format!("{policy} has no parameter {name:?}"),
                    false => format!("unknown key {name:?} in parameter {at} of {policy}"),
                };
                let path = written(&at.join(name.as_str()), given);
                problems.push(Problem::key(path, message).did_you_mean(name, known.iter().copied()));
            }
        } else if !(is_required(&error) && at.0.is_empty()) {
            let message = format!("parameter {at} of {policy} {}", say(&error));
            let path = written(&at, given);
            problems.push(if is_required(&error) {
                Problem::key(path, message)
            } else {
                Problem::value(path, message)
            });
        }
    }
    problems
}

/// From a path into the parameters to one into guard.yaml.
fn written(at: &Path, given: &Given) -> Path {
    let mut segments = at.0.iter();
    let Some((_, base)) = segments.next().and_then(|first| match first {
        Segment::Key(name) => given.get(name),
        Segment::Index(_) => None,
    }) else {
        return given.values().next().map(|(_, path)| path.clone()).unwrap_or_default();
    };
    segments.fold(base.clone(), |path, segment| path.join(segment.clone()))
}

/// The known properties of the schema that stands for a path.
fn properties_at<'a>(schema: &'a Value, path: &Path) -> Vec<&'a str> {
    let at = path.0.iter().try_fold(schema, |schema, segment| match segment {
        Segment::Key(name) => schema.get("properties")?.get(name),
        Segment::Index(_) => schema.get("items"),
    });
    names(at).collect()
}

fn is_required(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), ValidationErrorKind::Required { .. })
}

fn to_path(location: &Location) -> Path {
    let segment = |segment: LocationSegment<'_>| match segment {
        LocationSegment::Property(name) => Segment::Key(name.into_owned()),
        LocationSegment::Index(index) => Segment::Index(index),
    };
    Path(location.iter().map(segment).collect())
}
