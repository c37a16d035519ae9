//! The METADATA block of a policy.

use serde_json::{Value, json};

use super::words::{described, list, nullable, object, text, whole, word};
use crate::{
    metadata::read::{CUSTOM_KEYS, KEYS, SEVERITIES},
    request::Operation,
};

/// The schema of METADATA.
#[must_use]
pub fn metadata() -> Value {
    let custom =
        object(CUSTOM_KEYS.map(|key| (key, custom(key))), &["category", "kinds", "remediation", "severity"]);
    let value = |key: &str| match key {
        "title" => described(text(), "What is wrong, in a few words."),
        "description" => described(text(), "What is wrong and why it matters to the reader."),
        "custom" => described(custom.clone(), "guard's own keys."),
        _ => described(json!({}), "One of OPA's own annotations, which guard does not read."),
    };
    let mut schema = object(KEYS.map(|key| (key, value(key))), &["title", "description", "custom"]);
    whole(&mut schema, "METADATA", "What a policy's author says about it, in the comment over `package`.");
    schema
}

fn custom(key: &str) -> Value {
    let kind = object(
        [
            (
                "group",
                described(json!({"type": "string"}), "The group; empty for the core group, * for any."),
            ),
            ("kind", described(text(), "The kind, * for any.")),
            (
                "resource",
                described(
                    nullable(text()),
                    "The plural that the API server uses, for kinds that are not built in.",
                ),
            ),
        ],
        &["group", "kind"],
    );
    let texts = || nullable(list(text()));
    match key {
        "category" => described(text(), "What it is about: pod-security, network, …"),
        "severity" => described(word(SEVERITIES.map(|(word, _)| word)), "How bad a violation is."),
        "kinds" => described(list(kind), "What it judges."),
        "remediation" => described(text(), "What exactly to write instead."),
        "operations" => described(
            nullable(list(word(Operation::WORDS.map(|(word, _)| word)))),
            "The operations that it judges. Not written: CREATE and UPDATE.",
        ),
        "subresources" => {
            let named = json!({"type": "string", "pattern": r"^[^*]*[^*\s][^*]*$"});
            described(nullable(list(named)), "The subresources that it judges too, each named.")
        }
        "inventory" => {
            described(nullable(list(kind)), "The kinds of other objects that it reads under data.inventory.")
        }
        "parameters" => described(
            json!({"type": ["object", "null"]}),
            "Its settings: a JSON Schema of an object, with defaults.",
        ),
        "packs" => described(texts(), "The packs of the default library that it belongs to."),
        "replaces" => {
            described(texts(), "Weaker policies whose finding at the same path this one takes over.")
        }
        "references" => described(texts(), "Addresses where one can read more."),
        "since" => described(nullable(text()), "The version that first had it."),
        "aliases" => described(texts(), "Its old names: exemptions for them go on."),
        "deprecated" => described(nullable(text()), "Why it will go, and what to use instead."),
        _ => json!({}),
    }
}
