//! What the evaluator says, reduced to a place and a sentence.

use std::fmt;

/// An evaluator's message: where, if it says so, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Located {
    /// File, line and column as the evaluator counts them.
    pub(super) place: Option<(String, u32, u32)>,
    /// One line, without a full stop.
    pub(super) message: String,
}

impl Located {
    /// The evaluator writes `--> file:line:column`, an excerpt and `error: what`, or `file:line:column error: what`.
    fn parse(text: &str) -> Self {
        let (head, message) = match text.rsplit_once("error: ") {
            Some((head, message)) => (head, message),
            None => ("", text),
        };
        let line =
            head.lines().map(|line| line.trim_start_matches("--> ").trim()).find(|line| !line.is_empty());
        let message = message.lines().next().unwrap_or_default().trim().trim_end_matches('.').to_owned();
        Self { place: line.and_then(place), message }
    }
}

impl From<&anyhow::Error> for Located {
    fn from(error: &anyhow::Error) -> Self {
        Self::parse(&error.to_string())
    }
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((file, line, column)) = &self.place {
            write!(f, "{file}:{line}:{column}: ")?;
        }
        f.write_str(&self.message)
    }
}

fn place(text: &str) -> Option<(String, u32, u32)> {
    let (rest, column) = text.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    Some((file.to_owned(), line.parse().ok()?, column.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_with_an_excerpt_is_a_place_and_a_sentence() {
        let text = "\n--> a/p.rego:3:5\n  |\n3 |   x := \n  |      ^\nerror: expecting expression";
        assert_eq!(Located::parse(text).to_string(), "a/p.rego:3:5: expecting expression");
    }

    #[test]
    fn a_message_on_one_line_is_a_place_and_a_sentence() {
        let text = "p.rego:2:1 error: encountered `1` while expecting identifier";
        assert_eq!(
            Located::parse(text).to_string(),
            "p.rego:2:1: encountered `1` while expecting identifier"
        );
    }

    #[test]
    fn a_message_without_a_place_stands_as_it_is() {
        assert_eq!(
            Located::parse("not a valid rule path"),
            Located { place: None, message: "not a valid rule path".into() }
        );
    }
}
