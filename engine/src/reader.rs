//! Reads values of METADATA and guard.yaml and keeps every mistake with its path, so that one run reports them all.

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::{
    path::{Path, Segment},
    problem::{Place, Problem},
};

/// A value and the way to it.
#[derive(Debug, Clone)]
pub(crate) struct Field<'a> {
    pub(crate) value: &'a Value,
    pub(crate) path: Path,
}

/// A mapping whose keys are known.
#[derive(Debug, Clone)]
pub(crate) struct Block<'a> {
    fields: Option<&'a Map<String, Value>>,
    path: Path,
}

impl<'a> Field<'a> {
    pub(crate) fn new(value: &'a Value, path: Path) -> Self {
        Self { value, path }
    }
}

impl<'a> Block<'a> {
    /// The field of this name, written with a value. A key without one says nothing, as in Kubernetes.
    pub(crate) fn get(&self, key: &str) -> Option<Field<'a>> {
        let value = self.fields?.get(key).filter(|value| !value.is_null())?;
        Some(Field::new(value, self.path.join(key)))
    }

    /// All fields, in the order of their keys.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'a str, Field<'a>)> {
        self.fields
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.as_str(), Field::new(value, self.path.join(key.as_str()))))
    }

    /// Where the mapping stands.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Reads fields, and collects what is wrong with them.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    problems: Vec<Problem>,
    mismatches: Vec<Problem>,
}

impl Reader {
    /// What was wrong, by place.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        sorted(self.problems.into_iter().chain(self.mismatches).collect())
    }

    /// What was wrong in itself, and what only does not fit to something else; each by place.
    pub(crate) fn into_problems_and_mismatches(self) -> (Vec<Problem>, Vec<Problem>) {
        (sorted(self.problems), sorted(self.mismatches))
    }

    pub(crate) fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Reports what would be right beside other policies than those that are loaded.
    pub(crate) fn report_mismatch(&mut self, problem: Problem) {
        self.mismatches.push(problem);
    }

    /// A mapping with any keys; `what` it is stands in the message. Null is an empty one.
    pub(crate) fn mapping<'a>(&mut self, field: &Field<'a>, what: &str) -> Option<Block<'a>> {
        match field.value {
            Value::Object(fields) => Some(Block { fields: Some(fields), path: field.path.clone() }),
            Value::Null => Some(Block { fields: None, path: field.path.clone() }),
            other => {
                self.expected(field, what, "a mapping", other);
                None
            }
        }
    }

    /// A mapping whose keys are all in `known`.
    pub(crate) fn block<'a>(&mut self, field: &Field<'a>, what: &str, known: &[&str]) -> Option<Block<'a>> {
        let block = self.mapping(field, what)?;
        for (key, field) in block.entries().filter(|(key, _)| !known.contains(key)) {
            self.unknown_key(key, field.path, what, known);
        }
        Some(block)
    }

    /// A field that has to be there; `help` says what to write.
    pub(crate) fn required<'a>(
        &mut self,
        block: &Block<'a>,
        what: &str,
        key: &str,
        help: &str,
    ) -> Option<Field<'a>> {
        let found = block.get(key);
        if found.is_none() {
            self.report(Problem::key(block.path().clone(), format!("{what} without {key}")).help(help));
        }
        found
    }

    /// A key that nobody knows.
    pub(crate) fn unknown_key(&mut self, key: &str, path: Path, what: &str, known: &[&str]) {
        let problem = Problem::key(path, format!("unknown key {key:?} in {what}"));
        self.report(problem.did_you_mean(key, known.iter().copied()));
    }

    /// A list with something in it.
    pub(crate) fn list<'a>(&mut self, field: &Field<'a>, what: &str) -> Option<Vec<Field<'a>>> {
        match field.value {
            Value::Array(items) if items.is_empty() => {
                self.report(
                    Problem {
                        place: Place::Key,
                        ..Problem::value(field.path.clone(), format!("{what} is an empty list"))
                    }
                    .help("name at least one, or leave the key out"),
                );
                None
            }
            Value::Array(items) => {
                Some(items.iter().enumerate().map(|(i, item)| Field::new(item, field.path.join(i))).collect())
            }
            other => {
                self.expected(field, what, "a list", other);
                None
            }
        }
    }

    /// A list of texts with something in it.
    pub(crate) fn texts(&mut self, field: &Field<'_>, what: &str) -> Option<Vec<String>> {
        let items = self.list(field, what)?;
        let texts: Vec<String> =
            items.iter().filter_map(|item| self.text(item, &format!("an item of {what}"))).collect();
        (texts.len() == items.len()).then_some(texts)
    }

    /// A text that says something.
    pub(crate) fn text(&mut self, field: &Field<'_>, what: &str) -> Option<String> {
        match field.value {
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Value::String(_) => {
                self.report(Problem::value(field.path.clone(), format!("{what} is empty")));
                None
            }
            other => {
                self.expected(field, what, "a text", other);
                None
            }
        }
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(&mut self, field: &Field<'_>, what: &str, words: &[(&str, T)]) -> Option<T> {
        let text = field.value.as_str();
        if let Some((_, meaning)) = words.iter().find(|(word, _)| Some(*word) == text) {
            return Some(*meaning);
        }
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let problem = Problem::value(
            field.path.clone(),
            format!("{what} is {}, expected one of {}", describe(field.value), known.join(", ")),
        );
        let meant = text.and_then(|text| crate::problem::closest(text, known));
        self.report(match meant {
            Some(meant) => problem.help(format!("did you mean {meant:?}?")),
            None => problem,
        });
        None
    }

    /// True or false.
    pub(crate) fn flag(&mut self, field: &Field<'_>, what: &str) -> Option<bool> {
        let flag = field.value.as_bool();
        if flag.is_none() {
            self.expected(field, what, "true or false", field.value);
        }
        flag
    }

    /// A whole number from 1.
    pub(crate) fn count(&mut self, field: &Field<'_>, what: &str) -> Option<u32> {
        let count =
            field.value.as_u64().and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0);
        if count.is_none() {
            self.expected(field, what, "a whole number from 1", field.value);
        }
        count
    }

    /// A day, `2027-01-31`.
    pub(crate) fn date(&mut self, field: &Field<'_>, what: &str) -> Option<Date> {
        let date = field.value.as_str().and_then(parse_date);
        if date.is_none() {
            self.expected(field, what, "a day of the calendar as YYYY-MM-DD", field.value);
        }
        date
    }

    fn expected(&mut self, field: &Field<'_>, what: &str, expected: &str, found: &Value) {
        let message = format!("{what} is {}, expected {expected}", describe(found));
        let place =
            if field.path.0.last().is_some_and(|last| matches!(last, Segment::Key(_))) && !is_scalar(found) {
                Place::Key
            } else {
                Place::Value
            };
        self.report(Problem { place, ..Problem::value(field.path.clone(), message) });
    }
}

fn sorted(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by(|a, b| (&a.path, a.place, &a.message).cmp(&(&b.path, b.place, &b.message)));
    problems.dedup();
    problems
}

/// A day as `YYYY-MM-DD` and nothing else: no time, no week date, no shortened year.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    let shape = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if shape { text.parse().ok() } else { None }
}

fn is_scalar(value: &Value) -> bool {
    !value.is_array() && !value.is_object()
}

/// What was found, for a message: `the number 3`, `"dney"`, `a list`.
pub(crate) fn describe(value: &Value) -> String {
    match value {
        Value::Null => "without a value".to_owned(),
        Value::Bool(flag) => format!("the boolean {flag}"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("{text:?}"),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
    }
}
