//! A file's bytes in, its documents out: JSON first where it begins like JSON, YAML otherwise, as kubectl tries them.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    Content, Document, Reading, Resource, Warning,
    document::Origin,
    json,
    kubernetes::{self, Objects, Part},
    source::{Source, narrow},
    text,
    yaml::{
        self, Unreadable, locate,
        node::{NodeId, Tree},
        stream::{Chunk, Chunks},
    },
};

/// The longest text that is read: its places fit into 31 bits with room to spare.
const MAX_BYTES: usize = 1 << 30;

/// How far kubectl looks for the brace that makes a text look like JSON.
const JSON_WINDOW: usize = 4096;

/// Reads a text as kubectl would: YAML or JSON, any number of documents.
#[must_use]
pub fn read(bytes: &[u8]) -> Reading {
    if bytes.len() > MAX_BYTES {
        let source = Source::new(Arc::from(""));
        let span = source.span(0, 0);
        let content = Content::Unreadable { reason: "larger than 1 GiB".to_owned(), span };
        let documents = vec![Document { span, content, warnings: Vec::new() }];
        return Reading { text: Arc::clone(source.text()), documents };
    }
    let source = Arc::new(Source::new(Arc::from(text::decode(bytes))));
    let mut reader = Reader { source: Arc::clone(&source), documents: Vec::new() };
    reader.run();
    Reading { text: Arc::clone(source.text()), documents: reader.documents }
}

struct Reader {
    source: Arc<Source>,
    documents: Vec<Document>,
}

impl Reader {
    fn run(&mut self) {
        let text = Arc::clone(self.source.text());
        let window = text.get(..text.floor_char_boundary(JSON_WINDOW)).unwrap_or(&text);
        let yaml = if window.trim_start().starts_with('{') { self.read_json(&text) } else { Some(0) };
        for chunk in yaml.into_iter().flat_map(|start| Chunks::new(&text, start)) {
            self.read_chunk(chunk);
        }
    }

    /// Reads JSON values one behind the other. Gives the place from which on YAML is to be tried.
    fn read_json(&mut self, text: &str) -> Option<usize> {
        let mut at = 0;
        let mut count = 0;
        loop {
            let start = json::skip_blank(text, at);
            if start == text.len() {
                return None;
            }
            match json::parse(text, start) {
                Ok((tree, end)) => {
                    self.push_tree(tree, start, end);
                    at = end;
                    count += 1;
                }
                // After two values kubectl is sure that it reads JSON.
                Err(refusal)
                    if refusal.is_syntax
                        && count < 2
                        && let Some(yaml) = yaml_start(text, at) =>
                {
                    return Some(yaml);
                }
                Err(refusal) => {
                    let fault = yaml::explain::fault(&self.source, refusal.fault);
                    self.push(start, text.len(), unreadable(fault), Vec::new());
                    return None;
                }
            }
        }
    }

    fn read_chunk(&mut self, chunk: Chunk) {
        let (Chunk::Document { start, end } | Chunk::BadSeparator { start, end }) = chunk;
        match yaml::parse(&self.source, chunk) {
            Ok(Some(tree)) => self.push_tree(tree, start, end),
            Ok(None) => self.push(start, end, Content::Empty, Vec::new()),
            Err(reason) => self.push(start, end, unreadable(reason), Vec::new()),
        }
    }

    fn push_tree(&mut self, tree: Tree, start: usize, end: usize) {
        let (content, warnings) = match yaml::evaluate(&tree, &self.source) {
            Ok((value, warnings)) => (self.content(value, Arc::new(tree)), warnings),
            Err(reason) => (unreadable(reason), Vec::new()),
        };
        self.push(start, end, content, warnings);
    }

    fn content(&self, value: Value, tree: Arc<Tree>) -> Content {
        if value.is_null() {
            return Content::Empty;
        }
        let resource = |value, root| {
            Resource::new(value, Origin { tree: Arc::clone(&tree), source: Arc::clone(&self.source), root })
        };
        match kubernetes::objects(value) {
            Ok(Objects::One(value)) => Content::Resources(vec![resource(value, NodeId::ROOT)]),
            Ok(Objects::List(items)) => {
                let items = items.into_iter().zip(locate::items(&tree, &self.source));
                Content::Resources(items.map(|(value, root)| resource(value, root)).collect())
            }
            Err(refusal) => {
                let path = refusal.path.iter().map(Part::step);
                let span = locate::locate(&tree, &self.source, NodeId::ROOT, path).span;
                let reason = refusal.reason;
                if refusal.is_kubernetes {
                    Content::Unreadable { reason, span }
                } else {
                    Content::NotKubernetes { reason, span }
                }
            }
        }
    }

    fn push(&mut self, start: usize, end: usize, content: Content, warnings: Vec<Warning>) {
        let span = self.source.trimmed(narrow(start), narrow(end));
        self.documents.push(Document { span, content, warnings });
    }
}

fn unreadable(reason: Unreadable) -> Content {
    Content::Unreadable { reason: reason.reason, span: reason.span }
}

/// Where YAML begins once JSON has failed at what follows `at`: behind blanks up to a line's end. None where kubectl
/// gives up, because little is left.
fn yaml_start(text: &str, at: usize) -> Option<usize> {
    const LEAST: usize = 4;
    let mut start = at;
    loop {
        let rest = text.get(start..).filter(|rest| rest.len() >= LEAST)?;
        let character = rest.chars().next().filter(|&character| character != char::REPLACEMENT_CHARACTER)?;
        if !character.is_whitespace() {
            return Some(start);
        }
        start += character.len_utf8();
        if character == '\n' {
            return Some(start);
        }
    }
}

#[cfg(test)]
mod tests;
