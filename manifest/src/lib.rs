//! Files in, Kubernetes resources out: read exactly as kubectl and the API server read them, with the span of every field.
//!
//! ```text
//! bytes -> text -> chunks split at `---` -> tokens -> events -> arena of nodes with spans -> JSON value -> resources
//! ```
//!
//! [`read()`] is the way in. It never fails as a whole: each document of a stream is a [`Document`] that is a resource
//! (or, for a `List`, several), is not Kubernetes, or could not be read, and says why at which place.
//! [`yaml::decode`] reads what is no Kubernetes object; [`discover::discover`] finds the files to read.

pub mod discover;
mod document;
mod json;
mod kubernetes;
mod local;
mod path;
mod read;
mod source;
mod span;
mod text;
mod warning;
pub mod yaml;

pub use document::{Content, Document, Reading, Resource};
pub use local::local_only;
pub use path::Step;
pub use read::read;
pub use span::{Located, Position, Span};
pub use warning::{Warning, WarningCode};
