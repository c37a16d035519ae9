//! The schema of a policy's parameters, as it stands in METADATA.

use jsonschema::Draft;
use serde_json::{Map, Value};

use super::{fill_defaults, is_required, message::say, to_path};
use crate::{
    path::Path,
    problem::Problem,
    reader::describe,
    rego::{check_glob, check_regex},
};

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

pub(super) fn compile(schema: &Value) -> Result<jsonschema::Validator, Problem> {
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

/// The place in the schema that gave the value at a path of the defaults.
fn schema_path_of_default(path: &Path) -> Path {
    match path.0.first() {
        Some(name) => Path::default().join("properties").join(name.clone()).join("default"),
        None => Path::default(),
    }
}
