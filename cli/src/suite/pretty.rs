//! Results of tests for a person: a line a suite, what failed, a summary.

use std::io::{self, Write};

use super::{Failure, SuiteResult};
use crate::report::one_line;

/// Writes the results.
pub(crate) fn write(results: &[SuiteResult], out: &mut dyn Write) -> io::Result<()> {
    let width = results.iter().map(|result| result.name.chars().count()).max().unwrap_or(0);
    for result in results {
        let SuiteResult { name, tests, deny, allow, failures } = result;
        let verdict = if failures.is_empty() { "ok    " } else { "FAILED" };
        let tests = counted(*tests, "test");
        writeln!(out, "{name:width$}  {verdict}  {tests:>9}, {deny:2} deny, {allow:2} allow")?;
    }
    for failure in results.iter().flat_map(|result| &result.failures) {
        write_failure(failure, out)?;
    }
    let sum = |count: fn(&SuiteResult) -> usize| results.iter().map(count).sum();
    writeln!(
        out,
        "\n{} in {}, {}: {}",
        counted(sum(|result| result.tests), "test"),
        counted(results.len(), "suite"),
        counted(sum(|result| result.deny + result.allow), "document"),
        match sum(|result| result.failures.len()) {
            0 => "all passed".to_owned(),
            failures => format!("{failures} failed"),
        },
    )
}

fn write_failure(failure: &Failure, out: &mut dyn Write) -> io::Result<()> {
    let Failure { place, subject, notes } = failure;
    writeln!(out, "\n{}: {}", one_line(place), one_line(subject))?;
    notes.iter().try_for_each(|(word, text)| writeln!(out, "  {word:8}  {}", one_line(text)))
}

fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}
