//! Bounded evaluation of the policies of one kind set.

use std::{sync::Arc, time::Duration};

use super::{Document, Parsed, Refusal};
use crate::{evaluation::Cause, path::Path};

/// A policy to prepare.
#[derive(Debug, Clone)]
pub struct Target {
    /// The policy's name.
    pub name: Arc<str>,
    /// Its package's path without `data`.
    pub package: Vec<String>,
    /// Run it only where `input.selected["<name>"]` is true.
    pub selectable: bool,
}

/// What a policy found, or why it could not run. In the order of the targets, none missing.
pub type Answer = Result<Findings, Trouble>;

/// What one policy found: sorted, without duplicates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// What `violation` holds.
    pub violations: Vec<Finding>,
    /// What `undetermined` holds.
    pub undetermined: Vec<Finding>,
}

/// One member of `violation` or `undetermined`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Where in the resource.
    pub path: Path,
    /// What is wrong.
    pub message: String,
}

/// Why a policy could not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Of which kind.
    pub cause: Cause,
    /// What happened, with the module's file:line:column where it is known.
    pub message: String,
}

/// The policies of one kind set, ready to run on one thread. Evaluation recurses: the thread needs a stack of 64 MB.
pub struct Prepared {}

impl Prepared {
    /// Prepares `targets` from the modules of a bundle: their own and the libraries these need. `limit` is how long one evaluation may take.
    ///
    /// # Errors
    /// A target whose modules do not load.
    pub fn new(modules: &[Parsed], targets: &[Target], limit: Duration) -> Result<Self, Vec<Refusal>> {
        let _ = (modules, targets, limit);
        todo!()
    }

    /// Makes `inventory` what policies read as `data.inventory`, in the place of what was there.
    pub fn set_inventory(&mut self, inventory: &Document) {
        let _ = inventory;
        todo!()
    }

    /// Runs every target on `input`.
    pub fn evaluate(&mut self, input: &Document) -> Vec<Answer> {
        let _ = input;
        todo!()
    }
}
