//! GitLab Code Quality: the subset of the Code Climate format that GitLab documents for its merge request widget.

use std::io::{self, Write};

use guard_engine::enforcement::{EnforcementAction, Severity};
use serde::{Serialize, Serializer, ser::SerializeSeq};

use super::{Diagnostic, Finding, Level, Report, one_line};
use crate::fingerprint::{Fingerprint, Ordinals};

/// One entry; all of it is required.
#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: Fingerprint,
    severity: &'static str,
    location: Place<'a>,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Writes violations and those diagnostics that somebody should look at.
pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut ordinals = Ordinals::default();
    let violations = report.violations.iter().map(issue);
    let diagnostics = report.diagnostics.iter().filter(|diagnostic| diagnostic.level != Level::Note);
    let diagnostics = diagnostics.map(|diagnostic| diagnostic_issue(diagnostic, &mut ordinals));
    let mut serializer = serde_json::Serializer::pretty(&mut *out);
    let mut issues = serializer.serialize_seq(None)?;
    violations.chain(diagnostics).try_for_each(|issue| issues.serialize_element(&issue))?;
    issues.end()?;
    out.write_all(b"\n")
}

fn issue(violation: &Finding) -> Issue<'_> {
    let Finding { policy, message, resource, location, .. } = violation;
    Issue {
        description: one_line(&format!("{message} ({resource})")),
        check_name: policy,
        fingerprint: violation.fingerprint,
        severity: severity(violation),
        location: Place { path: &location.file, lines: Lines { begin: location.line } },
    }
}

/// GitLab shows no issue without a file: what concerns the run as a whole stands at the folder guard ran in.
fn diagnostic_issue<'a>(diagnostic: &'a Diagnostic, ordinals: &mut Ordinals) -> Issue<'a> {
    let Diagnostic { code, level, message, location, .. } = diagnostic;
    let path = location.as_ref().map_or(".", |location| &location.file);
    Issue {
        description: one_line(message),
        check_name: code.as_str(),
        fingerprint: ordinals.next(Fingerprint::of(&[code.as_str(), path, message])),
        severity: if *level == Level::Error { "blocker" } else { "minor" },
        location: Place {
            path,
            lines: Lines { begin: location.as_ref().map_or(1, |location| location.line) },
        },
    }
}

/// GitLab has five severities and no actions: what is only recorded is `info`.
fn severity(violation: &Finding) -> &'static str {
    match (violation.action, violation.severity) {
        (EnforcementAction::Audit, _) => "info",
        (_, Severity::Low) => "minor",
        (_, Severity::Medium) => "major",
        (_, Severity::High) => "critical",
        (_, Severity::Critical) => "blocker",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;
    use crate::report::{Code, fixture};

    fn gitlab(report: &Report) -> Value {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    /// What GitLab's documentation ("Code Quality", "Code Quality report format") says of each field.
    fn schema() -> Value {
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "array",
            "items": {
                "type": "object",
                "required": ["description", "check_name", "fingerprint", "location", "severity"],
                "properties": {
                    "description": {"type": "string", "minLength": 1},
                    "check_name": {"type": "string", "minLength": 1},
                    "fingerprint": {"type": "string", "minLength": 1},
                    "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                    "location": {
                        "type": "object",
                        "required": ["path", "lines"],
                        "properties": {
                            // Relative to the repository, without a leading "./".
                            "path": {"type": "string", "minLength": 1, "not": {"pattern": "^(/|\\./)"}},
                            "lines": {
                                "type": "object",
                                "required": ["begin"],
                                "properties": {"begin": {"type": "integer", "minimum": 1}},
                            },
                        },
                    },
                },
            },
        })
    }

    #[test]
    fn every_report_has_the_published_form() {
        for report in [fixture::rich(), fixture::clean()] {
            jsonschema::validate(&schema(), &gitlab(&report)).unwrap();
        }
        assert_eq!(gitlab(&fixture::clean()), json!([]));
    }

    #[test]
    fn fingerprints_are_unique_over_findings_and_diagnostics() {
        let twice = Diagnostic::new(Code::PolicyFailed, "it failed");
        let mut report = fixture::rich();
        report.diagnostics.extend([twice.clone(), twice]);
        let issues = gitlab(&report);
        let issues = issues.as_array().unwrap();
        let fingerprints: BTreeSet<_> =
            issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
        assert_eq!(fingerprints.len(), issues.len());
    }

    #[test]
    fn a_report_reads_as_issues() {
        insta::assert_json_snapshot!(gitlab(&fixture::rich()));
    }
}
