//! `json.marshal` as Go writes JSON: `<`, `>`, `&` and the line separators escaped, keys sorted.

use anyhow::bail;
use regorus::Value;

use super::bounds;

/// Above this a float is no longer every whole number, and its text is not certain.
const EXACT: f64 = 9_007_199_254_740_992.0;

pub(super) fn marshal(arguments: &[Value]) -> anyhow::Result<Value> {
    let mut text = String::new();
    if let [value] = arguments {
        write(value, &mut text)?;
    }
    Ok(text.into())
}

fn write(value: &Value, text: &mut String) -> anyhow::Result<()> {
    bounds::text(text.len())?;
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(truth) => text.push_str(if *truth { "true" } else { "false" }),
        Value::Number(_) => text.push_str(&number(value)?),
        Value::String(string) => quote(string, text),
        Value::Array(items) => list(items.iter(), text)?,
        Value::Set(items) => list(items.iter(), text)?,
        Value::Object(fields) => {
            text.push('{');
            for (index, (key, value)) in fields.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                match key {
                    Value::String(key) => quote(key, text),
                    other => bail!("the key {other} is no string"),
                }
                text.push(':');
                write(value, text)?;
            }
            text.push('}');
        }
        Value::Undefined => bail!("an undefined value has no JSON"),
    }
    Ok(())
}

fn list<'a>(items: impl Iterator<Item = &'a Value>, text: &mut String) -> anyhow::Result<()> {
    text.push('[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            text.push(',');
        }
        write(item, text)?;
    }
    text.push(']');
    Ok(())
}

/// OPA keeps a number's own spelling, the evaluator does not: where these could differ, it is an error.
fn number(value: &Value) -> anyhow::Result<String> {
    if let Ok(integer) = value.as_i128() {
        return Ok(integer.to_string());
    }
    match value.as_f64() {
        Ok(float) if float.abs() < EXACT && float.abs() >= 1e-4 => Ok(float.to_string()),
        _ => bail!("the number {value} has no certain spelling"),
    }
}

fn quote(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            plain => text.push(plain),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_written_as_go_writes_it() {
        let value = Value::from_json_str(r#"{"b": [1, -2, 0.5, true, null], "a<&>": "é\"\\\n\u2028\u0001"}"#)
            .unwrap();
        let expected = r#"{"a\u003c\u0026\u003e":"é\"\\\n\u2028\u0001","b":[1,-2,0.5,true,null]}"#;
        assert_eq!(marshal(&[value]).unwrap(), expected.into());
    }

    #[test]
    fn a_number_without_a_certain_spelling_is_an_error() {
        assert!(marshal(&[1e-7.into()]).is_err());
        assert!(marshal(&[1e300.into()]).is_err());
    }
}
