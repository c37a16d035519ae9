//! The parts of a match.

use super::Match;

/// A part of a match, as it is called in guard.yaml.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MatchKey {
    /// `kinds`.
    Kinds,
    /// `names`.
    Names,
    /// `namespaces`.
    Namespaces,
    /// `excludedNamespaces`.
    ExcludedNamespaces,
    /// `namespaceSelector`.
    NamespaceSelector,
    /// `users`.
    Users,
    /// `groups`.
    Groups,
    /// `containers`, of an exemption.
    Containers,
}

impl MatchKey {
    /// The parts that are about a request, in the order in which they are asked; `containers` is about a finding.
    pub(super) const OF_A_REQUEST: [Self; 7] = [
        Self::Kinds,
        Self::Names,
        Self::Namespaces,
        Self::ExcludedNamespaces,
        Self::NamespaceSelector,
        Self::Users,
        Self::Groups,
    ];

    /// The word in guard.yaml.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kinds => "kinds",
            Self::Names => "names",
            Self::Namespaces => "namespaces",
            Self::ExcludedNamespaces => "excludedNamespaces",
            Self::NamespaceSelector => "namespaceSelector",
            Self::Users => "users",
            Self::Groups => "groups",
            Self::Containers => "containers",
        }
    }
}

impl Match {
    /// What is written in a part; nothing where it is not there. Of a selector, its labels.
    #[must_use]
    pub fn written(&self, key: MatchKey) -> Vec<String> {
        let patterns = match key {
            MatchKey::Kinds => return self.kinds.clone().unwrap_or_default(),
            MatchKey::NamespaceSelector => {
                let selector = self.namespace_selector.iter();
                return selector.flat_map(|selector| selector.keys().map(str::to_owned)).collect();
            }
            MatchKey::Names => &self.names,
            MatchKey::Namespaces => &self.namespaces,
            MatchKey::ExcludedNamespaces => &self.excluded_namespaces,
            MatchKey::Users => &self.users,
            MatchKey::Groups => &self.groups,
            MatchKey::Containers => &self.containers,
        };
        patterns.as_ref().map(|patterns| patterns.texts().to_vec()).unwrap_or_default()
    }
}
