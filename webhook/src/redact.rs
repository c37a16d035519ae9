//! Keeps what is in a Secret out of answers, records and logs.
//!
//! A policy may judge Secrets, and its message may quote what it found there. The denial stands in the API server's audit log and the record
//! in guard's own, so a message that quotes a Secret's value gives way to the policy's title. Keys are no secrets, and stay.

use std::collections::HashSet;

use guard_engine::{
    bundle::Bundle,
    evaluation::Evaluation,
    path::Segment,
    request::{Kind, Request},
    violation::Violation,
};
use k8s_openapi::ByteString;
use serde::Deserialize;
use serde_json::Value;

/// A message quotes a value when they have so many bytes in a row in common.
const WINDOW: usize = 12;

/// A value as short as this, in bytes, is quoted where it stands as a word: as a part of one it may be there by chance.
const WORD: usize = 3;

/// What is said in place of an evaluator's words.
const FAILURE: &str = "it failed; what the evaluator says of it quotes the Secret, and is left out";

/// Takes the values of a Secret out of an evaluation of it. What it says of other kinds stays as it is.
pub(crate) fn secrets(request: &Request, bundle: &Bundle, evaluation: &mut Evaluation) {
    if !is_secret(&request.kind) {
        return;
    }
    let values = Values::of(&[&request.object, &request.old_object]);
    let Evaluation { violations, exempted, undetermined, failures, .. } = evaluation;
    let exempted = exempted.iter_mut().map(|exempted| &mut exempted.violation);
    for violation in violations.iter_mut().chain(exempted).chain(undetermined) {
        values.take_out(violation, bundle);
    }
    for failure in failures.iter_mut().filter(|failure| values.quoted_in(&failure.message)) {
        FAILURE.clone_into(&mut failure.message);
    }
}

fn is_secret(kind: &Kind) -> bool {
    kind.group.is_empty() && kind.kind == "Secret"
}

/// The values of a Secret, as a message could quote them.
#[derive(Default)]
struct Values {
    /// Every run of [`WINDOW`] bytes of the longer ones.
    windows: HashSet<[u8; WINDOW]>,
    short: HashSet<String>,
    /// The keys under which they stand.
    keys: HashSet<String>,
}

impl Values {
    fn of(secrets: &[&Value]) -> Self {
        let mut values = Self::default();
        for secret in secrets {
            for field in ["data", "stringData"] {
                let fields = secret.get(field).and_then(Value::as_object);
                for (key, value) in fields.into_iter().flatten() {
                    values.keys.insert(key.clone());
                    values.add(value);
                }
            }
        }
        values
    }

    /// A value as it stands, and decoded where it is base64.
    fn add(&mut self, value: &Value) {
        let Some(text) = value.as_str() else { return };
        self.add_text(text);
        if let Ok(ByteString(decoded)) = ByteString::deserialize(value) {
            self.add_text(&String::from_utf8_lossy(&decoded));
        }
    }

    fn add_text(&mut self, text: &str) {
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if line.len() < WINDOW {
                self.short.insert(line.to_owned());
            }
            self.windows.extend(line.as_bytes().windows(WINDOW).filter_map(<[u8]>::first_chunk::<WINDOW>));
        }
    }

    fn quoted_in(&self, message: &str) -> bool {
        let windows = message.as_bytes().windows(WINDOW).filter_map(<[u8]>::first_chunk::<WINDOW>);
        windows.into_iter().any(|window| self.windows.contains(window))
            || self.short.iter().any(|value| quotes_short(message, value))
    }

    fn take_out(&self, violation: &mut Violation, bundle: &Bundle) {
        if self.quoted_in(&violation.message) {
            let policy = bundle.policies().iter().find(|policy| policy.name == violation.policy);
            violation.message = policy.map(|policy| policy.metadata.title.clone()).unwrap_or_default();
        }
        // A policy may put anything into a path; what belongs there is the Secret's own keys.
        let quotes = |segment: &Segment| match segment {
            Segment::Key(key) => !self.keys.contains(key) && self.quoted_in(key),
            Segment::Index(_) => false,
        };
        if let Some(at) = violation.path.0.iter().position(quotes) {
            violation.path.0.truncate(at);
        }
    }
}

fn quotes_short(message: &str, value: &str) -> bool {
    if value.len() > WORD {
        return message.contains(value);
    }
    let part_of_word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    message.match_indices(value).any(|(at, _)| {
        let before = message.get(..at).and_then(|text| text.chars().next_back());
        let behind = message.get(at + value.len()..).and_then(|text| text.chars().next());
        !part_of_word(before) && !part_of_word(behind)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn quoted(secret: Value, message: &str) -> bool {
        Values::of(&[&secret]).quoted_in(message)
    }

    #[test]
    fn a_value_is_found_as_it_stands_decoded_and_in_part() {
        // "correct horse battery" in base64.
        let secret = json!({"data": {"password": "Y29ycmVjdCBob3JzZSBiYXR0ZXJ5"}});
        assert!(quoted(secret.clone(), r#"password "correct horse battery" is weak"#));
        assert!(quoted(secret.clone(), "data.password is Y29ycmVjdCBob3JzZSBiYXR0ZXJ5"));
        assert!(quoted(secret.clone(), "it begins with correct hors…"));
        assert!(!quoted(secret, "password is too short, expected 24 characters"));
        assert!(quoted(json!({"stringData": {"pin": "hunter2"}}), "pin is hunter2"));
    }

    #[test]
    fn a_short_value_counts_as_a_word_alone() {
        let secret = json!({"stringData": {"pin": "123", "empty": "", "flag": "a"}});
        assert!(quoted(secret.clone(), "the pin 123 is known to all"));
        assert!(!quoted(secret.clone(), "data has 1234 bytes"));
        assert!(!quoted(secret, "data is large"));
    }

    #[test]
    fn the_lines_of_a_value_count_each() {
        let secret = json!({"stringData": {"netrc": "machine x\nlogin jane-of-the-hill\n"}});
        assert!(quoted(secret, r#"found "login jane-of-the-hill""#));
    }

    #[test]
    fn what_is_no_text_is_no_value() {
        assert!(!quoted(
            json!({"data": {"a": 12345}, "stringData": "text of no mapping"}),
            "12345 text of no mapping"
        ));
        assert!(!quoted(json!(null), "null"));
    }
}
