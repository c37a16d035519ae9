//! The characters that mean something, and how to step over them.

use super::Scanner;

/// A space or a tab.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

impl Scanner<'_> {
    /// The byte at a distance, NUL behind the end: no text that is scanned holds one.
    pub(super) fn byte(&self, distance: usize) -> u8 {
        self.bytes.get(self.at + distance).copied().unwrap_or(0)
    }

    pub(super) fn is_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// How long the line break at a distance is: 0 where there is none. Next line, line separator and paragraph
    /// separator break lines in YAML 1.1. Kubernetes drops one carriage return before a line feed and YAML another.
    pub(super) fn break_length(&self, distance: usize) -> usize {
        let at = self.at + distance;
        let Some(rest) = self.bytes.get(at..) else { return 0 };
        match rest {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            [b'\r', b'\r', b'\n', ..] => 3,
            [b'\r', ..] => 1,
            [0xC2, 0x85, ..] => 2,
            [0xE2, 0x80, 0xA8 | 0xA9, ..] => 3,
            _ => 0,
        }
    }

    /// A line break, or the end.
    pub(super) fn is_breakz(&self, distance: usize) -> bool {
        self.at + distance >= self.bytes.len() || self.break_length(distance) > 0
    }

    /// A blank, a line break, or the end.
    pub(super) fn is_blankz(&self, distance: usize) -> bool {
        is_blank(self.byte(distance)) || self.is_breakz(distance)
    }

    /// Steps over a line break, if there is one.
    pub(super) fn skip_break(&mut self) -> bool {
        let length = self.break_length(0);
        if length == 0 {
            return false;
        }
        self.at += length;
        self.line += 1;
        self.line_start = self.at;
        true
    }

    /// Steps over a line break and appends what it means: a line feed, or the separator itself.
    pub(super) fn read_break(&mut self, to: &mut String) {
        let start = self.at;
        if self.skip_break() {
            match self.text.get(start..self.at) {
                Some(separator @ ("\u{2028}" | "\u{2029}")) => to.push_str(separator),
                _ => to.push('\n'),
            }
        }
    }

    /// Steps over blanks.
    pub(super) fn skip_blanks(&mut self) {
        while is_blank(self.byte(0)) {
            self.at += 1;
        }
    }

    /// Steps to the end of the line.
    pub(super) fn skip_line_text(&mut self) {
        while let Some(rest) = self.bytes.get(self.at..) {
            let may_break = |byte: &u8| matches!(byte, b'\n' | b'\r' | 0xC2 | 0xE2);
            self.at += rest.iter().position(may_break).unwrap_or(rest.len());
            if self.is_breakz(0) {
                return;
            }
            self.at += 1;
        }
    }
}
