//! Names and glob patterns of names.

use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// A list of patterns: `*` stands for any characters, `?` for one, `[ab]` for either, `{a,b}` for either text.
#[derive(Debug, Clone, Default)]
pub struct Patterns {
    texts: Arc<[String]>,
    /// Of those that are no plain names.
    globs: GlobSet,
}

impl Patterns {
    /// Reads patterns.
    ///
    /// # Errors
    /// The index of the first one that is none, and why.
    pub fn new(texts: &[String]) -> Result<Self, (usize, String)> {
        let mut globs = GlobSetBuilder::new();
        for (index, text) in texts.iter().enumerate() {
            let glob = GlobBuilder::new(text).literal_separator(false).backslash_escape(true).build();
            globs.add(glob.map_err(|error| (index, error.kind().to_string()))?);
        }
        let globs = globs.build().map_err(|error| (0, error.kind().to_string()))?;
        Ok(Self { texts: texts.into(), globs })
    }

    /// Whether one of the patterns is for this name.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        self.globs.is_match(name)
    }

    /// Whether there are none, so that no name is among them.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The patterns as they were written.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        &self.texts
    }
}

impl PartialEq for Patterns {
    fn eq(&self, other: &Self) -> bool {
        self.texts == other.texts
    }
}

impl Eq for Patterns {}
