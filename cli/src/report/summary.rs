//! The counts of a run.

use serde::Serialize;

/// The counts of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    /// What was looked at.
    #[serde(flatten)]
    pub(crate) scanned: Scanned,
    /// Violations by action.
    pub(crate) violations: ByAction,
    /// Findings that the cluster would repair.
    pub(crate) repaired: usize,
    /// Findings that an exemption covers.
    pub(crate) exempted: usize,
    /// Findings that are only known later.
    pub(crate) undetermined: usize,
    /// Diagnostics by level.
    pub(crate) diagnostics: ByLevel,
    /// What the verdict came from.
    pub(crate) digests: Digests,
}

/// What was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Scanned {
    /// Files read.
    pub(crate) files: usize,
    /// Documents in them that are not empty.
    pub(crate) documents: usize,
    /// Resources in these.
    pub(crate) resources: usize,
    /// Policies loaded and not off.
    pub(crate) policies: usize,
    /// How often a policy was asked about a resource.
    pub(crate) evaluations: usize,
}

/// Violations by action.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct ByAction {
    /// Refused.
    pub(crate) deny: usize,
    /// Admitted with a warning.
    pub(crate) warn: usize,
    /// Recorded only.
    pub(crate) audit: usize,
}

/// Diagnostics by level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct ByLevel {
    /// The work could not be done in full.
    pub(crate) error: usize,
    /// Somebody should look.
    pub(crate) warning: usize,
    /// As intended, most likely.
    pub(crate) note: usize,
}

/// What tells two verdicts apart: SHA-256, lower-case hex.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Digests {
    /// Of the loaded policies.
    pub(crate) bundle: String,
    /// Of guard.yaml and the flags that belong to it.
    pub(crate) configuration: String,
}
