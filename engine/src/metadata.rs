//! The `# METADATA` block of a policy: what its author says about it. A closed set of keys.
//!
//! Around `custom` stand the annotation keys of OPA itself (<https://www.openpolicyagent.org/docs/policy-language/#annotations>),
//! of which `title` and `description` are read; `custom` is guard's own.

mod block;
pub(crate) mod read;

use serde_json::Value;

pub use block::block;

use crate::{
    enforcement::Severity,
    problem::Problem,
    request::{Kind, Operation},
};

/// What a policy's author says about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Metadata {
    /// A few words.
    pub title: String,
    /// What is wrong with what it finds, and why that matters.
    pub description: String,
    /// What it is about: `pod-security`.
    pub category: String,
    /// How bad a violation is.
    pub severity: Severity,
    /// What it judges; never empty.
    pub kinds: Vec<KindSelector>,
    /// The operations it is called for; CREATE and UPDATE where nothing is written.
    pub operations: Vec<Operation>,
    /// The subresources it is called for beside the object itself.
    pub subresources: Vec<String>,
    /// The kinds of other resources that it reads from `data.inventory`.
    pub inventory: Vec<KindSelector>,
    /// Its settings: a JSON Schema of an object.
    pub parameters: Option<Value>,
    /// What to do about a violation.
    pub remediation: String,
    /// Where to read more: addresses.
    pub references: Vec<String>,
    /// The packs it is in.
    pub packs: Vec<String>,
    /// The weaker policies whose finding at the same path this one takes over.
    pub replaces: Vec<String>,
    /// The version of the library it first came with.
    pub since: Option<String>,
    /// Its old names.
    pub aliases: Vec<String>,
    /// Why it will go, and what to use instead.
    pub deprecated: Option<String>,
}

/// What of a request a policy does not judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mismatch {
    /// The kind.
    Kind,
    /// The operation.
    Operation,
    /// The subresource.
    Subresource,
}

/// Kinds, of any version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KindSelector {
    /// The group; empty for the core group, `*` for any.
    pub group: String,
    /// The kind, `*` for any.
    pub kind: String,
    /// The plural that the API server calls it by (`deployments`); may be left out for built-in kinds.
    pub resource: Option<String>,
}

impl Metadata {
    /// Reads a METADATA block that somebody decoded.
    ///
    /// # Errors
    /// Every mistake that was found, by its path in the block.
    pub fn from_value(value: &Value) -> Result<Self, Vec<Problem>> {
        read::read(value)
    }

    /// Reads what can be read of a METADATA block that has mistakes. None where it does not say what the policy judges.
    pub(crate) fn salvage(value: &Value) -> Option<Self> {
        read::salvage(value)
    }

    /// Whether the policy may look at resources of this kind under `data.inventory`.
    #[must_use]
    pub fn inventories(&self, kind: &Kind) -> bool {
        self.inventory.iter().any(|selector| selector.selects(kind))
    }

    /// Whether the policy is called for an operation on a kind, or on one of its subresources. A wildcard never takes in a
    /// subresource: judging `pods/binding` by accident would stop a scheduler.
    #[must_use]
    pub fn judges(&self, kind: &Kind, operation: Operation, subresource: Option<&str>) -> bool {
        self.mismatch(kind, operation, subresource).is_none()
    }

    /// Why the policy is not called for an operation on a kind, or on one of its subresources; none where it is.
    #[must_use]
    pub fn mismatch(&self, kind: &Kind, operation: Operation, subresource: Option<&str>) -> Option<Mismatch> {
        let mut selecting = self.kinds.iter().filter(|selector| selector.selects(kind)).peekable();
        if selecting.peek().is_none() {
            Some(Mismatch::Kind)
        } else if !self.operations.contains(&operation) {
            Some(Mismatch::Operation)
        } else if subresource
            .is_some_and(|name| !selecting.any(|selector| self.judges_subresource(selector, name)))
        {
            Some(Mismatch::Subresource)
        } else {
            None
        }
    }

    fn judges_subresource(&self, selector: &KindSelector, name: &str) -> bool {
        let named = |part: &str| part != "*";
        let implied = name == "ephemeralcontainers" && selector.group.is_empty() && selector.kind == "Pod";
        named(&selector.group)
            && named(&selector.kind)
            && (implied || self.subresources.iter().any(|known| known == name))
    }
}

impl KindSelector {
    /// Whether a kind is among these.
    #[must_use]
    pub fn selects(&self, kind: &Kind) -> bool {
        let is = |selector: &str, name: &str| selector == "*" || selector == name;
        is(&self.kind, &kind.kind) && is(&self.group, &kind.group)
    }
}

#[cfg(test)]
mod tests;
