//! What Kubernetes reads otherwise than people do.

use crate::Span;

/// Something in a document that Kubernetes reads otherwise than people do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Which surprise.
    pub code: WarningCode,
    /// What is read, as a sentence without a full stop.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// The surprises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WarningCode {
    /// A key stands twice in a mapping: the last one counts.
    DuplicateKey,
    /// `y`, `on`, `no` and their like are booleans.
    BooleanWord,
    /// `0755` is 493.
    OctalNumber,
    /// A merge key overrides what stands before it, against the YAML specification.
    MergeOverride,
}
