//! The settings under which a policy's documents and cases are judged.

use std::path::Path;

use guard_engine::{bundle::Bundle, config::Config, policy::Policy};
use jiff::civil::{Date, date};
use serde_json::{Map, Value, json};

use crate::Problem;

/// No exemption and no announced enforcement is among these settings, so the day decides nothing.
pub const ANY_DAY: Date = date(2000, 1, 1);

/// The settings under which a policy's documents are judged: it alone runs, everywhere, with the defaults of its parameters and the first
/// example of each that has to be given.
///
/// # Errors
///
/// The policy's examples are not what its schema asks for, or there is none.
pub fn alone(policy: &Policy, bundle: &Bundle, today: Date) -> Result<Config, Vec<Problem>> {
    with(policy, bundle, &Value::Object(examples(policy)), today).map_err(|problems| {
        let problem = |problem: guard_engine::problem::Problem| {
            let message = format!("with the examples of METADATA as parameters: {}", problem.message);
            Problem::file(Path::new(&*policy.file), message)
                .help("give each required parameter without a default an example that its schema accepts")
        };
        problems.into_iter().map(problem).collect()
    })
}

/// The same with these parameters. The mistakes are guard.yaml's.
pub(super) fn with(
    policy: &Policy,
    bundle: &Bundle,
    parameters: &Value,
    today: Date,
) -> Result<Config, Vec<guard_engine::problem::Problem>> {
    let value = json!({
        "policies": {
            "*": {"enforcement": "off"},
            &*policy.name: {"enforcement": "deny", "parameters": parameters},
        },
        "excludedNamespaces": [],
    });
    Config::from_value(&value, bundle, today)
}

/// The first example of each required parameter without a default.
#[must_use]
pub fn examples(policy: &Policy) -> Map<String, Value> {
    let Some(schema) = &policy.metadata.parameters else { return Map::new() };
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    let first = |name: &str| {
        let property = schema.get("properties")?.get(name)?;
        let example = property.get("examples")?.get(0)?;
        property.get("default").is_none().then(|| (name.to_owned(), example.clone()))
    };
    required.filter_map(Value::as_str).filter_map(first).collect()
}
