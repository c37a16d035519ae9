//! What is wrong with our own input: METADATA or guard.yaml.
//!
//! The engine judges values and knows paths; whoever read the text turns a path into file, line and column.

use crate::path::Path;

/// One mistake in METADATA or guard.yaml.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct Problem {
    /// Where, from the document's root.
    pub path: Path,
    /// What of it to point at.
    pub place: Place,
    /// What is wrong and what was expected: a sentence without a full stop.
    pub message: String,
    /// What to do about it: a sentence without a full stop.
    pub help: Option<String>,
}

/// What of a path to point at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The key that the path ends in.
    Key,
    /// The value that the path leads to.
    Value,
}

impl Problem {
    /// A mistake in the value at `path`.
    #[must_use]
    pub fn value(path: Path, message: impl Into<String>) -> Self {
        Self { path, place: Place::Value, message: message.into(), help: None }
    }

    /// A mistake in the key that `path` ends in.
    #[must_use]
    pub fn key(path: Path, message: impl Into<String>) -> Self {
        Self { place: Place::Key, ..Self::value(path, message) }
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says which of `known` was probably meant, else names them all.
    #[must_use]
    pub fn did_you_mean<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let mut known: Vec<&str> = known.into_iter().collect();
        known.sort_unstable();
        match closest(word, known.iter().copied()) {
            Some(meant) => self.help(format!("did you mean {meant:?}?")),
            None if known.is_empty() => self,
            None => self.help(format!("known are: {}", known.join(", "))),
        }
    }
}

/// The candidate that `word` is a probable misspelling of.
#[must_use]
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().max(3) / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_candidate_is_a_misspelling_and_not_another_word() {
        let known = ["privileged-container", "public-bucket", "root-user", "on"];
        assert_eq!(closest("privleged-container", known), Some("privileged-container"));
        assert_eq!(closest("Public-Bucket", known), Some("public-bucket"));
        assert_eq!(closest("user-root", known), None);
        assert_eq!(closest("no", known), Some("on"));
        assert_eq!(closest("x", known), None);
    }

    #[test]
    fn a_word_without_a_near_one_is_answered_with_all_known_words() {
        let problem = Problem::value(Path::default(), "unknown severity \"awful\"");
        assert_eq!(
            problem.clone().did_you_mean("awful", ["low", "high"]).help.as_deref(),
            Some("known are: high, low")
        );
        assert_eq!(
            problem.did_you_mean("hihg", ["low", "high"]).help.as_deref(),
            Some("did you mean \"high\"?")
        );
    }
}
