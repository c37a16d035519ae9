//! Scalars in single and double quotes.

use super::{Scanner, chars::is_blank};
use crate::{
    source::narrow,
    yaml::token::{Fault, Style, Text, Token},
};

impl Scanner<'_> {
    /// A quoted scalar: borrowed while it holds no escape and stands on one line.
    pub(super) fn scan_quoted(&mut self) -> Result<Token, Fault> {
        let quote = self.byte(0);
        let start = self.at;
        self.at += 1;
        self.skip_quoted(quote);
        if self.byte(0) == quote && !(quote == b'\'' && self.byte(1) == quote) {
            let text = Text::source(narrow(start + 1), narrow(self.at));
            self.at += 1;
            return Ok(Self::scalar(Style::Quoted, start, self.at, text));
        }
        let buffer = self.decoded.len();
        if self.break_length(0) > 0 {
            // Blanks before a line break are folded with it.
            let line = self.text.get(start + 1..self.at).unwrap_or_default();
            self.at = start + 1 + line.trim_end_matches([' ', '\t']).len();
        }
        self.push_source(start + 1, self.at);
        loop {
            let unclosed = "a quoted text that is never closed";
            if self.at == self.line_start && self.document_indicator().is_some() {
                return Err(Fault {
                    reason: "a quoted text that is not closed in its document",
                    at: narrow(start),
                });
            }
            if self.is_end() {
                return Err(Fault { reason: unclosed, at: narrow(start) });
            }
            let joined = self.read_quoted_words(quote)?;
            if self.byte(0) == quote {
                break;
            }
            self.fold_quoted_space(joined);
        }
        self.at += 1;
        let text = Text::decoded(narrow(buffer), narrow(self.decoded.len()));
        Ok(Self::scalar(Style::Quoted, start, self.at, text))
    }

    /// Steps to the first character that is not simply part of the text.
    fn skip_quoted(&mut self, quote: u8) {
        while let Some(rest) = self.bytes.get(self.at..) {
            let ends = |&byte: &u8| {
                byte == quote
                    || matches!(byte, b'\n' | b'\r' | 0xC2 | 0xE2)
                    || (byte == b'\\' && quote == b'"')
            };
            self.at += rest.iter().position(ends).unwrap_or(rest.len());
            if !matches!(self.byte(0), 0xC2 | 0xE2) || self.break_length(0) > 0 {
                return;
            }
            self.at += 1;
        }
    }

    /// Reads up to the closing quote, a blank or a line break. True where an escaped line break ended it: what is
    /// blank behind it does not count.
    fn read_quoted_words(&mut self, quote: u8) -> Result<bool, Fault> {
        let mut run = self.at;
        while !self.is_blankz(0) {
            match self.byte(0) {
                b'\'' if quote == b'\'' && self.byte(1) == quote => {
                    self.push_source(run, self.at + 1);
                    self.at += 2;
                    run = self.at;
                }
                byte if byte == quote => break,
                b'\\' if quote == b'"' => {
                    self.push_source(run, self.at);
                    if self.break_length(1) > 0 {
                        self.at += 1;
                        self.skip_break();
                        return Ok(true);
                    }
                    self.read_escape()?;
                    run = self.at;
                }
                _ => self.at += 1,
            }
        }
        self.push_source(run, self.at);
        Ok(false)
    }

    /// Blanks stay where no line break follows; line breaks are folded.
    fn fold_quoted_space(&mut self, joined: bool) {
        let start = self.at;
        self.skip_blanks();
        if !joined && self.break_length(0) == 0 {
            self.push_source(start, self.at);
            return;
        }
        let mut breaks = String::new();
        while is_blank(self.byte(0)) || self.break_length(0) > 0 {
            self.skip_blanks();
            self.read_break(&mut breaks);
        }
        if joined {
            self.decoded.push_str(&breaks);
        } else {
            self.push_fold(&mut breaks);
        }
    }

    /// `\n` and its like.
    fn read_escape(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let digits = match self.byte(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            byte => {
                let Some(character) = simple_escape(byte) else {
                    return Err(self.fault("an escape that YAML does not know: write `\\\\` for a backslash"));
                };
                self.decoded.push(character);
                self.at += 2;
                return Ok(());
            }
        };
        self.at += 2;
        let code = self
            .text
            .get(self.at..self.at + digits)
            .filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let Some(code) = code.and_then(|code| u32::from_str_radix(code, 16).ok()) else {
            return Err(Fault { reason: "an escape with too few hexadecimal digits", at: narrow(start) });
        };
        let Some(character) = char::from_u32(code) else {
            return Err(Fault { reason: "an escape that names no Unicode character", at: narrow(start) });
        };
        self.decoded.push(character);
        self.at += digits;
        Ok(())
    }
}

/// The escapes of one character.
fn simple_escape(byte: u8) -> Option<char> {
    Some(match byte {
        b'0' => '\0',
        b'a' => '\x07',
        b'b' => '\x08',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\x0B',
        b'f' => '\x0C',
        b'r' => '\r',
        b'e' => '\x1B',
        b' ' => ' ',
        b'"' => '"',
        b'\'' => '\'',
        b'\\' => '\\',
        b'N' => '\u{85}',
        b'_' => '\u{A0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ => return None,
    })
}
