//! Literal and folded block scalars.

use super::{Scanner, chars::is_blank};
use crate::{
    source::narrow,
    yaml::token::{Fault, Style, Text, Token},
};

/// What becomes of the line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

impl Scanner<'_> {
    /// A block scalar, `|` or `>`. Its token spans the header and the text. The last line of a text ends like any other,
    /// line feed or not.
    pub(super) fn scan_block_scalar(&mut self, literal: bool) -> Result<Token, Fault> {
        let start = self.at;
        let (chomping, increment) = self.scan_block_header()?;
        let mut indent = if increment == 0 { 0 } else { self.indent.max(0) + increment };
        let buffer = self.decoded.len();
        let mut breaks = String::new();
        let mut end = self.scan_block_breaks(&mut indent, &mut breaks)?;
        let mut leading_break = String::new();
        let mut after_blank = false;
        while self.column() == indent && !self.is_end() {
            let blank = is_blank(self.byte(0));
            if !literal && leading_break.starts_with('\n') && !after_blank && !blank {
                if breaks.is_empty() {
                    self.decoded.push(' ');
                }
            } else {
                self.decoded.push_str(&leading_break);
            }
            leading_break.clear();
            self.decoded.push_str(&breaks);
            breaks.clear();
            after_blank = blank;
            let line = self.at;
            self.skip_line_text();
            self.push_source(line, self.at);
            if self.is_end() {
                leading_break.push('\n');
            }
            self.read_break(&mut leading_break);
            end = self.scan_block_breaks(&mut indent, &mut breaks)?;
        }
        if chomping != Chomping::Strip {
            self.decoded.push_str(&leading_break);
        }
        if chomping == Chomping::Keep {
            self.decoded.push_str(&breaks);
        }
        let text = Text::decoded(narrow(buffer), narrow(self.decoded.len()));
        Ok(Self::scalar(Style::Block, start, end, text))
    }

    /// The indicators behind `|` or `>`, and the rest of the line.
    fn scan_block_header(&mut self) -> Result<(Chomping, isize), Fault> {
        self.at += 1;
        let mut chomping = self.scan_chomping();
        let mut increment = 0;
        if self.byte(0).is_ascii_digit() {
            increment = isize::from(self.byte(0) - b'0');
            if increment == 0 {
                return Err(self.fault("a block scalar cannot be indented by 0"));
            }
            self.at += 1;
            if chomping.is_none() {
                chomping = self.scan_chomping();
            }
        }
        self.skip_blanks();
        if self.byte(0) == b'#' {
            self.skip_line_text();
        }
        if !self.is_breakz(0) {
            return Err(self.fault("a block scalar's text begins on the line behind its `|` or `>`"));
        }
        self.skip_break();
        Ok((chomping.unwrap_or(Chomping::Clip), increment))
    }

    fn scan_chomping(&mut self) -> Option<Chomping> {
        let chomping = match self.byte(0) {
            b'+' => Chomping::Keep,
            b'-' => Chomping::Strip,
            _ => return None,
        };
        self.at += 1;
        Some(chomping)
    }

    /// Indentation and empty lines. Finds the indentation where it is not known yet (0). Gives the end of the last line.
    fn scan_block_breaks(&mut self, indent: &mut isize, breaks: &mut String) -> Result<usize, Fault> {
        let mut end = self.at;
        let mut deepest = 0;
        let mut on_new_line = self.at == self.line_start;
        loop {
            while (*indent == 0 || self.column() < *indent) && self.byte(0) == b' ' {
                self.at += 1;
            }
            deepest = deepest.max(self.column());
            if (*indent == 0 || self.column() < *indent) && self.byte(0) == b'\t' {
                return Err(self.fault("a tab stands where only spaces may: YAML indents with spaces"));
            }
            if self.break_length(0) == 0 {
                if self.is_end() && on_new_line && self.column() > 0 {
                    breaks.push('\n');
                }
                break;
            }
            self.read_break(breaks);
            on_new_line = true;
            end = self.at;
        }
        if *indent == 0 {
            *indent = deepest.max(self.indent + 1).max(1);
        }
        Ok(end)
    }
}
