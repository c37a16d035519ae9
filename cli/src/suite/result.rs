//! What tests of policies yield. The serialised form is the contract of `guard test --format json` (docs/test-report.schema.json).

use std::sync::Arc;

use guard_engine::rego::Print;
use guard_loader::Problem;
use serde::Serialize;

use super::{coverage::Coverage, finding::Difference, snapshots::Renewed};
use crate::report::Location;

/// The version of the serialised form: it grows when a reader of the older form would go wrong.
const VERSION: u32 = 1;

/// All that one run yields.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Results {
    /// [`VERSION`].
    pub(crate) version: u32,
    /// By folder, in the order in which these were named.
    pub(crate) suites: Vec<SuiteResult>,
    /// Why some policies were not tested, or nothing was.
    pub(crate) problems: Vec<Failure>,
    /// The snapshots that were written, by file.
    pub(crate) written: Vec<String>,
    /// The counts.
    pub(crate) summary: Summary,
    /// Which lines the tests reached, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) coverage: Option<Coverage>,
}

/// What became of one suite.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuiteResult {
    /// The policy's name; the folder's for shared code.
    pub(crate) name: Arc<str>,
    /// Its tests: its form, then those in Rego, its documents, its cases.
    pub(crate) tests: Vec<TestResult>,
    /// What its snapshot is to be, where that was asked for.
    #[serde(skip)]
    pub(crate) renewed: Option<Renewed>,
}

/// What became of one test.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestResult {
    /// What is tested.
    pub(crate) kind: Kind,
    /// `test_a_bare_command`, `deny.yaml: Deployment web`: unique in its suite.
    pub(crate) name: String,
    /// Where it is written.
    pub(crate) location: Location,
    /// What did not come out as expected; it passed where there is nothing.
    pub(crate) failures: Vec<Failure>,
    /// What `print` said meanwhile.
    pub(crate) prints: Vec<Printed>,
}

/// What is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Kind {
    /// What every policy must have.
    Form,
    /// A `test_` rule.
    Rule,
    /// A document that must violate the policy.
    Deny,
    /// A document that must not.
    Allow,
    /// A case of cases.yaml.
    Case,
    /// What snapshot.yaml says of no document.
    Snapshot,
}

/// One thing that did not come out as expected.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Failure {
    /// What it is about: one line.
    pub(crate) message: String,
    /// Where; none where no file is to blame.
    pub(crate) location: Option<Location>,
    /// What was expected and did not come out.
    pub(crate) expected: Vec<String>,
    /// What came out instead.
    pub(crate) got: Vec<String>,
    /// What to do.
    pub(crate) help: Option<String>,
}

/// What a `print` said.
#[derive(Debug, Serialize)]
pub(crate) struct Printed {
    /// The module's file.
    pub(crate) file: Arc<str>,
    /// The line of the call.
    pub(crate) line: u32,
    /// What was said.
    pub(crate) text: String,
}

/// The counts of a run.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    /// Suites.
    pub(crate) suites: usize,
    /// `test_` rules.
    pub(crate) rules: usize,
    /// Documents of deny.yaml and allow.yaml.
    pub(crate) documents: usize,
    /// Cases of cases.yaml.
    pub(crate) cases: usize,
    /// Failures of all tests.
    pub(crate) failures: usize,
}

impl Results {
    /// Counts.
    pub(crate) fn new(suites: Vec<SuiteResult>, problems: Vec<Failure>) -> Self {
        let count = |kinds: &[Kind]| suites.iter().map(|suite| suite.count(kinds)).sum();
        let tests = suites.iter().flat_map(|suite| &suite.tests);
        let summary = Summary {
            suites: suites.len(),
            rules: count(&[Kind::Rule]),
            documents: count(&[Kind::Deny, Kind::Allow]),
            cases: count(&[Kind::Case]),
            failures: tests.map(|test| test.failures.len()).sum(),
        };
        Self { version: VERSION, suites, problems, written: Vec::new(), summary, coverage: None }
    }
}

impl SuiteResult {
    /// How many tests are of these kinds.
    pub(crate) fn count(&self, kinds: &[Kind]) -> usize {
        self.tests.iter().filter(|test| kinds.contains(&test.kind)).count()
    }
}

impl Summary {
    /// Whether nothing was run: the form alone is no test.
    pub(crate) fn is_empty(self) -> bool {
        self.rules + self.documents + self.cases == 0
    }
}

impl Failure {
    /// A failure at a place.
    pub(crate) fn at(location: Location, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { message, location: Some(location), ..Self::default() }
    }

    /// A failure that no file is to blame for.
    pub(crate) fn nowhere(message: String) -> Self {
        Self { message, ..Self::default() }
    }

    /// What was expected, and what came out.
    pub(crate) fn instead(mut self, expected: impl Into<String>, got: impl Into<String>) -> Self {
        self.expected = vec![expected.into()];
        self.got = vec![got.into()];
        self
    }

    /// What was expected of a policy and is missing, and what it said instead.
    pub(super) fn between(mut self, Difference { missing, unexpected }: Difference) -> Self {
        let or =
            |lines: Vec<String>, none: &str| if lines.is_empty() { vec![none.to_owned()] } else { lines };
        self.expected = or(missing, "nothing else");
        self.got = or(unexpected, "nothing else");
        self
    }
}

impl From<&Problem> for Failure {
    fn from(problem: &Problem) -> Self {
        let file = Arc::clone(&problem.file);
        let location = match problem.span {
            Some(span) => Some(Location::new(file, span)),
            // A set of policies as a whole has no file.
            None => (!file.is_empty()).then(|| Location::whole_file(file)),
        };
        let (message, help) = (problem.message.clone(), problem.help.clone());
        Self { message, location, help, ..Self::default() }
    }
}

impl From<Print> for Printed {
    fn from(Print { file, line, text }: Print) -> Self {
        Self { file, line, text }
    }
}
