//! A stream of documents, and what each of them is.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    Located, Span, Step, Warning,
    source::Source,
    yaml::{
        locate,
        node::{NodeId, Tree},
    },
};

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
    /// From its first line that is not blank to its last.
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
    origin: Origin,
}

/// Where a resource comes from.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(crate) tree: Arc<Tree>,
    pub(crate) source: Arc<Source>,
    pub(crate) root: NodeId,
}

impl Resource {
    pub(crate) fn new(value: Value, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// Finds the place of a path, or of its nearest existing parent. In an item of a list the path starts at the item.
    #[must_use]
    pub fn locate<'a>(&self, path: impl IntoIterator<Item = Step<'a>>) -> Located {
        let Origin { tree, source, root } = &self.origin;
        locate::locate(tree, source, *root, path)
    }

    /// The object's own text: from its first character to its last.
    #[must_use]
    pub fn span(&self) -> Span {
        let Origin { tree, source, root } = &self.origin;
        locate::extent(tree, source, *root)
    }
}
