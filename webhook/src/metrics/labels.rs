//! The labels of the families. Words are of fixed lists or of the loaded policies.

use std::sync::Arc;

use prometheus_client::encoding::EncodeLabelSet;

/// What is reloaded while the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The policies and guard.yaml.
    Policies,
    /// The certificate and its key.
    Certificate,
}

/// Why a connection was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// There are as many as may be.
    Full,
}

/// Why a connection was closed before its client closed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Closed {
    /// No TLS came about.
    HandshakeFailed,
    /// What came was no HTTP, or ended in the middle of it.
    Broken,
    /// Its client was waited for too long.
    TimedOut,
    /// It had to make room for another one.
    Evicted,
}

impl Part {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Policies => "policies",
            Self::Certificate => "certificate",
        }
    }
}

impl Refusal {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
        }
    }
}

impl Closed {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::HandshakeFailed => "handshake_failed",
            Self::Broken => "broken",
            Self::TimedOut => "timed_out",
            Self::Evicted => "evicted",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RequestLabels {
    pub(super) endpoint: &'static str,
    pub(super) operation: &'static str,
    pub(super) decision: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct PolicyLabels {
    pub(super) policy: Arc<str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ViolationLabels {
    pub(super) policy: Arc<str>,
    pub(super) action: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct FailureLabels {
    pub(super) policy: Arc<str>,
    pub(super) cause: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ReloadLabels {
    pub(super) part: &'static str,
    pub(super) result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct PartLabels {
    pub(super) part: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct DigestLabels {
    pub(super) version: &'static str,
    pub(super) bundle: String,
    pub(super) config: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct EnforcementLabels {
    pub(super) enforcement: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ReasonLabels {
    pub(super) reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct KindLabels {
    pub(super) kind: String,
}
