//! Tests written in Rego: each `test_…` rule, found in the syntax tree and asked by itself.
//!
//! A query for a whole package would leave out a rule that is undefined, which is what a test that fails most often is.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use regorus::{
    Value,
    unstable::{Rule, RuleHead},
};

use super::{
    Module, Parsed, Prepared, Print, Recorder, Refusal,
    module::{self, Tree},
    run::Trouble,
    syntax::{self, Reference},
};

/// How long one test may take: only to end what would not end by itself.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// How much longer a test may take that is recorded.
const RECORDING: u32 = 10;

/// One test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// Its module's file.
    pub file: Arc<str>,
    /// Its rule's name, `test_…`.
    pub name: Arc<str>,
    /// The line of its rule, from 1.
    pub line: u32,
    /// The column of its rule, from 1, in Unicode code points.
    pub column: u32,
    /// The path that asks for it.
    rule: String,
}

/// Why a test did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestFailure {
    /// It has another value than true; none where it is undefined.
    NotTrue(Option<String>),
    /// It could not run to its end.
    Trouble(Trouble),
}

/// The tests of a bundle, ready to run on one thread, which needs a stack of 64 MB.
pub struct Tests {
    prepared: Prepared,
    tests: Vec<Test>,
    parsed: Vec<Parsed>,
    /// The same once more, for a recorder.
    recording: Option<(Prepared, Recorder)>,
}

impl Tests {
    /// Prepares the test modules `tests` beside the modules that they test.
    ///
    /// # Errors
    /// A module that does not load, two tests of one name, and a test where none is run.
    pub(crate) fn new(tested: &[Parsed], tests: &[Module]) -> Result<Self, Vec<Refusal>> {
        let modules: Vec<Module> =
            tested.iter().map(|parsed| parsed.module.clone()).chain(tests.iter().cloned()).collect();
        let trees = module::trees(&modules)?;
        let (tested, trees) = trees.split_at_checked(tested.len()).unwrap_or_default();
        let tests = list(tested, trees)?;
        let parsed = trees.iter().map(Tree::parsed).collect();
        Ok(Self { prepared: Prepared::alone(modules)?, tests, parsed, recording: None })
    }

    /// Makes `recorder` take down what tests reach from now on of the modules that they test. Each is run twice then: what is recorded
    /// decides no result.
    ///
    /// # Errors
    /// A module does not load in the form in which it is recorded.
    pub fn record(&mut self, recorder: &Recorder) -> Result<(), Vec<Refusal>> {
        let modules = recorder.instrumented().iter().chain(&self.parsed);
        let modules: Vec<Module> = modules.map(|parsed| parsed.module.clone()).collect();
        self.recording = Some((Prepared::alone(modules)?.recorded_by(recorder)?, recorder.clone()));
        Ok(())
    }

    /// The tests, by module and from its top to its bottom.
    #[must_use]
    pub fn list(&self) -> &[Test] {
        &self.tests
    }

    /// The test modules.
    pub(crate) fn parsed(&self) -> &[Parsed] {
        &self.parsed
    }

    /// Runs one of these tests, without an input but that which it gives itself.
    ///
    /// # Errors
    /// Why it did not pass.
    pub fn run(&mut self, test: &Test) -> Result<(), TestFailure> {
        let answer = self.prepared.ask(&test.rule, TIME_LIMIT);
        if let Some((prepared, recorder)) = &mut self.recording {
            recorder.compare(&answer, &prepared.ask(&test.rule, RECORDING * TIME_LIMIT));
        }
        match answer.map_err(TestFailure::Trouble)? {
            Value::Bool(true) => Ok(()),
            Value::Undefined => Err(TestFailure::NotTrue(None)),
            other => Err(TestFailure::NotTrue(Some(other.to_string()))),
        }
    }

    /// What the last test printed, in its order: up to an error, where there was one.
    pub fn take_prints(&mut self) -> Vec<Print> {
        self.prepared.take_prints()
    }
}

/// The rules of test modules that are tests; in the modules that they test there is none.
fn list(tested: &[Tree], trees: &[Tree]) -> Result<Vec<Test>, Vec<Refusal>> {
    let mut tests = Vec::new();
    let mut refusals: Vec<Refusal> =
        tested.iter().flat_map(candidates).map(Candidate::out_of_place).collect();
    let mut seen = BTreeSet::new();
    for tree in trees {
        for candidate in candidates(tree) {
            let rule = syntax::rule_path(&tree.package, candidate.name);
            if !candidate.is_whole {
                refusals.push(candidate.refused(
                    "a test with keys or arguments: what does not hold is no part of its value",
                    "write a test for each, or `every` in one",
                ));
            } else if seen.insert(rule.clone()) {
                tests.push(candidate.test(rule));
            } else {
                // Two bodies of one rule: one that fails would hide behind one that passes.
                let message = format!("two tests are called {}", candidate.name);
                refusals.push(candidate.refused(&message, "rename one of them"));
            }
        }
    }
    if refusals.is_empty() { Ok(tests) } else { Err(refusals) }
}

/// A rule that is called as a test is.
struct Candidate<'a> {
    file: &'a Arc<str>,
    name: &'a str,
    line: u32,
    column: u32,
    /// It has neither keys nor arguments.
    is_whole: bool,
}

fn candidates(tree: &Tree) -> impl Iterator<Item = Candidate<'_>> {
    tree.ast.policy.iter().filter_map(|rule| {
        let Rule::Spec { head, .. } = rule.as_ref() else { return None };
        let (RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. } | RuleHead::Func { refr, .. }) = head;
        let name = Reference::of(refr).variable().filter(|name| name.starts_with("test_"))?;
        let (line, column) = syntax::start(refr);
        let is_whole = syntax::variable(refr).is_some() && !matches!(head, RuleHead::Func { .. });
        Some(Candidate { file: &tree.module.file, name, line, column, is_whole })
    })
}

impl Candidate<'_> {
    fn test(&self, rule: String) -> Test {
        let Self { file, name, line, column, .. } = *self;
        Test { file: Arc::clone(file), name: name.into(), line, column, rule }
    }

    fn refused(&self, message: &str, help: &str) -> Refusal {
        let Self { file, line, column, .. } = *self;
        let (message, help) = (message.to_owned(), Some(help.to_owned()));
        Refusal { file: Arc::clone(file), line, column, message, help }
    }

    fn out_of_place(self) -> Refusal {
        let message = format!("{} stands where no test is run", self.name);
        self.refused(&message, "move it to a file whose name ends in _test.rego, or rename it")
    }
}

#[cfg(test)]
mod tests;
