//! The tests of policies: suites in, one result a test out, one writer a format.
//!
//! ```text
//! Suites -> form, rules, documents (each its own result) -> Results -> pretty · json · junit
//! ```

mod cases;
mod coverage;
mod documents;
mod finding;
mod format;
mod json;
mod junit;
mod pretty;
mod result;
mod snapshots;

use std::sync::Arc;

use guard_engine::{
    config::Config,
    evaluate::Evaluator,
    policy::Policy,
    rego::{Recorder, Test, TestFailure},
};
use guard_loader::{
    Problem,
    suite::{self, ANY_DAY, Case, Document, Suite, Suites},
};
use guard_manifest::{Position, Span};

use crate::report::Location;
use documents::{Judge, Judged};

pub(crate) use coverage::Coverage;
pub(crate) use format::TestFormat;
pub(crate) use result::{Failure, Results, SuiteResult};
use result::{Kind, TestResult};
use snapshots::Renewed;

pub(crate) use snapshots::write as write_snapshots;

/// What is said of what a policy is not for.
const NOT_JUDGED: &str = "it was not judged: METADATA's kinds, operations and subresources do not select it";

/// What is to be run, and how.
#[derive(Clone, Copy)]
pub(crate) struct Options<'a> {
    /// All of a suite that has this in its name is run, else what has it in its own.
    pub(crate) filter: &'a str,
    /// Snapshots are to be written and not to be compared with.
    pub(crate) update: bool,
    /// Takes down what documents and cases reach; the tests in Rego know theirs.
    pub(crate) recorder: Option<&'a Recorder>,
}

/// Runs what the filter leaves. Needs a stack of [`guard_engine::evaluate::STACK_SIZE`].
pub(crate) fn run(suites: &mut Suites, options: Options<'_>) -> Vec<SuiteResult> {
    let list = suites.tests.list().to_vec();
    let mut evaluator = Evaluator::new(Arc::clone(&suites.bundle));
    options.recorder.into_iter().for_each(|recorder| evaluator.record(recorder));
    let mut runner = Runner { evaluator, suites, list, options };
    let suites: Vec<Suite> = std::mem::take(&mut runner.suites.suites);
    suites.iter().filter_map(|suite| runner.run(suite)).collect()
}

/// Runs suites, one after the other.
struct Runner<'a> {
    suites: &'a mut Suites,
    /// All tests in Rego.
    list: Vec<Test>,
    options: Options<'a>,
    evaluator: Evaluator,
}

impl Runner<'_> {
    /// None where the filter leaves nothing of a suite.
    fn run(&mut self, suite: &Suite) -> Option<SuiteResult> {
        let whole = suite.name.contains(self.options.filter);
        let policy = suite.policy.and_then(|index| self.suites.bundle.policies().get(index)).cloned();
        let mut tests = Vec::new();
        let mut renewed = None;
        // Without settings nothing else of a policy can be judged.
        let config = policy.as_ref().map(|policy| suite::alone(policy, &self.suites.bundle, ANY_DAY));
        if let (Some(policy), Some(config)) = (&policy, &config)
            && (whole || config.is_err())
        {
            tests.push(form(suite, policy, config.as_ref().err()));
        }
        tests.extend(self.rules(suite, whole));
        if let (Some(policy), Some(Ok(config))) = (&policy, &config) {
            let judged = self.documents(suite, policy, config, whole);
            if self.options.update && !judged.is_empty() {
                renewed = Some(Renewed::new(policy, suite, &judged));
            }
            let before = suite.snapshot.as_ref().filter(|_| !self.options.update);
            tests.extend(judged.into_iter().map(|judged| snapshots::compare(before, judged)));
            tests.extend(before.filter(|_| whole).map(|before| snapshots::stale(before, suite)));
        }
        tests.extend(self.cases(suite, whole));
        let result = SuiteResult { name: Arc::clone(&suite.name), tests, renewed };
        (whole || !result.tests.is_empty()).then_some(result)
    }

    fn rules(&mut self, suite: &Suite, whole: bool) -> Vec<TestResult> {
        let tests = suite.tests.iter().filter_map(|&index| self.list.get(index));
        let wanted = tests.filter(|test| whole || test.name.contains(self.options.filter));
        let run = |test: &Test| {
            let outcome = self.suites.tests.run(test);
            let place = Position { line: test.line, column: test.column, offset: 0 };
            let location = Location::new(Arc::clone(&test.file), Span { start: place, end: place });
            TestResult {
                kind: Kind::Rule,
                name: test.name.to_string(),
                failures: outcome.err().map(|why| broken(test, &location, why)).into_iter().collect(),
                location,
                prints: self.suites.tests.take_prints().into_iter().map(Into::into).collect(),
            }
        };
        wanted.map(run).collect()
    }

    fn documents<'s>(
        &mut self,
        suite: &'s Suite,
        policy: &Policy,
        config: &Config,
        whole: bool,
    ) -> Vec<Judged<'s>> {
        let mut judge = Judge::new(policy, config, &suite.documents, &mut self.evaluator);
        let filter = self.options.filter;
        let is_wanted =
            |document: &&Document| whole || names(filter, &document.name, &documents::location(document));
        suite.documents.iter().filter(is_wanted).map(|document| judge.judge(document)).collect()
    }

    fn cases(&mut self, suite: &Suite, whole: bool) -> Vec<TestResult> {
        let Some(cases) = &suite.cases else { return Vec::new() };
        let filter = self.options.filter;
        let is_wanted = |case: &&Case| whole || names(filter, &case.name, &cases::location(cases, case));
        let wanted = cases.cases.iter().filter(is_wanted);
        wanted.map(|case| cases::judge(cases, case, &mut self.evaluator)).collect()
    }
}

/// Whether a filter means what has this name and stands at this place.
fn names(filter: &str, name: &str, location: &Location) -> bool {
    name.contains(filter) || location.to_string().contains(filter)
}

/// Whether a policy has what every policy must have.
fn form(suite: &Suite, policy: &Policy, unsettled: Option<&Vec<Problem>>) -> TestResult {
    TestResult {
        kind: Kind::Form,
        name: "form".to_owned(),
        location: Location::whole_file(Arc::clone(&policy.file)),
        failures: suite.mistakes.iter().chain(unsettled.into_iter().flatten()).map(Failure::from).collect(),
        prints: Vec::new(),
    }
}

fn broken(test: &Test, location: &Location, failure: TestFailure) -> Failure {
    let got = match failure {
        TestFailure::NotTrue(Some(value)) => value,
        TestFailure::NotTrue(None) => "undefined: a statement of the test does not hold".to_owned(),
        TestFailure::Trouble(trouble) => format!("it could not run: {}", trouble.message),
    };
    Failure::at(location.clone(), &*test.name).instead("true", got)
}
