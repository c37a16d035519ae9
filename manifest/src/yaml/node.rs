//! A document's nodes with their places: one flat arena, built and walked without recursion.

use std::collections::HashMap;

use super::{
    events::{Event, Parser, Properties, UNCLOSED},
    token::{Fault, Style, Tag, Text},
};
use crate::source::narrow;

/// How deep collections may be nested. kubectl takes 10,000 levels, but whoever walks a value does so on a stack.
pub(crate) const MAX_DEPTH: usize = 1024;

/// What is said of a text that is nested deeper than [`MAX_DEPTH`].
pub(super) const TOO_DEEP: &str = "nested deeper than 1,024 levels";

/// A node of a [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(u32);

impl NodeId {
    /// The document's root.
    pub(crate) const ROOT: Self = Self(0);

    fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    Scalar {
        style: Style,
        tag: Tag,
        text: Text,
    },
    Sequence {
        first: Option<Link>,
    },
    /// Its children are keys and values in turn.
    Mapping {
        first: Option<Link>,
    },
    /// The target is never an alias itself, and stands before it.
    Alias {
        target: NodeId,
    },
}

/// A node that is not the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link(std::num::NonZeroU32);

impl From<Link> for NodeId {
    fn from(link: Link) -> Self {
        Self(link.0.get())
    }
}

/// A value in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) shape: Shape,
    /// The bytes of the source on which the value stands, without its anchor and tag.
    pub(super) start: u32,
    pub(super) end: u32,
    /// The next child of the same collection.
    next: Option<Link>,
}

/// The nodes of one document.
#[derive(Debug)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    /// The scalars that do not stand in the source as they are meant.
    decoded: String,
}

impl Tree {
    pub(super) fn node(&self, id: NodeId) -> Node {
        const NOTHING: Node = Node {
            shape: Shape::Scalar { style: Style::Plain, tag: Tag::None, text: Text::source(0, 0) },
            start: 0,
            end: 0,
            next: None,
        };
        self.nodes.get(id.index()).copied().unwrap_or(NOTHING)
    }

    /// The node an alias stands for; any other stands for itself.
    pub(super) fn target(&self, id: NodeId) -> NodeId {
        match self.node(id).shape {
            Shape::Alias { target } => target,
            _ => id,
        }
    }

    pub(super) fn next(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).next.map(NodeId::from)
    }

    pub(super) fn first(&self, id: NodeId) -> Option<NodeId> {
        match self.node(id).shape {
            Shape::Sequence { first } | Shape::Mapping { first } => first.map(NodeId::from),
            Shape::Scalar { .. } | Shape::Alias { .. } => None,
        }
    }

    /// A collection's children.
    pub(super) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.first(id), |&child| self.next(child))
    }

    /// A mapping's keys and values.
    pub(super) fn entries(&self, id: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> {
        let mut children = self.children(id);
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// Makes strings of the plain scalars that `is_string` says are meant as such.
    pub(super) fn quote(&mut self, source: &str, is_string: impl Fn(&str) -> bool) {
        for node in &mut self.nodes {
            if let Shape::Scalar { style: style @ Style::Plain, tag: Tag::None, text } = &mut node.shape
                && is_string(text.of(source, &self.decoded))
            {
                *style = Style::Quoted;
            }
        }
    }

    /// A scalar's text.
    pub(super) fn text<'t>(&'t self, text: Text, source: &'t str) -> &'t str {
        text.of(source, &self.decoded)
    }
}

/// A collection that is not closed.
#[derive(Debug, Clone, Copy)]
struct Open {
    node: NodeId,
    last: Option<NodeId>,
}

/// Puts nodes into a tree as they are read.
#[derive(Debug)]
pub(crate) struct Builder {
    nodes: Vec<Node>,
    open: Vec<Open>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self { nodes: Vec::new(), open: Vec::with_capacity(16) }
    }

    /// Adds a node, the next child of the innermost open collection.
    fn add(&mut self, shape: Shape, start: u32, end: u32) -> NodeId {
        let id = NodeId(narrow(self.nodes.len()));
        self.nodes.push(Node { shape, start, end, next: None });
        let link = std::num::NonZeroU32::new(id.0).map(Link);
        if let Some(open) = self.open.last_mut() {
            let last = open.last.replace(id);
            let node = open.node;
            match last.and_then(|last| self.nodes.get_mut(last.index())) {
                Some(last) => last.next = link,
                None => {
                    if let Some(Node {
                        shape: Shape::Sequence { first } | Shape::Mapping { first }, ..
                    }) = self.nodes.get_mut(node.index())
                    {
                        *first = link;
                    }
                }
            }
        }
        id
    }

    pub(crate) fn scalar(&mut self, style: Style, tag: Tag, text: Text, start: u32, end: u32) -> NodeId {
        self.add(Shape::Scalar { style, tag, text }, start, end)
    }

    fn open(&mut self, shape: Shape, start: u32) -> Result<NodeId, Fault> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Fault { reason: TOO_DEEP, at: start });
        }
        let id = self.add(shape, start, start);
        self.open.push(Open { node: id, last: None });
        Ok(id)
    }

    pub(crate) fn open_sequence(&mut self, start: u32) -> Result<NodeId, Fault> {
        self.open(Shape::Sequence { first: None }, start)
    }

    pub(crate) fn open_mapping(&mut self, start: u32) -> Result<NodeId, Fault> {
        self.open(Shape::Mapping { first: None }, start)
    }

    /// Closes the innermost collection: at `end`, or where its last child ends.
    pub(crate) fn close(&mut self, end: Option<u32>) {
        let Some(open) = self.open.pop() else { return };
        let end =
            end.or_else(|| open.last.and_then(|last| self.nodes.get(last.index())).map(|last| last.end));
        if let (Some(end), Some(node)) = (end, self.nodes.get_mut(open.node.index())) {
            node.end = end;
        }
    }

    /// Points at the innermost collection where it is at fault that the text ends.
    fn blame(&self, fault: Fault) -> Fault {
        match self.open.last().and_then(|open| self.nodes.get(open.node.index())) {
            Some(node) if fault.reason == UNCLOSED => Fault { at: node.start, ..fault },
            _ => fault,
        }
    }

    fn is_open(&self, id: NodeId) -> bool {
        self.open.iter().any(|open| open.node == id)
    }

    pub(crate) fn finish(mut self, decoded: String) -> Tree {
        self.nodes.shrink_to_fit();
        Tree { nodes: self.nodes, decoded }
    }
}

/// What a chunk's text holds, and how far it was looked at.
pub(super) struct Parsed {
    /// Its first document; none where it holds nothing.
    pub(super) tree: Result<Option<Tree>, Fault>,
    /// How far the text was looked at.
    pub(super) offset: usize,
}

/// Reads the first document of `text` from `start` on.
pub(super) fn parse(text: &str, start: usize) -> Parsed {
    let mut parser = Parser::new(text, start);
    let built = build(text, &mut parser);
    let offset = parser.offset();
    Parsed { tree: built.map(|builder| builder.map(|builder| builder.finish(parser.into_decoded()))), offset }
}

fn build(text: &str, parser: &mut Parser<'_>) -> Result<Option<Builder>, Fault> {
    let mut builder = Builder::new();
    let mut anchors: HashMap<&str, NodeId> = HashMap::new();
    loop {
        let (Properties { anchor, .. }, id) = match parser.next().map_err(|fault| builder.blame(fault))? {
            Event::DocumentStart => continue,
            Event::DocumentEnd => return Ok(Some(builder)),
            Event::StreamEnd => return Ok(None),
            Event::Scalar { properties, style, text, start, end } => {
                (properties, builder.scalar(style, properties.tag, text, start, end))
            }
            Event::SequenceStart { properties, start } => (properties, builder.open_sequence(start)?),
            Event::MappingStart { properties, start } => (properties, builder.open_mapping(start)?),
            Event::CollectionEnd { end } => {
                builder.close(end);
                continue;
            }
            Event::Alias { name, start, end } => {
                let Some(&target) = anchors.get(name.of(text, "")) else {
                    return Err(Fault {
                        reason: "an alias to an anchor that does not stand before it",
                        at: start,
                    });
                };
                if builder.is_open(target) {
                    return Err(Fault {
                        reason: "an alias inside of the value that it stands for",
                        at: start,
                    });
                }
                builder.add(Shape::Alias { target }, start, end);
                continue;
            }
        };
        if let Some(name) = anchor {
            anchors.insert(name.of(text, ""), id);
        }
    }
}
