//! SARIF 2.1.0 (OASIS), as code scanning services read it: policies are its rules, diagnostics its notifications.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
    sync::Arc,
};

use guard_engine::enforcement::{EnforcementAction, Severity};

use self::model::{
    ArtifactLocation, BaseId, Configuration, Descriptor, DescriptorReference, Driver, Fingerprints, Help,
    Invocation, Kind, Level, Log, LogicalLocation, Message, Notification, PhysicalLocation, Place, Region,
    RuleProperties, Run, RunProperties, SarifResult, Suppression, Tool,
};
use super::{Code, Diagnostic, Exempted, Finding, Location, PolicyInfo, Report};
use crate::output::{Style, Verbosity};

mod model;

/// The root that file names are relative to: the folder guard ran in, a checkout's root in CI. Its own place is left
/// out: reports are reproducible.
const ROOT: &str = "%SRCROOT%";

/// Writes one run. What is exempted is in it with `--verbose` alone, as suppressed: GitHub code scanning takes a
/// suppressed result for an open one.
pub(crate) fn write(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let exempted = if style.verbosity == Verbosity::Verbose { &*report.exempted } else { &[] };
    serde_json::to_writer_pretty(&mut *out, &log(report, exempted))?;
    out.write_all(b"\n")
}

fn log<'a>(report: &'a Report, exempted: &'a [Exempted]) -> Log<'a> {
    let indices: BTreeMap<&str, usize> =
        report.policies.keys().enumerate().map(|(i, name)| (&**name, i)).collect();
    let violations = report.violations.iter().map(|violation| result(violation, &indices));
    let exempted = exempted.iter().map(|exempted| {
        let suppression = Suppression {
            kind: "external",
            status: "accepted",
            justification: exempted.exemption.to_string(),
        };
        SarifResult { suppressions: vec![suppression], ..result(&exempted.finding, &indices) }
    });
    // SARIF 2.1.0, 3.27.9: what could not be decided is "open", and its level is then "none".
    let undetermined = report.undetermined.iter().map(|finding| SarifResult {
        kind: Kind::Open,
        level: Level::None,
        ..result(finding, &indices)
    });
    Log::new(Run {
        tool: Tool { driver: driver(report) },
        invocations: vec![invocation(report)],
        original_uri_base_ids: BTreeMap::from([(
            ROOT,
            BaseId { description: Message::new("The folder guard ran in") },
        )]),
        column_kind: "unicodeCodePoints",
        results: violations.chain(exempted).chain(undetermined).collect(),
        properties: RunProperties { summary: &report.summary },
    })
}

fn driver(report: &Report) -> Driver<'_> {
    let codes: BTreeSet<Code> = report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    Driver {
        name: "guard",
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: report.policies.iter().map(|(name, info)| rule(name, info)).collect(),
        notifications: codes.into_iter().map(notification_descriptor).collect(),
    }
}

fn rule<'a>(name: &'a str, info: &'a PolicyInfo) -> Descriptor<'a> {
    Descriptor {
        id: name,
        short_description: Message::new(&info.title),
        full_description: Some(Message::new(&info.description)),
        help: Some(help(info)),
        help_uri: info.references.first().map(String::as_str),
        default_configuration: Configuration { level: level(info.action) },
        properties: Some(RuleProperties {
            tags: ["security", &info.category],
            security_severity: security_severity(info.severity),
            severity: info.severity,
        }),
    }
}

/// What a code scanning service shows beside a finding: why it matters, what to change, where to read on.
fn help(info: &PolicyInfo) -> Help {
    let mut parts = vec![info.description.trim().to_owned(), info.remediation.trim().to_owned()];
    let mut text = parts.clone();
    text.extend((!info.references.is_empty()).then(|| info.references.join("\n")));
    let links: Vec<_> = info.references.iter().map(|reference| format!("- <{reference}>")).collect();
    parts.extend((!links.is_empty()).then(|| links.join("\n")));
    Help { text: text.join("\n\n"), markdown: parts.join("\n\n") }
}

fn notification_descriptor(code: Code) -> Descriptor<'static> {
    Descriptor {
        id: code.as_str(),
        short_description: Message::new(code.description()),
        full_description: None,
        help: None,
        help_uri: None,
        default_configuration: Configuration { level: notification_level(code.level()) },
        properties: None,
    }
}

fn invocation(report: &Report) -> Invocation<'_> {
    let (configuration, execution): (Vec<_>, Vec<_>) =
        report.diagnostics.iter().partition(|diagnostic| is_configuration(diagnostic.code));
    Invocation {
        execution_successful: report.summary.diagnostics.error == 0,
        tool_configuration_notifications: configuration.into_iter().map(notification).collect(),
        tool_execution_notifications: execution.into_iter().map(notification).collect(),
    }
}

/// Whether a problem lies in guard's configuration; otherwise it came up while guard read and judged.
fn is_configuration(code: Code) -> bool {
    matches!(
        code,
        Code::RenamedPolicy
            | Code::DeprecatedPolicy
            | Code::UnusedParameter
            | Code::UnusedExemption
            | Code::ExpiredExemption
            | Code::ExpiringExemption
            | Code::IneffectiveExemption
            | Code::AnnouncedEnforcement
    )
}

fn notification(diagnostic: &Diagnostic) -> Notification<'_> {
    let Diagnostic { code, level, message, location, help } = diagnostic;
    Notification {
        descriptor: DescriptorReference { id: code.as_str() },
        level: notification_level(*level),
        message: match help {
            Some(help) => Message::new(format!("{message}\n{help}")),
            None => Message::new(message),
        },
        locations: location.iter().map(|location| place(location, None)).collect(),
    }
}

fn result<'a>(finding: &'a Finding, indices: &BTreeMap<&str, usize>) -> SarifResult<'a> {
    let Finding { policy, action, message, resource, location, .. } = finding;
    SarifResult {
        rule_id: policy,
        rule_index: indices.get(&**policy).copied(),
        kind: Kind::Fail,
        level: level(*action),
        message: Message::new(format!("{message} ({resource})")),
        locations: vec![place(location, Some(finding))],
        partial_fingerprints: Fingerprints::new(finding.fingerprint),
        suppressions: Vec::new(),
    }
}

fn place<'a>(location: &'a Location, finding: Option<&'a Finding>) -> Place<'a> {
    let logical = finding.map(|finding| LogicalLocation {
        name: finding.resource.name.as_deref(),
        fully_qualified_name: format!("{} {}", finding.resource, finding.path).trim_end().to_owned(),
        kind: "object",
    });
    Place {
        physical_location: PhysicalLocation {
            artifact_location: artifact(&location.file),
            region: Region::new(location),
        },
        logical_locations: logical.into_iter().collect(),
    }
}

fn artifact(file: &Arc<str>) -> ArtifactLocation {
    let absolute = file.starts_with('/');
    let uri = if absolute { format!("file://{}", encode(file)) } else { encode(file) };
    ArtifactLocation { uri, uri_base_id: (!absolute).then_some(ROOT) }
}

/// Percent-encodes what RFC 3986 does not allow in a path; a colon too, which in a first segment would be taken for a scheme's.
fn encode(file: &str) -> String {
    let mut uri = String::with_capacity(file.len());
    for byte in file.bytes() {
        match byte {
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b'/'
            | b'@'
            | b'+'
            | b'=' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

fn level(action: EnforcementAction) -> Level {
    match action {
        EnforcementAction::Deny => Level::Error,
        EnforcementAction::Warn => Level::Warning,
        EnforcementAction::Audit => Level::Note,
    }
}

fn notification_level(level: super::Level) -> Level {
    match level {
        super::Level::Error => Level::Error,
        super::Level::Warning => Level::Warning,
        super::Level::Note => Level::Note,
    }
}

/// In the middle of the ranges by which GitHub code scanning turns the number back into the word: over 9.0 critical,
/// 7.0 to 8.9 high, 4.0 to 6.9 medium, below that low.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "2.0",
        Severity::Medium => "5.5",
        Severity::High => "8.0",
        Severity::Critical => "9.5",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;
    use crate::report::fixture;

    fn sarif(report: &Report) -> Value {
        sarif_as(Verbosity::Verbose, report)
    }

    fn sarif_as(verbosity: Verbosity, report: &Report) -> Value {
        let mut out = Vec::new();
        write(report, Style { color: false, verbosity }, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn a_report_is_one_run() {
        let mut log = sarif(&fixture::rich());
        log["runs"][0]["tool"]["driver"]["semanticVersion"] = json!("0.0.0");
        insta::assert_json_snapshot!(log);
    }

    #[test]
    fn every_result_points_at_the_rule_of_its_policy() {
        let log = sarif(&fixture::rich());
        let rules = &log["runs"][0]["tool"]["driver"]["rules"];
        let known: Vec<_> = log["runs"][0]["results"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|result| result["ruleId"] != "public-bucket")
            .collect();
        assert_eq!(known.len(), 9);
        for result in known {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
        }
    }

    #[test]
    fn fingerprints_are_unique() {
        let log = sarif(&fixture::rich());
        let results = log["runs"][0]["results"].as_array().unwrap();
        let fingerprints: BTreeSet<_> = results
            .iter()
            .map(|result| result["partialFingerprints"]["guard/v1"].as_str().unwrap())
            .collect();
        assert_eq!(fingerprints.len(), results.len());
    }

    #[test]
    fn only_what_is_exempted_is_suppressed_and_only_verbose_shows_it() {
        let log = sarif(&fixture::rich());
        let results = log["runs"][0]["results"].as_array().unwrap();
        let suppressed: Vec<_> =
            results.iter().filter(|result| !result["suppressions"].as_array().unwrap().is_empty()).collect();
        assert_eq!(suppressed.len(), 1);
        assert_eq!(suppressed[0]["ruleId"], "host-namespace");
        let normal = sarif_as(Verbosity::Normal, &fixture::rich());
        assert_eq!(normal["runs"][0]["results"].as_array().unwrap().len(), results.len() - 1);
    }

    #[test]
    fn a_run_that_could_not_do_its_work_is_not_successful() {
        assert_eq!(sarif(&fixture::rich())["runs"][0]["invocations"][0]["executionSuccessful"], false);
        assert_eq!(sarif(&fixture::clean())["runs"][0]["invocations"][0]["executionSuccessful"], true);
        assert_eq!(sarif(&fixture::clean())["runs"][0]["results"], json!([]));
    }

    #[test]
    fn file_names_become_uris() {
        let uri = |file: &str| serde_json::to_value(artifact(&file.into())).unwrap();
        assert_eq!(uri("deploy/web.yaml"), json!({"uri": "deploy/web.yaml", "uriBaseId": "%SRCROOT%"}));
        assert_eq!(uri("<stdin>"), json!({"uri": "%3Cstdin%3E", "uriBaseId": "%SRCROOT%"}));
        assert_eq!(
            uri("a:b/ü 1%.yaml"),
            json!({"uri": "a%3Ab/%C3%BC%201%25.yaml", "uriBaseId": "%SRCROOT%"})
        );
        assert_eq!(uri("/srv/a.yaml"), json!({"uri": "file:///srv/a.yaml"}));
    }

    #[test]
    fn severities_fall_into_the_ranges_of_code_scanning() {
        let number = |severity| security_severity(severity).parse::<f64>().unwrap();
        assert!((0.1..4.0).contains(&number(Severity::Low)));
        assert!((4.0..7.0).contains(&number(Severity::Medium)));
        assert!((7.0..9.0).contains(&number(Severity::High)));
        assert!((9.0..=10.0).contains(&number(Severity::Critical)));
    }
}
