//! What is refused at load: Rego that the evaluator would answer otherwise than OPA, or that could take the process down.

use std::sync::Arc;

/// A module that is not accepted, where, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The module's file.
    pub file: Arc<str>,
    /// From 1.
    pub line: u32,
    /// From 1, in Unicode code points.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to write instead, where that is known.
    pub help: Option<String>,
}
