//! One matcher for policies, overrides and exemptions: which resources something in guard.yaml is meant for.
//!
//! A file does not always say what a cluster would know. So a match has three answers, and who asks decides what the third
//! one means: what is unknown satisfies a policy's match and fails an override or an exemption ([`Coverage`]).

mod coverage;
mod patterns;
mod selector;
mod subject;

pub use coverage::{Assumptions, Coverage};
pub use patterns::Patterns;
pub use selector::{Operator, Requirement, Selector};
pub use subject::{NamespaceOf, Subject};

use crate::violation::Assumption;

/// What something in guard.yaml is meant for. Everything that is written must hold; what is not written holds for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Match {
    /// In one of these namespaces. A cluster-scoped object is in none; a Namespace is in itself.
    pub namespaces: Option<Patterns>,
    /// In none of these namespaces.
    pub excluded_namespaces: Option<Patterns>,
    /// In a namespace with these labels.
    pub namespace_selector: Option<Selector>,
    /// The workload is of one of these kinds: `Deployment`, or `Deployment.apps`.
    pub kinds: Option<Vec<String>>,
    /// The workload has one of these names.
    pub names: Option<Patterns>,
    /// One of these users asks.
    pub users: Option<Patterns>,
    /// Somebody of one of these groups asks.
    pub groups: Option<Patterns>,
    /// In one of these containers: of an exemption alone, which covers what is found there and nothing else.
    pub containers: Option<Patterns>,
}

impl Match {
    /// Whether this is meant for `subject`. `containers` is not asked here: it is about a violation's path.
    #[must_use]
    pub fn covers(&self, subject: &Subject<'_>) -> Coverage {
        self.covers_workload(subject).and(|| self.covers_namespace(subject)).and(|| self.covers_user(subject))
    }

    fn covers_workload(&self, subject: &Subject<'_>) -> Coverage {
        let workload = &subject.workload;
        let kind = self.kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|kind| workload.is_a(kind)));
        let name =
            self.names.as_ref().is_none_or(|names| workload.name.is_some_and(|name| names.matches(name)));
        Coverage::from(kind && name)
    }

    fn covers_namespace(&self, subject: &Subject<'_>) -> Coverage {
        let included = self.namespaces.as_ref().map_or(Coverage::Yes, |patterns| subject.is_in(patterns));
        included
            .and(|| {
                self.excluded_namespaces.as_ref().map_or(Coverage::Yes, |patterns| !subject.is_in(patterns))
            })
            .and(|| {
                self.namespace_selector
                    .as_ref()
                    .map_or(Coverage::Yes, |selector| subject.has_namespace(selector))
            })
    }

    fn covers_user(&self, subject: &Subject<'_>) -> Coverage {
        if self.users.is_none() && self.groups.is_none() {
            return Coverage::Yes;
        }
        let Some(user) = subject.user else { return Coverage::Unknown(Assumption::User.into()) };
        let name = user.get("username").and_then(serde_json::Value::as_str).unwrap_or_default();
        let mut groups = user
            .get("groups")
            .and_then(serde_json::Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|group| group.as_str());
        let is_user = self.users.as_ref().is_none_or(|users| users.matches(name));
        let in_group =
            self.groups.as_ref().is_none_or(|patterns| groups.any(|group| patterns.matches(group)));
        Coverage::from(is_user && in_group)
    }
}

#[cfg(test)]
mod tests;
