//! A text and where its lines begin: byte offsets become lines and columns only when somebody asks.

use std::sync::Arc;

use crate::{Position, Span};

/// A decoded text with its lines.
#[derive(Debug)]
pub(crate) struct Source {
    text: Arc<str>,
    /// The offset of each line's first byte.
    lines: Vec<u32>,
    /// How many code points begin before each block of [`BLOCK`] bytes, so that a column takes no longer to find on a
    /// long line than on a short one. Empty where each byte is one.
    blocks: Vec<u32>,
}

const BLOCK: usize = 512;

impl Source {
    /// Indexes a text. Offsets are kept in 32 bits: see [`crate::read()`] for longer texts.
    pub(crate) fn new(text: Arc<str>) -> Self {
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes());
        let lines = std::iter::once(0).chain(breaks.map(|at| narrow(at + 1))).collect();
        let mut blocks = Vec::new();
        if !text.is_ascii() {
            let mut before = 0;
            for block in text.as_bytes().chunks(BLOCK) {
                blocks.push(narrow(before));
                before += code_points(block);
            }
            blocks.push(narrow(before));
        }
        Self { text, lines, blocks }
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
            column: narrow(
                self.code_points_before(offset).saturating_sub(self.code_points_before(line_start)) + 1,
            ),
            offset: offset as usize,
        }
    }

    fn code_points_before(&self, offset: u32) -> usize {
        let offset = offset as usize;
        let Some(&before) = self.blocks.get(offset / BLOCK) else { return offset };
        let block = self.text.as_bytes().get(offset - offset % BLOCK..offset).unwrap_or_default();
        before as usize + code_points(block)
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

/// How many code points begin in these bytes.
fn code_points(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
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
    fn columns_are_right_far_into_a_long_line() {
        let text = format!("{}x\n{}y", "é".repeat(1000), "😀".repeat(700));
        let source = Source::new(text.as_str().into());
        assert_eq!(source.position(2000).column, 1001);
        let end = source.position(narrow(text.len()));
        assert_eq!((end.line, end.column), (2, 702));
        for (offset, _) in text.char_indices() {
            let line = text[..offset].rfind('\n').map_or(0, |at| at + 1);
            assert_eq!(
                source.position(narrow(offset)).column as usize,
                text[line..offset].chars().count() + 1
            );
        }
    }

    #[test]
    fn a_line_ends_before_its_break_and_trailing_blanks() {
        let source = Source::new("ab  \r\nc".into());
        assert_eq!(source.line_end(0), 2);
        assert_eq!(source.line_end(6), 7);
    }
}
