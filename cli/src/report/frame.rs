//! Code frames: a message over the lines it is about, with a caret.

use std::{collections::HashMap, ops::Range};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, Title};

use super::{Diagnostic, Location, one_line};

/// Longest stretch of a file that a frame shows: of a longer one its first line.
const MAX_LINES: u32 = 3;

/// How wide help is at most.
const HELP_WIDTH: usize = 100;

/// Longest line that a frame shows, in bytes: to draw one takes as long as its line is long, and JSON on one line may be megabytes long and
/// have a finding in each item.
const MAX_LINE: usize = 4096;

/// Draws frames. Finds a line in a text in constant time, so that many frames of one file cost no more than their own lines.
pub(crate) struct Frames<'a> {
    renderer: Renderer,
    files: HashMap<&'a str, Lines<'a>>,
}

struct Lines<'a> {
    text: &'a str,
    /// The byte offset of each line's start.
    starts: Vec<usize>,
}

/// What a frame says.
#[derive(Default)]
pub(crate) struct Frame<'a> {
    /// What stands at the caret.
    pub(crate) label: String,
    location: Option<&'a Location>,
    messages: Vec<Title<'a>>,
    notes: Vec<(Level<'a>, String)>,
}

impl<'a> Frame<'a> {
    /// A frame about a place.
    pub(crate) fn at(location: &'a Location) -> Self {
        Self { location: Some(location), ..Self::default() }
    }

    /// A frame that tells of a diagnostic.
    pub(crate) fn diagnostic(diagnostic: &'a Diagnostic) -> Self {
        let Diagnostic { code, level, message, location, help } = diagnostic;
        let level = match level {
            super::Level::Error => Level::ERROR,
            super::Level::Warning => Level::WARNING,
            super::Level::Note => Level::NOTE,
        };
        let mut frame = Self { location: location.as_ref(), ..Self::default() };
        frame.message(level, code.as_str(), message);
        help.iter().for_each(|help| frame.help(help));
        frame
    }

    /// Adds a message: `level[code]: text`.
    pub(crate) fn message(&mut self, level: Level<'a>, code: &'a str, text: &str) {
        self.messages.push(level.primary_title(one_line(text)).id(code));
    }

    /// Adds a message that has no code: `level: text`.
    pub(crate) fn uncoded(&mut self, level: Level<'a>, text: &str) {
        self.messages.push(level.primary_title(one_line(text)));
    }

    /// Adds a line under the code: `= level: text`.
    pub(crate) fn note(&mut self, level: Level<'a>, text: impl AsRef<str>) {
        self.notes.push((level, one_line(text.as_ref())));
    }

    /// Adds what to do, in as many lines as it needs.
    pub(crate) fn help(&mut self, text: &str) {
        self.notes.push((Level::HELP, wrap(&one_line(text))));
    }
}

impl<'a> Frames<'a> {
    /// Frames over these texts, by file.
    pub(crate) fn new(color: bool, sources: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let files = sources.into_iter().map(|(file, text)| (file, Lines::new(text))).collect();
        Self { renderer, files }
    }

    /// The frame as text that ends in a newline: all its messages over one piece of code.
    pub(crate) fn draw(&self, frame: &Frame<'_>) -> String {
        let mut text = String::new();
        let Some((last, others)) = frame.messages.split_last() else { return text };
        for message in others {
            text += &self.renderer.render(&[Group::with_title(message.clone())]);
            text.push('\n');
        }
        let mut group = Group::with_title(last.clone());
        if let Some(location) = frame.location {
            group = self.with_place(group, location, &frame.label);
        }
        let notes = frame.notes.iter().map(|(level, note)| level.clone().message(note.as_str()));
        text += &self.renderer.render(&[group.elements(notes)]);
        text.push('\n');
        text
    }

    fn with_place<'b>(&self, group: Group<'b>, location: &Location, label: &'b str) -> Group<'b>
    where
        'a: 'b,
    {
        let path = one_line(&location.file);
        let number = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        if location.is_whole_file() {
            return group.element(Origin::path(path));
        }
        match self.files.get(&*location.file).and_then(|lines| lines.around(location)) {
            None => group
                .element(Origin::path(path).line(number(location.line)).char_column(number(location.column))),
            Some((lines, span)) => {
                let annotation =
                    AnnotationKind::Primary.span(span).label((!label.is_empty()).then_some(label));
                let snippet = Snippet::source(lines).line_start(number(location.line)).path(path).fold(false);
                group.element(snippet.annotation(annotation))
            }
        }
    }
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// The lines of a place, and the place as bytes of them. None where the text has no such place, or too long a line.
    fn around(&self, location: &Location) -> Option<(&'a str, Range<usize>)> {
        let (first, start) = self.offset(location.line, location.column)?;
        let (_, end) = self.offset(location.end_line, location.end_column)?;
        // An end before a line's first character is the end of the line above.
        let last =
            location.end_line - u32::from(location.end_column == 1 && location.end_line > location.line);
        let last = if last.saturating_sub(location.line) < MAX_LINES { last } else { location.line };
        let line_end = self.starts.get(usize::try_from(last).ok()?).map_or(self.text.len(), |next| next - 1);
        let lines = self.text.get(first..line_end)?;
        Some((lines, start - first..end.min(line_end).max(start) - first))
    }

    /// The byte offsets of a line's start and of a column in it.
    fn offset(&self, line: u32, column: u32) -> Option<(usize, usize)> {
        let line = usize::try_from(line).ok()?;
        let start = *self.starts.get(line.checked_sub(1)?)?;
        let end = self.starts.get(line).map_or(self.text.len(), |next| next - 1);
        let column = usize::try_from(column).ok()?.checked_sub(1)?;
        let line = self.text.get(start..end).filter(|line| line.len() <= MAX_LINE)?;
        let within = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
        Some((start, start + within))
    }
}

/// Breaks a text into lines of at most [`HELP_WIDTH`] characters, words of more left whole.
fn wrap(text: &str) -> String {
    let mut wrapped = String::with_capacity(text.len() + text.len() / HELP_WIDTH);
    let mut width = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if width > 0 {
            let fits = width + 1 + length <= HELP_WIDTH;
            wrapped.push(if fits { ' ' } else { '\n' });
            width = if fits { width + 1 } else { 0 };
        }
        wrapped.push_str(word);
        width += length;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a: 1\nüb: \"日本\"\nc: 3\nd: 4\ne: 5";

    fn around(from: (u32, u32), to: (u32, u32)) -> Option<(&'static str, Range<usize>)> {
        let location = Location {
            file: "f.yaml".into(),
            line: from.0,
            column: from.1,
            end_line: to.0,
            end_column: to.1,
        };
        Lines::new(TEXT).around(&location)
    }

    #[test]
    fn columns_are_code_points_and_spans_are_bytes() {
        let (lines, span) = around((2, 5), (2, 9)).unwrap();
        assert_eq!((lines, &lines[span]), ("üb: \"日本\"", "\"日本\""));
    }

    #[test]
    fn a_short_stretch_is_shown_whole_and_of_a_long_one_the_first_line() {
        assert_eq!(around((1, 1), (3, 2)), Some(("a: 1\nüb: \"日本\"\nc: 3", 0..20)));
        assert_eq!(around((1, 1), (5, 5)), Some(("a: 1", 0..4)));
        assert_eq!(around((3, 1), (4, 1)), Some(("c: 3", 0..4)));
    }

    #[test]
    fn the_last_line_needs_no_newline_and_an_empty_place_is_one() {
        assert_eq!(around((5, 4), (5, 5)), Some(("e: 5", 3..4)));
        assert_eq!(around((4, 3), (4, 3)), Some(("d: 4", 2..2)));
    }

    #[test]
    fn long_help_is_broken_between_words() {
        assert_eq!(wrap("a  short\none"), "a short one");
        let words = ["word"; 41].join(" ");
        assert!(wrap(&words).lines().all(|line| line.len() <= HELP_WIDTH));
        assert_eq!(wrap(&words).lines().count(), 3);
        let long = "x".repeat(2 * HELP_WIDTH);
        assert_eq!(wrap(&format!("a {long} b")), format!("a\n{long}\nb"));
    }

    #[test]
    fn a_line_that_is_too_long_is_not_shown() {
        let text = "x".repeat(MAX_LINE + 1);
        let location = Location { file: "f.json".into(), line: 1, column: 5, end_line: 1, end_column: 6 };
        assert_eq!(Lines::new(&text).around(&location), None);
        assert!(Lines::new(&text[1..]).around(&location).is_some());
    }

    #[test]
    fn a_place_of_another_text_is_none() {
        assert_eq!(around((9, 1), (9, 2)), None);
        assert_eq!(around((0, 1), (1, 1)), None);
    }
}
