//! Characters in, tokens out: where keys, values, entries and scalars begin and end.
//!
//! This is the YAML 1.1 grammar with the habits of go-yaml v2 (a `?` ends a plain scalar in a flow collection, `\'` is
//! an escape and `\/` is none, a comma belongs to a tag), so that what kubectl refuses is refused here and what it
//! accepts has the same value. Text is borrowed from the source wherever a scalar stands in it as it is meant, and each
//! byte is looked at a bounded number of times.

mod block;
mod chars;
mod flow;
mod forbidden;
mod keys;
mod plain;
mod quoted;
mod tag;

use std::collections::VecDeque;

pub(super) use forbidden::{forbidden, is_within_reach};

use super::token::{Fault, Kind, Style, Text, Token};
use crate::source::narrow;
use keys::SimpleKey;

/// Turns one chunk of a text into tokens.
pub(super) struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// Where the current line begins; a column is the distance from it.
    line_start: usize,
    line: usize,
    tokens: VecDeque<Token>,
    /// How many tokens were taken.
    taken: usize,
    /// How many flow collections are open.
    flow: usize,
    /// The column of the innermost block collection; -1 outside of any.
    indent: isize,
    indents: Vec<isize>,
    /// May a key begin here?
    key_allowed: bool,
    /// The last possible key of each open flow collection, the block context's first.
    keys: Vec<SimpleKey>,
    /// Scalars that are not written as they are meant: escaped, folded, indented.
    decoded: String,
    ended: bool,
}

impl<'t> Scanner<'t> {
    /// Scans `text` from `start` to its end.
    pub(super) fn new(text: &'t str, start: usize) -> Self {
        let key =
            SimpleKey { possible: false, required: false, token: 0, line: 0, line_start: start, at: start };
        Self {
            text,
            bytes: text.as_bytes(),
            at: start,
            line_start: start,
            line: 0,
            tokens: VecDeque::with_capacity(16),
            taken: 0,
            flow: 0,
            indent: -1,
            indents: Vec::with_capacity(16),
            key_allowed: true,
            keys: vec![key],
            decoded: String::new(),
            ended: false,
        }
    }

    /// Where the scanner stands.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// Gives up the buffer of decoded scalars.
    pub(super) fn into_decoded(self) -> String {
        self.decoded
    }

    /// The next token, which stays.
    pub(super) fn peek(&mut self) -> Result<Token, Fault> {
        loop {
            if let Some(&token) = self.tokens.front()
                && !self.may_become_key(self.taken)?
            {
                return Ok(token);
            }
            self.fetch()?;
        }
    }

    /// Takes the token that was peeked at.
    pub(super) fn skip(&mut self) {
        if self.tokens.pop_front().is_some() {
            self.taken += 1;
        }
    }

    fn fetch(&mut self) -> Result<(), Fault> {
        if self.ended {
            self.push(Kind::StreamEnd, self.at);
            return Ok(());
        }
        self.skip_to_token();
        self.unroll(self.column());
        let byte = self.byte(0);
        if self.is_end() {
            return self.fetch_end();
        }
        if self.at == self.line_start {
            if byte == b'%' {
                return Err(self.fault(
                    "a line that starts with `%` is a YAML directive, which Kubernetes does not read",
                ));
            }
            if let Some(kind) = self.document_indicator() {
                return self.fetch_document_indicator(kind);
            }
        }
        match byte {
            b'[' => self.fetch_flow_start(Kind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(Kind::FlowMappingStart),
            b']' => self.fetch_flow_end(Kind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(Kind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if self.is_blankz(1) => self.fetch_block_entry(),
            b'?' if self.flow > 0 || self.is_blankz(1) => self.fetch_key(),
            b':' if self.flow > 0 || self.is_blankz(1) => self.fetch_value(),
            b'*' => self.fetch_node(|scanner| scanner.scan_anchor(Kind::Alias)),
            b'&' => self.fetch_node(|scanner| scanner.scan_anchor(Kind::Anchor)),
            b'!' => self.fetch_node(Self::scan_tag),
            b'|' | b'>' if self.flow == 0 => self.fetch_block_scalar(byte == b'|'),
            b'\'' | b'"' => self.fetch_node(Self::scan_quoted),
            b'\t' => Err(self.fault("a tab stands where only spaces may: YAML indents with spaces")),
            b'@' | b'`' => Err(self.fault("no value may begin with this character: quote it")),
            b'%' | b'|' | b'>' => Err(self.fault("no value may begin with this character here: quote it")),
            _ => self.fetch_node(Self::scan_plain),
        }
    }

    fn column(&self) -> isize {
        self.at.wrapping_sub(self.line_start).cast_signed()
    }

    fn push(&mut self, kind: Kind, start: usize) {
        let token = Token { kind, start: narrow(start), end: narrow(self.at), text: Text::default() };
        self.tokens.push_back(token);
    }

    fn fault(&self, reason: &'static str) -> Fault {
        Fault { reason, at: narrow(self.at) }
    }

    /// Blanks, comments and line breaks.
    fn skip_to_token(&mut self) {
        loop {
            while self.byte(0) == b' ' || (self.byte(0) == b'\t' && (self.flow > 0 || !self.key_allowed)) {
                self.at += 1;
            }
            if self.byte(0) == b'#' {
                self.skip_line_text();
            }
            if !self.skip_break() {
                return;
            }
            if self.flow == 0 {
                self.key_allowed = true;
            }
        }
    }

    /// Opens a block collection where the text is indented further than the one around it. `token` is the number of
    /// the token before which it opens; behind all of them where there is none.
    fn roll(&mut self, column: isize, token: Option<usize>, kind: Kind, at: usize) {
        if self.flow > 0 || self.indent >= column {
            return;
        }
        self.indents.push(self.indent);
        self.indent = column;
        let opening = Token { kind, start: narrow(at), end: narrow(at), text: Text::default() };
        self.insert(token, opening);
    }

    fn insert(&mut self, token: Option<usize>, opening: Token) {
        let index = token.map_or(self.tokens.len(), |token| token.saturating_sub(self.taken));
        self.tokens.insert(index.min(self.tokens.len()), opening);
    }

    /// Closes the block collections that are indented further than `column`.
    fn unroll(&mut self, column: isize) {
        if self.flow > 0 {
            return;
        }
        while self.indent > column {
            self.push(Kind::BlockEnd, self.at);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn fetch_end(&mut self) -> Result<(), Fault> {
        // No key reaches over a line's end, nor over the text's.
        self.line += 1;
        self.unroll(-1);
        self.remove_key()?;
        self.key_allowed = false;
        self.ended = true;
        self.push(Kind::StreamEnd, self.at);
        Ok(())
    }

    fn document_indicator(&self) -> Option<Kind> {
        let kind = match self.bytes.get(self.at..self.at + 3)? {
            b"---" => Kind::DocumentStart,
            b"..." => Kind::DocumentEnd,
            _ => return None,
        };
        self.is_blankz(3).then_some(kind)
    }

    fn fetch_document_indicator(&mut self, kind: Kind) -> Result<(), Fault> {
        self.unroll(-1);
        self.remove_key()?;
        self.key_allowed = false;
        self.at += 3;
        self.push(kind, self.at - 3);
        Ok(())
    }

    /// A token with which a key may begin and behind which none may: an anchor, an alias, a tag, a scalar.
    fn fetch_node(&mut self, scan: fn(&mut Self) -> Result<Token, Fault>) -> Result<(), Fault> {
        self.save_key()?;
        self.key_allowed = false;
        let token = scan(self)?;
        self.tokens.push_back(token);
        Ok(())
    }

    fn fetch_block_scalar(&mut self, literal: bool) -> Result<(), Fault> {
        self.remove_key()?;
        self.key_allowed = true;
        let token = self.scan_block_scalar(literal)?;
        self.tokens.push_back(token);
        Ok(())
    }

    /// A scalar's token, its text given.
    fn scalar(style: Style, start: usize, end: usize, text: Text) -> Token {
        Token { kind: Kind::Scalar(style), start: narrow(start), end: narrow(end), text }
    }
}
