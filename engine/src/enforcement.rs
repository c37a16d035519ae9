//! How bad a violation is, and what is done about it.

use serde::{Deserialize, Serialize};

/// How bad; said by the policy's author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Good practice.
    Low,
    /// A weakness.
    Medium,
    /// A weakness that is used.
    High,
    /// The door is open.
    Critical,
}

/// What is done; said by the operator in guard.yaml.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EnforcementAction {
    /// Recorded only.
    Audit,
    /// Admitted, with a warning.
    Warn,
    /// Refused.
    Deny,
}

impl Severity {
    /// What is done where guard.yaml says nothing.
    #[must_use]
    pub fn default_action(self) -> EnforcementAction {
        match self {
            Self::Low => EnforcementAction::Audit,
            Self::Medium => EnforcementAction::Warn,
            Self::High | Self::Critical => EnforcementAction::Deny,
        }
    }

    /// The word in METADATA and in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl EnforcementAction {
    /// The word in guard.yaml and in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}
