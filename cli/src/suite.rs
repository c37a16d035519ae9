//! The tests of policies: form, Rego tests, documents; suites in, one result a suite out.

mod pretty;

use guard_engine::{
    config::Config,
    evaluate::Evaluator,
    evaluation::Evaluation,
    inventory::Inventory,
    path::{Path, Segment},
    policy::Policy,
    rego::{Test, TestFailure},
    request::Request,
    violation::Violation,
};
use guard_loader::{
    Problem,
    suite::{self, Document, Suite, Suites, Verdict},
};
use guard_manifest::{Located, Position, Resource, Step};
use jiff::civil::{Date, date};
use serde_json::Value;
use std::sync::Arc;

pub(crate) use pretty::write;

/// No exemption and no announced enforcement is among the settings, so the day decides nothing.
const ANY_DAY: Date = date(2000, 1, 1);

/// What became of one suite.
#[derive(Debug)]
pub(crate) struct SuiteResult {
    /// The policy's name; the folder's for shared code.
    pub(crate) name: Arc<str>,
    /// How many tests in Rego were run.
    pub(crate) tests: usize,
    /// How many documents of deny.yaml were judged.
    pub(crate) deny: usize,
    /// How many documents of allow.yaml were judged.
    pub(crate) allow: usize,
    /// What did not come out as expected.
    pub(crate) failures: Vec<Failure>,
}

/// One thing that did not come out as expected.
#[derive(Debug)]
pub(crate) struct Failure {
    /// `file:line:column`.
    pub(crate) place: String,
    /// The test or document; what is wrong with a file as such.
    pub(crate) subject: String,
    /// What was expected, what came out, what to do: each with that word.
    pub(crate) notes: Vec<(&'static str, String)>,
}

impl SuiteResult {
    /// How many tests and documents there were.
    pub(crate) fn cases(&self) -> usize {
        self.tests + self.deny + self.allow
    }
}

/// Runs what `filter` leaves: all of a suite that has it in its name, else what has it in its own. Needs a stack of
/// [`guard_engine::evaluate::STACK_SIZE`].
pub(crate) fn run(suites: &mut Suites, filter: &str) -> Vec<SuiteResult> {
    let mut evaluator = Evaluator::new(Arc::clone(&suites.bundle));
    let list = suites.tests.list().to_vec();
    let mut results = Vec::new();
    for suite in &suites.suites {
        let whole = suite.name.contains(filter);
        let mut result =
            SuiteResult { name: Arc::clone(&suite.name), tests: 0, deny: 0, allow: 0, failures: Vec::new() };
        if whole {
            result.failures.extend(suite.mistakes.iter().map(mistake));
        }
        let tests = suite.tests.iter().filter_map(|&index| list.get(index));
        for test in tests.filter(|test| whole || test.name.contains(filter)) {
            result.tests += 1;
            let outcome = suites.tests.run(test);
            result.failures.extend(outcome.err().map(|failure| test_failure(test, failure)));
        }
        let documents = suite.documents.iter().filter(|document| whole || place(document).contains(filter));
        judge_all(suite, documents.collect(), suites, &mut evaluator, &mut result);
        if whole || result.cases() > 0 {
            results.push(result);
        }
    }
    results
}

fn judge_all(
    suite: &Suite,
    documents: Vec<&Document>,
    suites: &Suites,
    evaluator: &mut Evaluator,
    result: &mut SuiteResult,
) {
    let Some(policy) = suite.policy.and_then(|index| suites.bundle.policies().get(index)) else { return };
    let config = match suite::alone(policy, &suites.bundle, ANY_DAY) {
        Ok(config) => config,
        Err(problems) => {
            result.failures.extend(problems.iter().map(mistake));
            return;
        }
    };
    for document in documents {
        match document.verdict {
            Verdict::Deny => result.deny += 1,
            Verdict::Allow => result.allow += 1,
        }
        if let Err((expected, got)) = judge(document, policy, &config, evaluator) {
            let subject = subject(&document.resource.value);
            let notes = vec![("expected", expected), ("got", got)];
            result.failures.push(Failure { place: place(document), subject, notes });
        }
    }
}

/// Whether a policy says of a document what it is to say; else what was expected, and what came out.
fn judge(
    document: &Document,
    policy: &Policy,
    config: &Config,
    evaluator: &mut Evaluator,
) -> Result<(), (String, String)> {
    let expected = match document.verdict {
        Verdict::Deny => format!("a violation of {}", policy.name),
        Verdict::Allow => format!("no violation of {}", policy.name),
    };
    let object = Arc::new(document.resource.value.clone());
    let Some(request) = Request::create(object, None) else {
        return Err((expected, "it has no apiVersion or no kind".to_owned()));
    };
    let evaluation = evaluator.evaluate(config, &request, &Inventory::default(), ANY_DAY);
    if let Some(failure) = evaluation.failures.first() {
        return Err((expected, format!("the policy could not run: {}", failure.message)));
    }
    match document.verdict {
        Verdict::Deny => denied(document, &evaluation).map_err(|got| (expected, got)),
        Verdict::Allow => match evaluation.violations.as_slice() {
            [] => Ok(()),
            found => Err((expected, listed(found, &document.resource))),
        },
    }
}

/// A deny document is violated at a place that it has: elsewhere a reader would be pointed at nothing.
fn denied(document: &Document, evaluation: &Evaluation) -> Result<(), String> {
    let found = &evaluation.violations;
    if found.iter().any(|violation| has_place(&document.resource.value, &violation.path.0)) {
        Ok(())
    } else if evaluation.evaluated == 0 {
        Err("it was not judged: METADATA's kinds and operations do not select it".to_owned())
    } else if found.is_empty() {
        Err("none".to_owned())
    } else {
        Err(format!("none at a place that the manifest has: {}", listed(found, &document.resource)))
    }
}

/// Whether a path leads to a field, or to where one could be written: below what exists only keys are missing, and not its first step.
fn has_place(object: &Value, path: &[Segment]) -> bool {
    let mut value = object;
    for (depth, segment) in path.iter().enumerate() {
        let next = match segment {
            Segment::Key(key) => value.get(key),
            Segment::Index(index) => value.get(index),
        };
        let Some(next) = next else {
            let is_key = |segment: &Segment| matches!(segment, Segment::Key(_));
            return (value.is_object() || value.is_null())
                && path.iter().skip(depth).all(is_key)
                && (depth > 0 || path.len() == 1);
        };
        value = next;
    }
    true
}

/// Violations with their places, one after the other.
fn listed(violations: &[Violation], resource: &Resource) -> String {
    let one = |violation: &Violation| {
        let line = locate(resource, &violation.path.0).span.start.line;
        format!("{} (at {}, line {line})", violation.message, shown(&violation.path))
    };
    violations.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn shown(path: &Path) -> String {
    if path.0.is_empty() { "the object itself".to_owned() } else { path.to_string() }
}

fn locate(resource: &Resource, path: &[Segment]) -> Located {
    resource.locate(path.iter().map(|segment| match segment {
        Segment::Key(key) => Step::Key(key),
        Segment::Index(index) => Step::Index(*index),
    }))
}

fn place(document: &Document) -> String {
    let Position { line, column, .. } = document.resource.span().start;
    format!("{}:{line}:{column}", document.file)
}

/// `Deployment web`.
fn subject(object: &Value) -> String {
    let text = |pointer| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    format!("{} {}", text("/kind"), text("/metadata/name")).trim_end().to_owned()
}

fn mistake(problem: &Problem) -> Failure {
    let place = match problem.span {
        Some(span) => format!("{}:{}:{}", problem.file, span.start.line, span.start.column),
        None => problem.file.to_string(),
    };
    let notes = problem.help.iter().map(|help| ("help", help.clone())).collect();
    Failure { place, subject: problem.message.clone(), notes }
}

fn test_failure(test: &Test, failure: TestFailure) -> Failure {
    let got = match failure {
        TestFailure::NotTrue(Some(value)) => value,
        TestFailure::NotTrue(None) => "undefined: a statement of the test does not hold".to_owned(),
        TestFailure::Trouble(trouble) => format!("it could not run: {}", trouble.message),
    };
    Failure {
        place: format!("{}:{}:{}", test.file, test.line, test.column),
        subject: test.name.to_string(),
        notes: vec![("expected", "true".to_owned()), ("got", got)],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_place_is_a_field_or_where_one_could_be_written() {
        let object = json!({"metadata": {"labels": null}, "spec": {"containers": [{"name": "web"}]}});
        for (path, expected) in [
            (json!([]), true),
            (json!(["spec", "containers", 0, "name"]), true),
            (json!(["spec", "containers", 0, "securityContext", "privileged"]), true),
            (json!(["metadata", "labels", "owner"]), true),
            (json!(["data"]), true),
            (json!(["spc", "containers"]), false),
            (json!(["spec", "containers", 1]), false),
            (json!(["spec", "containers", "0", "name"]), false),
            (json!(["spec", "containers", 0, "name", "first"]), false),
            (json!(["spec", "volumes", 0]), false),
        ] {
            let path: Path = serde_json::from_value(path).unwrap();
            assert_eq!(has_place(&object, &path.0), expected, "{path}");
        }
    }
}
