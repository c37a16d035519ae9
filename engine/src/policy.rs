//! One policy of a bundle.

use std::sync::Arc;

use crate::metadata::Metadata;

/// One policy: a folder, a Rego package, a METADATA block.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its name: of its folder, and the last part of its package.
    pub name: Arc<str>,
    /// Who brought it.
    pub origin: Origin,
    /// The file that holds it.
    pub file: Arc<str>,
    /// What its author says about it.
    pub metadata: Metadata,
    /// Why it does not load, in a bundle that was loaded leniently: then it fails whenever it is called.
    pub broken: Option<Arc<str>>,
}

impl Policy {
    /// The path of its package, without `data`.
    pub(crate) fn package(&self) -> Vec<String> {
        ["guard", "policies", &self.name].map(str::to_owned).to_vec()
    }

    /// Whether it is called by a name, or was.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        &*self.name == name || self.metadata.aliases.iter().any(|alias| alias == name)
    }
}

/// Who brought a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The library that guard comes with: its policies run when one of their packs is chosen.
    Default,
    /// A folder that the operator named: its policies run without a pack.
    Folder,
}
