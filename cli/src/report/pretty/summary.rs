//! The end of a pretty report: findings by policy, what was looked at, and the verdict as the last line.

use std::{
    collections::BTreeMap,
    fmt::Display,
    io::{self, Write},
};

use annotate_snippets::renderer::{AnsiColor, Effects, Style as Ansi};
use guard_engine::enforcement::{EnforcementAction, Severity};

use crate::{
    output::{Style, Verbosity},
    report::{Report, Summary},
};

const BOLD: Ansi = Ansi::new().effects(Effects::BOLD);
const DIM: Ansi = Ansi::new().effects(Effects::DIMMED);

/// Writes the summary.
pub(super) fn write_summary(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint(style.color);
    write_policies(report, paint, out)?;
    let summary = &report.summary;
    writeln!(out, "{}", scanned(summary, style))?;
    if style.verbosity == Verbosity::Verbose {
        let digests =
            format!("bundle {}\nconfiguration {}", summary.digests.bundle, summary.digests.configuration);
        writeln!(out, "{}", paint.with(DIM, digests))?;
    }
    if summary.violations.deny > 0 {
        let hint =
            "What has to stay as it is can be exempted in guard.yaml, with a reason, an owner and an expiry.";
        writeln!(out, "{}", paint.with(DIM, hint))?;
    }
    write_verdict(summary, paint, out)
}

/// A line a policy and action: most serious first, then most frequent.
fn write_policies(report: &Report, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<(EnforcementAction, Severity, &str), usize> = BTreeMap::new();
    for violation in &report.violations {
        *counts.entry((violation.action, violation.severity, &violation.policy)).or_default() += 1;
    }
    if counts.is_empty() {
        return Ok(());
    }
    let mut rows: Vec<_> = counts
        .into_iter()
        .map(|((action, severity, policy), count)| (action, count, severity, policy))
        .collect();
    rows.sort_by(|a, b| b.cmp(a));
    for (action, count, severity, policy) in rows {
        let action = paint.with(color(action), format_args!("{:5}", action.as_str()));
        writeln!(out, "{count:6}  {action}  {:8}  {policy}", severity.as_str())?;
    }
    writeln!(out)
}

/// What was looked at, and what was not.
fn scanned(summary: &Summary, style: Style) -> String {
    let scanned = summary.scanned;
    let mut line = format!(
        "Checked {} in {} with {}",
        count(scanned.resources, "resource"),
        count(scanned.files, "file"),
        count(scanned.policies, "policy"),
    );
    for (count, what) in [
        (summary.exempted, "exempted"),
        (summary.undetermined, "undetermined"),
        (summary.diagnostics.note, "skipped"),
    ] {
        if count > 0 {
            line += &format!(", {count} {what}");
        }
    }
    let hidden = summary.exempted + summary.diagnostics.note + summary.violations.audit;
    let hint =
        if hidden > 0 && style.verbosity != Verbosity::Verbose { " (--verbose shows all)" } else { "" };
    format!("{line}{hint}.")
}

/// What counts: the last line, because that is where a terminal stands still.
fn write_verdict(summary: &Summary, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let (violations, diagnostics) = (summary.violations, summary.diagnostics);
    let red = color(EnforcementAction::Deny);
    let yellow = color(EnforcementAction::Warn);
    let mut parts = Vec::new();
    let mut part = |style: Ansi, count: usize, text: String| {
        if count > 0 {
            parts.push(paint.with(style, text).to_string());
        }
    };
    part(red, violations.deny, format!("{} denied", violations.deny));
    part(yellow, violations.warn, format!("{} warned", violations.warn));
    part(color(EnforcementAction::Audit), violations.audit, format!("{} audited", violations.audit));
    if parts.is_empty() {
        parts.push(paint.with(BOLD, "No violations").to_string());
    }
    let mut line = parts.join(", ");
    if diagnostics.error > 0 {
        let errors = format!("{}: not everything could be judged", count(diagnostics.error, "error"));
        line += &format!("; {}", paint.with(red, errors));
    }
    if diagnostics.warning > 0 {
        line += &format!("; {} about the inputs", paint.with(yellow, count(diagnostics.warning, "warning")));
    }
    writeln!(out, "{line}")
}

fn count(count: usize, what: &str) -> String {
    match (count, what.strip_suffix('y')) {
        (1, _) => format!("1 {what}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {what}s"),
    }
}

fn color(action: EnforcementAction) -> Ansi {
    let color = match action {
        EnforcementAction::Deny => AnsiColor::BrightRed,
        EnforcementAction::Warn => AnsiColor::BrightYellow,
        EnforcementAction::Audit => AnsiColor::BrightBlue,
    };
    color.on_default().effects(Effects::BOLD)
}

/// Paints, or does not.
#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn with(self, style: Ansi, text: impl Display) -> String {
        if self.0 { format!("{style}{text}{style:#}") } else { text.to_string() }
    }
}
