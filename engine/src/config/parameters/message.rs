//! What a parameter is told that its schema does not accept.

use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind},
};
use serde_json::Value;

use crate::{
    reader::describe,
    rego::{check_glob, check_regex},
};

/// What is wrong with a value and what was expected, to follow the parameter's name.
pub(super) fn say(error: &ValidationError<'_>) -> String {
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
