//! Results of tests for a person: a line a suite, what failed, a summary.

use std::{
    fmt,
    io::{self, Write},
};

use super::result::{Failure, Kind, Printed, Results, Summary, TestResult};
use crate::report::one_line;

/// Writes the results. What could not be loaded is not among them: the standard error has it.
pub(super) fn write(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    let width = results.suites.iter().map(|suite| suite.name.chars().count()).max().unwrap_or(0);
    for suite in &results.suites {
        let verdict =
            if suite.tests.iter().all(|test| test.failures.is_empty()) { "ok    " } else { "FAILED" };
        let count = |kind| suite.count(&[kind]);
        let (rules, deny, allow) =
            (counted(count(Kind::Rule), "test"), count(Kind::Deny), count(Kind::Allow));
        write!(out, "{:width$}  {verdict}  {rules:>9}, {deny:2} deny, {allow:2} allow", suite.name)?;
        match count(Kind::Case) {
            0 => writeln!(out)?,
            cases => writeln!(out, ", {}", counted(cases, "case"))?,
        }
    }
    let tests = results.suites.iter().flat_map(|suite| &suite.tests);
    tests.filter(|test| !test.failures.is_empty()).try_for_each(|test| write_failed(test, out))?;
    if !results.written.is_empty() {
        writeln!(out)?;
    }
    results.written.iter().try_for_each(|file| writeln!(out, "wrote {}", one_line(file)))?;
    if !results.suites.is_empty() {
        write_summary(results.summary, out)?;
    }
    results.coverage.iter().try_for_each(|coverage| coverage.write(out))
}

fn write_failed(test: &TestResult, out: &mut dyn Write) -> io::Result<()> {
    test.failures.iter().try_for_each(|failure| writeln!(out, "\n{failure}"))?;
    test.prints.iter().try_for_each(|print| writeln!(out, "  printed   {print}"))
}

fn write_summary(summary: Summary, out: &mut dyn Write) -> io::Result<()> {
    let Summary { suites, rules, documents, cases, failures } = summary;
    let cases = if cases == 0 { String::new() } else { format!(", {}", counted(cases, "case")) };
    writeln!(
        out,
        "\n{} in {}, {}{cases}: {}",
        counted(rules, "test"),
        counted(suites, "suite"),
        counted(documents, "document"),
        if failures == 0 { "all passed".to_owned() } else { format!("{failures} failed") },
    )
}

impl fmt::Display for Failure {
    /// `file:line:column: what it is about`, and below it what was expected, what came out and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, location, expected, got, help } = self;
        match location {
            Some(location) if location.is_whole_file() => write!(f, "{}: ", one_line(&location.file))?,
            Some(location) => write!(f, "{}: ", one_line(&location.to_string()))?,
            None => {}
        }
        f.write_str(&one_line(message))?;
        for (word, lines) in [("expected", &**expected), ("got", &**got), ("help", help.as_slice())] {
            lines.iter().try_for_each(|line| write!(f, "\n  {word:8}  {}", one_line(line)))?;
        }
        Ok(())
    }
}

impl fmt::Display for Printed {
    /// `file:line: text`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", one_line(&self.file), self.line, one_line(&self.text))
    }
}

fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}
