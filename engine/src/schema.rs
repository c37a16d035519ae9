//! JSON Schemas of guard.yaml and METADATA, by which editors check and complete them.
//!
//! A schema sees less than the readers do (what two packs say, what a date comes to), and never refuses what they accept. Names of policies,
//! packs and parameters are those of a bundle.

mod matches;
mod metadata;
mod policies;
mod words;

use serde_json::{Value, json};

use self::words::{described, list, nullable, object, set, text, whole};
use crate::{bundle::Bundle, config};

pub use metadata::metadata;

/// The dialect that all of guard's schemas are written in.
pub const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of guard.yaml where these policies are loaded.
#[must_use]
pub fn guard_yaml(bundle: &Bundle) -> Value {
    let days = json!({"type": ["integer", "null"], "minimum": 1, "maximum": u32::MAX});
    let mut schema = nullable(object(
        [
            (
                "packs",
                described(
                    policies::packs(bundle),
                    format!("The packs that run. Not written: {}.", config::DEFAULT_PACKS.join(", ")),
                ),
            ),
            (
                "policies",
                described(
                    policies::policies(bundle),
                    "What is done about each policy; \"*\" is all of them.",
                ),
            ),
            (
                "exemptions",
                described(policies::exemptions(bundle), "Who is exempted from what, until when, and why."),
            ),
            (
                "excludedNamespaces",
                described(
                    nullable(json!({"type": "array", "items": text()})),
                    format!(
                        "Objects in these namespaces are not judged. Not written: {}.",
                        config::DEFAULT_EXCLUDED_NAMESPACES.join(", ")
                    ),
                ),
            ),
            (
                "bundles",
                described(
                    nullable(list(text())),
                    "Folders of policies of one's own, relative to guard.yaml.",
                ),
            ),
            ("maxExemptionDays", described(days, "No exemption may end later than so many days from today.")),
        ],
        &[],
    ));
    set(&mut schema, "$defs", policies::definitions());
    whole(
        &mut schema,
        "guard.yaml",
        "Which guardrails run, what is done about a violation, and who is exempted.",
    );
    schema
}

#[cfg(test)]
mod tests;
