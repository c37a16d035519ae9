//! YAML by the rules of go-yaml v2, which is what kubectl reads it with.
//!
//! ```text
//! stream    chunks, cut at `---`
//! scan      characters -> tokens
//! events    tokens -> events
//! node      events -> an arena of nodes with their places
//! resolve   what a scalar is
//! value     the arena's JSON value, within a budget for aliases
//! locate    a path -> the text to point at
//! ```

mod events;
pub(crate) mod explain;
pub(crate) mod locate;
pub(crate) mod node;
mod number;
mod resolve;
mod scan;
pub(crate) mod stream;
pub(crate) mod timestamp;
pub(crate) mod token;
pub(crate) mod value;

use std::sync::Arc;

use serde_json::Value;

use crate::{Located, Span, Step, Warning, source::Source};
use node::{NodeId, Tree};
use stream::{Chunk, Chunks};

/// One YAML or JSON document that need not be a Kubernetes object: guard.yaml, a METADATA block.
#[derive(Debug)]
pub struct Decoded {
    /// Its value; null where the text holds nothing.
    pub value: Value,
    /// What may surprise who wrote it. Sorted by position.
    pub warnings: Vec<Warning>,
    tree: Option<Tree>,
    source: Source,
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
    pub fn locate<'a>(&self, path: impl IntoIterator<Item = Step<'a>>) -> Located {
        match &self.tree {
            Some(tree) => locate::locate(tree, &self.source, NodeId::ROOT, path),
            None => Located { span: self.source.span(0, 0), exact: path.into_iter().next().is_none() },
        }
    }

    /// Finds the key that a path ends in, also where [`Self::locate`] points at its value.
    #[must_use]
    pub fn locate_key<'a>(&self, path: impl IntoIterator<Item = Step<'a>>) -> Located {
        match &self.tree {
            Some(tree) => locate::locate_key(tree, &self.source, NodeId::ROOT, path),
            None => self.locate(path),
        }
    }
}

/// Reads a text that holds one document, as [`crate::read()`] reads each of its own, but for the booleans: these are `true` and
/// `false` alone, as in YAML 1.2, so that `off` and `on` are words.
///
/// # Errors
/// Where it cannot be read, and where it holds a second document.
pub fn decode(text: &str) -> Result<Decoded, Unreadable> {
    decode_with(text, |tree| tree.quote(text, resolve::is_old_boolean))
}

/// The same of a text that has Kubernetes objects inside: with all booleans that [`crate::read()`] knows, so that each object is what it would
/// be in a file of its own.
///
/// # Errors
/// As [`decode`].
pub fn decode_objects(text: &str) -> Result<Decoded, Unreadable> {
    decode_with(text, |_| {})
}

fn decode_with(text: &str, change: impl FnOnce(&mut Tree)) -> Result<Decoded, Unreadable> {
    let source = Source::new(Arc::from(text));
    let mut trees = Vec::new();
    for chunk in Chunks::new(text, 0) {
        if let Some(tree) = parse(&source, chunk)? {
            trees.push(tree);
        }
    }
    let mut trees = trees.into_iter();
    let (first, second) = (trees.next(), trees.next());
    if let Some(second) = second {
        let span = locate::focus_of(&second, &source, NodeId::ROOT);
        return Err(Unreadable { reason: "a second document, where one is expected".to_owned(), span });
    }
    let Some(mut tree) = first else {
        return Ok(Decoded { value: Value::Null, warnings: Vec::new(), tree: None, source });
    };
    change(&mut tree);
    let (value, warnings) = evaluate(&tree, &source)?;
    Ok(Decoded { value, warnings, tree: Some(tree), source })
}

/// Reads the first document of a chunk; none where the chunk holds nothing.
pub(crate) fn parse(source: &Source, chunk: Chunk) -> Result<Option<Tree>, Unreadable> {
    let (start, end) = match chunk {
        Chunk::Document { start, end } => (start, end),
        Chunk::BadSeparator { start, .. } => return Err(explain::bad_separator(source, start)),
    };
    let text = source.text().get(..end).unwrap_or_default();
    let chunk = text.get(start..).unwrap_or_default();
    let begin = start + chunk.len() - chunk.strip_prefix('\u{FEFF}').unwrap_or(chunk).len();
    let forbidden = scan::forbidden(chunk).map(|at| start + at);
    let parsed = node::parse(text.get(..forbidden.unwrap_or(end)).unwrap_or_default(), begin);
    if let Some(at) = forbidden
        && scan::is_within_reach(start, parsed.offset, at)
    {
        return Err(explain::forbidden(source, at));
    }
    parsed.tree.map_err(|fault| explain::fault(source, fault))
}

/// A tree's value and its surprises.
pub(crate) fn evaluate(tree: &Tree, source: &Source) -> Result<(Value, Vec<Warning>), Unreadable> {
    match value::evaluate(tree, source) {
        Ok(evaluated) => Ok((evaluated.value, evaluated.warnings)),
        Err(refusal) => {
            let span = locate::focus_of(tree, source, refusal.node);
            Err(explain::refusal(source, refusal.reason, span))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_manifest_has_only_true_and_false_as_booleans() {
        let decoded =
            decode("{enforcement: off, then: {on: 2027-03-01}, yes: true, merged: !!bool on}").unwrap();
        let expected = r#"{"enforcement":"off","merged":true,"then":{"on":"2027-03-01"},"yes":true}"#;
        assert_eq!(decoded.value.to_string(), expected);
        assert_eq!(decoded.warnings, []);
        assert!(decoded.locate([Step::Key("then"), Step::Key("on")]).exact);
    }

    #[test]
    fn an_object_inside_of_a_document_is_what_it_is_in_a_file_of_its_own() {
        let object = "{apiVersion: v1, kind: Pod, spec: {hostNetwork: yes}}";
        let reading = crate::read(object.as_bytes());
        let crate::Content::Resources(resources) = &reading.documents[0].content else {
            panic!("{reading:?}")
        };
        let decoded = decode_objects(&format!("object: {object}")).unwrap();
        assert_eq!(decoded.value["object"], resources[0].value);
        assert_eq!(decoded.value["object"]["spec"]["hostNetwork"], true);
    }

    #[test]
    fn a_key_is_found_where_its_value_would_be_pointed_at() {
        let decoded = decode("policies:\n  enforcment: deny\n").unwrap();
        let path = [Step::Key("policies"), Step::Key("enforcment")];
        let place = |located: Located| (located.span.start.line, located.span.start.column, located.exact);
        assert_eq!(place(decoded.locate(path)), (2, 15, true));
        assert_eq!(place(decoded.locate_key(path)), (2, 3, true));
        assert_eq!(place(decoded.locate_key([Step::Key("policies"), Step::Key("x")])), (1, 1, false));
        assert_eq!(place(decode("").unwrap().locate_key([Step::Key("x")])), (1, 1, false));
    }
}
