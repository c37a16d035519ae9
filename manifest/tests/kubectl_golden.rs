//! Every case of `fixtures/yaml/kubectl-golden.jsonl` is read as kubectl read it.

use base64_of_fixture::decode;
use guard_manifest::{Content, read};
use serde::Deserialize;
use serde_json::Value;

const GOLDEN: &str = include_str!("../../fixtures/yaml/kubectl-golden.jsonl");

#[derive(Deserialize)]
struct Case {
    id: String,
    text: Option<String>,
    base64: Option<String>,
    ok: bool,
    documents: Option<Vec<Value>>,
}

/// What `kubectl patch --local` prints: the objects of all documents; nothing where any of them is refused, or none is
/// left.
fn kubectl(input: &[u8]) -> Option<Vec<Value>> {
    let mut values = Vec::new();
    for document in read(input).documents {
        match document.content {
            Content::Empty => {}
            Content::Resources(resources) => {
                values.extend(resources.into_iter().map(|resource| resource.value))
            }
            Content::NotKubernetes { .. } | Content::Unreadable { .. } => return None,
        }
    }
    (!values.is_empty()).then_some(values)
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

fn agrees(case: &Case) -> bool {
    let input = match (&case.text, &case.base64) {
        (Some(text), _) => text.clone().into_bytes(),
        (None, Some(base64)) => decode(base64),
        (None, None) => panic!("{} has no input", case.id),
    };
    let ours = kubectl(&input);
    match (&case.documents, ours) {
        (_, None) => !case.ok,
        (Some(theirs), Some(ours)) if case.ok => {
            let is_deep = theirs.iter().all(|document| document == "<deep>");
            theirs.len() == ours.len()
                && (is_deep || ours.iter().zip(theirs).all(|(ours, theirs)| equal(ours, theirs)))
        }
        (_, Some(_)) => false,
    }
}

fn case(line: &str) -> Case {
    let mut deserializer = serde_json::Deserializer::from_str(line);
    deserializer.disable_recursion_limit();
    Case::deserialize(&mut deserializer).expect("a case")
}

#[test]
fn every_golden_case_is_read_as_kubectl_reads_it() {
    let cases: Vec<Case> = GOLDEN.lines().map(case).collect();
    assert_eq!(cases.len(), 309, "the fixture is whole");
    let differing: Vec<_> = cases.iter().filter(|case| !agrees(case)).map(|case| case.id.as_str()).collect();
    assert!(differing.is_empty(), "{} cases differ from kubectl: {differing:#?}", differing.len());
}

mod base64_of_fixture {
    /// Decodes the fixture's base64 by the reader itself, whose `!!binary` is tested on its own.
    pub(super) fn decode(base64: &str) -> Vec<u8> {
        let sextet = |byte: u8| match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        let bytes = base64.trim_end_matches('=').as_bytes();
        bytes
            .chunks(4)
            .flat_map(|group| {
                let bits = group.iter().fold(0_u32, |bits, &byte| bits << 6 | u32::from(sextet(byte)));
                let bits = bits << (6 * (4 - group.len()));
                bits.to_be_bytes().into_iter().skip(1).take(group.len() - 1)
            })
            .collect()
    }
}
