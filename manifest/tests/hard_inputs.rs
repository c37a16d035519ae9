//! Inputs with which readers of YAML have been stopped: each gives its value or a clear reason. That none takes long is
//! measured by `benches/decode.rs`.

use guard_manifest::{Content, read};
use serde_json::Value;

const HEAD: &str = "apiVersion: v1\nkind: T\nmetadata: {name: x}\n";
const TOO_DEEP: &str = "nested deeper than 1,024 levels";
const TOO_MUCH: &str = "the document expands to too much through its aliases";

/// The only document's value, or why there is none.
fn only(text: &str) -> Result<Value, String> {
    let mut documents = read(text.as_bytes()).documents;
    assert_eq!(documents.len(), 1, "one document");
    match documents.remove(0).content {
        Content::Resources(mut resources) => Ok(resources.remove(0).value),
        Content::NotKubernetes { reason, .. } | Content::Unreadable { reason, .. } => Err(reason),
        Content::Empty => Ok(Value::Null),
    }
}

#[test]
fn nesting_has_a_limit_in_every_form() {
    for text in [
        "[".repeat(1 << 20),
        "{a: ".repeat(1 << 18),
        "{\"a\":".repeat(1 << 18),
        "- ".repeat(1 << 19),
        "? ".repeat(1 << 19),
        (0..2000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect(),
    ] {
        assert_eq!(only(&text), Err(TOO_DEEP.to_owned()), "{:.20}", text);
    }
}

#[test]
fn nesting_through_aliases_has_the_same_limit() {
    let anchors: String = (1..3000).map(|level| format!("a{level}: &a{level} [*a{}]\n", level - 1)).collect();
    let reason = only(&format!("{HEAD}a0: &a0 []\n{anchors}")).expect_err("it is refused");
    assert!([TOO_DEEP, TOO_MUCH].contains(&reason.as_str()), "{reason}");
}

#[test]
fn a_thousand_levels_are_read_on_a_small_stack() {
    let text = format!("{HEAD}v: {}{}\n", "[".repeat(1000), "]".repeat(1000));
    let read = move || only(&text).is_ok();
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(read).expect("a thread");
    assert!(thread.join().expect("no overflow"));
}

#[test]
fn many_keys_are_all_read() {
    let keys: String = (0..200_000).map(|key| format!("key{key}: 1\n")).collect();
    let value = only(&format!("{HEAD}{keys}")).expect("an object");
    assert_eq!(value.as_object().map(serde_json::Map::len), Some(200_003));
}

#[test]
fn many_aliases_are_all_followed() {
    let value = only(&format!("{HEAD}a: &a x\nv: [{}]\n", "*a, ".repeat(100_000))).expect("an object");
    assert_eq!(value["v"].as_array().map(Vec::len), Some(100_000));
}

#[test]
fn aliases_that_multiply_are_refused() {
    let laughs: String = (1..9)
        .map(|level| format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(",")))
        .collect();
    assert_eq!(only(&format!("{HEAD}a0: &a0 [lol, lol, lol]\n{laughs}")), Err(TOO_MUCH.to_owned()));
    let long = format!("{HEAD}a: &a {}\nv: [{}]\n", "x".repeat(1 << 20), "*a, ".repeat(1000));
    assert_eq!(only(&long), Err(TOO_MUCH.to_owned()));
}

#[test]
fn lines_of_question_marks_have_no_key() {
    let reason = only(&"? \n".repeat(20_000)).expect_err("it is refused");
    assert_eq!(reason, "a key that is empty or null: quote it if the text is meant");
}

#[test]
fn a_long_line_of_surprises_is_told_in_full() {
    let text = format!("{HEAD}v: {{{}}}\n", "é: 1, ".repeat(100_000));
    let documents = read(text.as_bytes()).documents;
    let warnings = &documents.first().expect("a document").warnings;
    assert_eq!(warnings.len(), 99_999);
    assert_eq!(warnings.last().map(|warning| warning.span.start.column), Some(5 + 6 * 99_999));
}

#[test]
fn many_values_on_a_line_are_all_read() {
    assert_eq!(read("{\"kind\":\"é\"}".repeat(50_000).as_bytes()).documents.len(), 50_000);
}
