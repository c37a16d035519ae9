//! What may be typed: `guard <verb> [OPTIONS] [PATH…]`. The help texts here are also docs/cli.md.

mod check;
mod start;
mod test;
mod why;

use std::{env, io::IsTerminal, path::PathBuf};

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, builder::NonEmptyStringValueParser};
use jiff::civil::Date;

pub(crate) use check::{CheckArguments, FailOn};
pub(crate) use start::{
    CompletionsArguments, InitArguments, ManArguments, NewArguments, SchemaArguments, SchemaOf,
};
pub(crate) use test::TestArguments;
pub(crate) use why::WhyArguments;

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

/// What a file does not say of its resources.
#[derive(Debug, Args)]
#[command(next_help_heading = "What a file does not say")]
pub(crate) struct SurroundingsArguments {
    /// The namespace of manifests that name none
    ///
    /// What `kubectl apply --namespace` will be given. Without it such a manifest's namespace is unknown: policies that look at certain
    /// namespaces only still apply to it, exclusions and exemptions by namespace do not.
    // An empty name is a variable of a CI job that is not set: no namespace at all, and taken for a known one.
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) namespace: Option<String>,

    /// A file of Namespace manifests, for their labels
    ///
    /// As `kubectl get namespaces -o yaml` prints them. Namespace manifests among the files that are judged count first.
    #[arg(long, value_name = "FILE")]
    pub(crate) namespaces: Vec<PathBuf>,

    /// The day whose exemptions and announced enforcements count [default: today, in UTC]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) date: Option<Date>,
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
