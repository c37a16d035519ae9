//! Which policies judge a kind, an operation and a subresource under a configuration: found once, and remembered.

use std::collections::HashMap;

use super::{calls::Call, engines::EngineKey};
use crate::{
    bundle::Bundle,
    config::{Config, PolicyConfig},
    matching::Match,
    rego::Document,
    request::{Kind, Operation, Request},
};

/// The plans of one configuration.
#[derive(Default)]
pub(super) struct Plans {
    /// The digest of the configuration that the plans are for.
    config: String,
    plans: HashMap<Key, Plan>,
}

/// How many plans are remembered: more than any cluster has kinds. Beyond it all are forgotten.
const MAX_PLANS: usize = 4096;

/// How many settings of one plan are remembered. Beyond it all are forgotten.
const MAX_SETTINGS: usize = 256;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    kind: Kind,
    operation: Operation,
    subresource: Option<String>,
}

/// The policies that judge one kind, operation and subresource.
pub(super) struct Plan {
    /// Which policies, and how they are compiled together.
    engine: EngineKey,
    /// Which policies do not load.
    broken: Vec<usize>,
    /// What every input of this kind says of it.
    kind: Document,
    /// What the input says of the policies' settings, by the setting that counts for each.
    settings: HashMap<Vec<Option<usize>>, SettingsInput>,
}

/// What the input says of the policies' settings.
#[derive(Clone)]
pub(super) struct SettingsInput {
    pub(super) kind: Document,
    pub(super) parameters: Document,
    /// Which policies to run; none where all of them do.
    pub(super) selected: Option<Document>,
}

impl Plans {
    pub(super) fn get(&mut self, bundle: &Bundle, config: &Config, request: &Request) -> &mut Plan {
        if self.config != config.digest() || self.plans.len() >= MAX_PLANS {
            self.plans.clear();
            config.digest().clone_into(&mut self.config);
        }
        let key = Key {
            kind: request.kind.clone(),
            operation: request.operation,
            subresource: request.sub_resource.clone(),
        };
        self.plans.entry(key).or_insert_with(|| Plan::new(bundle, config, request))
    }
}

impl Plan {
    fn new(bundle: &Bundle, config: &Config, request: &Request) -> Self {
        let (engine, broken): (Vec<_>, Vec<_>) = judging(bundle, config, request).partition(|(index, _)| {
            bundle.policies().get(*index).is_some_and(|policy| policy.broken.is_none())
        });
        let Kind { group, version, kind } = &request.kind;
        let parts = [("group", group), ("version", version), ("kind", kind)];
        let parts = parts.map(|(key, text)| (key, Document::from(text.as_str())));
        Self {
            engine: engine.into(),
            broken: broken.into_iter().map(|(index, _)| index).collect(),
            kind: Document::object(parts),
            settings: HashMap::new(),
        }
    }

    /// All policies: first those of the engine, in the order in which they answer.
    pub(super) fn policies(&self) -> impl Iterator<Item = usize> {
        self.engine.iter().map(|(index, _)| *index).chain(self.broken.iter().copied())
    }

    /// The policies that load, in the order in which they answer.
    pub(super) fn engine(&self) -> &EngineKey {
        &self.engine
    }

    /// What the input says of the settings under which the policies are called.
    pub(super) fn settings(&mut self, calls: &[Option<Call<'_>>], bundle: &Bundle) -> SettingsInput {
        let key: Vec<Option<usize>> =
            calls.iter().map(|call| call.as_ref().map(|call| call.choice)).collect();
        if let Some(known) = self.settings.get(&key) {
            return known.clone();
        }
        let called = || calls.iter().flatten();
        let parameters: Vec<_> = called()
            .filter(|call| call.policy.metadata.parameters.is_some())
            .map(|call| (&*call.policy.name, Document::from(&*call.settings.parameters)))
            .collect();
        let selected = self.engine.iter().zip(calls).filter(|((_, selectable), _)| *selectable);
        let selected: Vec<_> = selected
            .filter_map(|((index, _), call)| {
                let policy = bundle.policies().get(*index)?;
                Some((&*policy.name, Document::from(call.is_some())))
            })
            .collect();
        let input = SettingsInput {
            kind: self.kind.clone(),
            parameters: Document::object(parameters),
            selected: (!selected.is_empty()).then(|| Document::object(selected)),
        };
        if self.settings.len() >= MAX_SETTINGS {
            self.settings.clear();
        }
        self.settings.insert(key, input.clone());
        input
    }
}

/// The policies that judge the kind, operation and subresource of a request, and for each whether there are requests like it
/// that leave it out.
pub(super) fn judging(
    bundle: &Bundle,
    config: &Config,
    request: &Request,
) -> impl Iterator<Item = (usize, bool)> {
    bundle.policies().iter().enumerate().filter_map(|(index, policy)| {
        let config = config.policy(index)?;
        let judges =
            policy.metadata.judges(&request.kind, request.operation, request.sub_resource.as_deref());
        judges.then(|| (index, may_be_left_out(config)))
    })
}

/// Whether there is a request of its kinds for which a policy is not called.
fn may_be_left_out(config: &PolicyConfig) -> bool {
    let mut settings =
        std::iter::once(&config.base).chain(config.overrides.iter().map(|over| &over.settings));
    config.r#match != Match::default() || settings.any(|settings| !settings.always_on())
}
