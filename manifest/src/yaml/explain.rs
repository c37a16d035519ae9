//! Why a text cannot be read, in the words of who wrote it.

use super::{Unreadable, token::Fault};
use crate::source::{Source, narrow};

/// The fault, and what to point at: from where it was found to the end of the line.
pub(crate) fn fault(source: &Source, fault: Fault) -> Unreadable {
    // Found at the end of the text, it is shown behind the last thing that stands there.
    let at = narrow(source.slice(0, fault.at).len());
    let line_end = source.line_end(at);
    let line = source.slice(source.line_start(at), line_end);
    let reason = if line.contains("{{") || line.contains("{%") {
        "a template: it can be read when it is rendered".to_owned()
    } else {
        fault.reason.to_owned()
    };
    Unreadable { reason, span: source.span(at, line_end.max(at)) }
}

/// A character that no YAML may hold.
pub(super) fn forbidden(source: &Source, at: usize) -> Unreadable {
    let character = source.text().get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default();
    Unreadable {
        reason: format!("the control character U+{:04X}, which YAML does not allow", u32::from(character)),
        span: source.span(narrow(at), narrow(at + character.len_utf8())),
    }
}

/// A line that begins with `---` and goes on.
pub(super) fn bad_separator(source: &Source, start: usize) -> Unreadable {
    let start = narrow(start);
    Unreadable {
        reason: "a line that begins with `---` separates documents: nothing but a comment may follow on it"
            .to_owned(),
        span: source.span(start, source.line_end(start)),
    }
}
