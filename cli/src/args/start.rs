//! The verbs to start with: a policy, a repository, a shell, an editor.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::scaffold::{Kind, PolicyName};

/// Begin a policy
///
/// Writes policy.rego, policy_test.rego, deny.yaml and allow.yaml with an example that passes `guard test`, to be replaced piece by piece.
/// Nothing that is there is written over.
#[derive(Debug, Args)]
#[command(after_long_help = NEW_EXAMPLES)]
pub(crate) struct NewArguments {
    /// Its name: what is wrong with what it finds, in lower-case words with hyphens
    #[arg(value_name = "POLICY")]
    pub(crate) policy: PolicyName,

    /// What it judges: `Ingress`, or `Widget.v1.example.com`; may be given several times [default: pods and all workloads]
    ///
    /// Kubernetes' own kinds by their name, others with their version and group.
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Vec<Kind>,

    /// The folder of policies
    #[arg(long, value_name = "DIR", default_value = "policies")]
    pub(crate) dir: PathBuf,
}

const NEW_EXAMPLES: &str = "\
Examples:
  $ guard new interactive-container
  $ guard new foreign-ingress-host --kind Ingress && guard test policies --filter foreign-ingress-host
  $ guard new oversized-widget --kind Widget.v1beta1.example.com --dir guardrails";

/// Begin to use guard in a repository
///
/// Writes a guard.yaml that explains itself, and .guard.schema.json, by which an editor checks and completes it. On request, what a commit
/// hook or a pipeline needs. What is there is never written over: then it says what to add, and where.
#[derive(Debug, Args)]
#[command(after_long_help = INIT_EXAMPLES)]
pub(crate) struct InitArguments {
    /// Judge what is committed: .pre-commit-config.yaml
    #[arg(long)]
    pub(crate) pre_commit: bool,

    /// Judge pull requests on GitHub: .github/workflows/guard.yaml
    #[arg(long)]
    pub(crate) github: bool,

    /// Judge merge requests on GitLab: .gitlab-ci.yml
    #[arg(long)]
    pub(crate) gitlab: bool,
}

const INIT_EXAMPLES: &str = "\
Examples:
  $ guard init
  $ guard init --pre-commit --github";

/// Print a JSON Schema
///
/// By which an editor checks and completes what it describes. That of guard.yaml knows the policies and packs that are loaded here, those of
/// one's own too, with their parameters.
#[derive(Debug, Args)]
#[command(after_long_help = SCHEMA_EXAMPLES)]
pub(crate) struct SchemaArguments {
    /// Of what
    #[arg(value_name = "WHAT")]
    pub(crate) what: SchemaOf,

    #[command(flatten)]
    pub(crate) policies: super::PolicyArguments,
}

const SCHEMA_EXAMPLES: &str = "\
Examples:
  $ guard schema guard.yaml > .guard.schema.json
  $ guard schema report";

/// What has a JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// The settings
    #[value(name = "guard.yaml")]
    GuardYaml,
    /// The METADATA block of a policy
    Metadata,
    /// The cases of a policy's tests
    #[value(name = "cases.yaml")]
    Cases,
    /// What `guard check --format json` writes
    Report,
    /// What `guard test --format json` writes
    TestReport,
}

/// Print what completes guard's commands in a shell
#[derive(Debug, Args)]
#[command(after_long_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  $ guard completions bash > guard.bash
  $ guard completions zsh > _guard";

/// Write the manual pages into a folder
#[derive(Debug, Args)]
#[command(after_long_help = MAN_EXAMPLES)]
pub(crate) struct ManArguments {
    /// The folder, which is made where there is none
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

const MAN_EXAMPLES: &str = "\
Examples:
  $ guard man share/man/man1";
