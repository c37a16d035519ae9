//! Collections that indentation holds together.

use super::{Event, Parser, Place, State};
use crate::yaml::token::{Fault, Kind};

impl Parser<'_> {
    pub(super) fn block_sequence_entry(&mut self) -> Result<Event, Fault> {
        let token = self.scanner.peek()?;
        match token.kind {
            Kind::BlockEntry => {
                self.scanner.skip();
                self.entry(
                    token.end,
                    &[Kind::BlockEntry, Kind::BlockEnd],
                    State::BlockSequenceEntry,
                    Place::Block,
                )
            }
            Kind::BlockEnd => self.close(token),
            _ => Err(Fault {
                reason: "no list entry: a `- ` indented like those above it is expected",
                at: token.start,
            }),
        }
    }

    pub(super) fn indentless_sequence_entry(&mut self) -> Result<Event, Fault> {
        let token = self.scanner.peek()?;
        if token.kind != Kind::BlockEntry {
            self.state = self.pop();
            return Ok(Event::CollectionEnd { end: None });
        }
        self.scanner.skip();
        self.entry(
            token.end,
            &[Kind::BlockEntry, Kind::Key, Kind::Value, Kind::BlockEnd],
            State::IndentlessSequenceEntry,
            Place::Block,
        )
    }

    pub(super) fn block_mapping_key(&mut self) -> Result<Event, Fault> {
        let token = self.scanner.peek()?;
        match token.kind {
            Kind::Key => {
                self.scanner.skip();
                self.entry(
                    token.end,
                    &[Kind::Key, Kind::Value, Kind::BlockEnd],
                    State::BlockMappingValue,
                    Place::BlockEntry,
                )
            }
            Kind::BlockEnd => self.close(token),
            _ => Err(Fault {
                reason: "no `key: value` pair, or one whose indentation fits nothing above it",
                at: token.start,
            }),
        }
    }

    pub(super) fn block_mapping_value(&mut self) -> Result<Event, Fault> {
        let token = self.scanner.peek()?;
        if token.kind != Kind::Value {
            return Ok(self.empty(token.start, State::BlockMappingKey));
        }
        self.scanner.skip();
        self.entry(
            token.end,
            &[Kind::Key, Kind::Value, Kind::BlockEnd],
            State::BlockMappingKey,
            Place::BlockEntry,
        )
    }

    /// A node behind an indicator that ends at `at`, empty before any of `ends`.
    fn entry(&mut self, at: u32, ends: &[Kind], next: State, place: Place) -> Result<Event, Fault> {
        let token = self.scanner.peek()?;
        if ends.contains(&token.kind) {
            return Ok(self.empty(at, next));
        }
        self.states.push(next);
        self.node(place)
    }
}
