//! Running the program.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_guard-webhook");

/// A policy that finds each object with this name.
pub(crate) fn policy(policy: &str, kinds: &str, name: &str) -> String {
    format!(
        r#"# METADATA
# title: T
# description: D
# custom:
#   category: test
#   severity: high
#   kinds: {kinds}
#   remediation: R
package guard.policies["{policy}"]

import future.keywords.not

violation contains {{"message": "its name", "path": ["metadata", "name"]}} if {{
	input.object.metadata.name == "{name}"
}}
"#
    )
}

/// A folder with `policies/odd/policy.rego` and guard.yaml.
pub(crate) fn folder(text: &str, guard_yaml: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), text, guard_yaml);
    folder
}

pub(crate) fn write(folder: &Path, text: &str, guard_yaml: &str) {
    fs::create_dir_all(folder.join("policies/odd")).unwrap();
    fs::write(folder.join("policies/odd/policy.rego"), text).unwrap();
    fs::write(folder.join("guard.yaml"), guard_yaml).unwrap();
}

/// Runs the program in a folder, by its policies alone.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// What [`run`] runs.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    let policies = ["--no-default-policies", "--bundle", "policies", "--config", "guard.yaml"];
    command.current_dir(folder).args(policies).args(arguments);
    command
}

/// Exit code, standard output and standard error.
pub(crate) fn text(output: &Output) -> String {
    let said = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    format!("{}\n-- out\n{}-- err\n{}", output.status, said(&output.stdout), said(&output.stderr))
}
