//! Builtins on texts and numbers that count code points, fold case and read numbers as Go does.

use anyhow::bail;
use regorus::Value;

use super::{integer, shown, string};

/// More than any policy counts over, and little memory.
const MAX_RANGE: u64 = 10_000;

/// Code points, where the evaluator counts UTF-16 units.
pub(super) fn count(arguments: &[Value]) -> anyhow::Result<Value> {
    Ok(match arguments {
        [Value::Array(items)] => items.len().into(),
        [Value::Set(items)] => items.len().into(),
        [Value::Object(fields)] => fields.len().into(),
        [Value::String(text)] => text.chars().count().into(),
        other => bail!("argument 1 must be an array, object, set or string, not {}", shown(other.first())),
    })
}

/// Occurrences that do not overlap; of the empty text, one more than there are code points.
pub(super) fn strings_count(arguments: &[Value]) -> anyhow::Result<Value> {
    Ok(string(arguments, 0)?.matches(string(arguments, 1)?).count().into())
}

pub(super) fn lower(arguments: &[Value]) -> anyhow::Result<Value> {
    let text = string(arguments, 0)?;
    // Go folds each character by itself, to the first character of its lower case.
    Ok(fold(text, str::to_ascii_lowercase, |c| c.to_lowercase().next().unwrap_or(c)))
}

pub(super) fn upper(arguments: &[Value]) -> anyhow::Result<Value> {
    let text = string(arguments, 0)?;
    // Go leaves a character alone whose upper case is several: ß.
    Ok(fold(text, str::to_ascii_uppercase, |c| {
        let mut upper = c.to_uppercase();
        upper.next().filter(|_| upper.next().is_none()).unwrap_or(c)
    }))
}

fn fold(text: &str, ascii: fn(&str) -> String, one: fn(char) -> char) -> Value {
    let folded = if text.is_ascii() { ascii(text) } else { text.chars().map(one).collect() };
    folded.into()
}

/// JSON numbers alone: no spaces around them.
pub(super) fn to_number(arguments: &[Value]) -> anyhow::Result<Value> {
    match arguments {
        [Value::Null | Value::Bool(false)] => Ok(0_u64.into()),
        [Value::Bool(true)] => Ok(1_u64.into()),
        [number @ Value::Number(_)] => Ok(number.clone()),
        [Value::String(text)] if text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
            let is_plain = !text.ends_with(char::is_whitespace);
            match Value::from_json_str(text) {
                Ok(number @ Value::Number(_)) if is_plain => Ok(number),
                _ => bail!("{text:?} is no number"),
            }
        }
        other => bail!("{} is no number", shown(other.first())),
    }
}

/// Up or down, both ends included.
pub(super) fn range(arguments: &[Value]) -> anyhow::Result<Value> {
    let (from, to) = (integer(arguments, 0)?, integer(arguments, 1)?);
    if from.abs_diff(to) >= MAX_RANGE {
        bail!("a range of more than {MAX_RANGE} numbers");
    }
    let numbers: Vec<Value> = if from <= to {
        (from..=to).map(Value::from).collect()
    } else {
        (to..=from).rev().map(Value::from).collect()
    };
    Ok(numbers.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_counted_and_folded_by_code_points() {
        assert_eq!(count(&["a🙂".into()]).unwrap(), 2_u64.into());
        assert_eq!(lower(&["AİΣ".into()]).unwrap(), "aiσ".into());
        assert_eq!(upper(&["aßŉ".into()]).unwrap(), "AßŉN".replace('N', "").as_str().into());
        assert_eq!(strings_count(&["aaaa".into(), "aa".into()]).unwrap(), 2_u64.into());
    }

    #[test]
    fn only_plain_numbers_are_numbers() {
        assert_eq!(to_number(&["1.5".into()]).unwrap(), 1.5.into());
        assert_eq!(to_number(&["-3".into()]).unwrap(), (-3_i64).into());
        for odd in [" 1", "1 ", "01", "0x10", "Inf", "", "+1"] {
            assert!(to_number(&[odd.into()]).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn a_range_is_bounded() {
        assert_eq!(range(&[3_i64.into(), 1_i64.into()]).unwrap(), Value::from_json_str("[3, 2, 1]").unwrap());
        assert!(range(&[1_i64.into(), 1_000_000_000_i64.into()]).is_err());
        assert!(range(&[i64::MIN.into(), i64::MAX.into()]).is_err());
    }
}
