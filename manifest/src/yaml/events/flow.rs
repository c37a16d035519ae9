//! Collections in brackets and braces.

use super::{Event, Parser, Place, Properties, State, UNCLOSED};
use crate::yaml::token::{Fault, Kind, Token};

impl Parser<'_> {
    pub(super) fn flow_sequence_entry(&mut self, first: bool) -> Result<Event, Fault> {
        let mut token = self.scanner.peek()?;
        if token.kind != Kind::FlowSequenceEnd && !first {
            token = self.flow_separator("no `,` and no `]` behind an entry of a list that `[` begins")?;
        }
        match token.kind {
            Kind::FlowSequenceEnd => self.close(token),
            Kind::Key => {
                self.scanner.skip();
                self.state = State::FlowSequencePairKey;
                Ok(Event::MappingStart { properties: Properties::default(), start: token.start })
            }
            _ => {
                self.states.push(State::FlowSequenceEntry);
                self.node(Place::Flow)
            }
        }
    }

    pub(super) fn flow_sequence_pair_key(&mut self) -> Result<Event, Fault> {
        let token = self.scanner.peek()?;
        if matches!(token.kind, Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd) {
            self.scanner.skip();
            return Ok(self.empty(token.end, State::FlowSequencePairValue));
        }
        self.states.push(State::FlowSequencePairValue);
        self.node(Place::Flow)
    }

    pub(super) fn flow_mapping_key(&mut self, first: bool) -> Result<Event, Fault> {
        let mut token = self.scanner.peek()?;
        if token.kind != Kind::FlowMappingEnd && !first {
            token = self.flow_separator("no `,` and no `}` behind an entry of a mapping that `{` begins")?;
        }
        match token.kind {
            Kind::FlowMappingEnd => self.close(token),
            Kind::Key => {
                self.scanner.skip();
                let token = self.scanner.peek()?;
                if matches!(token.kind, Kind::Value | Kind::FlowEntry | Kind::FlowMappingEnd) {
                    return Ok(self.empty(token.start, State::FlowMappingValue));
                }
                self.states.push(State::FlowMappingValue);
                self.node(Place::Flow)
            }
            _ => {
                self.states.push(State::FlowMappingEmptyValue);
                self.node(Place::Flow)
            }
        }
    }

    /// The token behind the comma.
    fn flow_separator(&mut self, reason: &'static str) -> Result<Token, Fault> {
        let token = self.scanner.peek()?;
        if token.kind != Kind::FlowEntry {
            let reason = if token.kind == Kind::StreamEnd { UNCLOSED } else { reason };
            return Err(Fault { reason, at: token.start });
        }
        self.scanner.skip();
        self.scanner.peek()
    }

    /// A value in a flow collection, empty before any of `ends`.
    pub(super) fn flow_value(&mut self, ends: &[Kind], next: State) -> Result<Event, Fault> {
        let mut token = self.scanner.peek()?;
        if token.kind == Kind::Value {
            self.scanner.skip();
            token = self.scanner.peek()?;
            if !ends.contains(&token.kind) {
                self.states.push(next);
                return self.node(Place::Flow);
            }
        }
        Ok(self.empty(token.start, next))
    }
}
