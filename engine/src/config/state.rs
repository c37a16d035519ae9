//! What is loaded and what becomes of it, a policy at a time: the answer of `guard policies`.

use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use super::{Config, PolicyConfig, WhyOff};
use crate::{
    bundle::Bundle,
    enforcement::Severity,
    policy::{Origin, Policy},
};

/// One policy as it stands on a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyState {
    /// The policy's name.
    pub policy: Arc<str>,
    /// Its title.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// What is done: `deny`, `warn`, `audit` or `off`.
    pub enforcement: &'static str,
    /// What was announced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<Change>,
    /// Why it is off; none where it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_off: Option<String>,
    /// For how many matches guard.yaml says something else.
    pub overrides: usize,
    /// The kinds it judges, as `kind` or `kind.group`.
    pub kinds: Vec<String>,
    /// The packs it is in.
    pub packs: Vec<String>,
    /// Its parameters, defaults filled in.
    pub parameters: Arc<Value>,
    /// Where it was loaded from.
    pub file: Arc<str>,
    /// Whether it is of the embedded library.
    pub default_library: bool,
}

/// A change of enforcement that was announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What will be done.
    pub enforcement: &'static str,
    /// From which day on.
    pub on: Date,
}

impl Config {
    /// Every policy of the bundle as it stands on a day, by name.
    #[must_use]
    pub fn states(&self, bundle: &Bundle, today: Date) -> Vec<PolicyState> {
        let policies = bundle.policies().iter().zip(&self.policies);
        policies.map(|(policy, config)| state(policy, config, today)).collect()
    }
}

fn state(policy: &Policy, config: &Result<PolicyConfig, WhyOff>, today: Date) -> PolicyState {
    let base = config.as_ref().ok().map(|config| &config.base);
    let action = base.and_then(|base| base.action(today));
    let then = base.and_then(|base| base.enforcement.then).filter(|then| today < then.on);
    let why_off = match (config, base) {
        (Err(why), _) => Some(why.to_string()),
        (_, Some(base)) if !base.missing.is_empty() => {
            Some(WhyOff::Missing(base.missing.clone()).to_string())
        }
        (_, Some(_)) if action.is_none() => Some(WhyOff::Off(None).to_string()),
        _ => None,
    };
    let kind = |kind: &crate::metadata::KindSelector| match kind.group.as_str() {
        "" => kind.kind.clone(),
        group => format!("{}.{group}", kind.kind),
    };
    PolicyState {
        policy: Arc::clone(&policy.name),
        title: policy.metadata.title.clone(),
        severity: policy.metadata.severity,
        enforcement: action.map_or("off", |action| action.as_str()),
        then: then.map(|then| Change {
            enforcement: then.action.map_or("off", |action| action.as_str()),
            on: then.on,
        }),
        why_off,
        overrides: config.as_ref().map_or(0, |config| config.overrides.len()),
        kinds: policy.metadata.kinds.iter().map(kind).collect(),
        packs: policy.metadata.packs.clone(),
        parameters: base.map_or_else(
            || Arc::new(Value::Object(serde_json::Map::new())),
            |base| Arc::clone(&base.parameters),
        ),
        file: Arc::clone(&policy.file),
        default_library: policy.origin == Origin::Default,
    }
}
