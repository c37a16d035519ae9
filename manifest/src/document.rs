//! A stream of documents, and what each of them is.

use std::sync::Arc;

use serde_json::Value;

use crate::{Located, Span, Step, Warning};

/// A text, read.
#[derive(Debug)]
pub struct Reading {
    /// The decoded text: UTF-8, without its byte-order mark, invalid bytes replaced. All spans are places in it.
    pub text: Arc<str>,
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
    /// What may surprise who wrote it; nothing here stops the document from being judged. Sorted by position.
    pub warnings: Vec<Warning>,
}

/// What a document is.
#[derive(Debug)]
pub enum Content {
    /// Nothing but comments, or null. Kubernetes skips it.
    Empty,
    /// One resource; those of its `items` where it is a list.
    Resources(Vec<Resource>),
    /// It can be read, and is no Kubernetes object: not a mapping, or one without `kind` and `apiVersion`.
    NotKubernetes {
        /// Why, as a sentence without a full stop.
        reason: String,
        /// What to point at.
        span: Span,
    },
    /// It cannot be read, or kubectl refuses it although it says it is a Kubernetes object.
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

/// Reads a text as kubectl would: YAML or JSON, any number of documents.
#[must_use]
pub fn read(_bytes: &[u8]) -> Reading {
    todo!()
}

impl Resource {
    /// Finds the place of a path, or of its nearest existing parent. In an item of a list the path starts at the item.
    #[must_use]
    pub fn locate<'a>(&self, _path: impl IntoIterator<Item = Step<'a>>) -> Located {
        todo!()
    }

    /// The object's own text: from its first character to its last.
    #[must_use]
    pub fn span(&self) -> Span {
        todo!()
    }
}
