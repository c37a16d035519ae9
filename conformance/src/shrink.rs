//! The smallest policy and input that still show a difference.

use serde_json::Value;

/// Takes away lines and fields for as long as `differs` still holds.
pub fn shrink(text: &str, input: &Value, mut differs: impl FnMut(&str, &Value) -> bool) -> (String, Value) {
    let mut text = text.to_owned();
    let mut input = input.clone();
    loop {
        let shorter = without_lines(&text).into_iter().find(|shorter| differs(shorter, &input));
        if let Some(shorter) = shorter {
            text = shorter;
            continue;
        }
        let smaller = without_parts(&input).into_iter().find(|smaller| differs(&text, smaller));
        match smaller {
            Some(smaller) => input = smaller,
            None => return (text, input),
        }
    }
}

/// The text without a run of lines: long runs first.
fn without_lines(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut shorter = Vec::new();
    for run in [12, 6, 4, 3, 2, 1] {
        for start in 0..lines.len().saturating_sub(run - 1) {
            let rest = lines.iter().enumerate().filter(|(index, _)| !(start..start + run).contains(index));
            let mut candidate: String = rest.map(|(_, line)| format!("{line}\n")).collect();
            if candidate.is_empty() {
                candidate.push('\n');
            }
            shorter.push(candidate);
        }
    }
    shorter
}

/// The value with one field or item less, anywhere in it.
fn without_parts(value: &Value) -> Vec<Value> {
    match value {
        Value::Object(fields) => {
            let mut smaller = Vec::new();
            for key in fields.keys() {
                let mut less = fields.clone();
                less.remove(key);
                smaller.push(Value::Object(less));
            }
            for (key, inner) in fields {
                for part in without_parts(inner) {
                    let mut changed = fields.clone();
                    changed.insert(key.clone(), part);
                    smaller.push(Value::Object(changed));
                }
            }
            smaller
        }
        Value::Array(items) => {
            let mut smaller = Vec::new();
            for (index, inner) in items.iter().enumerate() {
                let mut less = items.clone();
                less.remove(index);
                smaller.push(Value::Array(less));
                for part in without_parts(inner) {
                    let mut changed = items.clone();
                    if let Some(slot) = changed.get_mut(index) {
                        *slot = part;
                    }
                    smaller.push(Value::Array(changed));
                }
            }
            smaller
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_needed_is_taken_away() {
        let input = json!({"a": [1, {"b": 2, "c": 3}], "d": 4});
        let (text, input) = shrink("one\ntwo\nthree\n", &input, |text, input| {
            text.contains("two")
                && input["a"].as_array().is_some_and(|items| items.iter().any(|item| item["b"] == 2))
        });
        assert_eq!(text, "two\n");
        assert_eq!(input, json!({"a": [{"b": 2}]}));
    }
}
