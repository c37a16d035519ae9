//! A stream's chunks: what kubectl cuts at lines of `---` before any YAML is read.

use memchr::memmem;

/// A piece of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chunk {
    /// One document's text, from the first byte to just behind the last.
    Document { start: usize, end: usize },
    /// A line that begins with `---` and goes on, up to where the text behind it ends: kubectl refuses it, so what
    /// the text means is nobody's guess.
    BadSeparator { start: usize, end: usize },
}

const SEPARATOR: &str = "---";

/// Cuts a text, from `start` on, at its separators.
pub(crate) struct Chunks<'t> {
    text: &'t str,
    at: usize,
    finder: memmem::Finder<'static>,
    /// A bad separator that comes after the chunk before it.
    bad: Option<usize>,
}

impl<'t> Chunks<'t> {
    pub(crate) fn new(text: &'t str, start: usize) -> Self {
        Self { text, at: start, finder: memmem::Finder::new("\n---"), bad: None }
    }

    /// The start of the next line that begins with `---`, from the line at `from` on; the text's end without one.
    fn separator(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        if rest.starts_with(SEPARATOR) {
            return from;
        }
        self.finder.find(rest.as_bytes()).map_or(self.text.len(), |at| from + at + 1)
    }

    /// The start of the line behind the one at `start`.
    fn next_line(&self, start: usize) -> usize {
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.text.len(), |at| start + at + 1)
    }

    /// Does nothing but blanks and a comment follow the dashes?
    fn is_separator(&self, start: usize) -> bool {
        let line = self.text.get(start + SEPARATOR.len()..self.next_line(start)).unwrap_or_default().trim();
        line.is_empty() || line.starts_with('#')
    }
}

impl Iterator for Chunks<'_> {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        if let Some(start) = self.bad.take() {
            let end = self.separator(self.next_line(start));
            self.at = end;
            return Some(Chunk::BadSeparator { start, end });
        }
        let start = self.at;
        if start >= self.text.len() {
            return None;
        }
        let mut line = start;
        if self.separator(line) == start {
            if !self.is_separator(start) {
                self.bad = Some(start);
                return self.next();
            }
            // With nothing before it the separator belongs to the chunk.
            line = self.next_line(start);
        }
        let end = self.separator(line);
        self.at = end;
        if end < self.text.len() {
            if self.is_separator(end) {
                self.at = self.next_line(end);
            } else {
                self.bad = Some(end);
            }
        }
        Some(Chunk::Document { start, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(text: &str) -> Vec<(bool, &str)> {
        Chunks::new(text, 0)
            .map(|chunk| match chunk {
                Chunk::Document { start, end } => (true, &text[start..end]),
                Chunk::BadSeparator { start, end } => (false, &text[start..end]),
            })
            .collect()
    }

    #[test]
    fn separators_end_documents_and_the_first_belongs_to_its_own() {
        assert_eq!(chunks("a\n---\nb\n"), [(true, "a\n"), (true, "b\n")]);
        assert_eq!(chunks("---\na\n--- # x\nb"), [(true, "---\na\n"), (true, "b")]);
        assert_eq!(chunks("a\n---\n---\nb\n---\n"), [(true, "a\n"), (true, "---\nb\n")]);
        assert_eq!(chunks("a\n ---\n"), [(true, "a\n ---\n")]);
        assert_eq!(chunks(""), []);
    }

    #[test]
    fn a_line_that_goes_on_behind_its_dashes_is_no_separator() {
        assert_eq!(chunks("--- {a: 1}\n"), [(false, "--- {a: 1}\n")]);
        assert_eq!(chunks("a\n----\nb\n---\nc"), [(true, "a\n"), (false, "----\nb\n"), (true, "---\nc")]);
    }
}
