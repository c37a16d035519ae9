//! Concise: `file:line:column: action[policy] message`, a line a finding, for editors, grep and small screens.

use std::io::{self, Write};

use super::{Diagnostic, Exempted, Finding, Report, one_line};
use crate::output::{Style, Verbosity};

/// Writes violations, then what is undetermined, what is exempted if asked for, then diagnostics.
pub(crate) fn write(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    for violation in report.violations.iter().filter(|violation| style.shows_action(violation.action)) {
        write_finding(violation, violation.action.as_str(), out)?;
    }
    for finding in report.undetermined.iter().filter(|finding| style.shows_action(finding.action)) {
        write_finding(finding, "undetermined", out)?;
    }
    if style.verbosity == Verbosity::Verbose {
        report.exempted.iter().try_for_each(|exempted| write_exempted(exempted, out))?;
    }
    let mut shown = report.diagnostics.iter().filter(|diagnostic| style.shows(diagnostic.level));
    shown.try_for_each(|diagnostic| write_diagnostic(diagnostic, out))
}

fn write_finding(finding: &Finding, word: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", one_line(&line(finding, word)))
}

fn write_exempted(exempted: &Exempted, out: &mut dyn Write) -> io::Result<()> {
    let line = format!("{}: {}", line(&exempted.finding, "exempted"), exempted.exemption);
    writeln!(out, "{}", one_line(&line))
}

fn line(finding: &Finding, word: &str) -> String {
    let Finding { location, policy, message, resource, .. } = finding;
    format!("{location}: {word}[{policy}] {message} ({resource})")
}

fn write_diagnostic(diagnostic: &Diagnostic, out: &mut dyn Write) -> io::Result<()> {
    let (level, code, message) = (diagnostic.level.as_str(), diagnostic.code.as_str(), &diagnostic.message);
    let line = match &diagnostic.location {
        Some(location) => format!("{location}: {level}[{code}] {message}"),
        None => format!("guard: {level}[{code}] {message}"),
    };
    writeln!(out, "{}", one_line(&line))
}

#[cfg(test)]
mod tests {
    use crate::{
        output::{Style, Verbosity},
        report::fixture,
    };

    fn concise(verbosity: Verbosity) -> String {
        let mut out = Vec::new();
        super::write(&fixture::rich(), Style { color: false, verbosity }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_finding_is_one_line() {
        insta::assert_snapshot!(concise(Verbosity::Verbose));
    }

    #[test]
    fn quiet_leaves_warnings_out_and_verbose_adds_what_is_recorded() {
        let [quiet, normal, verbose] = [Verbosity::Quiet, Verbosity::Normal, Verbosity::Verbose].map(concise);
        for (text, quietly, normally) in [
            ("deny[privileged-container]", true, true),
            ("error[unreadable-document]", true, true),
            ("warn[missing-resource-limits]", false, true),
            ("warning[boolean-word]", false, true),
            ("audit[unpinned-image]", false, false),
            ("exempted[", false, false),
            ("note[not-kubernetes]", false, false),
        ] {
            assert_eq!((quiet.contains(text), normal.contains(text)), (quietly, normally), "{text}");
            assert!(verbose.contains(text), "{text}");
        }
    }
}
