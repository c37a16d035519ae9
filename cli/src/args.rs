//! What may be typed: `guard <verb> [OPTIONS] [PATH…]`. The help texts here are also docs/cli.md.

mod check;
mod start;
mod why;

use std::{env, io::IsTerminal, path::PathBuf};

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

pub(crate) use check::{CheckArguments, FailOn};
pub(crate) use start::{
    CompletionsArguments, InitArguments, ManArguments, NewArguments, SchemaArguments, SchemaOf,
};
pub(crate) use why::WhyArguments;

use crate::{output::Output, suite::TestFormat};

/// Guardrails for Kubernetes manifests: in CI what the cluster will say
#[derive(Debug, Parser)]
#[command(
    name = "guard",
    arg_required_else_help = true,
    disable_help_subcommand = true,
    disable_version_flag = true,
    after_help = GUARD_EXAMPLES,
    max_term_width = 100
)]
pub(crate) struct Arguments {
    /// What to do
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// Print the version, and the digest of the embedded policies
    #[arg(short = 'V', long, action = ArgAction::SetTrue)]
    pub(crate) version: bool,
}

const GUARD_EXAMPLES: &str = "\
Examples:
  $ guard check
  $ helm template shop ./chart | guard check -
  $ guard view deploy/app.yaml
  $ guard policies
  $ guard explain unpinned-image
  $ guard why deploy/app.yaml:12
  $ guard test policies
  $ guard new foreign-ingress-host --kind Ingress
  $ guard init";

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(Box<CheckArguments>),
    View(ViewArguments),
    Policies(PoliciesArguments),
    Explain(ExplainArguments),
    Why(Box<WhyArguments>),
    Test(TestArguments),
    New(NewArguments),
    Init(InitArguments),
    Schema(SchemaArguments),
    Completions(CompletionsArguments),
    Man(ManArguments),
}

/// Show manifests as Kubernetes will read them
///
/// Each document as the API server would receive it: booleans that look like words, octal numbers, anchors, merge keys and duplicate keys
/// resolved, lists taken apart. What may surprise its author is a warning. Exit code 2 where kubectl would refuse a document.
#[derive(Debug, Args)]
pub(crate) struct ViewArguments {
    /// Files; `-` is the standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// How to print: yaml, or json with one object a line
    #[arg(long, value_name = "FORMAT", default_value = "yaml")]
    pub(crate) format: ViewFormat,
}

/// List the policies, and what is done about each
///
/// What is loaded and from where, how severe it is, what guard.yaml makes of it, which kinds it judges, and why it is off if it is.
#[derive(Debug, Args)]
pub(crate) struct PoliciesArguments {
    /// How to print: a table, or json
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: PoliciesFormat,

    /// The day whose announced enforcements count [default: today, in UTC]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) date: Option<Date>,

    #[command(flatten)]
    pub(crate) policies: PolicyArguments,
}

/// Explain a policy
///
/// What it finds and why that matters, what is done about it here, how to mend it, its parameters, an example of a violation and of none,
/// and what to write into guard.yaml to exempt something.
#[derive(Debug, Args)]
#[command(after_long_help = EXPLAIN_EXAMPLES)]
pub(crate) struct ExplainArguments {
    /// Its name, or an old one
    #[arg(value_name = "POLICY")]
    pub(crate) policy: String,

    /// The day whose announced enforcements count [default: today, in UTC]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) date: Option<Date>,

    #[command(flatten)]
    pub(crate) policies: PolicyArguments,
}

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  $ guard explain unpinned-image
  $ guard explain exposed-service --bundle fixtures/policies";

/// Test policies
///
/// For each policy of a folder: its form; the `test_` rules of its *_test.rego, each asked by itself; and its documents, judged as `guard
/// check` judges, by this policy alone, with the defaults of its parameters and the first example of each required one. Each manifest of
/// deny.yaml must violate the policy at a place that the manifest has, none of allow.yaml may; an AdmissionReview is the request itself. Of
/// cases.yaml each input must have exactly the violations that it lists, and of snapshot.yaml each message and path must be as it stands. A
/// folder's own shared code comes before that of the library above it and of the default library.
#[derive(Debug, Args)]
#[command(after_long_help = TEST_EXAMPLES)]
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

const TEST_EXAMPLES: &str = "\
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

/// Which policies, and with what settings.
#[derive(Debug, Args)]
#[command(next_help_heading = "Policies")]
pub(crate) struct PolicyArguments {
    /// The settings [default: guard.yaml in the current folder or above it, up to the repository's root]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// A folder of policies to use beside the default ones; may be given several times
    #[arg(short, long, value_name = "DIR")]
    pub(crate) bundle: Vec<PathBuf>,

    /// Leave the default policies out
    #[arg(long)]
    pub(crate) no_default_policies: bool,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// Whether a stream is coloured. NO_COLOR: <https://no-color.org>, any value but the empty one.
    pub(crate) fn applies_to(self, stream: &impl IsTerminal) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                stream.is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        }
    }
}

/// How `guard view` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ViewFormat {
    /// A stream of YAML documents
    Yaml,
    /// One object a line
    Json,
}

/// How `guard policies` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PoliciesFormat {
    /// Columns
    Table,
    /// A JSON array
    Json,
}
