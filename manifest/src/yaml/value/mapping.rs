//! A mapping that is being built: entries and merge keys in the order of the text, the last one wins.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Built, Refusal, budget::Budget};
use crate::{
    WarningCode,
    yaml::{
        node::{NodeId, Shape, Tree},
        number,
        resolve::{Scalar, is_merge},
    },
};

const NO_MAPPING: &str = "a merge key `<<` takes a mapping, an alias to one, or a list of these";

/// A mapping in the making.
pub(super) struct Mapping {
    entries: Map<String, Value>,
    /// The next of its own keys.
    next: Option<NodeId>,
    /// The mappings that are merged into it, the innermost last.
    merges: Vec<Cursor>,
    /// The merge key through which entries come.
    merge: Option<NodeId>,
    /// The key whose value is awaited.
    key: String,
    node: NodeId,
    finding: Option<WarningCode>,
    /// What is known of the keys, from the first one on that is no text or came through a merge key.
    seen: Option<BTreeMap<String, Seen>>,
    /// Why the mapping has no JSON, whatever becomes of its values.
    refusal: Option<Refusal>,
    /// The keys whose values have no JSON.
    refused: BTreeMap<String, Refusal>,
    /// Was the mapping reached through an alias? Then its surprises were told where it stands.
    aliased: bool,
}

enum Cursor {
    /// At an entry's key.
    At { key: Option<NodeId>, aliased: bool },
    /// A mapping, or an alias to one, whose turn to be merged comes.
    Pending(NodeId),
}

impl Cursor {
    /// Begins with a mapping whose turn it is.
    fn start(&mut self, tree: &Tree, budget: &mut Budget) -> Result<(), Refusal> {
        if let Self::Pending(node) = *self {
            budget.count()?;
            let target = tree.target(node);
            let aliased = target != node;
            if aliased {
                budget.enter_alias(node);
                budget.count()?;
            }
            *self = Self::At { key: tree.first(target), aliased };
        }
        Ok(())
    }
}

/// What is known of a key.
#[derive(Debug, Clone, Copy)]
struct Seen {
    origin: Origin,
    /// Does it stand in the mapping itself?
    own: bool,
}

/// What a key was before it became text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::yaml) enum Origin {
    Str,
    Int,
    Bool,
    Float(f64),
}

/// What comes next in a mapping.
pub(super) enum Step {
    /// A key and its value.
    Entry { key: NodeId, value: NodeId },
    /// Nothing yet: a merge began or ended.
    Merged,
    /// Nothing more.
    Done,
}

impl Mapping {
    pub(super) fn new(tree: &Tree, node: NodeId, aliased: bool) -> Self {
        Self {
            entries: Map::new(),
            next: tree.first(node),
            merges: Vec::new(),
            merge: None,
            key: String::new(),
            node,
            finding: None,
            seen: None,
            refusal: None,
            refused: BTreeMap::new(),
            aliased,
        }
    }

    /// Goes on to the next entry.
    pub(super) fn step(&mut self, tree: &Tree, source: &str, budget: &mut Budget) -> Result<Step, Refusal> {
        let next = match self.merges.last_mut() {
            None => &mut self.next,
            Some(Cursor::At { key: next @ Some(_), .. }) => next,
            Some(Cursor::At { key: None, aliased }) => {
                if *aliased {
                    budget.leave_alias();
                }
                self.merges.pop();
                return Ok(Step::Merged);
            }
            Some(cursor @ Cursor::Pending(_)) => {
                cursor.start(tree, budget)?;
                return Ok(Step::Merged);
            }
        };
        let Some((key, value)) = next.and_then(|key| Some((key, tree.next(key)?))) else {
            return Ok(Step::Done);
        };
        *next = tree.next(value);
        if !is_merge_key(tree, source, key) {
            return Ok(Step::Entry { key, value });
        }
        if self.merges.is_empty() {
            self.merge = Some(key);
        }
        self.merge(tree, value)?;
        Ok(Step::Merged)
    }

    /// Begins to merge what a merge key holds. Of several mappings the first is merged last, and so wins.
    fn merge(&mut self, tree: &Tree, value: NodeId) -> Result<(), Refusal> {
        let is_mapping = |node| matches!(tree.node(tree.target(node)).shape, Shape::Mapping { .. });
        if is_mapping(value) {
            self.merges.push(Cursor::Pending(value));
            return Ok(());
        }
        if !matches!(tree.node(value).shape, Shape::Sequence { .. }) {
            return Err(Refusal::new(value, NO_MAPPING));
        }
        for item in tree.children(value) {
            if !is_mapping(item) {
                return Err(Refusal::new(item, NO_MAPPING));
            }
            self.merges.push(Cursor::Pending(item));
        }
        Ok(())
    }

    /// Takes a key, whose value [`Self::insert`] takes.
    pub(super) fn enter(&mut self, node: NodeId, key: Scalar<'_>) {
        let (text, origin) = key_text(key).unwrap_or_else(|reason| {
            self.refuse(node, reason.to_owned());
            (String::new(), Origin::Str)
        });
        let own = self.merges.is_empty();
        if self.seen.is_none() && (!own || origin != Origin::Str) {
            let seen = Seen { origin: Origin::Str, own: true };
            self.seen = Some(self.entries.keys().map(|key| (key.clone(), seen)).collect());
        }
        let before = self.seen.as_mut().and_then(|seen| seen.insert(text.clone(), Seen { origin, own }));
        self.finding = match (&self.seen, before) {
            (None, _) => self.entries.contains_key(&text).then_some(WarningCode::DuplicateKey),
            (Some(_), Some(before)) if before.origin != origin => {
                self.refuse(
                    node,
                    format!(
                        "the key `{text}` stands twice, as text and not: Kubernetes takes either at random"
                    ),
                );
                None
            }
            (Some(_), Some(Seen { own: true, .. })) if own => Some(WarningCode::DuplicateKey),
            (Some(_), Some(Seen { own: true, .. })) => Some(WarningCode::MergeOverride),
            (Some(_), _) => None,
        };
        self.key = text;
        self.node = node;
    }

    fn refuse(&mut self, node: NodeId, reason: String) {
        self.refusal = self.refusal.take().or(Some(Refusal::new(node, reason)));
    }

    /// The key whose value is awaited.
    pub(super) fn awaited(&self) -> &str {
        &self.key
    }

    /// Takes the value of the key that was entered. Gives what surprises in it: what, of which key, and where.
    pub(super) fn insert(&mut self, built: Built) -> Option<(WarningCode, String, NodeId)> {
        let Built { value, refusal } = built;
        let key = std::mem::take(&mut self.key);
        match refusal {
            Some(refusal) => {
                self.refused.insert(key.clone(), refusal);
            }
            None if !self.refused.is_empty() => {
                self.refused.remove(&key);
            }
            None => {}
        }
        let Some(code) = self.finding.take().filter(|_| !self.aliased) else {
            self.entries.insert(key, value);
            return None;
        };
        let before = self.entries.insert(key.clone(), value);
        if code == WarningCode::MergeOverride {
            let message =
                format!("`<<` overrides `{key}`, which stands before it: Kubernetes goes by the order");
            let changes = before.as_ref() != self.entries.get(&key);
            return changes.then_some((code, message, self.merge.unwrap_or(self.node)));
        }
        Some((code, format!("the key `{key}` stands twice: the last one counts"), self.node))
    }

    pub(super) fn finish(self) -> Built {
        let refusal = self.refusal.or_else(|| self.refused.into_values().next());
        Built { value: Value::Object(self.entries), refusal }
    }
}

/// Is this key a `<<` that merges?
pub(in crate::yaml) fn is_merge_key(tree: &Tree, source: &str, key: NodeId) -> bool {
    match tree.node(key).shape {
        Shape::Scalar { style, tag, text } => is_merge(style, tag, tree.text(text, source)),
        _ => false,
    }
}

/// A key's text in JSON, and what it was before.
pub(in crate::yaml) fn key_text(key: Scalar<'_>) -> Result<(String, Origin), &'static str> {
    Ok(match key {
        Scalar::Str(text) => (text.into_owned(), Origin::Str),
        Scalar::Bool(value) => (value.to_string(), Origin::Bool),
        Scalar::Int(number) => (number.to_string(), Origin::Int),
        Scalar::Float(number) => (number::float_key(number), Origin::Float(number)),
        Scalar::Null => return Err("a key that is empty or null: quote it if the text is meant"),
        Scalar::Uint(_) => return Err("a key that is a number above 2^63: quote it"),
    })
}
