//! Pretty, for people: a code frame a place, then guard's own problems, then a summary that ends in the verdict.
//!
//! Findings of one place share a frame; a policy's remediation stands at its first finding; of warnings about guard's
//! inputs the first few of each code are shown. What is only recorded, exempted or skipped is counted, and shown with
//! `--verbose`.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use annotate_snippets::Level;
use guard_engine::{
    enforcement::EnforcementAction,
    path::{Path, Segment},
    violation::Assumption,
};

use self::summary::write_summary;
use super::{
    Code, Exempted, Finding, Report, Resource,
    frame::{Frame, Frames},
};
use crate::output::{Style, Verbosity};

mod summary;

/// How many warnings of one code are shown.
const MAX_WARNINGS: usize = 3;

/// Writes the report.
pub(crate) fn write(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let frames = Frames::new(style.color, report.sources.iter().map(|(file, text)| (&**file, &**text)));
    let mut writer = Writer { report, style, frames, explained: BTreeSet::new(), out };
    writer.findings(&report.violations, |finding| level(finding.action))?;
    writer.findings(&report.undetermined, |_| Level::INFO.with_name("undetermined"))?;
    if style.verbosity == Verbosity::Verbose {
        report.exempted.iter().try_for_each(|exempted| writer.exempted(exempted))?;
    }
    writer.diagnostics()?;
    if style.verbosity == Verbosity::Quiet { Ok(()) } else { write_summary(report, style, writer.out) }
}

/// A violation's colour and first word.
fn level(action: EnforcementAction) -> Level<'static> {
    match action {
        EnforcementAction::Deny => Level::ERROR,
        EnforcementAction::Warn => Level::WARNING,
        EnforcementAction::Audit => Level::INFO,
    }
    .with_name(action.as_str())
}

struct Writer<'a> {
    report: &'a Report,
    style: Style,
    frames: Frames<'a>,
    /// The policies whose remediation was said.
    explained: BTreeSet<&'a str>,
    out: &'a mut dyn Write,
}

impl<'a> Writer<'a> {
    fn findings(&mut self, findings: &'a [Finding], level: fn(&Finding) -> Level<'static>) -> io::Result<()> {
        let shown: Vec<_> =
            findings.iter().filter(|finding| self.style.shows_action(finding.action)).collect();
        let mut places = shown.chunk_by(|a, b| a.location == b.location && a.resource == b.resource);
        places.try_for_each(|findings| self.place(findings, level))
    }

    /// One frame for all findings of one place.
    fn place(&mut self, findings: &[&'a Finding], level: fn(&Finding) -> Level<'static>) -> io::Result<()> {
        let Some(first) = findings.first() else { return Ok(()) };
        let mut frame = Frame::at(&first.location);
        let mut severities: Vec<_> = findings.iter().map(|finding| finding.severity).collect();
        severities.sort_by(|a, b| b.cmp(a));
        severities.dedup();
        frame.label = severities.into_iter().map(|severity| severity.as_str()).collect::<Vec<_>>().join(", ");
        for finding in findings {
            frame.message(level(finding), &finding.policy, &finding.message);
        }
        frame.note(Level::NOTE.with_name("in"), address(&first.resource, common_path(findings)));
        for finding in findings {
            if self.explained.insert(&finding.policy)
                && let Some(remediation) = self.remediation(finding)
            {
                frame.help(remediation);
            }
        }
        let assumed: BTreeSet<_> =
            findings.iter().flat_map(|finding| finding.assumed.iter().copied()).collect();
        if self.style.verbosity == Verbosity::Verbose && !assumed.is_empty() {
            let unknown: Vec<_> = assumed.into_iter().map(unknown).collect();
            let text = format!("the policy applies, but {}", unknown.join(", "));
            frame.note(Level::NOTE.with_name("assumed"), text);
        }
        self.draw(&frame)
    }

    fn exempted(&mut self, exempted: &Exempted) -> io::Result<()> {
        let finding = &exempted.finding;
        let mut frame = Frame::at(&finding.location);
        frame.message(Level::NOTE.with_name("exempted"), &finding.policy, &finding.message);
        frame.note(Level::NOTE.with_name("in"), address(&finding.resource, &finding.path.0));
        frame.note(Level::NOTE.with_name("because"), exempted.exemption.to_string());
        self.draw(&frame)
    }

    /// Notes, then of the warnings the first few of each code unless everything is asked for, then errors: they matter
    /// most, and the end of a long text is what is read.
    fn diagnostics(&mut self) -> io::Result<()> {
        let (report, style) = (self.report, self.style);
        let of = |level| {
            report
                .diagnostics
                .iter()
                .filter(move |diagnostic| diagnostic.level == level && style.shows(level))
        };
        of(super::Level::Note).try_for_each(|note| self.draw(&Frame::diagnostic(note)))?;
        let most = if style.verbosity == Verbosity::Verbose { usize::MAX } else { MAX_WARNINGS };
        let mut counts: BTreeMap<Code, usize> = BTreeMap::new();
        for warning in of(super::Level::Warning) {
            let count = counts.entry(warning.code).or_default();
            *count += 1;
            if *count <= most {
                self.draw(&Frame::diagnostic(warning))?;
            }
        }
        for (code, count) in counts.into_iter().filter(|(_, count)| *count > most) {
            let mut frame = Frame::default();
            frame.message(
                Level::WARNING,
                code.as_str(),
                &format!("{} more of them (--verbose shows all)", count - most),
            );
            self.draw(&frame)?;
        }
        of(super::Level::Error).try_for_each(|error| self.draw(&Frame::diagnostic(error)))
    }

    fn draw(&mut self, frame: &Frame<'_>) -> io::Result<()> {
        writeln!(self.out, "{}", self.frames.draw(frame))
    }

    /// The first paragraph of what the policy's author says to change.
    fn remediation(&self, finding: &Finding) -> Option<&'a str> {
        self.report.policies.get(&finding.policy)?.remediation.trim().split("\n\n").next()
    }
}

/// What a file does not say.
pub(crate) fn unknown(assumption: Assumption) -> &'static str {
    match assumption {
        Assumption::Namespace => "its namespace is unknown",
        Assumption::NamespaceLabels => "its namespace's labels are unknown",
        Assumption::User => "who will apply it is unknown",
    }
}

/// What the paths of findings about one place have in common.
fn common_path<'a>(findings: &[&'a Finding]) -> &'a [Segment] {
    let Some((first, others)) = findings.split_first() else { return &[] };
    others.iter().fold(&first.path.0, |common, finding| {
        let same = common.iter().zip(&finding.path.0).take_while(|(a, b)| a == b).count();
        common.get(..same).unwrap_or_default()
    })
}

/// Which field of which resource: what a file alone does not show when it is rendered or long.
fn address(resource: &Resource, path: &[Segment]) -> String {
    if path.is_empty() { resource.to_string() } else { format!("{resource}: {}", Path(path.to_vec())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Diagnostic, fixture};

    fn pretty(report: &Report, color: bool, verbosity: Verbosity) -> String {
        let mut out = Vec::new();
        write(report, Style { color, verbosity }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_report_shows_what_is_denied_and_warned_of() {
        insta::assert_snapshot!(pretty(&fixture::rich(), false, Verbosity::Normal));
    }

    #[test]
    fn verbose_shows_everything() {
        insta::assert_snapshot!(pretty(&fixture::rich(), false, Verbosity::Verbose));
    }

    #[test]
    fn quiet_shows_denials_and_errors_alone() {
        insta::assert_snapshot!(pretty(&fixture::rich(), false, Verbosity::Quiet));
    }

    #[test]
    fn a_clean_run_says_what_was_looked_at() {
        insta::assert_snapshot!(pretty(&fixture::clean(), false, Verbosity::Normal), @"
        Checked 3 resources in 2 files with 6 policies.
        No violations
        ");
    }

    #[test]
    fn warnings_of_one_code_do_not_drown_the_rest() {
        let mut report = fixture::clean();
        let warning = |i| Diagnostic::new(Code::DuplicateResource, format!("Service s{i} stands twice"));
        report.diagnostics = (0..9).map(warning).collect();
        let (normal, verbose) =
            (pretty(&report, false, Verbosity::Normal), pretty(&report, false, Verbosity::Verbose));
        assert_eq!(normal.matches("stands twice").count(), MAX_WARNINGS);
        assert!(normal.contains("warning[duplicate-resource]: 6 more of them (--verbose shows all)"));
        assert_eq!(verbose.matches("stands twice").count(), 9);
        assert!(!verbose.contains("more of them"));
    }

    #[test]
    fn findings_of_one_place_are_addressed_by_what_their_paths_share() {
        let report = fixture::rich();
        let at =
            |policy: &str| report.violations.iter().find(|violation| &*violation.policy == policy).unwrap();
        let (image, privileged) = (at("unpinned-image"), at("privileged-container"));
        let shared = |findings: &[&Finding]| Path(common_path(findings).to_vec()).to_string();
        assert_eq!(shared(&[image, privileged]), "spec.template.spec.containers[0]");
        assert_eq!(shared(&[privileged]), "spec.template.spec.containers[0].securityContext.privileged");
        assert_eq!(shared(&[privileged, at("required-labels")]), "");
    }

    #[test]
    fn colors_add_escape_sequences_and_nothing_else() {
        let plain = pretty(&fixture::rich(), false, Verbosity::Verbose);
        let colored = pretty(&fixture::rich(), true, Verbosity::Verbose);
        let mut parts = colored.split('\u{1b}');
        let mut stripped = parts.next().unwrap().to_owned();
        for part in parts {
            stripped += part.split_once('m').unwrap().1;
        }
        assert_ne!(colored, plain);
        assert_eq!(stripped, plain);
    }
}
