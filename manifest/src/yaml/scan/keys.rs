//! Where a mapping's key may have begun: only the `:` behind it tells.

use super::Scanner;
use crate::{source::narrow, yaml::token::Fault};

/// A place where a mapping's key may have begun: known only when the `:` behind it is found.
#[derive(Debug, Clone, Copy)]
pub(super) struct SimpleKey {
    pub(super) possible: bool,
    /// Without a `:` behind it the text is wrong.
    pub(super) required: bool,
    /// The number of the token with which the key begins.
    pub(super) token: usize,
    pub(super) line: usize,
    pub(super) line_start: usize,
    pub(super) at: usize,
}

/// How far behind its start the `:` of a key may stand, in characters.
const KEY_LENGTH: usize = 1024;

impl Scanner<'_> {
    /// May a key turn out to begin with this token?
    pub(super) fn may_become_key(&mut self, token: usize) -> Result<bool, Fault> {
        // The tokens at which keys begin ascend from the outer to the inner collections.
        let first = self.keys.partition_point(|key| key.token < token);
        for index in first..self.keys.len() {
            let Some(&key) = self.keys.get(index) else { break };
            if key.token != token {
                break;
            }
            if self.is_valid(key)? {
                return Ok(true);
            }
            if let Some(key) = self.keys.get_mut(index) {
                key.possible = false;
            }
        }
        Ok(false)
    }

    /// A key stands on one line and is short.
    pub(super) fn is_valid(&self, key: SimpleKey) -> Result<bool, Fault> {
        if !key.possible {
            return Ok(false);
        }
        if key.line == self.line && !self.is_longer_than_a_key(key.at) {
            return Ok(true);
        }
        if key.required { Err(missing_colon(key)) } else { Ok(false) }
    }

    fn is_longer_than_a_key(&self, start: usize) -> bool {
        self.at.saturating_sub(start) > KEY_LENGTH
            && self.text.get(start..self.at).is_some_and(|key| key.chars().nth(KEY_LENGTH).is_some())
    }

    /// Remembers that a key may begin here.
    pub(super) fn save_key(&mut self) -> Result<(), Fault> {
        if !self.key_allowed {
            return Ok(());
        }
        self.remove_key()?;
        let key = SimpleKey {
            possible: true,
            required: self.flow == 0 && self.indent == self.column(),
            token: self.taken + self.tokens.len(),
            line: self.line,
            line_start: self.line_start,
            at: self.at,
        };
        if let Some(last) = self.keys.last_mut() {
            *last = key;
        }
        Ok(())
    }

    pub(super) fn remove_key(&mut self) -> Result<(), Fault> {
        match self.keys.last_mut() {
            Some(key) if key.possible && key.required => Err(missing_colon(*key)),
            Some(key) => {
                key.possible = false;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

fn missing_colon(key: SimpleKey) -> Fault {
    Fault { reason: "a key without its `:`, or a line that is indented too little", at: narrow(key.at) }
}
