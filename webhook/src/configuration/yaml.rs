//! A Kubernetes object as YAML: mappings and lists as blocks, texts as JSON has them where they are no plain words.

use std::fmt::Write;

use serde_json::Value;

/// One document.
pub(super) fn document(value: &Value) -> String {
    let mut out = String::new();
    block(value, 0, &mut out);
    out
}

/// The lines of a mapping or list that is not empty; the cursor is where its first line begins.
fn block(value: &Value, indent: usize, out: &mut String) {
    let margin = " ".repeat(indent);
    let mut first = true;
    let mut line = |head: String, child: &Value, deeper: usize| {
        if !std::mem::take(&mut first) {
            out.push_str(&margin);
        }
        out.push_str(&head);
        if !is_block(child) {
            // Writing to a text cannot fail.
            let _ = writeln!(out, " {}", scalar(child));
            return;
        }
        if head == "-" {
            out.push(' ');
        } else {
            let _ = write!(out, "\n{}", " ".repeat(indent + deeper));
        }
        block(child, indent + deeper, out);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, child)| line(format!("{key}:"), child, 2)),
        Value::Array(items) => items.iter().for_each(|child| line("-".to_owned(), child, 2)),
        _ => {}
    }
}

fn is_block(value: &Value) -> bool {
    match value {
        Value::Object(fields) => !fields.is_empty(),
        // Lists of words stand on one line.
        Value::Array(items) => items.iter().any(|item| item.is_object() || item.is_array()),
        _ => false,
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) if is_word(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(scalar).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// Whether a text is no other type and no syntax in any version of YAML.
fn is_word(text: &str) -> bool {
    let letters =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-./".contains(&byte));
    let reserved = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && letters(text)
        && !reserved.contains(&text.to_ascii_lowercase().as_str())
}
