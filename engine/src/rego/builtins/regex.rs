//! `regex.*` with RE2's patterns and Go's ways of splitting and replacing.

use std::{cell::RefCell, rc::Rc};

use regex::Regex;
use regorus::Value;

use super::{bounds, compiled::Compiled, integer, re2, string};

pub(super) fn matches(arguments: &[Value]) -> anyhow::Result<Value> {
    Ok(compiled(string(arguments, 0)?)?.is_match(string(arguments, 1)?).into())
}

pub(super) fn find_n(arguments: &[Value]) -> anyhow::Result<Value> {
    let regex = compiled(string(arguments, 0)?)?;
    let found = regex.find_iter(string(arguments, 1)?).take(limit(integer(arguments, 2)?));
    let mut held = Held::default();
    let found = found.map(|found| held.take(found.as_str()));
    Ok(found.collect::<anyhow::Result<Vec<Value>>>()?.into())
}

pub(super) fn find_all_string_submatch_n(arguments: &[Value]) -> anyhow::Result<Value> {
    let regex = compiled(string(arguments, 0)?)?;
    let found = regex.captures_iter(string(arguments, 1)?).take(limit(integer(arguments, 2)?));
    let mut held = Held::default();
    let groups = found.map(|captures| {
        let groups = captures.iter().map(|group| group.map_or("", |group| group.as_str()));
        let groups: Vec<Value> = groups.map(|group| held.take(group)).collect::<anyhow::Result<_>>()?;
        Ok(groups.into())
    });
    Ok(groups.collect::<anyhow::Result<Vec<Value>>>()?.into())
}

pub(super) fn replace(arguments: &[Value]) -> anyhow::Result<Value> {
    let (text, by) = (string(arguments, 0)?, string(arguments, 2)?);
    let mut replaced = String::with_capacity(text.len());
    let mut end = 0;
    for captures in compiled(string(arguments, 1)?)?.captures_iter(text) {
        let Some(whole) = captures.get(0) else { continue };
        replaced.push_str(text.get(end..whole.start()).unwrap_or_default());
        captures.expand(by, &mut replaced);
        bounds::text(replaced.len())?;
        end = whole.end();
    }
    replaced.push_str(text.get(end..).unwrap_or_default());
    bounds::text(replaced.len())?;
    Ok(replaced.into())
}

/// As Go: an empty match at the start splits nothing off, and none is left behind the last.
pub(super) fn split(arguments: &[Value]) -> anyhow::Result<Value> {
    let pattern = string(arguments, 0)?;
    let regex = compiled(pattern)?;
    let text = string(arguments, 1)?;
    if text.is_empty() && !pattern.is_empty() {
        return Ok(vec![Value::from("")].into());
    }
    let mut pieces: Vec<Value> = Vec::new();
    let mut held = Held::default();
    let (mut begin, mut end) = (0, 0);
    for found in regex.find_iter(text) {
        end = found.start();
        if found.end() != 0 {
            pieces.push(held.take(text.get(begin..end).unwrap_or_default())?);
        }
        begin = found.end();
    }
    if end != text.len() {
        pieces.push(held.take(text.get(begin..).unwrap_or_default())?);
    }
    Ok(pieces.into())
}

/// How much a list of matches holds.
#[derive(Default)]
struct Held {
    items: usize,
    text: usize,
}

impl Held {
    /// The next of them.
    fn take(&mut self, text: &str) -> anyhow::Result<Value> {
        self.items += 1;
        self.text += text.len();
        bounds::items(self.items)?;
        bounds::text(self.text)?;
        Ok(text.into())
    }
}

/// Negative: all.
fn limit(count: i64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn compiled(pattern: &str) -> anyhow::Result<Rc<Regex>> {
    thread_local! {
        static COMPILED: RefCell<Compiled<String>> = RefCell::default();
    }
    COMPILED.with_borrow_mut(|compiled| compiled.get(pattern, re2::compile))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Value {
        Value::from_json_str(text).unwrap()
    }

    #[test]
    fn split_is_gos() {
        for (pattern, text, expected) in [
            (",", "a,b,", r#"["a", "b", ""]"#),
            ("", "abc", r#"["a", "b", "c"]"#),
            ("$", "abc", r#"["abc"]"#),
            ("a*", "baac", r#"["b", "c"]"#),
            ("a", "", r#"[""]"#),
            ("", "", "[]"),
        ] {
            assert_eq!(
                split(&[pattern.into(), text.into()]).unwrap(),
                json(expected),
                "{pattern:?} {text:?}"
            );
        }
    }

    #[test]
    fn matches_are_found_counted_and_replaced() {
        assert_eq!(find_n(&["a".into(), "aaa".into(), 2_i64.into()]).unwrap(), json(r#"["a", "a"]"#));
        assert_eq!(find_n(&["a".into(), "aaa".into(), (-1_i64).into()]).unwrap(), json(r#"["a", "a", "a"]"#));
        let groups = find_all_string_submatch_n(&["(a)(x)?".into(), "ab".into(), (-1_i64).into()]);
        assert_eq!(groups.unwrap(), json(r#"[["a", "a", ""]]"#));
        assert_eq!(replace(&["a1".into(), "([a-z])([0-9])".into(), "$2-$1".into()]).unwrap(), "1-a".into());
        assert!(replace(&["a".into(), "(".into(), "".into()]).is_err());
    }
}
