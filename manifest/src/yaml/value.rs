//! A tree's JSON value, by the rules of go-yaml v2 and `sigs.k8s.io/yaml`: built without recursion, within a budget.

mod budget;
mod mapping;

use serde_json::Value;

use super::{
    node::{MAX_DEPTH, NodeId, Shape, TOO_DEEP, Tree},
    number,
    resolve::{Scalar, resolve},
    token::{Style, Tag},
};
use crate::{Warning, WarningCode, source::Source};
use budget::Budget;
use mapping::{Mapping, Step};
pub(super) use mapping::{is_merge_key, key_text};

/// Why a tree has no value, and at which node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// Why, as a sentence without a full stop.
    pub(crate) reason: String,
    /// What to point at.
    pub(crate) node: NodeId,
}

impl Refusal {
    pub(super) fn new(node: NodeId, reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), node }
    }
}

/// A tree's value and what surprises in it.
pub(crate) struct Evaluated {
    pub(crate) value: Value,
    pub(crate) warnings: Vec<Warning>,
}

/// Evaluates a tree.
pub(crate) fn evaluate(tree: &Tree, source: &Source) -> Result<Evaluated, Refusal> {
    let mut evaluator =
        Evaluator { tree, source, budget: Budget::new(), warnings: Vec::new(), frames: Vec::new() };
    let value = evaluator.run()?;
    let mut warnings = evaluator.warnings;
    warnings.sort_by_key(|warning| warning.span);
    Ok(Evaluated { value, warnings })
}

/// A finished value.
struct Built {
    value: Value,
    /// Why there is no such value in JSON. It counts only where nothing replaces the value: kubectl makes JSON of a
    /// document when all of it is decoded.
    refusal: Option<Refusal>,
}

/// A collection that is being built.
struct Frame {
    collection: Collection,
    /// Was it reached through an alias?
    aliased: bool,
}

enum Collection {
    Sequence { values: Vec<Value>, next: Option<NodeId>, refusal: Option<Refusal> },
    Mapping(Mapping),
}

struct Evaluator<'t> {
    tree: &'t Tree,
    source: &'t Source,
    budget: Budget,
    warnings: Vec<Warning>,
    frames: Vec<Frame>,
}

impl<'t> Evaluator<'t> {
    fn run(&mut self) -> Result<Value, Refusal> {
        self.budget.count(NodeId::ROOT)?;
        let mut finished = self.enter(NodeId::ROOT)?;
        loop {
            if let Some(built) = finished.take() {
                match self.frames.last_mut().map(|frame| &mut frame.collection) {
                    None => return built.refusal.map_or(Ok(built.value), Err),
                    Some(Collection::Sequence { values, refusal, .. }) => {
                        values.push(built.value);
                        *refusal = refusal.take().or(built.refusal);
                    }
                    Some(Collection::Mapping(mapping)) => {
                        if let Some((code, message, node)) = mapping.insert(built) {
                            self.warn(code, node, message);
                        }
                    }
                }
            }
            finished = self.advance()?;
        }
    }

    /// Goes on with the innermost collection: to its next child, or out of it with its value.
    fn advance(&mut self) -> Result<Option<Built>, Refusal> {
        let Some(mut frame) = self.frames.pop() else {
            return Ok(Some(Built { value: Value::Null, refusal: None }));
        };
        let child = match &mut frame.collection {
            Collection::Sequence { next, .. } => {
                let child = *next;
                *next = child.and_then(|child| self.tree.next(child));
                child
            }
            Collection::Mapping(mapping) => self.next_entry(mapping)?,
        };
        if let Some(child) = child {
            self.frames.push(frame);
            return self.enter(child);
        }
        if frame.aliased {
            self.budget.leave_alias();
        }
        Ok(Some(match frame.collection {
            Collection::Sequence { values, refusal, .. } => Built { value: Value::Array(values), refusal },
            Collection::Mapping(mapping) => mapping.finish(),
        }))
    }

    /// A mapping's next value, its key read.
    fn next_entry(&mut self, mapping: &mut Mapping) -> Result<Option<NodeId>, Refusal> {
        loop {
            match mapping.step(self.tree, self.source.text(), &mut self.budget)? {
                Step::Done => return Ok(None),
                Step::Merged => {}
                Step::Entry { key, value } => {
                    let resolved = self.key(key)?;
                    mapping.enter(key, resolved);
                    return Ok(Some(value));
                }
            }
        }
    }

    /// The value of a node: at once where it is a scalar, otherwise by a frame.
    fn enter(&mut self, node: NodeId) -> Result<Option<Built>, Refusal> {
        self.budget.count(node)?;
        let mut target = node;
        let aliased = if let Shape::Alias { target: of } = self.tree.node(node).shape {
            target = of;
            self.budget.enter_alias();
            self.budget.count(node)?;
            true
        } else {
            false
        };
        let collection = match self.tree.node(target).shape {
            Shape::Scalar { style, tag, text } => {
                let text = self.tree.text(text, self.source.text());
                let scalar =
                    self.scalar(target, style, tag, text).map_err(|reason| Refusal::new(node, reason))?;
                if aliased {
                    self.budget.leave_alias();
                }
                return Ok(Some(json(node, scalar)));
            }
            Shape::Sequence { first } => {
                Collection::Sequence { values: Vec::new(), next: first.map(NodeId::from), refusal: None }
            }
            Shape::Mapping { .. } => {
                Collection::Mapping(Mapping::new(self.tree, target, self.budget.is_aliased()))
            }
            Shape::Alias { .. } => return Ok(Some(json(node, Scalar::Null))),
        };
        if self.frames.len() >= MAX_DEPTH {
            return Err(Refusal::new(node, TOO_DEEP));
        }
        self.frames.push(Frame { collection, aliased });
        Ok(None)
    }

    fn scalar(
        &mut self,
        node: NodeId,
        style: Style,
        tag: Tag,
        text: &'t str,
    ) -> Result<Scalar<'t>, &'static str> {
        if self.budget.is_aliased() {
            self.budget.copied(text.len());
        } else {
            self.warn_about_word(node, style, tag, text);
        }
        resolve(style, tag, text)
    }

    /// Is the value of a key awaited that is a file's mode? Everybody writes these in octal.
    fn is_mode(&self) -> bool {
        match self.frames.last().map(|frame| &frame.collection) {
            Some(Collection::Mapping(mapping)) => matches!(mapping.awaited(), "mode" | "defaultMode"),
            _ => false,
        }
    }

    /// A key's value; an alias stands for its scalar.
    fn key(&mut self, node: NodeId) -> Result<Scalar<'t>, Refusal> {
        self.budget.count(node)?;
        let target = self.tree.target(node);
        let aliased = target != node;
        if aliased {
            self.budget.enter_alias();
            self.budget.count(node)?;
        }
        let Shape::Scalar { style, tag, text } = self.tree.node(target).shape else {
            return Err(Refusal::new(node, "a key that is no text: a mapping or a list cannot be one"));
        };
        let text = self.tree.text(text, self.source.text());
        if self.budget.is_aliased() {
            self.budget.copied(text.len());
        } else {
            self.warn_about_word(target, style, tag, text);
        }
        if aliased {
            self.budget.leave_alias();
        }
        resolve(style, tag, text).map_err(|reason| Refusal::new(node, reason))
    }

    /// Warns of a word that is a boolean and of a number that looks octal.
    fn warn_about_word(&mut self, node: NodeId, style: Style, tag: Tag, text: &str) {
        if style != Style::Plain || tag != Tag::None {
            return;
        }
        match text.as_bytes() {
            [b'y' | b'Y' | b'n' | b'N' | b'o' | b'O', ..] if text.len() <= 3 => {
                if let Ok(Scalar::Bool(value)) = resolve(style, tag, text) {
                    let message = format!("`{text}` is the boolean {value}: quote it if the word is meant");
                    self.warn(WarningCode::BooleanWord, node, message);
                }
            }
            [b'0', b'0'..=b'9' | b'o' | b'O' | b'_', ..]
            | [b'-' | b'+', b'0', b'0'..=b'9' | b'o' | b'O' | b'_', ..]
                if !self.is_mode() =>
            {
                let number = match resolve(style, tag, text) {
                    Ok(Scalar::Int(number)) => number.to_string(),
                    Ok(Scalar::Float(number)) if !text.contains(['.', 'e', 'E']) => number.to_string(),
                    _ => return,
                };
                let message = format!("`{text}` is the number {number}: quote it if the text is meant");
                self.warn(WarningCode::OctalNumber, node, message);
            }
            _ => {}
        }
    }

    fn warn(&mut self, code: WarningCode, node: NodeId, message: String) {
        let node = self.tree.node(node);
        self.warnings.push(Warning { code, message, span: self.source.span(node.start, node.end) });
    }
}

/// A scalar in JSON.
fn json(node: NodeId, scalar: Scalar<'_>) -> Built {
    let value = match scalar {
        Scalar::Null => Value::Null,
        Scalar::Bool(value) => Value::Bool(value),
        Scalar::Int(number) => number.into(),
        #[expect(clippy::cast_precision_loss, reason = "Kubernetes keeps what exceeds 64 bits as a float")]
        Scalar::Uint(number) => (number as f64).into(),
        Scalar::Float(number) => match number::json_float(number) {
            Some(value) => value,
            None => {
                let refusal = Refusal::new(node, "infinity and not-a-number do not exist in JSON");
                return Built { value: Value::Null, refusal: Some(refusal) };
            }
        },
        Scalar::Str(text) => Value::String(text.into_owned()),
    };
    Built { value, refusal: None }
}
