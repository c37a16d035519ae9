//! JUnit XML, as GitLab, Jenkins and Azure Pipelines read it: a suite a file, a case a finding.
//!
//! What is denied fails; what is warned of or recorded passes and says why in its output, because a build does not
//! break over it; what is exempted or undetermined is skipped, with the reason. A diagnostic of level error is an
//! error, a warning passes. A clean run is one case that passed: these services take a report without cases for a
//! broken one.

use std::{
    collections::{BTreeMap, HashMap},
    io::{self, Write},
};

use guard_engine::enforcement::EnforcementAction;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::{Diagnostic, Exempted, Finding, Level, Location, Report, Summary};

/// Where cases without a file stand.
const RUN: &str = "guard";

/// Writes one `testsuites` element.
pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    let cases = (report
        .violations
        .iter()
        .map(|violation| (Some(&violation.location), violated(report, violation))))
    .chain(report.exempted.iter().map(|exempted| (Some(&exempted.finding.location), skipped(exempted))))
    .chain(report.undetermined.iter().map(|finding| (Some(&finding.location), undetermined(finding))))
    .chain(
        report
            .diagnostics
            .iter()
            .filter_map(|diagnostic| Some((diagnostic.location.as_ref(), diagnosed(diagnostic)?))),
    );
    let mut names: HashMap<(&str, String), usize> = HashMap::new();
    for (location, mut case) in cases {
        let file = location.map_or(RUN, |location| &location.file);
        if let Some(location) = location {
            attribute(&mut case, "file", &location.file);
            attribute(&mut case, "line", &location.line.to_string());
        }
        case.set_classname(file);
        // Two cases of one name in one suite are taken for one.
        let ordinal = names.entry((file, case.name.as_str().to_owned())).or_default();
        *ordinal += 1;
        if *ordinal > 1 {
            case.name = format!("{} ({ordinal})", case.name.as_str()).into();
        }
        suites.entry(file).or_insert_with(|| TestSuite::new(file)).add_test_case(case);
    }
    if suites.is_empty() {
        suites.insert(RUN, clean(&report.summary));
    }
    let mut junit = quick_junit::Report::new(RUN);
    junit.add_test_suites(suites.into_values());
    write_xml(&junit, out)
}

/// Writes a report of JUnit's.
pub(crate) fn write_xml(junit: &quick_junit::Report, out: &mut dyn Write) -> io::Result<()> {
    // XML 1.0 has no place for these two, not even escaped; quick-junit takes care of the control characters.
    let text = junit.to_string().map_err(io::Error::other)?.replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}");
    out.write_all(text.as_bytes())
}

fn violated(report: &Report, violation: &Finding) -> TestCase {
    if violation.action != EnforcementAction::Deny {
        let mut case = TestCase::new(name(violation), TestCaseStatus::success());
        case.set_system_out(format!("{}: {}", violation.action.as_str(), text(report, violation)));
        return case;
    }
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(violation.severity.as_str()).set_message(&*violation.message);
    status.set_description(text(report, violation));
    TestCase::new(name(violation), status)
}

fn skipped(exempted: &Exempted) -> TestCase {
    let mut status = TestCaseStatus::skipped();
    status.set_message(format!("exempted: {}", exempted.exemption));
    TestCase::new(name(&exempted.finding), status)
}

fn undetermined(finding: &Finding) -> TestCase {
    let mut status = TestCaseStatus::skipped();
    status.set_message(format!("undetermined: {}", finding.message));
    TestCase::new(name(finding), status)
}

fn diagnosed(diagnostic: &Diagnostic) -> Option<TestCase> {
    let Diagnostic { code, level, message, location, help } = diagnostic;
    let place = location.as_ref().map_or_else(String::new, Location::to_string);
    let name = format!("{}: {message}", code.as_str());
    match level {
        Level::Note => None,
        Level::Warning => {
            let mut case = TestCase::new(name, TestCaseStatus::success());
            case.set_system_out(format!("warning: {place}\n{}", help.as_deref().unwrap_or_default()).trim());
            Some(case)
        }
        Level::Error => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type(code.as_str()).set_message(message);
            status.set_description(format!("{place}\n{}", help.as_deref().unwrap_or_default()).trim());
            Some(TestCase::new(name, status))
        }
    }
}

fn clean(summary: &Summary) -> TestSuite {
    let mut case = TestCase::new("no violations", TestCaseStatus::success());
    let scanned = summary.scanned;
    case.set_classname(RUN)
        .set_system_out(format!("{} resources, {} evaluations", scanned.resources, scanned.evaluations));
    let mut suite = TestSuite::new(RUN);
    suite.add_test_case(case);
    suite
}

/// A case is the same case in the next run when its name is: no line numbers.
fn name(finding: &Finding) -> String {
    let Finding { policy, resource, path, .. } = finding;
    if path.0.is_empty() { format!("{policy}: {resource}") } else { format!("{policy}: {resource}: {path}") }
}

fn text(report: &Report, finding: &Finding) -> String {
    let remediation = report.policies.get(&finding.policy).map(|info| info.remediation.as_str());
    format!("{}: {}\n{}", finding.location, finding.message, remediation.unwrap_or_default())
        .trim_end()
        .to_owned()
}

/// Gives a case an attribute that quick-junit has no word for.
pub(crate) fn attribute(case: &mut TestCase, key: &str, value: &str) {
    case.extra.insert(key.into(), value.into());
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::report::{Report, fixture};

    fn junit(report: &Report) -> String {
        let mut out = Vec::new();
        super::write(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_is_written_can_be_read_back_with_its_counts() {
        let read = quick_junit::Report::deserialize_from_str(&junit(&fixture::rich())).unwrap();
        let denied = fixture::rich().summary.violations.deny;
        assert_eq!((read.failures, read.errors), (denied, 1));
        let suites = &read.test_suites;
        assert_eq!(suites.iter().map(|suite| suite.test_cases.len()).sum::<usize>(), read.tests);
        assert_eq!(suites.iter().map(|suite| suite.skipped).sum::<usize>(), 2);
        let names: BTreeSet<_> = suites
            .iter()
            .flat_map(|suite| suite.test_cases.iter().map(|case| (suite.name.as_str(), case.name.as_str())))
            .collect();
        assert_eq!(names.len(), read.tests);
        insta::assert_snapshot!(junit(&fixture::rich()));
    }

    #[test]
    fn characters_that_xml_does_not_have_are_not_written() {
        let mut report = fixture::rich();
        for violation in &mut report.violations {
            violation.message = "\u{0}\u{b}\u{1b}[31m\u{FFFE}\u{FFFF}".into();
        }
        let text = junit(&report);
        let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
        assert!(text.chars().all(allowed), "{text:?}");
    }

    #[test]
    fn a_clean_run_is_one_case_that_passed() {
        let read = quick_junit::Report::deserialize_from_str(&junit(&fixture::clean())).unwrap();
        assert_eq!((read.tests, read.failures, read.errors), (1, 0, 0));
    }
}
