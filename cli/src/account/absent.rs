//! Why policies were not asked.

use std::collections::BTreeMap;

use guard_engine::{
    account::{Choice, NotCalled},
    config::WhyOff,
    matching::{Match, MatchKey},
    metadata::Mismatch,
    path::Path,
    request::{Namespace, Operation},
};

use super::{Entry, Page, enforcement::by};

impl Page<'_> {
    /// The reasons, and for each the policies that were not asked because of it; last those that are for something else anyway.
    pub(super) fn absent(&self) -> Vec<(String, Vec<&str>)> {
        let mut reasons: BTreeMap<(bool, String), Vec<&str>> = BTreeMap::new();
        for entry in self.entries() {
            if let Err(why) = &entry.account.outcome {
                let is_for_others = matches!(why, NotCalled::Mismatch(_));
                let key = (is_for_others, self.reason(why, entry));
                reasons.entry(key).or_default().push(&entry.policy.name);
            }
        }
        reasons.into_iter().map(|((_, reason), policies)| (reason, policies)).collect()
    }

    fn reason(&self, why: &NotCalled, entry: Entry<'_>) -> String {
        let request = &self.subject.request;
        match why {
            NotCalled::Mismatch(Mismatch::Kind) => format!("not for the kind {}", request.kind.kind),
            NotCalled::Mismatch(Mismatch::Operation) => {
                let operations = entry.policy.metadata.operations.iter().map(|operation| word(*operation));
                let operations = operations.collect::<Vec<_>>().join(", ");
                format!("not for {}, only for {operations}", word(request.operation))
            }
            NotCalled::Mismatch(Mismatch::Subresource) => {
                format!("not for the subresource {}", request.sub_resource.as_deref().unwrap_or_default())
            }
            NotCalled::Never(WhyOff::Off(Some(path))) => format!("off, {} at {}", by(path), self.place(path)),
            NotCalled::Never(why) => why.to_string(),
            NotCalled::ExcludedNamespace => self.excluded(),
            NotCalled::Unmatched(key) => self.unmatched(*key, entry),
            NotCalled::Off(choice) => self.off(choice),
        }
    }

    fn excluded(&self) -> String {
        let namespace = match &self.subject.request.namespace {
            Namespace::Named(name) => name.as_str(),
            Namespace::ClusterScoped | Namespace::Unknown => {
                self.subject.request.name.as_deref().unwrap_or_default()
            }
        };
        let path = Path::default().join("excludedNamespaces");
        let written = self.rules.guard_yaml.value().get("excludedNamespaces").is_some();
        let by = if written { format!("at {}", self.place(&path)) } else { "by default".to_owned() };
        format!("the namespace {namespace} is excluded {by} (excludedNamespaces)")
    }

    fn unmatched(&self, key: MatchKey, entry: Entry<'_>) -> String {
        let policies = self.rules.bundle.policies().iter();
        let index =
            policies.zip(0..).find(|(policy, _)| policy.name == entry.policy.name).map(|(_, index)| index);
        let config = index.and_then(|index| self.rules.config.policy(index));
        let path = config.and_then(|config| config.path.as_ref());
        let place = path.map(|path| format!(" at {}", self.place(&path.join("match").join(key.as_str()))));
        let part = part(key, config.map(|config| &config.r#match));
        format!("its match{} leaves this out: {part}", place.unwrap_or_default())
    }

    fn off(&self, choice: &Choice) -> String {
        let settings = &choice.settings;
        if !settings.missing.is_empty() {
            return WhyOff::Missing(settings.missing.clone()).to_string();
        }
        let by = settings.enforcement_path().map(|path| format!(", {} at {}", by(path), self.place(path)));
        format!("off{}{}", by.unwrap_or_default(), self.change(choice).unwrap_or_default())
    }
}

/// A part of a match as it is written: `names [api-*]`.
pub(super) fn part(key: MatchKey, r#match: Option<&Match>) -> String {
    let written = r#match.map(|r#match| r#match.written(key)).unwrap_or_default();
    format!("{} [{}]", key.as_str(), written.join(", "))
}

/// An operation, as an admission request has it.
pub(super) fn word(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "CREATE",
        Operation::Update => "UPDATE",
        Operation::Delete => "DELETE",
        Operation::Connect => "CONNECT",
    }
}
