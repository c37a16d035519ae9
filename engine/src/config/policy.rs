//! What guard.yaml says about each policy of the bundle, its levels taken together.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use serde_json::Value;

use super::{
    DEFAULT_PACKS, matches,
    notice::{Notice, NoticeCode},
    parameters::{self, Given},
    settings::{Level, SETTINGS, Settings},
};
use crate::{
    bundle::Bundle,
    matching::Match,
    policy::{Origin, Policy},
    problem::Problem,
    reader::{Block, Field, Reader},
};

/// How one policy runs.
#[derive(Debug, Clone)]
pub struct PolicyConfig {
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
    /// guard.yaml says so.
    Off,
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
            Self::Off => f.write_str("enforcement is off"),
            Self::Missing(names) => write!(f, "needs parameters: {}", names.join(", ")),
        }
    }
}

/// The names by which guard.yaml can call the bundle's policies.
pub(super) struct Names<'a> {
    policies: &'a [Policy],
    /// Names and aliases, to the policy's index.
    indices: BTreeMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    pub(super) fn new(bundle: &'a Bundle) -> Self {
        let policies = bundle.policies();
        let mut indices = BTreeMap::new();
        for (index, policy) in policies.iter().enumerate() {
            indices.extend(policy.metadata.aliases.iter().map(|alias| (alias.as_str(), index)));
        }
        // A name is stronger than another policy's alias.
        indices.extend(policies.iter().enumerate().map(|(index, policy)| (policy.name.as_ref(), index)));
        Self { policies, indices }
    }

    /// The policy of a name in guard.yaml. An alias is an old name: it counts, and says so.
    pub(super) fn resolve(
        &self,
        name: &str,
        problem_at: impl Fn(String) -> Problem,
        notices: &mut Vec<Notice>,
        reader: &mut Reader,
    ) -> Option<(usize, &'a Policy)> {
        let found = self.indices.get(name).and_then(|index| Some((*index, self.policies.get(*index)?)));
        let Some((index, policy)) = found else {
            let problem = problem_at(format!("unknown policy {name:?}"));
            let meant = crate::problem::closest(name, self.indices.keys().copied());
            reader.report(match meant {
                Some(meant) => problem.help(format!("did you mean {meant:?}?")),
                None => problem.help("`guard policies` lists the policies that are loaded"),
            });
            return None;
        };
        if policy.name.as_ref() != name {
            let problem = problem_at(format!("the policy {name:?} is now called {:?}", policy.name));
            notices.push(Notice {
                code: NoticeCode::PolicyRenamed,
                problem: problem.help("write the new name"),
            });
        } else if let Some(why) = &policy.metadata.deprecated {
            let problem = problem_at(format!("the policy {name:?} is deprecated: {why}"));
            notices.push(Notice { code: NoticeCode::PolicyDeprecated, problem });
        }
        Some((index, policy))
    }
}

/// What a block says about a policy: a pack's, a policy's, an override's.
#[derive(Default)]
struct Said {
    level: Level,
    parameters: Given,
}

impl Said {
    fn read(block: &Block<'_>, reader: &mut Reader) -> Self {
        let mut parameters = Given::new();
        if let Some(block) = block.get("parameters").and_then(|field| reader.mapping(&field, "parameters")) {
            parameters.extend(
                block.entries().map(|(name, field)| (name.to_owned(), (field.value.clone(), field.path))),
            );
        }
        Self { level: Level::read(block, reader), parameters }
    }

    fn over(&self, weaker: &Self) -> Self {
        let mut parameters = weaker.parameters.clone();
        parameters.extend(self.parameters.clone());
        Self { level: self.level.over(&weaker.level), parameters }
    }
}

/// A policy's own block.
#[derive(Default)]
struct Own {
    said: Said,
    r#match: Match,
    overrides: Vec<(Match, Said)>,
}

/// Reads `packs` and `policies`, for each policy of the bundle.
pub(super) fn read(
    root: &Block<'_>,
    bundle: &Bundle,
    names: &Names<'_>,
    notices: &mut Vec<Notice>,
    reader: &mut Reader,
) -> Vec<Result<PolicyConfig, WhyOff>> {
    let packs = read_packs(root, bundle.policies(), notices, reader);
    let (all, mut own) = read_policies(root, names, notices, reader);
    let mut shared = Shared::default();
    let mut configure = |(index, policy): (usize, &Policy)| {
        let own = own.remove(&index);
        let packs: Vec<&Pack> =
            packs.iter().filter(|pack| policy.metadata.packs.contains(&pack.name)).collect();
        if own.is_none() && packs.is_empty() && policy.origin == Origin::Default {
            return Err(WhyOff::NotChosen(policy.metadata.packs.clone()));
        }
        let own = own.unwrap_or_default();
        let weaker = agree(policy, &packs, &own.said, reader).over(&all);
        configure(policy, &own, &weaker, &mut shared, reader)
    };
    bundle.policies().iter().enumerate().map(&mut configure).collect()
}

/// A chosen pack.
struct Pack {
    name: String,
    said: Said,
}

fn read_packs(
    root: &Block<'_>,
    policies: &[Policy],
    notices: &mut Vec<Notice>,
    reader: &mut Reader,
) -> Vec<Pack> {
    let Some(field) = root.get("packs") else {
        return DEFAULT_PACKS
            .iter()
            .map(|name| Pack { name: (*name).to_owned(), said: Said::default() })
            .collect();
    };
    let Some(block) = reader.mapping(&field, "packs") else { return Vec::new() };
    let known: BTreeSet<&str> =
        policies.iter().flat_map(|policy| &policy.metadata.packs).map(String::as_str).collect();
    let mut packs = Vec::new();
    for (name, field) in block.entries() {
        if !known.contains(name) {
            let message = format!("unknown pack {name:?}: no policy that is loaded is in it");
            reader.report(Problem::key(field.path, message).did_you_mean(name, known.iter().copied()));
            continue;
        }
        let keys: Vec<&str> = SETTINGS.into_iter().chain(["parameters"]).collect();
        if let Some(block) = reader.block(&field, &format!("pack {name}"), &keys) {
            let said = Said::read(&block, reader);
            check_pack_parameters(name, &said, policies, notices, reader);
            packs.push(Pack { name: name.to_owned(), said });
        }
    }
    packs
}

/// A pack's parameter goes to those of its policies that have it. One that none of them has is without effect where another
/// loaded policy has it (the library may not have grown that policy yet), and a mistake where none has it at all.
fn check_pack_parameters(
    pack: &str,
    said: &Said,
    policies: &[Policy],
    notices: &mut Vec<Notice>,
    reader: &mut Reader,
) {
    let is_member = |policy: &&Policy| policy.metadata.packs.iter().any(|name| name == pack);
    let members = policies.iter().filter(is_member);
    let known: BTreeSet<&str> = members.flat_map(declared).collect();
    for (name, (_, path)) in said.parameters.iter().filter(|(name, _)| !known.contains(name.as_str())) {
        let problem =
            Problem::key(path.clone(), format!("no policy of pack {pack} has a parameter {name:?}"));
        if policies.iter().flat_map(declared).any(|known| known == name) {
            let problem = problem.help("it has no effect here; give it to the pack or policy that has it");
            notices.push(Notice { code: NoticeCode::ParameterUnused, problem });
        } else {
            reader.report(problem.did_you_mean(name, known.iter().copied()));
        }
    }
}

/// The names of a policy's parameters.
fn declared(policy: &Policy) -> impl Iterator<Item = &str> {
    parameters::names(policy.metadata.parameters.as_ref())
}

/// What the chosen packs of a policy say about it, and where two say different things that the policy's own block does
/// not settle.
fn agree(policy: &Policy, packs: &[&Pack], own: &Said, reader: &mut Reader) -> Said {
    let mut together = Said::default();
    let mut said_by: Vec<&Pack> = Vec::new();
    let declared: BTreeSet<&str> = declared(policy).collect();
    for pack in packs {
        for other in &said_by {
            let settings = other.said.level.disagreements(&pack.said.level, &own.level);
            let parameters = pack.said.parameters.iter().filter_map(|(name, (value, path))| {
                let (before, _) = other.said.parameters.get(name)?;
                let open = !own.parameters.contains_key(name) && declared.contains(name.as_str());
                (before != value && open).then_some((name.as_str(), path))
            });
            for (key, path) in settings.chain(parameters) {
                let name = &policy.name;
                reader.report(
                    Problem::key(
                        path.clone(),
                        format!("packs {} and {} disagree on {key} of policy {name}", other.name, pack.name),
                    )
                    .help(format!("say which counts under policies: {name}")),
                );
            }
        }
        said_by.push(pack);
        together = together.over(&pack.said);
    }
    together.parameters.retain(|name, _| declared.contains(name.as_str()));
    together
}

/// Reads `policies`: what it says about all, and about each by its index.
fn read_policies(
    root: &Block<'_>,
    names: &Names<'_>,
    notices: &mut Vec<Notice>,
    reader: &mut Reader,
) -> (Said, BTreeMap<usize, Own>) {
    let mut all = Said::default();
    let mut own: BTreeMap<usize, Own> = BTreeMap::new();
    let block = root.get("policies").and_then(|field| reader.mapping(&field, "policies"));
    for (name, field) in block.iter().flat_map(Block::entries) {
        if name == "*" {
            let block = reader.block(&field, "the settings of all policies (\"*\")", &SETTINGS);
            all.level = block.map(|block| Level::read(&block, reader)).unwrap_or_default();
            continue;
        }
        let at = |message: String| Problem::key(field.path.clone(), message);
        let Some((index, policy)) = names.resolve(name, at, notices, reader) else { continue };
        if own.contains_key(&index) {
            reader.report(at(format!(
                "the policy {:?} stands here twice: by its name and by an old one",
                policy.name
            )));
        }
        own.insert(index, read_own(name, &field, reader));
    }
    (all, own)
}

fn read_own(name: &str, field: &Field<'_>, reader: &mut Reader) -> Own {
    let keys: Vec<&str> = SETTINGS.into_iter().chain(["parameters", "match", "overrides"]).collect();
    let Some(block) = reader.block(field, &format!("policy {name}"), &keys) else { return Own::default() };
    let mut own = Own { said: Said::read(&block, reader), ..Own::default() };
    if let Some(field) = block.get("match") {
        own.r#match = matches::of_policy(&field, reader).unwrap_or_default();
    }
    let overrides = block.get("overrides").and_then(|field| reader.list(&field, "overrides"));
    own.overrides = overrides.iter().flatten().filter_map(|field| read_override(field, reader)).collect();
    own
}

fn read_override(field: &Field<'_>, reader: &mut Reader) -> Option<(Match, Said)> {
    let keys: Vec<&str> = ["match"].into_iter().chain(SETTINGS).chain(["parameters"]).collect();
    let block = reader.block(field, "an override", &keys)?;
    let said = Said::read(&block, reader);
    if block.entries().all(|(key, _)| key == "match") {
        reader.report(
            Problem::value(field.path.clone(), "the override says nothing but a match")
                .help("say what is different there: enforcement: audit"),
        );
    }
    let Some(field) = block.get("match") else {
        reader.report(Problem::value(block.path().clone(), "an override without a match").help(
            "say what it is for: match: {namespaces: [sandbox-*]}; or write its settings on the policy",
        ));
        return None;
    };
    Some((matches::of_policy(&field, reader)?, said))
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
        let schema = policy.metadata.parameters.as_ref();
        let (checked, problems) = parameters::check(&policy.name, schema, &said.parameters);
        problems.into_iter().for_each(|problem| reader.report(problem));
        let parameters = shared.get(Value::Object(checked.value));
        said.level.settle(policy.metadata.severity, parameters, checked.missing)
    };
    let base = own.said.over(weaker);
    let overrides = own
        .overrides
        .iter()
        .map(|(r#match, said)| Override { r#match: r#match.clone(), settings: settle(said.over(&base)) });
    let overrides = overrides.collect();
    let config = PolicyConfig { r#match: own.r#match.clone(), base: settle(base), overrides };
    if config.all_settings().any(|settings| settings.missing.is_empty() && settings.enforcement.ever()) {
        return Ok(config);
    }
    let missing = config.base.missing;
    Err(if config.base.enforcement.ever() && !missing.is_empty() {
        WhyOff::Missing(missing)
    } else {
        WhyOff::Off
    })
}
