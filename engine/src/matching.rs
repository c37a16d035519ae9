//! One matcher for policies, overrides and exemptions: which resources something in guard.yaml is meant for.
//!
//! A file does not always say what a cluster would know. So a match has three answers, and who asks decides what the third
//! one means: what is unknown satisfies a policy's match and fails an override or an exemption ([`Coverage`]).

mod coverage;
mod key;
mod patterns;
mod selector;
mod subject;

pub use coverage::{Assumptions, Coverage};
pub use key::MatchKey;
pub use patterns::Patterns;
pub use selector::{Operator, Requirement, Selector};
pub use subject::{NamespaceOf, Subject};

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
        match self.check(subject) {
            Err(_) => Coverage::No,
            Ok(none) if none == Assumptions::default() => Coverage::Yes,
            Ok(assumed) => Coverage::Unknown(assumed),
        }
    }

    /// The same, with the first part that fails: else what has to be assumed for it to be meant for `subject`.
    ///
    /// # Errors
    /// The part of the match that leaves `subject` out, whatever else turns out.
    pub fn check(&self, subject: &Subject<'_>) -> Result<Assumptions, MatchKey> {
        let mut assumed = Assumptions::default();
        for key in MatchKey::OF_A_REQUEST {
            match self.covers_by(key, subject) {
                Coverage::Yes => {}
                Coverage::No => return Err(key),
                Coverage::Unknown(unknown) => assumed = assumed.with(unknown),
            }
        }
        Ok(assumed)
    }

    fn covers_by(&self, key: MatchKey, subject: &Subject<'_>) -> Coverage {
        fn by<T>(part: Option<&T>, covers: impl FnOnce(&T) -> Coverage) -> Coverage {
            part.map_or(Coverage::Yes, covers)
        }
        let workload = &subject.workload;
        match key {
            MatchKey::Kinds => {
                by(self.kinds.as_ref(), |kinds| kinds.iter().any(|kind| workload.is_a(kind)).into())
            }
            MatchKey::Names => {
                by(self.names.as_ref(), |names| workload.name.is_some_and(|name| names.matches(name)).into())
            }
            MatchKey::Namespaces => by(self.namespaces.as_ref(), |patterns| subject.is_in(patterns)),
            MatchKey::ExcludedNamespaces => {
                by(self.excluded_namespaces.as_ref(), |patterns| !subject.is_in(patterns))
            }
            MatchKey::NamespaceSelector => {
                by(self.namespace_selector.as_ref(), |selector| subject.has_namespace(selector))
            }
            MatchKey::Users => by(self.users.as_ref(), |users| subject.is_user(users)),
            MatchKey::Groups => by(self.groups.as_ref(), |groups| subject.is_in_group(groups)),
            MatchKey::Containers => Coverage::Yes,
        }
    }
}

#[cfg(test)]
mod tests;
