//! Texts that fit where they go: one line, without control characters, not longer than may be.

use std::borrow::Cow;

use guard_engine::violation::Violation;

/// The most that is said of one message, in characters: a policy may quote whole fields, and the other violations are to be read too.
const MAX_MESSAGE: usize = 4096;

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

/// `policy: message (at path; more)`, without what there is not. The place stands apart: a message often ends in what to write.
pub(super) fn sentence(violation: &Violation, more: Option<&str>) -> String {
    let Violation { policy, message, path, .. } = violation;
    let at = (!path.0.is_empty()).then(|| format!("at {path}"));
    let asides: Vec<&str> = at.as_deref().into_iter().chain(more).collect();
    let message = cut(message, MAX_MESSAGE);
    let message = one_line(&message);
    if asides.is_empty() {
        format!("{policy}: {message}")
    } else {
        format!("{policy}: {message} ({})", asides.join("; "))
    }
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
