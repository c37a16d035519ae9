//! Which kinds the API server serves: its discovery documents, as one table.

use guard_engine::{metadata::KindSelector, request::Kind};
use kube::core::discovery::v2::{APIGroupDiscoveryList, APIResourceDiscovery, APISubresourceDiscovery};

use super::resource::Resource;

/// All kinds that an API server serves, in each version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Served {
    pub(super) kinds: Vec<ServedKind>,
    /// The groups of which nobody knows at the moment what is in them: the server behind them does not answer.
    unknown: Vec<String>,
}

/// A kind in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServedKind {
    pub(super) resource: Resource,
    pub(super) namespaced: bool,
    /// What one can do with it: `create`, `watch`, …
    pub(super) verbs: Vec<String>,
    /// No other version of it is preferred.
    preferred: bool,
    pub(super) subresources: Vec<ServedSubresource>,
}

/// A subresource of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServedSubresource {
    /// `scale`.
    pub(super) name: String,
    /// What an admission request for it holds.
    pub(super) kind: Kind,
    pub(super) verbs: Vec<String>,
}

/// Why nobody can say which resources a selector means.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unresolved {
    /// The group's own server does not answer.
    #[error("what the API group {0} holds is not known at the moment: the server behind it does not answer")]
    Unknown(String),
    /// It is served, and cannot be watched.
    #[error("the API server can not list and watch {0}")]
    Unwatchable(String),
}

impl Served {
    /// The table of what `/api` and `/apis` answered.
    pub(super) fn new(core: APIGroupDiscoveryList, groups: APIGroupDiscoveryList) -> Self {
        let mut served = Self::default();
        for group in core.items.into_iter().chain(groups.items) {
            let name = group.metadata.and_then(|metadata| metadata.name).unwrap_or_default();
            for version in group.versions {
                if version.freshness.as_deref() == Some("Stale") && !served.unknown.contains(&name) {
                    served.unknown.push(name.clone());
                }
                let Some(word) = version.version else { continue };
                for resource in version.resources {
                    served.add(&name, &word, resource);
                }
            }
        }
        served
    }

    /// The versions of a group come in the order of preference.
    fn add(&mut self, group: &str, version: &str, found: APIResourceDiscovery) {
        let (Some(plural), Some(kind)) = (found.resource, found.response_kind.and_then(|kind| kind.kind))
        else {
            return;
        };
        let mut before = self.kinds.iter().map(|known| &known.resource);
        let preferred = !before.any(|known| known.kind.group == group && known.plural == plural);
        let resource = Resource::new(group, version, &kind, &plural);
        let subresources = found.subresources.into_iter().filter_map(|found| subresource(found, &resource));
        self.kinds.push(ServedKind {
            subresources: subresources.collect(),
            resource,
            namespaced: found.scope.as_deref() == Some("Namespaced"),
            verbs: found.verbs,
            preferred,
        });
    }

    /// The resources to watch for a declared kind, in the version that the API server prefers; none where it serves no such
    /// kind.
    ///
    /// # Errors
    /// Nobody knows what to watch, or it cannot be watched.
    pub(super) fn resolve(&self, selector: &KindSelector) -> Result<Vec<Resource>, Unresolved> {
        let of_group = |group: &&String| selector.group == "*" || **group == selector.group;
        if let Some(group) = self.unknown.iter().find(of_group) {
            return Err(Unresolved::Unknown(group.clone()));
        }
        let selected = |kind: &&ServedKind| kind.preferred && selector.selects(&kind.resource.kind);
        let can = |kind: &&ServedKind| {
            ["list", "watch"].iter().all(|verb| kind.verbs.iter().any(|known| known == verb))
        };
        let (watchable, other): (Vec<_>, Vec<_>) = self.kinds.iter().filter(selected).partition(can);
        // A wildcard means what can be watched.
        match other.first() {
            Some(kind) if watchable.is_empty() => Err(Unresolved::Unwatchable(kind.resource.to_string())),
            _ => Ok(watchable.into_iter().map(|kind| kind.resource.clone()).collect()),
        }
    }
}

fn subresource(found: APISubresourceDiscovery, of: &Resource) -> Option<ServedSubresource> {
    let kind = found.response_kind?;
    // Built-in kinds of the resource's own group leave group and version out; without a version an empty group is not the core one.
    let (group, version) = match kind.version.filter(|version| !version.is_empty()) {
        Some(version) => (kind.group.unwrap_or_default(), version),
        None => (of.kind.group.clone(), of.kind.version.clone()),
    };
    let kind = Kind { group, version, kind: kind.kind? };
    Some(ServedSubresource { name: found.subresource?, kind, verbs: found.verbs })
}

#[cfg(test)]
pub(in crate::cluster) mod tests;
