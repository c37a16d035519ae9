//! What is wrong with our own inputs, with its place in a file.

use std::{fmt, path::Path, sync::Arc};

use guard_engine::path::Segment;
use guard_manifest::{Position, Span, Step};

/// One mistake in a policy, its METADATA or guard.yaml.
#[derive(Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was reached from where the program runs; `<default library>/…` for the embedded one.
    pub file: Arc<str>,
    /// Where in it; none where the file as a whole is meant.
    pub span: Option<Span>,
    /// The file's text, for a code frame; none where it could not be read.
    pub text: Option<Arc<str>>,
    /// What is wrong and what was expected: a sentence without a full stop.
    pub message: String,
    /// What to do about it: a sentence without a full stop.
    pub help: Option<String>,
}

impl std::error::Error for Problem {}

impl fmt::Debug for Problem {
    /// As [`fmt::Display`]: a file's whole text helps nobody.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Problem {
    /// `file:line:column: message`, and the help on a line of its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(span) = self.span {
            write!(f, ":{}:{}", span.start.line, span.start.column)?;
        }
        write!(f, ": {}", self.message)?;
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl Problem {
    /// A mistake in a file as a whole.
    pub(crate) fn file(file: &Path, message: impl Into<String>) -> Self {
        Self { file: name(file), span: None, text: None, message: message.into(), help: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A mistake in a file's text.
    pub(crate) fn at(file: &Arc<str>, text: &Arc<str>, span: Span, message: impl Into<String>) -> Self {
        Self {
            file: Arc::clone(file),
            span: Some(span),
            text: Some(Arc::clone(text)),
            message: message.into(),
            help: None,
        }
    }
}

/// A file's name in messages.
pub(crate) fn name(file: &Path) -> Arc<str> {
    let name = file.to_string_lossy();
    let name = if std::path::MAIN_SEPARATOR == '\\' { name.replace('\\', "/") } else { name.into_owned() };
    Arc::from(name.strip_prefix("./").unwrap_or(&name))
}

/// The engine's path, for the reader who looks for it in a text.
pub(crate) fn steps(path: &guard_engine::path::Path) -> impl Iterator<Item = Step<'_>> {
    path.0.iter().map(|segment| match segment {
        Segment::Key(key) => Step::Key(key),
        Segment::Index(index) => Step::Index(*index),
    })
}

/// The place just behind a text that begins a file.
pub(crate) fn end_of(text: &str) -> Position {
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let last = text.rsplit('\n').next().unwrap_or_default();
    Position {
        line: count(1 + text.matches('\n').count()),
        column: count(1 + last.chars().count()),
        offset: text.len(),
    }
}
