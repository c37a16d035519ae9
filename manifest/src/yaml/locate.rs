//! From a path to the text to point at.

use std::collections::BTreeSet;

use super::{
    node::{NodeId, Shape, Tree},
    resolve::{Scalar, resolve},
    token::Style,
    value::{is_merge_key, key_text},
};
use crate::{
    Located, Span, Step,
    source::{Source, narrow},
};

/// Where a walk through a tree stands.
#[derive(Clone, Copy)]
struct Place {
    /// The value, not followed through an alias yet.
    value: NodeId,
    /// The key that holds it, where one does.
    key: Option<NodeId>,
}

/// Finds the place of a path below `root`, or of its nearest existing parent.
pub(crate) fn locate<'a>(
    tree: &Tree,
    source: &Source,
    root: NodeId,
    path: impl IntoIterator<Item = Step<'a>>,
) -> Located {
    let (place, exact) = walk(tree, source, root, path);
    Located { span: focus(tree, source, place), exact }
}

/// Finds the key that a path below `root` ends in; as [`locate`] where it ends in none.
pub(crate) fn locate_key<'a>(
    tree: &Tree,
    source: &Source,
    root: NodeId,
    path: impl IntoIterator<Item = Step<'a>>,
) -> Located {
    match walk(tree, source, root, path) {
        (Place { key: Some(key), .. }, true) => Located { span: first_line(tree, source, key), exact: true },
        (place, exact) => Located { span: focus(tree, source, place), exact },
    }
}

/// Follows a path below `root` as far as it goes; false where that is not its end.
fn walk<'a>(
    tree: &Tree,
    source: &Source,
    root: NodeId,
    path: impl IntoIterator<Item = Step<'a>>,
) -> (Place, bool) {
    let mut place = Place { value: root, key: None };
    for step in path {
        let Some(next) = child(tree, source.text(), tree.target(place.value), step) else {
            return (place, false);
        };
        place = next;
    }
    (place, true)
}

/// The items of a list, which is a document's root.
pub(crate) fn items(tree: &Tree, source: &Source) -> Vec<NodeId> {
    let items = entry(tree, source.text(), NodeId::ROOT, "items").map(|place| tree.target(place.value));
    items.into_iter().flat_map(|items| tree.children(items)).map(|item| tree.target(item)).collect()
}

/// A node's own text, without the blanks behind it.
pub(crate) fn extent(tree: &Tree, source: &Source, node: NodeId) -> Span {
    let node = tree.node(node);
    let length = source.slice(node.start, node.end).trim_end().len();
    source.span(node.start, node.start + narrow(length))
}

/// The span to point at for a node on its own.
pub(crate) fn focus_of(tree: &Tree, source: &Source, node: NodeId) -> Span {
    focus(tree, source, Place { value: node, key: None })
}

fn child(tree: &Tree, source: &str, node: NodeId, step: Step<'_>) -> Option<Place> {
    match (tree.node(node).shape, step) {
        (Shape::Sequence { .. }, Step::Index(index)) => {
            tree.children(node).nth(index).map(|value| Place { value, key: None })
        }
        (Shape::Mapping { .. }, Step::Key(name)) => entry(tree, source, node, name),
        _ => None,
    }
}

/// What may give a key its value.
enum Candidate {
    Entry(Place),
    /// A mapping, or an alias to one, whose entries are to be looked through.
    Mapping(NodeId),
}

/// The entry that gives a mapping's key its value: the last one in the order of the text, merged ones among them.
fn entry(tree: &Tree, source: &str, node: NodeId, name: &str) -> Option<Place> {
    let mut candidates = vec![Candidate::Mapping(node)];
    let mut visited = BTreeSet::new();
    while let Some(candidate) = candidates.pop() {
        let mapping = match candidate {
            Candidate::Entry(place) => return Some(place),
            Candidate::Mapping(mapping) => tree.target(mapping),
        };
        if !visited.insert(mapping) {
            continue;
        }
        let bottom = candidates.len();
        for (key, value) in tree.entries(mapping) {
            if is_merge_key(tree, source, key) {
                match tree.node(value).shape {
                    // The first of several mappings wins, so it comes to lie on top.
                    Shape::Sequence { .. } => {
                        let items: Vec<_> = tree.children(value).collect();
                        candidates.extend(items.into_iter().rev().map(Candidate::Mapping));
                    }
                    _ => candidates.push(Candidate::Mapping(value)),
                }
            } else if is_key(tree, source, key, name) {
                candidates.truncate(bottom);
                candidates.push(Candidate::Entry(Place { value, key: Some(key) }));
            }
        }
    }
    None
}

/// Does this key have this text in JSON?
fn is_key(tree: &Tree, source: &str, key: NodeId, name: &str) -> bool {
    let Shape::Scalar { style, tag, text } = tree.node(tree.target(key)).shape else { return false };
    match resolve(style, tag, tree.text(text, source)) {
        Ok(Scalar::Str(text)) => text == name,
        Ok(key) => key_text(key).is_ok_and(|(text, _)| text == name),
        Err(_) => false,
    }
}

/// The text to point at for a value: see [`Located::span`].
fn focus(tree: &Tree, source: &Source, place: Place) -> Span {
    let mut value = place.value;
    let is_collection = |node| tree.first(node).is_some();
    if let Some(key) = place.key
        && (is_collection(tree.target(value)) || is_empty(tree, value))
    {
        return first_line(tree, source, key);
    }
    while let Shape::Sequence { first: Some(first) } = tree.node(value).shape {
        value = first.into();
    }
    match tree.entries(value).next() {
        Some((key, value)) => first_entry(tree, source, key, value),
        None => first_line(tree, source, value),
    }
}

/// `key: value`, as far as it stands on one line; the key alone where a block collection follows.
fn first_entry(tree: &Tree, source: &Source, key: NodeId, value: NodeId) -> Span {
    let start = tree.node(key).start;
    let value_node = tree.node(value);
    let line_end = source.line_end(start);
    let is_block =
        tree.first(value).is_some() && !source.slice(value_node.start, line_end).starts_with(['[', '{']);
    if is_empty(tree, value) || is_block || value_node.start >= line_end {
        return first_line(tree, source, key);
    }
    Span { start: source.position(start), end: first_line(tree, source, value).end }
}

/// A node's text, as far as it stands on its first line; of a block scalar the header.
fn first_line(tree: &Tree, source: &Source, node: NodeId) -> Span {
    let node = tree.node(node);
    let end = node.end.min(source.line_end(node.start)).max(node.start);
    if let Shape::Scalar { style: Style::Block, .. } = node.shape {
        let header = source.slice(node.start, end);
        let length = header.find(char::is_whitespace).unwrap_or(header.len());
        return source.span(node.start, node.start + narrow(length));
    }
    if node.start == node.end && source.slice(node.start.saturating_sub(1), node.start) == "-" {
        // An entry of a list that holds nothing is its dash.
        return source.span(node.start - 1, node.end);
    }
    source.span(node.start, end)
}

/// Does a value take no text at all?
fn is_empty(tree: &Tree, node: NodeId) -> bool {
    let node = tree.node(node);
    node.start == node.end
}
