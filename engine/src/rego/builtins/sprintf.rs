//! `sprintf` with the texts that Go's formats give: `%v`, `%s`, `%d`, `%q` and `%%`, without flags or widths.

use anyhow::{anyhow, bail};
use regorus::Value;

use super::{bounds, string};

/// One piece of a format.
enum Piece {
    Text(char),
    Verb(char),
}

/// Whether `format` is one that [`sprintf`] takes, for this many arguments where their number is known.
///
/// # Errors
/// Why not, without a full stop.
pub(in crate::rego) fn check(format: &str, arguments: Option<usize>) -> Result<(), String> {
    let verbs = pieces(format)?.iter().filter(|piece| matches!(piece, Piece::Verb(_))).count();
    match arguments {
        Some(count) if count != verbs => Err(format!("the format wants {verbs} values, and gets {count}")),
        _ => Ok(()),
    }
}

pub(super) fn sprintf(arguments: &[Value]) -> anyhow::Result<Value> {
    let format = string(arguments, 0)?;
    let Some(Value::Array(values)) = arguments.get(1) else { bail!("argument 2 must be an array") };
    check(format, Some(values.len())).map_err(|why| anyhow!(why))?;
    let mut values = values.iter();
    let mut text = String::with_capacity(format.len() + 32);
    for piece in pieces(format).map_err(|why| anyhow!(why))? {
        match (piece, &mut values) {
            (Piece::Text(character), _) => text.push(character),
            (Piece::Verb('q'), values) => {
                if let Some(value) = values.next() {
                    // Go shows a number as the character of that code.
                    if matches!(value, Value::Number(_)) {
                        bail!("%q is for text, not {value}; write %v");
                    }
                    quote(&outer(value)?, &mut text);
                }
            }
            (Piece::Verb(verb), values) => {
                values.next().into_iter().try_for_each(|value| write(verb, value, &mut text))?;
            }
        }
        bounds::text(text.len())?;
    }
    Ok(text.into())
}

fn pieces(format: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::with_capacity(format.len());
    let mut characters = format.chars();
    while let Some(character) = characters.next() {
        pieces.push(match character {
            '%' => match characters.next() {
                Some('%') => Piece::Text('%'),
                Some(verb @ ('v' | 's' | 'd' | 'q')) => Piece::Verb(verb),
                Some(other) => return Err(foreign(other, characters)),
                None => return Err("the format ends in a single %; write %%".to_owned()),
            },
            text => Piece::Text(text),
        });
    }
    Ok(pieces)
}

/// What is wrong with a verb that starts with `first`.
fn foreign(first: char, rest: std::str::Chars<'_>) -> String {
    let mut verb = String::from("%");
    for character in std::iter::once(first).chain(rest) {
        verb.push(character);
        if character.is_alphabetic() || character.is_whitespace() {
            break;
        }
    }
    let rounding =
        if verb.ends_with('f') { "; round the number, `round(x * 100) / 100`, and write %v" } else { "" };
    format!("`{}` is none of %v, %s, %d, %q and %%{rounding}", verb.trim_end())
}

/// A value under a verb that is not its own is shown as Go shows it: `%!d(string=a)`.
fn write(verb: char, value: &Value, text: &mut String) -> anyhow::Result<()> {
    let number = Number::of(value);
    match (verb, number) {
        ('d', Some(Number::Whole(number))) | ('v', Some(Number::Whole(number))) => text.push_str(&number),
        ('v', Some(Number::Float(float))) => text.push_str(&go_float(float)),
        (_, Some(Number::Whole(number))) => text.push_str(&format!("%!{verb}(int64={number})")),
        (_, Some(Number::Float(float))) => text.push_str(&format!("%!{verb}(float64={})", go_float(float))),
        ('d', None) => text.push_str(&format!("%!d(string={})", outer(value)?)),
        (_, None) => text.push_str(&outer(value)?),
    }
    Ok(())
}

enum Number {
    Whole(String),
    Float(f64),
}

impl Number {
    fn of(value: &Value) -> Option<Self> {
        let Value::Number(number) = value else { return None };
        // A whole number beyond 128 bits has no value as a float.
        Some(match (value.as_i128(), number.as_f64()) {
            (Ok(whole), _) => Self::Whole(whole.to_string()),
            (Err(_), Some(float)) => Self::Float(float),
            (Err(_), None) => Self::Whole(number.format_decimal()),
        })
    }
}

/// A string stands as it is, anything else as a term.
fn outer(value: &Value) -> anyhow::Result<String> {
    Ok(match value {
        Value::String(string) => string.to_string(),
        other => {
            let mut text = String::new();
            bounds::text(term(other, bounds::MAX_TEXT, &mut text).map_or(usize::MAX, |()| text.len()))?;
            text
        }
    })
}

/// OPA's text of a term; none where it is longer than `limit`.
fn term(value: &Value, limit: usize, text: &mut String) -> Option<()> {
    match value {
        Value::String(string) => quote(string, text),
        Value::Array(items) => list('[', items.iter(), ']', limit, text)?,
        Value::Set(items) if items.is_empty() => text.push_str("set()"),
        Value::Set(items) => list('{', items.iter(), '}', limit, text)?,
        Value::Object(fields) => {
            text.push('{');
            for (index, (key, value)) in fields.iter().enumerate() {
                if index > 0 {
                    text.push_str(", ");
                }
                term(key, limit, text)?;
                text.push_str(": ");
                term(value, limit, text)?;
            }
            text.push('}');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
    (text.len() <= limit).then_some(())
}

fn list<'a>(
    open: char,
    items: impl Iterator<Item = &'a Value>,
    close: char,
    limit: usize,
    text: &mut String,
) -> Option<()> {
    text.push(open);
    for (index, item) in items.enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        term(item, limit, text)?;
    }
    text.push(close);
    Some(())
}

/// A value in a message: as `%v` shows it, and of a long one the beginning.
pub(in crate::rego) fn brief(value: &Value) -> String {
    const LENGTH: usize = 200;
    let mut text = String::new();
    if term(value, LENGTH, &mut text).is_none() {
        text.truncate(text.floor_char_boundary(LENGTH));
        text.push('…');
    }
    text
}

/// As Go's `strconv.Quote`.
fn quote(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{7}' => text.push_str("\\a"),
            '\u{8}' => text.push_str("\\b"),
            '\u{b}' => text.push_str("\\v"),
            '\u{c}' => text.push_str("\\f"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\0'..='\u{1f}' | '\u{7f}' => text.push_str(&format!("\\x{:02x}", u32::from(character))),
            plain if is_printable(plain) => text.push(plain),
            '\0'..='\u{ffff}' => text.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => text.push_str(&format!("\\U{:08x}", u32::from(character))),
        }
    }
    text.push('"');
}

/// Rust's notion, that of Go: letters, marks, numbers, punctuation, symbols and the space. After another character, where Rust shows a
/// combining mark as it is.
fn is_printable(character: char) -> bool {
    character.is_ascii() || format!("a{character}").escape_debug().count() == 2
}

/// As Go's `%v`: the shortest digits, with an exponent below 1e-4 and from 1e6 on.
fn go_float(float: f64) -> String {
    let magnitude = float.abs();
    if magnitude != 0.0 && !(1e-4..1e6).contains(&magnitude) {
        let text = format!("{float:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |rest| ('-', rest));
        return format!("{digits}e{sign}{exponent:0>2}");
    }
    float.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(format: &str, values: &str) -> String {
        let values = Value::from_json_str(values).unwrap();
        sprintf(&[format.into(), values]).unwrap().as_string().unwrap().to_string()
    }

    #[test]
    fn values_are_written_as_go_writes_them() {
        assert_eq!(formatted("%v %s %d %%", r#"["a", "b", 3]"#), "a b 3 %");
        assert_eq!(formatted("%v %v %v", r#"[0.5, true, null]"#), "0.5 true null");
        assert_eq!(formatted("%v", r#"[{"a": ["é\n", 1.5], "b": {}}]"#), r#"{"a": ["é\n", 1.5], "b": {}}"#);
        assert_eq!(formatted("%v %v", "[0.00001, 1234567.5]"), "1e-05 1.2345675e+06");
    }

    #[test]
    fn numbers_beyond_128_bits_keep_their_digits() {
        let mut engine = regorus::Engine::new();
        let big = engine
            .eval_query("18446744073709551615 * 18446744073709551615 * 1000".to_owned(), false)
            .unwrap();
        let big = big.result[0].expressions[0].value.clone();
        let text = sprintf(&["%v %d".into(), Value::from(vec![big.clone(), big])]).unwrap();
        let digits = "340282366920938463426481119284349108225000";
        assert_eq!(text, format!("{digits} {digits}").into());
    }

    #[test]
    fn quoted_text_is_written_as_go_writes_it() {
        assert_eq!(formatted("%q", r#"["a \"b\" é\n"]"#), r#""a \"b\" é\n""#);
        assert_eq!(formatted("%q %q", r#"[["x"], true]"#), r#""[\"x\"]" "true""#);
        assert_eq!(
            formatted("%q", r#"["e\u0301\u200b\u00a0\u3000\ufeff🙂\udb40\udc01"]"#),
            "\"e\u{301}\\u200b\\u00a0\\u3000\\ufeff🙂\\U000e0001\""
        );
        assert!(sprintf(&["%q".into(), Value::from_json_str("[1]").unwrap()]).is_err());
    }

    #[test]
    fn a_value_under_a_foreign_verb_says_so() {
        assert_eq!(formatted("%s %d %d", r#"[1, "a", 1.5]"#), "%!s(int64=1) %!d(string=a) %!d(float64=1.5)");
    }

    #[test]
    fn sets_are_written_as_opa_writes_them() {
        let set = Value::from(std::collections::BTreeSet::from([Value::from(1_u64), "a".into()]));
        let values = Value::from(vec![set, Value::new_set()]);
        assert_eq!(sprintf(&["%v %v".into(), values]).unwrap(), r#"{1, "a"} set()"#.into());
    }

    #[test]
    fn formats_that_go_wrong_are_refused() {
        for (format, count) in [("%5d", 1), ("%x", 1), ("%", 0), ("%v", 0), ("%v", 2), ("%[1]v", 1)] {
            assert!(check(format, Some(count)).is_err(), "{format} {count}");
        }
        assert!(check("%v of %d %%", Some(2)).is_ok());
        insta::assert_snapshot!(check("%.2f", Some(1)).unwrap_err(), @"`%.2f` is none of %v, %s, %d, %q and %%; round the number, `round(x * 100) / 100`, and write %v");
        insta::assert_snapshot!(check("%5 d", None).unwrap_err(), @"`%5` is none of %v, %s, %d, %q and %%");
    }
}
