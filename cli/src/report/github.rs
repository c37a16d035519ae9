//! GitHub workflow commands: each finding becomes an annotation at its line in a pull request.

use std::{
    fmt,
    io::{self, Write},
};

use guard_engine::enforcement::EnforcementAction;

use super::{Diagnostic, Finding, Level, Location, Report};

/// Writes a command a finding, then one a diagnostic. Notes are left out: GitHub shows ten annotations of a kind a step.
pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for violation in &report.violations {
        let command = match violation.action {
            EnforcementAction::Deny => "error",
            EnforcementAction::Warn => "warning",
            EnforcementAction::Audit => "notice",
        };
        write_finding(report, violation, command, violation.action.as_str(), out)?;
    }
    for finding in &report.undetermined {
        write_finding(report, finding, "notice", "undetermined", out)?;
    }
    report.diagnostics.iter().try_for_each(|diagnostic| write_diagnostic(diagnostic, out))
}

fn write_finding(
    report: &Report,
    finding: &Finding,
    command: &str,
    word: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Finding { location, policy, message, resource, severity, .. } = finding;
    write_properties(command, Some(location), out)?;
    write!(out, "title={} ({word}, {})", Property(policy), severity.as_str())?;
    // The job's log shows the message alone: it names the place again.
    write!(out, "::{}: {} ({})", Data(&location.to_string()), Data(message), Data(&resource.to_string()))?;
    if let Some(info) = report.policies.get(policy) {
        write!(out, "%0A{}", Data(info.remediation.trim()))?;
    }
    writeln!(out)
}

fn write_diagnostic(diagnostic: &Diagnostic, out: &mut dyn Write) -> io::Result<()> {
    let command = match diagnostic.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => return Ok(()),
    };
    write_properties(command, diagnostic.location.as_ref(), out)?;
    write!(out, "title={}::", Property(diagnostic.code.as_str()))?;
    if let Some(location) = &diagnostic.location {
        write!(out, "{}: ", Data(&location.to_string()))?;
    }
    write!(out, "{}", Data(&diagnostic.message))?;
    if let Some(help) = &diagnostic.help {
        write!(out, "%0A{}", Data(help))?;
    }
    writeln!(out)
}

/// Writes the command and its place. GitHub takes columns only where the place is within one line.
fn write_properties(command: &str, location: Option<&Location>, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "::{command} ")?;
    let Some(Location { file, line, column, end_line, end_column }) = location else { return Ok(()) };
    write!(out, "file={},line={line},", Property(file))?;
    if line == end_line {
        write!(out, "endLine={end_line},col={column},endColumn={end_column},")
    } else {
        write!(out, "endLine={end_line},")
    }
}

/// A command's text: `%` and the ends of lines are escaped.
struct Data<'a>(&'a str);

/// A command's property: also what ends a property.
struct Property<'a>(&'a str);

impl fmt::Display for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escape(self.0, &['%', '\r', '\n'], f)
    }
}

impl fmt::Display for Property<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escape(self.0, &['%', '\r', '\n', ':', ','], f)
    }
}

fn escape(text: &str, special: &[char], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    text.chars().try_for_each(|character| {
        if special.contains(&character) {
            write!(f, "%{:02X}", u32::from(character))
        } else {
            fmt::Write::write_char(f, character)
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::report::fixture;

    #[test]
    fn every_finding_is_one_command() {
        let mut out = Vec::new();
        super::write(&fixture::rich(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.lines().all(|line| line.starts_with("::")));
        insta::assert_snapshot!(text);
    }

    #[test]
    fn what_ends_a_command_or_a_property_is_escaped() {
        assert_eq!(super::Data("100%: a,\r\nb").to_string(), "100%25: a,%0D%0Ab");
        assert_eq!(super::Property("100%: a,\r\nb").to_string(), "100%25%3A a%2C%0D%0Ab");
    }
}
