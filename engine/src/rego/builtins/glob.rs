//! `glob.match` as OPA's glob library matches: `*` and `?` stop at delimiters, `**` does not, `{a,b}` chooses, `[a-z]` and `[!abc]` are
//! classes, `\` takes the next character as it is.

use std::{cell::RefCell, rc::Rc};

use anyhow::bail;
use regex::Regex;
use regorus::Value;

use super::{compiled::Compiled, shown, string};

/// Whether `pattern` is a glob that policies may use.
///
/// # Errors
/// Why not, without a full stop.
pub fn check(pattern: &str) -> Result<(), String> {
    translate(pattern, &['.']).map(drop)
}

/// `glob.match(pattern, delimiters, text)`: no delimiters at all where they are null, the dot where they are an empty array.
pub(super) fn matches(arguments: &[Value]) -> anyhow::Result<Value> {
    let pattern = string(arguments, 0)?;
    let delimiters = match arguments.get(1) {
        Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) if items.is_empty() => vec!['.'],
        Some(Value::Array(items)) => items.iter().map(delimiter).collect::<anyhow::Result<_>>()?,
        other => bail!("argument 2 must be null or an array of characters, not {}", shown(other)),
    };
    Ok(compiled(pattern, delimiters)?.is_match(string(arguments, 2)?).into())
}

fn delimiter(value: &Value) -> anyhow::Result<char> {
    let mut characters = value.as_string().map(|text| text.chars()).unwrap_or_else(|_| "".chars());
    match (characters.next(), characters.next()) {
        (Some(delimiter), None) => Ok(delimiter),
        _ => bail!("a delimiter must be one character, not {value}"),
    }
}

fn compiled(pattern: &str, delimiters: Vec<char>) -> anyhow::Result<Rc<Regex>> {
    thread_local! {
        static COMPILED: RefCell<Compiled<(String, Vec<char>)>> = RefCell::default();
    }
    let key = (pattern.to_owned(), delimiters);
    let compile = |(pattern, delimiters): &(String, Vec<char>)| {
        Regex::new(&translate(pattern, delimiters)?).map_err(|error| error.to_string())
    };
    COMPILED.with_borrow_mut(|compiled| compiled.get(&key, compile))
}

/// The regular expression that matches the same texts.
fn translate(pattern: &str, delimiters: &[char]) -> Result<String, String> {
    let one = if delimiters.is_empty() {
        ".".to_owned()
    } else {
        let members: String = delimiters.iter().map(|delimiter| escaped(*delimiter)).collect();
        format!("[^{members}]")
    };
    let mut out = String::from("(?s)\\A");
    let mut depth = 0_usize;
    let mut rest = pattern.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '*' if rest.next_if_eq(&'*').is_some() => out.push_str(".*"),
            '*' => out.push_str(&format!("{one}*")),
            '?' => out.push_str(&one),
            '\\' => match rest.next() {
                Some(literal) => out.push_str(&escaped(literal)),
                None => return Err("the glob ends in a backslash".to_owned()),
            },
            '{' => {
                depth += 1;
                out.push_str("(?:");
            }
            '}' if depth > 0 => {
                depth -= 1;
                out.push(')');
            }
            ',' if depth > 0 => out.push('|'),
            '[' => out.push_str(&class(&mut rest)?),
            ']' | '}' => return Err(format!("`{character}` closes nothing; write `\\{character}`")),
            literal => out.push_str(&escaped(literal)),
        }
    }
    if depth > 0 {
        return Err("a `{` is not closed".to_owned());
    }
    out.push_str("\\z");
    Ok(out)
}

/// `[abc]`, `[!abc]`, `[a-z]`, `[!a-z]`: a list or one range, not both.
fn class(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<String, String> {
    let negation = if rest.next_if_eq(&'!').is_some() { "^" } else { "" };
    let mut members = Vec::new();
    loop {
        match rest.next() {
            Some(']') => break,
            Some(member) => members.push(member),
            None => return Err("a `[` is not closed".to_owned()),
        }
    }
    let is_plain = |character: &char| !matches!(character, '-' | '\\' | '[' | '!');
    match members.as_slice() {
        [low, '-', high] if low <= high && is_plain(low) && is_plain(high) => {
            Ok(format!("[{negation}{}-{}]", escaped(*low), escaped(*high)))
        }
        list if !list.is_empty() && list.iter().all(is_plain) => {
            Ok(format!("[{negation}{}]", list.iter().map(|member| escaped(*member)).collect::<String>()))
        }
        _ => Err("a class is a list `[abc]` or one range `[a-z]`".to_owned()),
    }
}

fn escaped(character: char) -> String {
    regex::escape(character.encode_utf8(&mut [0; 4]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_match(pattern: &str, delimiters: &str, text: &str) -> bool {
        let delimiters = Value::from_json_str(delimiters).unwrap();
        *matches(&[pattern.into(), delimiters, text.into()]).unwrap().as_bool().unwrap()
    }

    #[test]
    fn globs_match_as_in_opa() {
        for (pattern, delimiters, text, expected) in [
            ("a*c", "[\".\"]", "abc", true),
            ("a*c", "[\".\"]", "a.c", false),
            ("a*c", "[]", "a.c", false),
            ("a*c", "null", "a.c", true),
            ("a**c", "[\".\"]", "a.x.c", true),
            ("a?c", "[\"/\"]", "a.c", true),
            ("a?c", "[\"/\"]", "a/c", false),
            ("{a,b*}.x", "[\".\"]", "bcd.x", true),
            ("[!a-c]x", "[]", "dx", true),
            ("[abc]x", "[]", "dx", false),
            ("a\\*", "[]", "a*", true),
            ("a(b)+", "[]", "a(b)+", true),
            ("*.example.com", "[\".\"]", "a.b.example.com", false),
        ] {
            assert_eq!(is_match(pattern, delimiters, text), expected, "{pattern} {delimiters} {text}");
        }
    }

    #[test]
    fn broken_globs_are_errors() {
        for pattern in ["{a", "a}", "[a", "[]", "[a-cx]", "a\\", "]"] {
            assert!(check(pattern).is_err(), "{pattern}");
        }
    }
}
