//! JUnit XML: a suite a policy, a case a test. What kept policies from being tested is an error in a suite of its own.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::result::{Failure, Results, SuiteResult, TestResult};
use crate::report::junit::{attribute, write_xml};

/// Where what belongs to no policy stands.
const RUN: &str = "guard test";

/// Writes one `testsuites` element.
pub(super) fn write(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    let mut junit = quick_junit::Report::new(RUN);
    junit.add_test_suites(results.suites.iter().map(suite));
    if !results.problems.is_empty() {
        let mut suite = TestSuite::new(RUN);
        suite.add_test_cases(results.problems.iter().map(problem));
        junit.add_test_suite(suite);
    }
    write_xml(&junit, out)
}

fn suite(result: &SuiteResult) -> TestSuite {
    let mut suite = TestSuite::new(&*result.name);
    suite.add_test_cases(result.tests.iter().map(|test| case(&result.name, test)));
    suite
}

fn case(suite: &str, test: &TestResult) -> TestCase {
    let status = match test.failures.as_slice() {
        [] => TestCaseStatus::success(),
        [first, ..] => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let text: Vec<String> = test.failures.iter().map(Failure::to_string).collect();
            status.set_message(&*first.message).set_description(text.join("\n"));
            status
        }
    };
    let mut case = TestCase::new(&*test.name, status);
    case.set_classname(suite);
    attribute(&mut case, "file", &test.location.file);
    attribute(&mut case, "line", &test.location.line.to_string());
    if !test.prints.is_empty() {
        let prints: Vec<String> = test.prints.iter().map(ToString::to_string).collect();
        case.set_system_out(prints.join("\n"));
    }
    case
}

fn problem(problem: &Failure) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(&*problem.message).set_description(problem.to_string());
    let mut case = TestCase::new(&*problem.message, status);
    case.set_classname(RUN);
    if let Some(location) = &problem.location {
        attribute(&mut case, "file", &location.file);
        attribute(&mut case, "line", &location.line.to_string());
    }
    case
}
