//! A stream of documents, and what each of them is.

use serde_json::Value;

use crate::{Located, Span, Step};

/// A text, read.
#[derive(Debug)]
pub struct Reading {
    /// The decoded text: UTF-8, without its byte-order mark, invalid bytes replaced. All spans are places in it.
    pub text: String,
    /// The documents in their order.
    pub documents: Vec<Document>,
}

/// One document of a stream.
#[derive(Debug)]
pub struct Document {
    /// From its first line to its last.
    pub span: Span,
    /// What it is.
    pub content: Content,
    /// What may surprise who wrote it; nothing here stops the document from being judged.
    pub warnings: Vec<Warning>,
}

/// What a document is.
#[derive(Debug)]
pub enum Content {
    /// Nothing but comments, or null. Kubernetes skips it.
    Empty,
    /// One resource; those of its `items` where it is a list.
    Resources(Vec<Resource>),
    /// It can be read, and kubectl would refuse it as no Kubernetes object.
    NotKubernetes {
        /// Why, as a sentence without a full stop.
        reason: String,
        /// What to point at.
        span: Span,
    },
    /// It cannot be read.
    Unreadable {
        /// Why, as a sentence without a full stop.
        reason: String,
        /// What to point at.
        span: Span,
    },
}

/// A Kubernetes object in a file.
#[derive(Debug)]
pub struct Resource {
    /// The object as the API server would receive it.
    pub value: Value,
}

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

/// Reads a text as kubectl would.
#[must_use]
pub fn read(_bytes: &[u8]) -> Reading {
    todo!()
}

impl Resource {
    /// Finds the place of a path, or of its nearest existing parent.
    #[must_use]
    pub fn locate<'a>(&self, _path: impl IntoIterator<Item = Step<'a>>) -> Located {
        todo!()
    }
}
