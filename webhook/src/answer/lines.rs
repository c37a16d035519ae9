//! Texts that fit where they go: one line, without control characters, not longer than may be.

use std::{borrow::Cow, fmt::Write as _};

use guard_engine::violation::Violation;

/// A text without control characters. The API server drops a warning that has one, without a word, and a line break would make one
/// violation look like two.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_control) {
        Cow::Owned(text.replace(char::is_control, " "))
    } else {
        Cow::Borrowed(text)
    }
}

/// At most so many characters of a text, the last one `…` where something was cut.
pub(super) fn cut(text: &str, characters: usize) -> Cow<'_, str> {
    if text.len() <= characters || text.chars().count() <= characters {
        return Cow::Borrowed(text);
    }
    let kept = characters.saturating_sub(1);
    let end = text.char_indices().nth(kept).map_or(text.len(), |(index, _)| index);
    Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default().trim_end()))
}

/// `policy: message`, and ` at path` where it is not the object as a whole.
pub(super) fn sentence(violation: &Violation, message: &str) -> String {
    let mut sentence = format!("{}: {message}", violation.policy);
    if !violation.path.0.is_empty() {
        // Writing to a text cannot fail.
        let _ = write!(sentence, " at {}", violation.path);
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_spaces() {
        assert_eq!(one_line("a\nb\tc\u{85}d\u{0}"), "a b c d ");
        assert!(matches!(one_line("plain – text"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_text_is_cut_at_a_character_and_says_so() {
        assert_eq!(cut("häuser", 6), "häuser");
        assert_eq!(cut("häuser", 4), "häu…");
        assert_eq!(cut("ab cdef", 4), "ab…");
        assert_eq!(cut("abc", 0), "…");
    }
}
