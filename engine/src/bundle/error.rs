//! Why a bundle does not load.

use std::{fmt, sync::Arc};

use crate::{
    path::Path,
    problem::{Place, Problem},
    rego::Refusal,
};

/// One reason why a bundle does not load.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{file}{location}: {message}")]
pub struct BundleError {
    /// In which file; empty where it is about all of them.
    pub file: Arc<str>,
    /// Where in the file.
    pub location: Location,
    /// What is wrong: a sentence without a full stop.
    pub message: String,
    /// What to do about it: a sentence without a full stop.
    pub help: Option<String>,
}

/// A place in a Rego file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    /// The file as a whole.
    File,
    /// In its METADATA block: whoever decoded the block turns the path into a position.
    Metadata {
        /// From the block's root.
        path: Path,
        /// What of it to point at.
        place: Place,
    },
    /// In its text.
    Text {
        /// From 1.
        line: u32,
        /// From 1, in Unicode code points.
        column: u32,
    },
}

impl BundleError {
    pub(super) fn file(file: &Arc<str>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            file: Arc::clone(file),
            location: Location::File,
            message: message.into(),
            help: Some(help.into()),
        }
    }

    /// Points at the first place of `needle` in the file's text, if it is there.
    pub(super) fn at(mut self, text: &str, needle: &str) -> Self {
        let place =
            text.lines().zip(1..).find_map(|(content, line)| Some((line, content.split_once(needle)?.0)));
        if let Some((line, before)) = place {
            let column = before.chars().zip(2..).last().map_or(1, |(_, column)| column);
            self.location = Location::Text { line, column };
        }
        self
    }

    pub(super) fn metadata(file: &Arc<str>, problem: Problem) -> Self {
        let Problem { path, place, message, help } = problem;
        Self { file: Arc::clone(file), location: Location::Metadata { path, place }, message, help }
    }
}

impl From<Refusal> for BundleError {
    fn from(refusal: Refusal) -> Self {
        let Refusal { file, line, column, message, help } = refusal;
        Self { file, location: Location::Text { line, column }, message, help }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => Ok(()),
            Self::Metadata { path, .. } => write!(f, ": METADATA {path}"),
            Self::Text { line, column } => write!(f, ":{line}:{column}"),
        }
    }
}
