//! A tree's JSON value, by the rules of go-yaml v2 and `sigs.k8s.io/yaml`: built without recursion, within a budget.

mod budget;
mod mapping;
mod words;

use serde_json::Value;

use super::{
    node::{MAX_DEPTH, NodeId, Shape, TOO_DEEP, Tree},
    number,
    resolve::{Scalar, resolve},
};
use crate::{Warning, source::Source};
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
    let mut evaluator = Evaluator { tree, source, budget: Budget::new(), warnings: Vec::new() };
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
}

/// A child that comes next.
#[derive(Clone, Copy)]
struct Child {
    node: NodeId,
    /// Is it the mode of a file? Everybody writes these in octal.
    is_mode: bool,
}

impl<'t> Evaluator<'t> {
    fn run(&mut self) -> Result<Value, Refusal> {
        let mut frames = Vec::with_capacity(16);
        self.budget.count()?;
        let mut finished = self.enter(&mut frames, Child { node: NodeId::ROOT, is_mode: false })?;
        loop {
            if let Some(built) = finished.take() {
                match frames.last_mut().map(|frame| &mut frame.collection) {
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
            finished = match self.next_child(&mut frames)? {
                Some(child) => self.enter(&mut frames, child)?,
                None => frames.pop().map(|frame| self.leave(frame)),
            };
        }
    }

    /// The innermost collection's next child.
    fn next_child(&mut self, frames: &mut [Frame]) -> Result<Option<Child>, Refusal> {
        match frames.last_mut().map(|frame| &mut frame.collection) {
            Some(Collection::Sequence { next, .. }) => {
                let child = next.map(|node| Child { node, is_mode: false });
                *next = next.and_then(|child| self.tree.next(child));
                Ok(child)
            }
            Some(Collection::Mapping(mapping)) => self.next_entry(mapping),
            None => Ok(None),
        }
    }

    /// A mapping's next value, its key read.
    fn next_entry(&mut self, mapping: &mut Mapping) -> Result<Option<Child>, Refusal> {
        loop {
            match mapping.step(self.tree, self.source.text(), &mut self.budget)? {
                Step::Done => return Ok(None),
                Step::Merged => {}
                Step::Entry { key, value } => {
                    let resolved = self.key(key)?;
                    mapping.enter(key, resolved);
                    let is_mode = matches!(mapping.awaited(), "mode" | "defaultMode");
                    return Ok(Some(Child { node: value, is_mode }));
                }
            }
        }
    }

    /// Where a node's value is written, and whether that is by an alias, which then has to be left.
    fn follow(&mut self, node: NodeId) -> Result<(NodeId, bool), Refusal> {
        self.budget.count()?;
        let target = self.tree.target(node);
        let aliased = target != node;
        if aliased {
            self.budget.enter_alias(node);
            self.budget.count()?;
        }
        Ok((target, aliased))
    }

    /// The value of a node: at once where it is a scalar, otherwise by a frame.
    fn enter(&mut self, frames: &mut Vec<Frame>, child: Child) -> Result<Option<Built>, Refusal> {
        let node = child.node;
        let (target, aliased) = self.follow(node)?;
        let collection = match self.tree.node(target).shape {
            Shape::Scalar { style, tag, text } => {
                let text = self.tree.text(text, self.source.text());
                self.budget.copied(text.len());
                self.warn_about_word(target, style, tag, text, child.is_mode);
                if aliased {
                    self.budget.leave_alias();
                }
                let scalar = resolve(style, tag, text).map_err(|reason| Refusal::new(node, reason))?;
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
        if frames.len() >= MAX_DEPTH {
            return Err(Refusal::new(node, TOO_DEEP));
        }
        frames.push(Frame { collection, aliased });
        Ok(None)
    }

    /// The value of a collection that is complete.
    fn leave(&mut self, frame: Frame) -> Built {
        if frame.aliased {
            self.budget.leave_alias();
        }
        match frame.collection {
            Collection::Sequence { values, refusal, .. } => Built { value: Value::Array(values), refusal },
            Collection::Mapping(mapping) => mapping.finish(),
        }
    }

    /// A key's value; an alias stands for its scalar.
    fn key(&mut self, node: NodeId) -> Result<Scalar<'t>, Refusal> {
        let (target, aliased) = self.follow(node)?;
        let Shape::Scalar { style, tag, text } = self.tree.node(target).shape else {
            return Err(Refusal::new(node, "a key that is no text: a mapping or a list cannot be one"));
        };
        let text = self.tree.text(text, self.source.text());
        self.budget.copied(text.len());
        self.warn_about_word(target, style, tag, text, false);
        if aliased {
            self.budget.leave_alias();
        }
        resolve(style, tag, text).map_err(|reason| Refusal::new(node, reason))
    }
}

/// A scalar in JSON.
fn json(node: NodeId, scalar: Scalar<'_>) -> Built {
    let value = match scalar {
        Scalar::Null => Value::Null,
        Scalar::Bool(value) => Value::Bool(value),
        Scalar::Int(number) => number.into(),
        #[expect(clippy::cast_precision_loss, reason = "Kubernetes keeps what exceeds 64 bits as a float")]
        Scalar::Uint(number) => return float(node, number as f64),
        Scalar::Float(number) => return float(node, number),
        Scalar::Str(text) => Value::String(text.into_owned()),
    };
    Built { value, refusal: None }
}

fn float(node: NodeId, number: f64) -> Built {
    match number::json_float(number) {
        Some(value) => Built { value, refusal: None },
        None => {
            let refusal = Refusal::new(node, "infinity and not-a-number do not exist in JSON");
            Built { value: Value::Null, refusal: Some(refusal) }
        }
    }
}
