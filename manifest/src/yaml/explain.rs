//! Why a text cannot be read, in the words of who wrote it.

use super::{Unreadable, token::Fault};
use crate::{
    Span,
    source::{Source, narrow},
};

/// How much of a line is pointed at, in bytes: a reader sees no more of it.
const WIDTH: usize = 80;

/// The fault, and what to point at: from where it was found to the end of the line.
pub(crate) fn fault(source: &Source, fault: Fault) -> Unreadable {
    let at = narrow(source.slice(0, fault.at).len());
    let line = source.slice(at, source.line_end(at));
    let span = source.span(at, at + narrow(line.floor_char_boundary(WIDTH)));
    refusal(source, fault.reason.to_owned(), span)
}

/// What stands at the span cannot be read for this reason, or because it is a template.
pub(super) fn refusal(source: &Source, reason: String, span: Span) -> Unreadable {
    let at = narrow(span.start.offset);
    let line = source.slice(source.line_start(at), source.line_end(at));
    if is_template(line) {
        return Unreadable { reason: "a template: it can be read when it is rendered".to_owned(), span };
    }
    Unreadable { reason, span }
}

/// Does a line hold what a template engine would replace, outside of quotes?
fn is_template(line: &str) -> bool {
    ["{{", "{%"].iter().filter_map(|mark| line.find(mark)).any(|at| {
        let before = line.get(..at).unwrap_or_default();
        ['"', '\''].iter().all(|&quote| before.matches(quote).count().is_multiple_of(2))
    })
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
