//! guard's verdict beside OPA's.

use std::{collections::BTreeMap, time::Duration};

use guard_engine::{
    path::Segment,
    rego::{self, Budget, Document, Finding, Module, Parsed, Prepared, Target},
};
use serde_json::{Value, json};

use crate::opa::{Answer, Opa, Reply, Request};

/// Far more than any generated policy needs: ends what would not end by itself.
const LIMIT: Duration = Duration::from_secs(20);

/// How two answers to one input compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// The same findings; whether there are any.
    Same {
        /// At least one finding.
        found: bool,
    },
    /// guard says that it could not run the policy; whether OPA had findings.
    Loud {
        /// What guard says.
        message: String,
        /// OPA had at least one finding.
        found: bool,
    },
    /// guard says something else than OPA and does not know it.
    Silent {
        /// OPA's answer.
        opa: String,
        /// guard's.
        guard: String,
    },
}

/// What both say of the modules themselves.
pub enum Loaded {
    /// OPA refuses them: nothing to compare.
    OpaRefuses(String),
    /// guard refuses them.
    GuardRefuses(Vec<rego::Refusal>),
    /// Both accept them.
    Both(Vec<Comparison>),
}

/// Asks both for `package`'s violations.
///
/// # Errors
/// OPA has ended.
pub fn compare(
    opa: &mut Opa,
    modules: &[Module],
    package: &[&str],
    inputs: &[Value],
) -> anyhow::Result<Loaded> {
    let texts: BTreeMap<&str, &str> = modules.iter().map(|module| (&*module.file, &*module.text)).collect();
    let segments: String = package.iter().map(|segment| format!("[{segment:?}]")).collect();
    let query = format!("data{segments}.violation");
    let answers = match opa.ask(&Request { modules: texts, query: &query, inputs, data: Value::Null })? {
        Reply::Refused { error } => return Ok(Loaded::OpaRefuses(error)),
        Reply::Evaluated { results } => results,
    };
    let parsed = match rego::parse(modules) {
        Ok(parsed) => parsed,
        Err(refusals) => return Ok(Loaded::GuardRefuses(refusals)),
    };
    let mut guard = match prepare(&parsed, package) {
        Ok(prepared) => prepared,
        Err(refusals) => return Ok(Loaded::GuardRefuses(refusals)),
    };
    let pairs = inputs.iter().zip(&answers);
    Ok(Loaded::Both(pairs.map(|(input, answer)| compare_one(&mut guard, input, answer)).collect()))
}

fn prepare(parsed: &[Parsed], package: &[&str]) -> Result<Prepared, Vec<rego::Refusal>> {
    let target = Target {
        name: package.last().copied().unwrap_or_default().into(),
        package: package.iter().map(|&segment| segment.to_owned()).collect(),
        selectable: false,
    };
    Prepared::new(parsed, &[target])
}

fn compare_one(guard: &mut Prepared, input: &Value, opa: &Answer) -> Comparison {
    let expected = opa.value.as_ref().and_then(Value::as_array).cloned().map(sorted);
    match guard.evaluate(&Document::from(input), Budget::new(LIMIT)).pop() {
        Some(Ok(found)) => {
            let findings = sorted(found.violations.iter().map(finding).collect());
            if expected.as_ref() == Some(&findings) {
                return Comparison::Same { found: !findings.is_empty() };
            }
            Comparison::Silent { opa: format!("{opa:?}"), guard: Value::from(findings).to_string() }
        }
        Some(Err(trouble)) => Comparison::Loud {
            message: trouble.message,
            found: expected.is_some_and(|findings| !findings.is_empty()),
        },
        None => Comparison::Silent { opa: format!("{opa:?}"), guard: "no answer at all".to_owned() },
    }
}

fn finding(finding: &Finding) -> Value {
    let path: Vec<Value> = finding
        .path
        .0
        .iter()
        .map(|segment| match segment {
            Segment::Key(key) => key.as_str().into(),
            Segment::Index(index) => (*index).into(),
        })
        .collect();
    json!({"message": finding.message, "path": path})
}

fn sorted(mut values: Vec<Value>) -> Vec<Value> {
    values.sort_by_cached_key(Value::to_string);
    values
}
