//! What guard.yaml says about each policy of the bundle, its levels taken together.

mod names;
mod own;
mod packs;
mod said;

use std::{fmt, sync::Arc};

use serde_json::Value;

pub(super) use names::Names;

use self::{own::Own, packs::Pack, said::Said};
use super::{
    notice::Notice,
    parameters::{self, Checked, Given},
    settings::Settings,
};
use crate::{
    bundle::Bundle,
    matching::Match,
    path::Path,
    policy::{Origin, Policy},
    problem::Problem,
    reader::{Block, Reader},
};

/// How one policy runs.
#[derive(Debug, Clone)]
pub struct PolicyConfig {
    /// Where guard.yaml speaks of it by its name, or an old one; none where it does not.
    pub path: Option<Path>,
    /// What it runs for.
    pub r#match: Match,
    /// How, where no override matches.
    pub base: Settings,
    /// How, for some requests: the last one that matches counts, alone.
    pub overrides: Vec<Override>,
}

/// How one policy runs for some requests.
#[derive(Debug, Clone)]
pub struct Override {
    /// For which.
    pub r#match: Match,
    /// How; what the override does not say is as without it.
    pub settings: Settings,
}

/// Why a policy never runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyOff {
    /// It is in no chosen pack, and guard.yaml does not name it. These are its packs.
    NotChosen(Vec<String>),
    /// guard.yaml says so, here.
    Off(Option<Path>),
    /// It needs these parameters, and nobody gave them.
    Missing(Vec<String>),
}

impl PolicyConfig {
    /// How the policy runs for a request: `matches` says whether an override's match takes it in.
    pub fn settings(&self, mut matches: impl FnMut(&Match) -> bool) -> &Settings {
        let last = self.overrides.iter().rev().find(|over| matches(&over.r#match));
        last.map_or(&self.base, |over| &over.settings)
    }

    /// All settings that can count.
    pub(super) fn all_settings(&self) -> impl Iterator<Item = &Settings> {
        std::iter::once(&self.base).chain(self.overrides.iter().map(|over| &over.settings))
    }
}

impl fmt::Display for WhyOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotChosen(packs) if packs.is_empty() => {
                f.write_str("in no pack, and not named under policies")
            }
            Self::NotChosen(packs) => write!(f, "its pack is not chosen: {}", packs.join(", ")),
            Self::Off(_) => f.write_str("enforcement is off"),
            Self::Missing(names) => write!(f, "needs parameters: {}", names.join(", ")),
        }
    }
}

/// Reads `packs` and `policies`, for each policy of the bundle.
pub(super) fn read(
    root: &Block<'_>,
    bundle: &Bundle,
    names: &Names<'_>,
    notices: &mut Vec<Notice>,
    reader: &mut Reader,
) -> Vec<Result<PolicyConfig, WhyOff>> {
    let packs = packs::read(root, bundle.policies(), notices, reader);
    let (all, mut own) = own::read(root, names, notices, reader);
    let mut shared = Shared::default();
    let mut configure = |(index, policy): (usize, &Policy)| {
        let own = own.remove(&index);
        let packs: Vec<&Pack> =
            packs.iter().filter(|pack| policy.metadata.packs.contains(&pack.name)).collect();
        if own.is_none() && packs.is_empty() && policy.origin == Origin::Default {
            return Err(WhyOff::NotChosen(policy.metadata.packs.clone()));
        }
        let own = own.unwrap_or_default();
        let weaker = packs::agree(policy, &packs, &own.said, reader).over(&all);
        configure(policy, &own, &weaker, &mut shared, reader)
    };
    bundle.policies().iter().enumerate().map(&mut configure).collect()
}

/// Parameters that were built already: equal ones are one allocation.
#[derive(Default)]
struct Shared(Vec<Arc<Value>>);

impl Shared {
    fn get(&mut self, value: Value) -> Arc<Value> {
        if let Some(known) = self.0.iter().find(|known| ***known == value) {
            return Arc::clone(known);
        }
        let value = Arc::new(value);
        self.0.push(Arc::clone(&value));
        value
    }
}

fn configure(
    policy: &Policy,
    own: &Own,
    weaker: &Said,
    shared: &mut Shared,
    reader: &mut Reader,
) -> Result<PolicyConfig, WhyOff> {
    let mut settle = |said: Said| {
        let (checked, unusable) = read_parameters(policy, &said.parameters, reader);
        let parameters = shared.get(Value::Object(checked.value));
        said.level.settle(policy.metadata.severity, parameters, checked.missing, unusable)
    };
    let base = own.said.over(weaker);
    let overrides = own
        .overrides
        .iter()
        .map(|(r#match, said)| Override { r#match: r#match.clone(), settings: settle(said.over(&base)) });
    let overrides = overrides.collect();
    let mut config =
        PolicyConfig { path: own.path.clone(), r#match: own.r#match.clone(), base: settle(base), overrides };
    if config.all_settings().any(|settings| settings.missing.is_empty() && settings.enforcement.ever()) {
        return Ok(config);
    }
    if config.base.missing.is_empty() || !config.base.enforcement.ever() {
        return Err(WhyOff::Off(config.base.enforcement_path));
    }
    let Some(path) = &own.path else { return Err(WhyOff::Missing(config.base.missing)) };
    // Who names a policy wants it.
    let names = std::mem::take(&mut config.base.missing).join(", ");
    let message = format!("policy {} does not run without its parameters: {names}", policy.name);
    config.base.unusable = Some(message.as_str().into());
    reader.report_mismatch(
        Problem::key(path.clone(), message)
            .help("give them under `parameters`, or set its enforcement to off"),
    );
    Ok(config)
}

/// A policy's parameters, and why they cannot be used, if so. One that the policy does not have is reported and harms nothing else.
fn read_parameters(policy: &Policy, given: &Given, reader: &mut Reader) -> (Checked, Option<Arc<str>>) {
    if policy.broken.is_some() {
        return (Checked::default(), None);
    }
    let schema = policy.metadata.parameters.as_ref();
    let (checked, problems) = parameters::check(&policy.name, schema, given);
    let is_unknown = |problem: &Problem| {
        given.iter().any(|(name, (_, path))| {
            *path == problem.path && !parameters::names(schema).any(|known| known == name)
        })
    };
    let unusable =
        problems.iter().find(|problem| !is_unknown(problem)).map(|problem| problem.message.as_str().into());
    problems.into_iter().for_each(|problem| reader.report_mismatch(problem));
    match unusable {
        None => (checked, None),
        Some(_) => {
            let (defaults, _) = parameters::check(&policy.name, schema, &Given::new());
            (Checked { missing: checked.missing, ..defaults }, unusable)
        }
    }
}
