//! The loaded set of policies: checked as a whole, then shared and never changed.

mod error;
mod form;
mod lenient;
mod load;

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;

pub use error::{BundleError, Location};
pub use form::Form;

use crate::{
    metadata::KindSelector,
    policy::{Origin, Policy},
    rego::{Module, Parsed, Recorder, Tests},
    request::Kind,
};

/// The loaded set of policies.
#[derive(Debug)]
pub struct Bundle {
    policies: Vec<Policy>,
    modules: Vec<Parsed>,
    inventory_kinds: Vec<KindSelector>,
    digest: String,
}

/// One Rego file that somebody read.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its name and text.
    pub module: Module,
    /// Who brought it.
    pub origin: Origin,
    /// What it is, by the place where it was found.
    pub role: Role,
}

/// What a Rego file is.
#[derive(Debug, Clone)]
pub enum Role {
    /// `<folder>/policy.rego`.
    Policy {
        /// The folder's name, which is the policy's.
        folder: Arc<str>,
        /// Its METADATA block, decoded; none where there is none.
        metadata: Option<Value>,
    },
    /// `lib/<name>.rego`.
    Library,
}

impl Bundle {
    /// Checks the policies of all folders together.
    ///
    /// # Errors
    /// Everything that is wrong, by file and place. One policy that does not load is enough: nobody wants to run a part of
    /// the rules without noticing.
    pub fn new(sources: &[Source]) -> Result<Self, Vec<BundleError>> {
        load::load(sources)
    }

    /// Loads what can be loaded, for a server that has to answer, and says beside it what is wrong. A policy that does not load is
    /// [broken](Policy::broken) and fails whenever it is called; one whose METADATA does not even say what it judges is left out. The digest is of all files, as if they were sound.
    ///
    /// # Errors
    /// What is wrong, where no policy at all is left.
    pub fn load_leniently(sources: &[Source]) -> Result<(Self, Vec<BundleError>), Vec<BundleError>> {
        lenient::load(sources)
    }

    /// The policies, sorted by name.
    #[must_use]
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// The SHA-256 of all files' texts, in hexadecimal: the same texts have the same digest, wherever they lie.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The kinds that some policy reads from the inventory.
    #[must_use]
    pub fn inventory_kinds(&self) -> &[KindSelector] {
        &self.inventory_kinds
    }

    /// Whether some policy reads resources of this kind from the inventory.
    #[must_use]
    pub fn inventories(&self, kind: &Kind) -> bool {
        self.inventory_kinds.iter().any(|selector| selector.selects(kind))
    }

    /// Prepares tests in Rego of this bundle's modules.
    ///
    /// # Errors
    /// Everything that is wrong with the test modules, by file and place.
    pub fn tests(&self, modules: &[Module]) -> Result<Tests, Vec<BundleError>> {
        load::tests(&self.modules, modules)
    }

    /// What takes down which rules and lines of this bundle's modules are reached.
    ///
    /// # Errors
    /// A module cannot be rewritten for it.
    pub fn recorder(&self) -> Result<Recorder, Vec<BundleError>> {
        Recorder::new(&self.modules).map_err(|refusals| refusals.into_iter().map(BundleError::from).collect())
    }

    /// All modules, parsed.
    pub(crate) fn modules(&self) -> &[Parsed] {
        &self.modules
    }
}

/// The kinds of the inventories of the policies that load, each once.
fn inventory_kinds(policies: &[Policy]) -> Vec<KindSelector> {
    let kinds: BTreeSet<&KindSelector> = policies
        .iter()
        .filter(|policy| policy.broken.is_none())
        .flat_map(|policy| &policy.metadata.inventory)
        .collect();
    kinds.into_iter().cloned().collect()
}

#[cfg(test)]
mod tests;
