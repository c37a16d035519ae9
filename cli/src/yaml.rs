//! A value as YAML that Kubernetes reads back as the same value.
//!
//! General writers know YAML 1.2, where `on`, `0755` and `1_000` are strings as they stand. Here every string that is not
//! plainly a word is quoted.

use std::io::{self, Write};

use serde_json::Value;

/// Longer keys must be announced by `? `.
const LONGEST_PLAIN_KEY: usize = 128;

/// The words that are booleans or null, in lower case.
const NOT_STRINGS: [&str; 10] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan"];

/// Writes one document, without its `---`.
pub(crate) fn write_document(value: &Value, out: &mut dyn Write) -> io::Result<()> {
    match value {
        Value::Object(map) if !map.is_empty() => write_block(value, 0, out),
        Value::Array(items) if !items.is_empty() => write_block(value, 0, out),
        _ => {
            write_scalar(value, 0, out)?;
            writeln!(out)
        }
    }
}

/// Writes the lines of a mapping or sequence that is not empty, the cursor being where its first line begins.
fn write_block(value: &Value, indent: usize, out: &mut dyn Write) -> io::Result<()> {
    let margin = " ".repeat(indent);
    match value {
        Value::Object(map) => {
            for (i, (key, child)) in map.iter().enumerate() {
                if i > 0 {
                    write!(out, "{margin}")?;
                }
                if key.len() > LONGEST_PLAIN_KEY {
                    write!(out, "? {}\n{margin}", text(key))?;
                } else {
                    write!(out, "{}", text(key))?;
                }
                write!(out, ":")?;
                write_child(child, indent, out)?;
            }
        }
        Value::Array(items) => {
            for (i, child) in items.iter().enumerate() {
                if i > 0 {
                    write!(out, "{margin}")?;
                }
                write!(out, "-")?;
                if is_block(child) {
                    write!(out, " ")?;
                    write_block(child, indent + 2, out)?;
                } else {
                    write_child(child, indent, out)?;
                }
            }
        }
        _ => write_scalar(value, indent, out)?,
    }
    Ok(())
}

/// Writes what stands behind a `:` or a `-`, and ends the line.
fn write_child(child: &Value, indent: usize, out: &mut dyn Write) -> io::Result<()> {
    if is_block(child) {
        let deeper = indent + 2;
        write!(out, "\n{}", " ".repeat(deeper))?;
        return write_block(child, deeper, out);
    }
    write!(out, " ")?;
    write_scalar(child, indent, out)?;
    writeln!(out)
}

fn is_block(value: &Value) -> bool {
    match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

fn write_scalar(value: &Value, indent: usize, out: &mut dyn Write) -> io::Result<()> {
    match value {
        Value::String(string) if is_literal(string) => write_literal(string, indent + 2, out),
        Value::String(string) => write!(out, "{}", text(string)),
        // Empty collections, numbers, booleans and null are the same in JSON.
        other => write!(out, "{other}"),
    }
}

/// Text of several lines that a literal block holds as it stands.
fn is_literal(string: &str) -> bool {
    let lines = string.trim_end_matches('\n');
    lines.contains('\n')
        && !lines.starts_with([' ', '\n', '\t'])
        && lines.chars().all(|c| c == '\n' || c == '\t' || is_printable(c))
}

/// Writes `|` and the lines, without the last line's end.
fn write_literal(string: &str, indent: usize, out: &mut dyn Write) -> io::Result<()> {
    let lines = string.trim_end_matches('\n');
    let ends = string.len() - lines.len();
    write!(
        out,
        "{}",
        match ends {
            0 => "|-",
            1 => "|",
            _ => "|+",
        }
    )?;
    for line in lines.split('\n') {
        if line.is_empty() {
            writeln!(out)?;
        } else {
            write!(out, "\n{}{line}", " ".repeat(indent))?;
        }
    }
    (1..ends).try_for_each(|_| writeln!(out))
}

/// A string on one line: as it stands where that is safe, else in double quotes.
fn text(string: &str) -> String {
    if is_plain(string) { string.to_owned() } else { quoted(string) }
}

fn is_plain(string: &str) -> bool {
    let plain_characters = string
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/' | b':' | b'@' | b' '));
    let word = string.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && !NOT_STRINGS.contains(&string.to_ascii_lowercase().as_str());
    plain_characters
        && (word || is_quantity(string))
        && !string.ends_with([':', ' '])
        && !string.contains(": ")
}

/// `100m`, `16Mi`: a number followed by what no number ends in.
fn is_quantity(string: &str) -> bool {
    string.starts_with(|c: char| c.is_ascii_digit())
        && string.ends_with(['i', 'k', 'm', 'n', 'G', 'K', 'M', 'P', 'T'])
        && string.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn is_printable(c: char) -> bool {
    // Line separators end lines in YAML 1.1, and a byte-order mark vanishes.
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn quoted(string: &str) -> String {
    let mut quoted = String::with_capacity(string.len() + 2);
    quoted.push('"');
    for c in string.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if is_printable(c) => quoted.push(c),
            c => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(value: &Value) -> String {
        let mut out = Vec::new();
        write_document(value, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_manifest_looks_as_people_write_it() {
        let value = json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "settings", "labels": {}, "annotations": {"on": "yes", "port": "8080"}},
            "data": {"a.conf": "one\n  two\n\nthree\n", "b": "no end\nhere", "c": "ends\ntwice\n\n", "d": ""},
            "list": [{"name": "a", "args": ["--x=1", ["nested"], {}]}, [], null, 1.5, true, "100m"],
        });
        insta::assert_snapshot!(document(&value), @r#"
        apiVersion: v1
        data:
          a.conf: |
            one
              two

            three
          b: |-
            no end
            here
          c: |+
            ends
            twice

          d: ""
        kind: ConfigMap
        list:
          - args:
              - "--x=1"
              - - nested
              - {}
            name: a
          - []
          - null
          - 1.5
          - true
          - 100m
        metadata:
          annotations:
            "on": "yes"
            port: "8080"
          labels: {}
          name: settings
        "#);
    }

    #[test]
    fn what_is_written_is_read_as_the_same_value() {
        let texts = [
            "",
            " ",
            "a",
            "a b",
            " a",
            "a ",
            "a: b",
            "a:",
            ":a",
            "a #b",
            "#a",
            "-",
            "- a",
            "---",
            "...",
            "?",
            "? a",
            "!a",
            "&a",
            "*a",
            "@a",
            "`a",
            "%a",
            "|",
            ">",
            "'",
            "\"",
            "\\",
            "{",
            "[",
            "a,b",
            "y",
            "N",
            "yes",
            "On",
            "OFF",
            "true",
            "~",
            "null",
            "Null",
            "<<",
            "=",
            ".inf",
            ".nan",
            "-.INF",
            "0",
            "08",
            "0755",
            "0o755",
            "0b11",
            "0x1f",
            "1_000",
            "1e3",
            "1.5",
            "-1",
            "+1",
            "1:30",
            "2026-11-21",
            "1e400",
            "12e03",
            "100m",
            "16Mi",
            "1k",
            "0x1m",
            "1E",
            "a\nb",
            "a\nb\n",
            "a\nb\n\n",
            "\na",
            "\n",
            "\n\n",
            " a\nb",
            "a\n b",
            "a\n\tb",
            "a\n\n\nb",
            "a\r\nb",
            "a\tb",
            "\t",
            "a\u{85}b",
            "a\u{2028}b",
            "\u{feff}a",
            "a\u{7f}b",
            "\u{1b}[0m",
            "ü📚本",
            "a\nü📚本",
            "\u{fffe}",
            "\u{0}",
            "# a\nb",
            "--- a\nb",
            "a\n---\nb",
            "a\n# b\n",
            "a \nb",
            "a\nb ",
            "\u{a0}a",
            "a\n\u{a0}",
        ];
        for text in texts {
            for value in [
                json!({ "k": text }),
                json!({ text: text }),
                json!([[text], { "k": [text] }]),
                json!({ "k": { text: { text: 1 } } }),
            ] {
                let written = document(&value);
                let read = guard_manifest::yaml::decode(&written)
                    .unwrap_or_else(|e| panic!("{text:?}: {e}\n{written}"));
                assert_eq!(read.value, value, "{written}");
            }
        }
    }

    #[test]
    fn what_is_read_as_kubectl_reads_it_is_written_so_that_it_is_read_again() {
        let golden = include_str!("../../fixtures/yaml/kubectl-golden.jsonl");
        // One case is nested deeper than serde_json reads.
        let cases = golden.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut objects = 0;
        for text in cases.filter_map(|case| case["text"].as_str().map(str::to_owned)) {
            for document in guard_manifest::read(text.as_bytes()).documents {
                let guard_manifest::Content::Resources(resources) = document.content else { continue };
                for object in resources.into_iter().map(|resource| resource.value) {
                    let written = self::document(&object);
                    let read =
                        guard_manifest::yaml::decode(&written).unwrap_or_else(|e| panic!("{e}\n{written}"));
                    assert_eq!(read.value, object, "{written}");
                    objects += 1;
                }
            }
        }
        assert!(objects > 100);
    }

    #[test]
    fn a_long_key_is_announced() {
        let value = json!({ "k".repeat(2000): { "a": 1 } });
        assert_eq!(guard_manifest::yaml::decode(&document(&value)).unwrap().value, value);
    }

    #[test]
    fn numbers_stay_what_they_are() {
        for number in
            ["0", "-1", "9223372036854775807", "-9223372036854775808", "0.1", "1e30", "1.5e-7", "-0.5"]
        {
            let value: Value = serde_json::from_str(&format!("{{\"k\": {number}}}")).unwrap();
            assert_eq!(guard_manifest::yaml::decode(&document(&value)).unwrap().value, value, "{number}");
        }
    }
}
