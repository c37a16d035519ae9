//! What an expression can be, as far as documents and literals tell.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// All that an expression can be. The default is a value that has no parts, and one of which nothing can be said at all is `unknown`.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape<'d> {
    /// Values that stand in documents.
    nodes: Vec<&'d Value>,
    /// The fields of objects that Rego makes.
    fields: BTreeMap<String, Shape<'d>>,
    /// The members of arrays, sets and objects that Rego makes.
    items: Option<Box<Shape<'d>>>,
    /// Anything else, too.
    unknown: bool,
}

impl<'d> Shape<'d> {
    pub(super) fn unknown() -> Self {
        Self { unknown: true, ..Self::default() }
    }

    pub(super) fn documents(values: impl IntoIterator<Item = &'d Value>) -> Self {
        Self { nodes: values.into_iter().collect(), ..Self::default() }
    }

    /// An array, a set or an object with any of these members.
    pub(super) fn collection(members: impl IntoIterator<Item = Self>) -> Self {
        Self { items: Some(Box::new(Self::any(members))), ..Self::default() }
    }

    pub(super) fn object(fields: impl IntoIterator<Item = (String, Self)>) -> Self {
        Self { fields: fields.into_iter().collect(), ..Self::default() }
    }

    /// One of several.
    pub(super) fn any(shapes: impl IntoIterator<Item = Self>) -> Self {
        shapes.into_iter().fold(Self::default(), Self::or)
    }

    /// One or the other.
    pub(super) fn or(mut self, other: Self) -> Self {
        self.nodes.extend(other.nodes);
        // The same place of the same document counts once: without this, what a loop finds grows with each use of it.
        self.nodes.sort_unstable_by_key(|value| std::ptr::from_ref::<Value>(value));
        self.nodes.dedup_by_key(|value| std::ptr::from_ref::<Value>(value));
        for (key, shape) in other.fields {
            let known = self.fields.remove(&key);
            self.fields.insert(key, known.map_or_else(|| shape.clone(), |known| known.or(shape.clone())));
        }
        self.items = match (self.items, other.items) {
            (Some(one), Some(two)) => Some(Box::new(one.or(*two))),
            (one, two) => one.or(two),
        };
        self.unknown |= other.unknown;
        self
    }

    /// Its field of this name; none where it certainly has no such field.
    pub(super) fn field(&self, key: &str) -> Option<Self> {
        let nodes: Vec<&Value> = self.nodes.iter().filter_map(|value| value.get(key)).collect();
        let made = self.fields.get(key);
        if !nodes.is_empty() || made.is_some() || self.items.is_some() || self.unknown {
            let own = Self { nodes, unknown: self.unknown, ..Self::default() };
            let members = self.items.as_deref().cloned();
            return Some(Self::any([own].into_iter().chain(made.cloned()).chain(members)));
        }
        self.is_empty().then(Self::default)
    }

    /// Its members: all of them, since nobody knows which.
    pub(super) fn members(&self) -> Self {
        let nodes = self.nodes.iter().flat_map(|value| match value {
            Value::Array(items) => items.iter().collect(),
            Value::Object(fields) => fields.values().collect(),
            _ => Vec::new(),
        });
        let own = Self { nodes: nodes.collect(), unknown: self.unknown, ..Self::default() };
        let items = self.items.as_deref().cloned();
        Self::any([own].into_iter().chain(self.fields.values().cloned()).chain(items))
    }

    /// The names of the fields that it has.
    pub(super) fn keys(&self) -> BTreeSet<&str> {
        let nodes = self.nodes.iter().filter_map(|value| value.as_object()).flat_map(|fields| fields.keys());
        nodes.chain(self.fields.keys()).map(String::as_str).collect()
    }

    /// Nothing is known to be there at all, so that nothing is missing.
    fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.fields.is_empty()
    }
}
