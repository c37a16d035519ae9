//! What holds for any text.

use guard_manifest::{Content, Reading, Resource, Span, Step, read};
use proptest::prelude::*;
use serde_json::Value;

/// Pieces of which YAML is made, so that random texts get further than their first line.
const PIECES: &[&str] = &[
    "a",
    "b",
    "key",
    "é",
    "😀",
    "1",
    "0755",
    "yes",
    "~",
    ".inf",
    ": ",
    ":",
    "- ",
    "? ",
    "\n",
    "\n  ",
    "\n    ",
    "\r\n",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ",",
    "#",
    " # c",
    "&x ",
    "*x",
    "!",
    "!!str ",
    "!!int ",
    "|",
    ">-",
    "|+2",
    "'",
    "\"",
    "\\",
    "\\n",
    "\\u00e9",
    "%",
    "@",
    "`",
    "---\n",
    "\n---\n",
    "...\n",
    "<<: ",
    "\t",
    " ",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "kind: T\n",
    "apiVersion: v1\n",
    "metadata: {name: x}\n",
    "items:\n",
    "{\"kind\": \"T\", ",
    "\"a\": ",
    "1e400",
    "\u{1}",
];

fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..60).prop_map(|pieces| pieces.concat())
}

/// A scalar as it is written without quotes, on one line.
fn plain() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9é/_.+~][a-zA-Z0-9é/_.+~-]{0,12}( [a-zA-Z0-9_.]{1,6}){0,2}"
}

fn resources(reading: &Reading) -> impl Iterator<Item = &Resource> {
    reading.documents.iter().flat_map(|document| match &document.content {
        Content::Resources(resources) => resources.as_slice(),
        _ => &[],
    })
}

/// The paths of all values, in their order.
fn paths(value: &Value) -> Vec<Vec<Step<'_>>> {
    let mut open = vec![(Vec::new(), value)];
    let mut paths = Vec::new();
    while let Some((path, value)) = open.pop() {
        let with = |step| path.iter().copied().chain([step]).collect::<Vec<_>>();
        match value {
            Value::Array(items) => {
                open.extend(items.iter().enumerate().map(|(index, item)| (with(Step::Index(index)), item)));
            }
            Value::Object(fields) => {
                open.extend(fields.iter().map(|(key, field)| (with(Step::Key(key)), field)))
            }
            _ => {}
        }
        paths.push(path);
    }
    paths
}

fn text(reading: &Reading, span: Span) -> Option<&str> {
    reading.text.get(span.start.offset..span.end.offset)
}

proptest! {
    #[test]
    fn no_bytes_are_too_odd_to_be_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let reading = read(&bytes);
        for document in &reading.documents {
            prop_assert!(text(&reading, document.span).is_some());
        }
    }

    #[test]
    fn every_value_of_a_resource_has_a_place_in_the_text(input in pieces()) {
        let reading = read(input.as_bytes());
        for resource in resources(&reading) {
            for path in paths(&resource.value) {
                let located = resource.locate(path.iter().copied());
                let is_inherited = matches!(path.as_slice(), [Step::Key("kind" | "apiVersion")]);
                prop_assert!(located.exact || is_inherited, "{path:?}");
                prop_assert!(text(&reading, located.span).is_some(), "{path:?}");
            }
        }
    }

    #[test]
    fn a_plain_scalars_span_covers_its_text(scalars in prop::collection::vec(plain(), 1..8)) {
        let mut input = "kind: T\nlist:\n".to_owned();
        input.extend(scalars.iter().map(|scalar| format!("- &a {scalar} # a comment\n")));
        input.extend(scalars.iter().enumerate().map(|(index, scalar)| format!("field{index}:   {scalar}\n")));
        let reading = read(input.as_bytes());
        let resource = resources(&reading).next();
        // Infinity is no JSON; nothing else here can be refused.
        if scalars.iter().all(|scalar| !scalar.to_lowercase().ends_with(".inf") && !scalar.to_lowercase().ends_with(".nan")) {
            prop_assert!(resource.is_some());
        }
        for (index, scalar) in scalars.iter().enumerate() {
            let Some(resource) = resource else { continue };
            let item = resource.locate([Step::Key("list"), Step::Index(index)]);
            prop_assert_eq!(text(&reading, item.span), Some(scalar.as_str()));
            let key = format!("field{index}");
            let field = resource.locate([Step::Key(&key)]);
            prop_assert_eq!(text(&reading, field.span), Some(scalar.as_str()));
        }
    }
}
