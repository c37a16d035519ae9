//! The arguments of `guard test`.

use std::path::PathBuf;

use clap::Args;

use crate::{output::Output, suite::TestFormat};

/// Test policies
///
/// For each policy of a folder: its form; the `test_` rules of its *_test.rego, each asked by itself; and its documents, judged as `guard
/// check` judges, by this policy alone, with the defaults of its parameters and the first example of each required one. Each manifest of
/// deny.yaml must violate the policy at a place that the manifest has, none of allow.yaml may; an AdmissionReview is the request itself. Of
/// cases.yaml each input must have exactly the violations that it lists, and of snapshot.yaml each message and path must be as it stands. A
/// folder's own shared code comes before that of the library above it and of the default library.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct TestArguments {
    /// Folders of policies; each is tested by itself
    #[arg(value_name = "DIR", default_value = "policies")]
    pub(crate) folders: Vec<PathBuf>,

    /// Only policies, tests, documents and cases that have this in their name, or documents and cases in their file:line
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) filter: String,

    /// Write snapshot.yaml: what each policy says of its documents
    ///
    /// Beside each policy that is tested. A policy without that file is tested without it; with it, each message and path that changed fails
    /// the test, until it is written anew.
    #[arg(long)]
    pub(crate) update: bool,

    /// How to report: pretty, json or junit; `=FILE` writes to a file
    ///
    /// May be given several times, for one report on the standard output and others in files. Without it: pretty.
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub(crate) format: Vec<Output<TestFormat>>,

    /// Report which lines the tests reached; `=FILE` writes LCOV too
    ///
    /// Of the policies and the shared code of the folders: lines on which a rule or a statement begins. A rule's line is reached where the
    /// rule gave a value, a statement's where it was evaluated.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, help_heading = "Coverage")]
    #[expect(
        clippy::option_option,
        reason = "not asked for, asked for, and asked for with a file are three things"
    )]
    pub(crate) coverage: Option<Option<PathBuf>>,

    /// Exit with 1 where fewer lines are reached, in percent
    #[arg(
        long,
        value_name = "N",
        requires = "coverage",
        conflicts_with = "filter",
        value_parser = percent,
        help_heading = "Coverage"
    )]
    pub(crate) fail_under: Option<f64>,
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=100.0).contains(number));
    number.ok_or_else(|| "expected a number from 0 to 100".to_owned())
}

const EXAMPLES: &str = "\
Exit codes:
  0  every test passed
  1  a test failed, or fewer lines are reached than --fail-under asks for
  2  a policy or a test does not load, or there is no test

Examples:
  $ guard test
  $ guard test fixtures/policies --filter exposed-service
  $ guard test fixtures/policies --update
  $ guard test --format pretty --format junit=tests.xml
  $ guard test --coverage=lcov.info --fail-under 90";
