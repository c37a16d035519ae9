//! A text and where its lines begin: byte offsets become lines and columns only when somebody asks.

use std::sync::Arc;

use crate::{Position, Span};

/// A decoded text with its lines.
#[derive(Debug)]
pub(crate) struct Source {
    text: Arc<str>,
    /// The offset of each line's first byte.
    lines: Vec<u32>,
}

impl Source {
    /// Indexes a text. Offsets are kept in 32 bits: see [`crate::read`] for longer texts.
    pub(crate) fn new(text: Arc<str>) -> Self {
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes());
        let lines = std::iter::once(0).chain(breaks.map(|at| narrow(at + 1))).collect();
        Self { text, lines }
    }

    pub(crate) fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// What stands between two offsets; nothing where they are not boundaries of characters.
    pub(crate) fn slice(&self, start: u32, end: u32) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    pub(crate) fn position(&self, offset: u32) -> Position {
        let line = self.lines.partition_point(|&start| start <= offset);
        let line_start = self.line_start(offset);
        Position {
            line: narrow(line),
            column: narrow(self.slice(line_start, offset).chars().count() + 1),
            offset: offset as usize,
        }
    }

    pub(crate) fn span(&self, start: u32, end: u32) -> Span {
        Span { start: self.position(start), end: self.position(end) }
    }

    /// A span without the blank lines at its start and the blanks at its end.
    pub(crate) fn trimmed(&self, start: u32, end: u32) -> Span {
        let text = self.slice(start, end);
        let length = text.trim_end().len();
        let blank = text.get(..length).map_or(0, |text| text.len() - text.trim_start().len());
        self.span(self.line_start(start + narrow(blank)).max(start), start + narrow(length))
    }

    /// The offset at which the line of `offset` starts.
    pub(crate) fn line_start(&self, offset: u32) -> u32 {
        let line = self.lines.partition_point(|&start| start <= offset);
        line.checked_sub(1).and_then(|line| self.lines.get(line)).copied().unwrap_or(0)
    }

    /// The offset at which the line of `offset` ends, its line break and the blanks before it left out.
    pub(crate) fn line_end(&self, offset: u32) -> u32 {
        let line = self.lines.partition_point(|&start| start <= offset);
        let next = self.lines.get(line).copied().unwrap_or(narrow(self.text.len()));
        offset + narrow(self.slice(offset, next).trim_end().len())
    }
}

/// An offset or a count as the 32 bits in which this crate keeps them. Texts are bounded far below, so nothing is lost.
pub(crate) fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_code_points_and_offsets_count_bytes() {
        let source = Source::new("a\né: 😀x\r\nb".into());
        assert_eq!(source.position(0), Position { line: 1, column: 1, offset: 0 });
        assert_eq!(source.position(2), Position { line: 2, column: 1, offset: 2 });
        assert_eq!(source.position(10), Position { line: 2, column: 5, offset: 10 });
        assert_eq!(source.position(13), Position { line: 3, column: 1, offset: 13 });
        assert_eq!(source.position(14), Position { line: 3, column: 2, offset: 14 });
    }

    #[test]
    fn a_line_ends_before_its_break_and_trailing_blanks() {
        let source = Source::new("ab  \r\nc".into());
        assert_eq!(source.line_end(0), 2);
        assert_eq!(source.line_end(6), 7);
    }
}
