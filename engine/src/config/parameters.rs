//! A policy's parameters: what guard.yaml gives, checked against the policy's JSON Schema (draft 2020-12), with the
//! schema's defaults filled in.
//!
//! Two formats are guard's own: `regex` is a pattern that the evaluator's `regex.match` accepts, `glob` a pattern that
//! its `glob.match` accepts; both are checked here so that a policy never fails on a pattern that an operator wrote.

use std::collections::BTreeMap;

use jsonschema::{
    Draft, ValidationError,
    error::{TypeKind, ValidationErrorKind},
    paths::{Location, LocationSegment},
};
use serde_json::{Map, Value};

use crate::{
    path::{Path, Segment},
    problem::Problem,
    reader::describe,
    rego::{check_glob, check_regex},
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
pub(super) fn names(schema: Option<&Value>) -> impl Iterator<Item = &str> {
    let properties = schema.and_then(|schema| schema.get("properties")).and_then(Value::as_object);
    properties.into_iter().flat_map(|properties| properties.keys().map(String::as_str))
}

/// Checks the schema of a policy's parameters as it stands in METADATA: a JSON Schema of an object, with known keywords
/// and defaults that it accepts itself. Paths start at the schema.
///
/// # Errors
///
/// Every mistake that was found.
pub fn check_schema(schema: &Value) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    check_keywords(schema, &Path::default(), &mut problems);
    if schema.get("type").and_then(Value::as_str) != Some("object") {
        problems.push(
            Problem::value(Path::default(), "the schema of the parameters is not that of an object")
                .help("start it with type: object, and name the parameters under properties"),
        );
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    match compile(schema) {
        Err(problem) => Err(vec![problem]),
        Ok(validator) => {
            let mut defaults = Value::Object(Map::new());
            fill_defaults(schema, &mut defaults);
            let problems: Vec<Problem> = validator
                .iter_errors(&defaults)
                .filter(|error| !(is_required(error) && error.instance_path().is_empty()))
                .map(|error| {
                    let at = to_path(error.instance_path());
                    Problem::value(
                        schema_path_of_default(&at),
                        format!("the default of {at} {}", say(&error)),
                    )
                })
                .collect();
            if problems.is_empty() { Ok(()) } else { Err(problems) }
        }
    }
}

fn compile(schema: &Value) -> Result<jsonschema::Validator, Problem> {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .with_format("regex", |pattern: &str| check_regex(pattern).is_ok())
        .with_format("glob", |pattern: &str| check_glob(pattern).is_ok())
        .build(schema)
        .map_err(|error| {
            Problem::value(to_path(error.instance_path()), format!("not a JSON Schema: {error}"))
        })
}

/// The keywords of a parameters schema: those of JSON Schema that describe a value. `$ref` and its kin are left out: a
/// schema in METADATA stands alone.
const KEYWORDS: [&str; 33] = [
    "$comment",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "default",
    "dependentRequired",
    "deprecated",
    "description",
    "else",
    "enum",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
];
const MORE_KEYWORDS: [&str; 6] = ["propertyNames", "required", "then", "title", "type", "uniqueItems"];

/// Finds keywords that JSON Schema would silently ignore, and formats that nobody would check.
fn check_keywords(schema: &Value, path: &Path, problems: &mut Vec<Problem>) {
    let Value::Object(keywords) = schema else {
        if !schema.is_boolean() {
            problems.push(Problem::value(
                path.clone(),
                format!("a JSON Schema is {}, expected a mapping", describe(schema)),
            ));
        }
        return;
    };
    for (keyword, value) in keywords {
        let here = path.join(keyword.as_str());
        match keyword.as_str() {
            "properties" | "patternProperties" => {
                for (name, schema) in value.as_object().into_iter().flatten() {
                    check_keywords(schema, &here.join(name.as_str()), problems);
                }
            }
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => {
                for (i, schema) in value.as_array().into_iter().flatten().enumerate() {
                    check_keywords(schema, &here.join(i), problems);
                }
            }
            "items"
            | "additionalProperties"
            | "contains"
            | "if"
            | "then"
            | "else"
            | "not"
            | "propertyNames" => {
                check_keywords(value, &here, problems);
            }
            "format" if !matches!(value.as_str(), Some("regex" | "glob")) => problems.push(
                Problem::value(here, format!("format is {}, expected regex or glob", describe(value)))
                    .help("say other forms with pattern"),
            ),
            known if KEYWORDS.contains(&known) || MORE_KEYWORDS.contains(&known) => {}
            unknown => problems.push(
                Problem::key(here, format!("unknown keyword {unknown:?} in a JSON Schema of parameters"))
                    .did_you_mean(unknown, KEYWORDS.into_iter().chain(MORE_KEYWORDS)),
            ),
        }
    }
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

/// The place in the schema that gave the value at a path of the defaults.
fn schema_path_of_default(path: &Path) -> Path {
    match path.0.first() {
        Some(name) => Path::default().join("properties").join(name.clone()).join("default"),
        None => Path::default(),
    }
}

fn is_required(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), ValidationErrorKind::Required { .. })
}

/// What is wrong with a value and what was expected, to follow the parameter's name.
fn say(error: &ValidationError<'_>) -> String {
    let found = describe(error.instance());
    match error.kind() {
        ValidationErrorKind::Type { kind } => format!("is {found}, expected {}", types(kind)),
        ValidationErrorKind::Enum { options } => {
            let options: Vec<String> =
                options.as_array().into_iter().flatten().map(describe_option).collect();
            format!("is {found}, expected one of {}", options.join(", "))
        }
        ValidationErrorKind::Format { format } => {
            let pattern = error.instance().as_str().unwrap_or_default();
            let check = if format == "glob" { check_glob(pattern) } else { check_regex(pattern) };
            let reason = check.err().unwrap_or_default();
            let reason = reason.strip_prefix("invalid regular expression: ").unwrap_or(&reason);
            format!("is {found}, which guard cannot use as a {format}: {reason}")
        }
        ValidationErrorKind::Required { property } => {
            format!("lacks the key {property}")
        }
        ValidationErrorKind::MinItems { limit } => format!("has too few items, expected at least {limit}"),
        ValidationErrorKind::MaxItems { limit } => format!("has too many items, expected at most {limit}"),
        ValidationErrorKind::MinLength { limit: 1 } => "is empty".to_owned(),
        ValidationErrorKind::Minimum { limit } => format!("is {found}, expected at least {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("is {found}, expected at most {limit}"),
        ValidationErrorKind::Pattern { pattern } => {
            format!("is {found}, expected a text that matches {pattern}")
        }
        ValidationErrorKind::UniqueItems => "names something twice".to_owned(),
        _ => format!("does not meet its schema: {error}"),
    }
}

fn describe_option(option: &Value) -> String {
    option.as_str().map_or_else(|| option.to_string(), str::to_owned)
}

/// The words of guard.yaml for JSON Schema's types.
fn types(kind: &TypeKind) -> String {
    let word = |name: &str| match name {
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "a mapping",
        _ => "null",
    };
    match kind {
        TypeKind::Single(one) => word(one.as_str()).to_owned(),
        TypeKind::Multiple(several) => {
            several.iter().map(|one| word(one.as_str())).collect::<Vec<_>>().join(" or ")
        }
    }
}

fn to_path(location: &Location) -> Path {
    let segment = |segment: LocationSegment<'_>| match segment {
        LocationSegment::Property(name) => Segment::Key(name.into_owned()),
        LocationSegment::Index(index) => Segment::Index(index),
    };
    Path(location.iter().map(segment).collect())
}
