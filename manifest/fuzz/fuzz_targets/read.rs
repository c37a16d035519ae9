//! Reads arbitrary bytes. Nothing may panic, every span lies in the text, every path is found where its value is, and
//! what was read means the same when it is written as JSON and read again.
//!
//! ```sh
//! cargo +nightly fuzz run --fuzz-dir manifest/fuzz read
//! ```

#![no_main]

use guard_manifest::{Content, Located, Reading, Resource, Span, Step, read};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// How many paths of a resource are looked up, so that a long input does not take long.
const MAX_PATHS: usize = 500;

fuzz_target!(|bytes: &[u8]| check(bytes));

fn check(bytes: &[u8]) {
    let reading = read(bytes);
    for document in &reading.documents {
        check_span(&reading, document.span);
        for warning in &document.warnings {
            check_span(&reading, warning.span);
        }
        match &document.content {
            Content::Empty => {}
            Content::Resources(resources) => resources.iter().for_each(|resource| check_resource(&reading, resource)),
            Content::NotKubernetes { span, .. } | Content::Unreadable { span, .. } => check_span(&reading, *span),
        }
    }
    let _ = guard_manifest::yaml::decode(&reading.text);
}

fn check_resource(reading: &Reading, resource: &Resource) {
    check_span(reading, resource.span());
    let mut paths = vec![Vec::new()];
    let mut checked = 0;
    while let Some(path) = paths.pop()
        && checked < MAX_PATHS
    {
        checked += 1;
        let value = lookup(&resource.value, &path);
        let Located { span, exact } = resource.locate(path.iter().copied());
        check_span(reading, span);
        // An item of a typed list may have a kind and a version that stand nowhere.
        let is_inherited = matches!(path.as_slice(), [Step::Key("kind" | "apiVersion")]);
        assert!(exact || is_inherited, "{path:?} is not found");
        match value {
            Value::Array(items) => paths.extend((0..items.len()).map(|index| with(&path, Step::Index(index)))),
            Value::Object(fields) => paths.extend(fields.keys().map(|key| with(&path, Step::Key(key)))),
            _ => {}
        }
    }
    check_again(&resource.value);
}

/// Written as JSON, the value is read as itself.
fn check_again(value: &Value) {
    let text = value.to_string();
    let again = read(text.as_bytes());
    let [document] = again.documents.as_slice() else { panic!("{} documents in {text}", again.documents.len()) };
    match &document.content {
        Content::Resources(resources) => {
            let [resource] = resources.as_slice() else { panic!("{} resources in {text}", resources.len()) };
            assert_eq!(&resource.value, value);
        }
        // An item of a list is not held to the types of its metadata, a document is.
        Content::Unreadable { .. } | Content::NotKubernetes { .. } => {}
        Content::Empty => panic!("nothing is read from {text}"),
    }
}

fn check_span(reading: &Reading, span: Span) {
    assert!(span.start.offset <= span.end.offset, "{span:?}");
    assert!(reading.text.get(span.start.offset..span.end.offset).is_some(), "{span:?} of {:?}", reading.text);
    assert!(span.start.line >= 1 && span.start.column >= 1 && span.end.line >= span.start.line, "{span:?}");
}

fn with<'v>(path: &[Step<'v>], step: Step<'v>) -> Vec<Step<'v>> {
    path.iter().copied().chain([step]).collect()
}

fn lookup<'v>(value: &'v Value, path: &[Step<'_>]) -> &'v Value {
    path.iter().fold(value, |value, step| match step {
        Step::Key(key) => &value[*key],
        Step::Index(index) => &value[*index],
    })
}
