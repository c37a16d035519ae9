//! Flow collections, and the indicators of entries, keys and values in either context.

use super::{Kind, Scanner, SimpleKey};
use crate::{
    source::narrow,
    yaml::token::{Fault, Text, Token},
};

impl Scanner<'_> {
    pub(super) fn fetch_flow_start(&mut self, kind: Kind) -> Result<(), Fault> {
        self.save_key()?;
        self.keys.push(SimpleKey {
            possible: false,
            required: false,
            token: self.taken + self.tokens.len(),
            line: self.line,
            line_start: self.line_start,
            at: self.at,
        });
        self.flow += 1;
        self.key_allowed = true;
        self.indicator(kind);
        Ok(())
    }

    pub(super) fn fetch_flow_end(&mut self, kind: Kind) -> Result<(), Fault> {
        self.remove_key()?;
        if self.flow > 0 {
            self.flow -= 1;
            self.keys.pop();
        }
        self.key_allowed = false;
        self.indicator(kind);
        Ok(())
    }

    pub(super) fn fetch_flow_entry(&mut self) -> Result<(), Fault> {
        self.remove_key()?;
        self.key_allowed = true;
        self.indicator(Kind::FlowEntry);
        Ok(())
    }

    pub(super) fn fetch_block_entry(&mut self) -> Result<(), Fault> {
        if self.flow == 0 {
            if !self.key_allowed {
                return Err(self.fault("a list's `- ` cannot begin here: it stands on its own line"));
            }
            self.roll(self.column(), None, Kind::BlockSequenceStart, self.at);
        }
        self.remove_key()?;
        self.key_allowed = true;
        self.indicator(Kind::BlockEntry);
        Ok(())
    }

    pub(super) fn fetch_key(&mut self) -> Result<(), Fault> {
        if self.flow == 0 {
            if !self.key_allowed {
                return Err(self.fault("a key's `? ` cannot begin here: quote the text"));
            }
            self.roll(self.column(), None, Kind::BlockMappingStart, self.at);
        }
        self.remove_key()?;
        self.key_allowed = self.flow == 0;
        self.indicator(Kind::Key);
        Ok(())
    }

    pub(super) fn fetch_value(&mut self) -> Result<(), Fault> {
        let Some(&key) = self.keys.last() else { return Ok(()) };
        if self.is_valid(key)? {
            let token =
                Token { kind: Kind::Key, start: narrow(key.at), end: narrow(key.at), text: Text::default() };
            self.insert(Some(key.token), token);
            let column = (key.at - key.line_start).cast_signed();
            self.roll(column, Some(key.token), Kind::BlockMappingStart, key.at);
            if let Some(key) = self.keys.last_mut() {
                key.possible = false;
            }
            self.key_allowed = false;
        } else {
            if let Some(key) = self.keys.last_mut() {
                key.possible = false;
            }
            if self.flow == 0 {
                if !self.key_allowed {
                    return Err(
                        self.fault("a `: ` where no key can end: quote the text, or mind the indentation")
                    );
                }
                self.roll(self.column(), None, Kind::BlockMappingStart, self.at);
            }
            self.key_allowed = self.flow == 0;
        }
        self.indicator(Kind::Value);
        Ok(())
    }

    /// A token of one character.
    fn indicator(&mut self, kind: Kind) {
        self.at += 1;
        self.push(kind, self.at - 1);
    }
}
