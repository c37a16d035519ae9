//! Files in, Kubernetes resources out: read exactly as kubectl and the API server read them, with the span of every field.
//!
//! ```text
//! bytes -> text -> chunks split at `---` -> events -> arena of nodes with spans -> JSON value -> resources
//! ```
//!
//! [`read`] is the way in. It never fails as a whole: each document of a stream is a [`Document`] that is a resource
//! (or, for a `List`, several), is not Kubernetes, or could not be read, and says why at which place.

mod document;
mod path;
mod span;

pub use document::{Content, Document, Reading, Resource, Warning, WarningCode, read};
pub use path::Step;
pub use span::{Located, Position, Span};
