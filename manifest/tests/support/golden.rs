//! Inputs with kubectl's answers, and what the reader makes of them.

use guard_manifest::{Content, read};
use serde::Deserialize;
use serde_json::Value;

/// An input and kubectl's answer: see `fixtures/yaml/README.md`.
#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    text: Option<String>,
    base64: Option<String>,
    ok: bool,
    documents: Option<Vec<Value>>,
}

/// Reads one line.
pub(crate) fn case(line: &str) -> serde_json::Result<Case> {
    let mut deserializer = serde_json::Deserializer::from_str(line);
    deserializer.disable_recursion_limit();
    Case::deserialize(&mut deserializer)
}

/// What differs from kubectl's answer, for a reader.
pub(crate) fn difference(case: &Case) -> Option<String> {
    let input = match (&case.text, &case.base64) {
        (Some(text), _) => text.clone().into_bytes(),
        (None, Some(base64)) => decode(base64),
        (None, None) => return Some("no input".to_owned()),
    };
    let theirs = case.documents.as_ref().filter(|_| case.ok);
    let differs = match (theirs, kubectl(&input)) {
        (None, Err(_)) => return None,
        (Some(theirs), Ok(ours)) if agree(&ours, theirs) => return None,
        (None, Ok(ours)) => format!("kubectl refuses it, read as {}", Value::Array(ours)),
        (Some(theirs), Err(reason)) => {
            format!("kubectl reads {}, refused: {reason}", Value::Array(theirs.clone()))
        }
        (Some(theirs), Ok(ours)) => {
            format!("kubectl reads {}\nread as       {}", Value::Array(theirs.clone()), Value::Array(ours))
        }
    };
    Some(format!("{}\n{differs}", String::from_utf8_lossy(&input)))
}

/// What `kubectl patch --local` prints: the objects of all documents; an error where any of them is refused, or none is
/// left.
fn kubectl(input: &[u8]) -> Result<Vec<Value>, String> {
    let mut values = Vec::new();
    for document in read(input).documents {
        match document.content {
            Content::Empty => {}
            Content::Resources(resources) => {
                values.extend(resources.into_iter().map(|resource| resource.value))
            }
            Content::NotKubernetes { reason, .. } | Content::Unreadable { reason, .. } => return Err(reason),
        }
    }
    if values.is_empty() { Err("no objects".to_owned()) } else { Ok(values) }
}

/// Do the documents agree? `<deep>` stands for one that is too deep to be written down.
fn agree(ours: &[Value], theirs: &[Value]) -> bool {
    ours.len() == theirs.len()
        && ours.iter().zip(theirs).all(|(ours, theirs)| theirs == "<deep>" || equal(ours, theirs))
}

/// Equal as JSON: a number is what it denotes, however it is written.
fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => left == right,
            _ => left.as_f64() == right.as_f64(),
        },
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, left)| right.get(key).is_some_and(|right| equal(left, right)))
        }
        _ => left == right,
    }
}

/// Decodes base64 that is known to be whole.
fn decode(base64: &str) -> Vec<u8> {
    let sextet = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let bytes = base64.trim_end_matches('=').as_bytes();
    let group = |group: &[u8]| {
        let bits = group.iter().fold(0_u32, |bits, &byte| bits << 6 | u32::from(sextet(byte)));
        let bits = bits << (6 * (4 - group.len()));
        bits.to_be_bytes().into_iter().skip(1).take(group.len() - 1).collect::<Vec<_>>()
    };
    bytes.chunks(4).flat_map(group).collect()
}
