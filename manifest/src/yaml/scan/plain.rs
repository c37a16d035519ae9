//! Scalars without quotes, anchors and aliases.

use super::{Kind, Scanner, chars::is_blank};
use crate::{
    source::narrow,
    yaml::token::{Fault, Style, Text, Token},
};

impl Scanner<'_> {
    /// A plain scalar: borrowed while it stands on one line, folded into the buffer from its second.
    pub(super) fn scan_plain(&mut self) -> Result<Token, Fault> {
        let indent = self.indent + 1;
        let start = self.at;
        let mut end = self.at;
        let buffer = self.decoded.len();
        let mut folded = false;
        let mut breaks = String::new();
        let mut on_new_line = false;
        loop {
            if (self.at == self.line_start && self.document_indicator().is_some()) || self.byte(0) == b'#' {
                break;
            }
            let word = self.at;
            self.skip_word();
            if self.at > word {
                if on_new_line {
                    if !folded {
                        folded = true;
                        self.push_source(start, end);
                    }
                    self.push_fold(&mut breaks);
                    self.push_source(word, self.at);
                    on_new_line = false;
                } else if folded {
                    self.push_source(end, self.at);
                }
                end = self.at;
            }
            if !is_blank(self.byte(0)) && self.break_length(0) == 0 {
                break;
            }
            self.skip_space(indent, &mut on_new_line, &mut breaks)?;
            if self.flow == 0 && self.column() < indent {
                break;
            }
        }
        if on_new_line {
            self.key_allowed = true;
        }
        let text = if folded {
            Text::decoded(narrow(buffer), narrow(self.decoded.len()))
        } else {
            Text::source(narrow(start), narrow(end))
        };
        Ok(Self::scalar(Style::Plain, start, end, text))
    }

    /// Steps over what is neither a blank nor the end of the scalar.
    fn skip_word(&mut self) {
        let in_flow = self.flow > 0;
        while let Some(rest) = self.bytes.get(self.at..) {
            // `0xC2` and `0xE2` begin the line breaks that are not ASCII.
            let ends = |&byte: &u8| match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b':' | 0xC2 | 0xE2 => true,
                b',' | b'?' | b'[' | b']' | b'{' | b'}' => in_flow,
                _ => false,
            };
            self.at += rest.iter().position(ends).unwrap_or(rest.len());
            match self.byte(0) {
                b':' if !self.is_blankz(1) => self.at += 1,
                0xC2 | 0xE2 if self.break_length(0) == 0 => self.at += 1,
                _ => return,
            }
        }
    }

    /// Steps over blanks and line breaks behind a word. Of the breaks the first comes first.
    fn skip_space(
        &mut self,
        indent: isize,
        on_new_line: &mut bool,
        breaks: &mut String,
    ) -> Result<(), Fault> {
        loop {
            if is_blank(self.byte(0)) {
                if *on_new_line && self.column() < indent && self.byte(0) == b'\t' {
                    return Err(self.fault("a tab stands where only spaces may: YAML indents with spaces"));
                }
                self.at += 1;
            } else if self.break_length(0) > 0 {
                self.read_break(breaks);
                *on_new_line = true;
            } else {
                return Ok(());
            }
        }
    }

    pub(super) fn push_source(&mut self, start: usize, end: usize) {
        self.decoded.push_str(self.text.get(start..end).unwrap_or_default());
    }

    /// Folds line breaks: one is a space, more are one less; a line or paragraph separator stays.
    pub(super) fn push_fold(&mut self, breaks: &mut String) {
        match breaks.strip_prefix('\n') {
            Some("") => self.decoded.push(' '),
            Some(rest) => self.decoded.push_str(rest),
            None => self.decoded.push_str(breaks),
        }
        breaks.clear();
    }

    /// `&name` or `*name`.
    pub(super) fn scan_anchor(&mut self, kind: Kind) -> Result<Token, Fault> {
        let start = self.at;
        self.at += 1;
        while self.byte(0).is_ascii_alphanumeric() || matches!(self.byte(0), b'_' | b'-') {
            self.at += 1;
        }
        let ends = matches!(self.byte(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if self.at == start + 1 || !(ends || self.is_blankz(0)) {
            return Err(Fault {
                reason: match kind {
                    Kind::Alias => {
                        "`*` begins an alias, whose name holds letters, digits, `-` and `_`: quote the text if none is meant"
                    }
                    _ => {
                        "`&` begins an anchor, whose name holds letters, digits, `-` and `_`: quote the text if none is meant"
                    }
                },
                at: narrow(start),
            });
        }
        let text = Text::source(narrow(start + 1), narrow(self.at));
        Ok(Token { kind, start: narrow(start), end: narrow(self.at), text })
    }
}
