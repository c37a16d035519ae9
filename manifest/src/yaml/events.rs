//! Tokens in, events out: the grammar of documents, collections and scalars.

mod block;
mod flow;

use super::{
    scan::Scanner,
    token::{Fault, Kind, Style, Tag, Text, Token},
};

/// One thing that a document is made of, in the order of the text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Event {
    /// The document's root follows.
    DocumentStart,
    /// The first document of the chunk is over.
    DocumentEnd,
    /// The chunk holds no document.
    StreamEnd,
    /// `*name`.
    Alias {
        name: Text,
        start: u32,
        end: u32,
    },
    /// A scalar; its span leaves the anchor and the tag out.
    Scalar {
        properties: Properties,
        style: Style,
        text: Text,
        start: u32,
        end: u32,
    },
    SequenceStart {
        properties: Properties,
        start: u32,
    },
    MappingStart {
        properties: Properties,
        start: u32,
    },
    /// The end of the innermost collection, and where it is where the text says so.
    CollectionEnd {
        end: Option<u32>,
    },
}

/// What may stand before a node.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Properties {
    pub(super) anchor: Option<Text>,
    pub(super) tag: Tag,
}

/// What is expected next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Stream,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceFirst,
    BlockSequenceEntry,
    IndentlessSequenceEntry,
    BlockMappingFirst,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirst,
    FlowSequenceEntry,
    FlowSequencePairKey,
    FlowSequencePairValue,
    FlowSequencePairEnd,
    FlowMappingFirst,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
}

/// Which nodes may stand somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Flow,
    Block,
    /// A mapping's key or value, where a sequence may stand without indentation.
    BlockEntry,
}

/// Turns the tokens of one chunk into events.
pub(super) struct Parser<'t> {
    scanner: Scanner<'t>,
    state: State,
    /// What is expected behind the open nodes.
    states: Vec<State>,
}

impl<'t> Parser<'t> {
    /// Parses `text` from `start` to its end.
    pub(super) fn new(text: &'t str, start: usize) -> Self {
        Self { scanner: Scanner::new(text, start), state: State::Stream, states: Vec::with_capacity(16) }
    }

    /// Where the scanner stands.
    pub(super) fn offset(&self) -> usize {
        self.scanner.offset()
    }

    /// Gives up the buffer of decoded scalars.
    pub(super) fn into_decoded(self) -> String {
        self.scanner.into_decoded()
    }

    /// The next event.
    pub(super) fn next(&mut self) -> Result<Event, Fault> {
        match self.state {
            State::Stream => self.document_start(),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(Place::Block),
            State::BlockSequenceFirst => {
                self.scanner.skip();
                self.block_sequence_entry()
            }
            State::BlockSequenceEntry => self.block_sequence_entry(),
            State::IndentlessSequenceEntry => self.indentless_sequence_entry(),
            State::BlockMappingFirst => {
                self.scanner.skip();
                self.block_mapping_key()
            }
            State::BlockMappingKey => self.block_mapping_key(),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceFirst => {
                self.scanner.skip();
                self.flow_sequence_entry(true)
            }
            State::FlowSequenceEntry => self.flow_sequence_entry(false),
            State::FlowSequencePairKey => self.flow_sequence_pair_key(),
            State::FlowSequencePairValue => {
                self.flow_value(&[Kind::FlowEntry, Kind::FlowSequenceEnd], State::FlowSequencePairEnd)
            }
            State::FlowSequencePairEnd => {
                self.state = State::FlowSequenceEntry;
                self.scanner.peek()?;
                Ok(Event::CollectionEnd { end: None })
            }
            State::FlowMappingFirst => {
                self.scanner.skip();
                self.flow_mapping_key(true)
            }
            State::FlowMappingKey => self.flow_mapping_key(false),
            State::FlowMappingValue => {
                self.flow_value(&[Kind::FlowEntry, Kind::FlowMappingEnd], State::FlowMappingKey)
            }
            State::FlowMappingEmptyValue => {
                let at = self.scanner.peek()?.start;
                Ok(self.empty(at, State::FlowMappingKey))
            }
        }
    }

    fn document_start(&mut self) -> Result<Event, Fault> {
        let token = self.scanner.peek()?;
        match token.kind {
            Kind::StreamEnd => return Ok(Event::StreamEnd),
            Kind::DocumentStart => {
                self.scanner.skip();
                self.state = State::DocumentContent;
            }
            _ => self.state = State::BlockNode,
        }
        self.states.push(State::DocumentEnd);
        Ok(Event::DocumentStart)
    }

    fn document_content(&mut self) -> Result<Event, Fault> {
        let token = self.scanner.peek()?;
        if matches!(token.kind, Kind::DocumentStart | Kind::DocumentEnd | Kind::StreamEnd) {
            let state = self.pop();
            return Ok(self.empty(token.start, state));
        }
        self.node(Place::Block)
    }

    /// The token behind the document is looked at, so that one which is no token is an error.
    fn document_end(&mut self) -> Result<Event, Fault> {
        self.scanner.peek()?;
        self.state = State::Stream;
        Ok(Event::DocumentEnd)
    }

    fn node(&mut self, place: Place) -> Result<Event, Fault> {
        let first = self.scanner.peek()?;
        if first.kind == Kind::Alias {
            self.scanner.skip();
            self.state = self.pop();
            return Ok(Event::Alias { name: first.text, start: first.start, end: first.end });
        }
        let (properties, behind) = self.properties()?;
        let token = self.scanner.peek()?;
        let start = token.start;
        self.state = match token.kind {
            Kind::BlockEntry if place == Place::BlockEntry => {
                self.state = State::IndentlessSequenceEntry;
                return Ok(Event::SequenceStart { properties, start });
            }
            Kind::Scalar(style) => {
                self.scanner.skip();
                self.state = self.pop();
                return Ok(Event::Scalar { properties, style, text: token.text, start, end: token.end });
            }
            Kind::FlowSequenceStart => State::FlowSequenceFirst,
            Kind::FlowMappingStart => State::FlowMappingFirst,
            Kind::BlockSequenceStart if place != Place::Flow => State::BlockSequenceFirst,
            Kind::BlockMappingStart if place != Place::Flow => State::BlockMappingFirst,
            _ if behind.is_some() => {
                let at = behind.unwrap_or(start);
                self.state = self.pop();
                return Ok(Event::Scalar {
                    properties,
                    style: Style::Plain,
                    text: Text::default(),
                    start: at,
                    end: at,
                });
            }
            _ => return Err(unexpected(token, place)),
        };
        Ok(match token.kind {
            Kind::FlowMappingStart | Kind::BlockMappingStart => Event::MappingStart { properties, start },
            _ => Event::SequenceStart { properties, start },
        })
    }

    /// An anchor and a tag in either order, and where they end.
    fn properties(&mut self) -> Result<(Properties, Option<u32>), Fault> {
        let mut properties = Properties::default();
        let mut end = None;
        loop {
            let token = self.scanner.peek()?;
            match token.kind {
                Kind::Anchor if properties.anchor.is_none() => properties.anchor = Some(token.text),
                Kind::Tag(tag) if properties.tag == Tag::None => properties.tag = tag,
                _ => return Ok((properties, end)),
            }
            end = Some(token.end);
            self.scanner.skip();
        }
    }

    fn empty(&mut self, at: u32, next: State) -> Event {
        self.state = next;
        let properties = Properties::default();
        Event::Scalar { properties, style: Style::Plain, text: Text::default(), start: at, end: at }
    }

    fn close(&mut self, token: Token) -> Result<Event, Fault> {
        self.scanner.skip();
        self.state = self.pop();
        Ok(Event::CollectionEnd { end: (token.kind != Kind::BlockEnd).then_some(token.end) })
    }

    fn pop(&mut self) -> State {
        self.states.pop().unwrap_or(State::DocumentEnd)
    }
}

/// What is said of a flow collection in which the text ends.
pub(super) const UNCLOSED: &str = "a `[` or `{` that is never closed";

fn unexpected(token: Token, place: Place) -> Fault {
    let reason = match (token.kind, place) {
        (Kind::StreamEnd, Place::Flow) => UNCLOSED,
        (Kind::FlowEntry, _) => "a `,` with nothing before it",
        (Kind::FlowSequenceEnd, _) => "a `]` that closes nothing",
        (Kind::FlowMappingEnd, _) => "a `}` that closes nothing",
        (Kind::BlockEntry, Place::Flow) => "a `- ` list inside of `[` or `{`",
        (Kind::Anchor | Kind::Tag(_) | Kind::Alias, _) => {
            "a value has one anchor and one tag at most, an alias neither"
        }
        _ => "no value where one is expected",
    };
    Fault { reason, at: token.start }
}
