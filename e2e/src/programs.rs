//! The programs under test, as Cargo builds them.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use anyhow::{Context, bail};
use serde_json::Value;

/// `guard` and `guard-webhook`.
#[derive(Debug, Clone)]
pub struct Programs {
    /// The command line.
    pub guard: PathBuf,
    /// The webhook.
    pub webhook: PathBuf,
}

/// Builds both from the sources they are tested with, in the profile that Cargo takes by default.
///
/// # Errors
/// They do not compile.
pub fn programs() -> anyhow::Result<Programs> {
    static PROGRAMS: OnceLock<Result<Programs, String>> = OnceLock::new();
    PROGRAMS.get_or_init(|| build().map_err(|error| format!("{error:#}"))).clone().map_err(anyhow::Error::msg)
}

/// The repository's root.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn build() -> anyhow::Result<Programs> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["build", "--quiet", "--bins", "--message-format=json-render-diagnostics"]);
    let output =
        command.current_dir(root()).stderr(Stdio::inherit()).output().context("cargo does not start")?;
    if !output.status.success() {
        bail!("guard and guard-webhook do not compile");
    }
    let messages = String::from_utf8(output.stdout)?;
    let messages = messages.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    let executables =
        messages.iter().filter_map(|message| message.get("executable")?.as_str()).map(PathBuf::from);
    let executables: Vec<_> = executables.collect();
    let built = |name: &str| {
        let executable = executables.iter().find(|path| path.file_stem().is_some_and(|stem| stem == name));
        executable.cloned().with_context(|| format!("cargo has built no {name}"))
    };
    Ok(Programs { guard: built("guard")?, webhook: built("guard-webhook")? })
}
