//! One policy broken at one path of one resource.

use std::sync::Arc;

use serde::Serialize;

use crate::{
    enforcement::{EnforcementAction, Severity},
    path::Path,
};

/// One policy broken at one path of one resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Violation {
    /// The policy's name.
    pub policy: Arc<str>,
    /// How bad.
    pub severity: Severity,
    /// What is done.
    pub action: EnforcementAction,
    /// What is wrong and what to do, one line.
    pub message: String,
    /// The offending field, which need not exist.
    pub path: Path,
    /// What had to be assumed for this violation to be one.
    pub assumed: Vec<Assumption>,
}

/// Something a file does not say and a cluster would know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Assumption {
    /// The manifest has no namespace, and none was given.
    Namespace,
    /// Nobody said which labels the namespace has.
    NamespaceLabels,
    /// A file does not say who will apply it.
    User,
}
