//! YAML by the rules of go-yaml v2, which is what kubectl reads it with.

use serde_json::Value;

use crate::{Located, Span, Step, Warning};

/// One YAML or JSON document that need not be a Kubernetes object: guard.yaml, a METADATA block.
#[derive(Debug)]
pub struct Decoded {
    /// Its value; null where the text holds nothing.
    pub value: Value,
    /// What may surprise who wrote it. Sorted by position.
    pub warnings: Vec<Warning>,
}

/// Why a text cannot be read as one document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Unreadable {
    /// Why, as a sentence without a full stop.
    pub reason: String,
    /// What to point at.
    pub span: Span,
}

impl Decoded {
    /// Finds the place of a path, or of its nearest existing parent.
    #[must_use]
    pub fn locate<'a>(&self, _path: impl IntoIterator<Item = Step<'a>>) -> Located {
        todo!()
    }
}

/// Reads a text that holds one document.
///
/// # Errors
/// Where it cannot be read, and where it holds a second document.
pub fn decode(_text: &str) -> Result<Decoded, Unreadable> {
    todo!()
}
