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
}

/// Who brought a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The library that guard comes with: its policies run when one of their packs is chosen.
    Default,
    /// A folder that the operator named: its policies run without a pack.
    Folder,
}
