//! `guard check`: paths, what a file does not say, reports, exit codes.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::{Args, ValueEnum};

use super::{Color, PolicyArguments, SurroundingsArguments};
use crate::output::Output;

/// Judge manifests
///
/// Looks for Kubernetes resources in YAML and JSON files, reads them as the API server will, and says which policies they break, where,
/// and what to change. Files that .gitignore names are left out.
#[derive(Debug, Args)]
#[command(after_long_help = CHECK_EXAMPLES)]
pub(crate) struct CheckArguments {
    /// Files, folders and globs; `-` is the standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,

    /// The paths are a part of what there is, such as the files of a commit
    ///
    /// Then it is no error that nothing is to be judged, an exemption that covers nothing is not told, and a file that is named is left out
    /// where a folder's would be: a chart's template, a patch of a kustomization. Policies that compare objects see those files alone.
    #[arg(long)]
    pub(crate) partial: bool,

    /// How many files to judge at once [default: one a core]
    #[arg(short, long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,

    #[command(flatten)]
    pub(crate) policies: PolicyArguments,

    #[command(flatten)]
    pub(crate) surroundings: SurroundingsArguments,

    /// How to report: pretty, concise, json, sarif, junit, github or gitlab; `=FILE` writes to a file
    ///
    /// May be given several times, for one report on the standard output and others in files. Without it: pretty.
    #[arg(long, value_name = "FORMAT[=FILE]", help_heading = "Report")]
    pub(crate) format: Vec<Output>,

    /// When to colour what a person reads
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Report")]
    pub(crate) color: Color,

    /// Report denials and errors only
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Report")]
    pub(crate) quiet: bool,

    /// Also report exempted violations with their reasons, and name each file that was skipped
    #[arg(short, long, help_heading = "Report")]
    pub(crate) verbose: bool,

    /// What makes the exit code 1; several with commas
    ///
    /// `deny` always does, `warn` adds warnings, `undetermined` what is only known later.
    #[arg(
        long,
        value_name = "WHAT",
        value_delimiter = ',',
        default_value = "deny",
        help_heading = "Exit code"
    )]
    pub(crate) fail_on: Vec<FailOn>,

    /// Exit with 0 though something is denied
    ///
    /// For a first look at a repository. What could not be looked at still ends with 2.
    #[arg(long, conflicts_with = "fail_on", help_heading = "Exit code")]
    pub(crate) no_fail: bool,

    /// Make an error of everything that was left out
    ///
    /// Documents that are no Kubernetes resource, templates that were not rendered, patches, and kinds that no API server reads.
    #[arg(long, help_heading = "Exit code")]
    pub(crate) strict: bool,
}

const CHECK_EXAMPLES: &str = "\
Exit codes:
  0  everything was looked at, and nothing is denied
  1  something is denied
  2  something could not be looked at; the report is complete as far as it goes

Examples:
  $ guard check
  $ guard check deploy/ 'apps/*/k8s/**/*.yaml' --namespace shop
  $ guard check deploy/ --format github --format sarif=guard.sarif
  $ kustomize build overlays/production | guard check -
  $ kubectl get deployments -A -o yaml | guard check -";

/// What counts for the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Denials
    Deny,
    /// Warnings, and denials
    Warn,
    /// What is only known later, and denials
    Undetermined,
}
