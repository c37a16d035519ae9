//! From the evaluator's values to findings.

use regorus::Value;

use super::{Answer, Finding, Findings, Trouble, dispatch::Entry};
use crate::{
    evaluation::Cause,
    path::{Path, Segment},
    rego::{Document, builtins::brief},
};

/// The answers in what the dispatcher says, one an entry.
pub(super) fn answers(entries: &[Entry], all: &Value, input: &Document) -> Vec<Answer> {
    let rows = all.as_array().ok();
    let answer = |(index, entry): (usize, &Entry)| {
        let row = rows.and_then(|rows| rows.get(index)?.as_array().ok()?.get(0)?.as_array().ok());
        match row.and_then(|row| Some((row.get(0)?, row.get(1)))) {
            Some((violations, undetermined)) => findings(violations, undetermined),
            None if entry.is_selected(input) => {
                Err(shape("it gave no answer: `violation` or `undetermined` is undefined".to_owned()))
            }
            None => Ok(Findings::default()),
        }
    };
    entries.iter().enumerate().map(answer).collect()
}

/// The findings of one policy.
pub(super) fn findings(violations: &Value, undetermined: Option<&Value>) -> Answer {
    let undetermined = match undetermined {
        Some(set) => members("undetermined", set)?,
        None => Vec::new(),
    };
    Ok(Findings { violations: members("violation", violations)?, undetermined })
}

fn members(rule: &str, set: &Value) -> Result<Vec<Finding>, Trouble> {
    let Ok(set) = set.as_set() else {
        return Err(shape(format!("`{rule}` is no set: it must be a partial set, `{rule} contains …`")));
    };
    let mut findings = set
        .iter()
        .map(|member| {
            finding(member).ok_or_else(|| {
                let expected = "{\"message\": string, \"path\": array of strings and whole numbers}";
                shape(format!("`{rule}` holds {}, which is not {expected}", brief(member)))
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    findings.sort_unstable();
    Ok(findings)
}

fn finding(member: &Value) -> Option<Finding> {
    let object = member.as_object().ok().filter(|object| object.len() == 2)?;
    let message = object.get(&"message".into())?.as_string().ok()?.to_string();
    let path = object.get(&"path".into())?.as_array().ok()?;
    let path = path.iter().map(segment).collect::<Option<Vec<_>>>()?;
    Some(Finding { path: Path(path), message })
}

fn segment(value: &Value) -> Option<Segment> {
    match value {
        Value::String(key) => Some(Segment::Key(key.to_string())),
        Value::Number(index) => Some(Segment::Index(usize::try_from(index.as_u64()?).ok()?)),
        _ => None,
    }
}

fn shape(message: String) -> Trouble {
    Trouble { cause: Cause::Shape, message }
}
