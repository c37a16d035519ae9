//! What a policy reads of `input` and never finds there: fields that no request has, parameters that METADATA does not name.

use serde_json::Value;

use crate::{
    bundle::{BundleError, Location},
    config::parameters,
    policy::Policy,
    problem::closest,
    rego::{Parsed, Read},
    request,
};

/// The fields of a request are a closed set. What others call the object is said where it is not close to any of them.
pub(super) fn check_fields(module: &Parsed, errors: &mut Vec<BundleError>) {
    for read in &module.reads {
        let [first, rest @ ..] = read.path.as_slice() else { continue };
        let unknown = if !request::FIELDS.contains(&first.as_str()) {
            Some((first, "input", &request::FIELDS[..]))
        } else if first == "kind" {
            let part = rest.first().filter(|part| !request::KIND_FIELDS.contains(&part.as_str()));
            part.map(|part| (part, "input.kind", &request::KIND_FIELDS[..]))
        } else {
            None
        };
        if let Some((field, of, known)) = unknown {
            let help = match closest(field, known.iter().copied()) {
                Some(meant) => format!("did you mean {of}.{meant}?"),
                None if of == "input" => {
                    "the object is input.object; docs/writing-policies.md lists the other fields".to_owned()
                }
                None => format!("known are: {}", known.join(", ")),
            };
            errors.push(at(module, read, format!("no request has the field {of}.{field}"), help));
        }
    }
}

/// A parameter that the schema does not let through is never there.
pub(super) fn check_parameters(policy: &Policy, module: &Parsed, errors: &mut Vec<BundleError>) {
    let known: Vec<&str> = match &policy.metadata.parameters {
        Some(schema) if is_closed(schema) => parameters::names(Some(schema)).collect(),
        // An import is told as a whole.
        None if module.parameters.is_none() => Vec::new(),
        _ => return,
    };
    for read in &module.reads {
        let [parameters, name, field, ..] = read.path.as_slice() else { continue };
        if parameters != "parameters" || *name != *policy.name || known.contains(&field.as_str()) {
            continue;
        }
        let message = format!("METADATA names no parameter {field:?}, so it is never there");
        let help = match closest(field, known.iter().copied()) {
            Some(meant) => format!("did you mean {meant:?}?"),
            None => "describe it in METADATA: custom.parameters.properties".to_owned(),
        };
        errors.push(at(module, read, message, help));
    }
}

fn is_closed(schema: &Value) -> bool {
    schema.get("additionalProperties") == Some(&Value::Bool(false))
        && schema.get("patternProperties").is_none()
}

fn at(module: &Parsed, read: &Read, message: String, help: String) -> BundleError {
    let location = Location::Text { line: read.line, column: read.column };
    BundleError { location, ..BundleError::file(&module.module.file, message, help) }
}
