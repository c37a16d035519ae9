//! A command that runs to its end, and what it said.

use std::{path::Path, process::Stdio};

use anyhow::Context;
use tokio::{io::AsyncWriteExt, process::Command, time::timeout};

use crate::poll::PATIENCE;

/// How a command ended.
#[derive(Debug, Clone)]
pub struct Said {
    /// Whether its exit code was 0.
    pub ok: bool,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

/// Runs a script in a folder, with further environment variables.
///
/// # Errors
/// It does not end in time.
pub async fn bash(folder: &Path, variables: &[(&str, String)], script: &str) -> anyhow::Result<Said> {
    // What the script started in the background ends with it also where it takes too long.
    let mut command = Command::new("timeout");
    let seconds = (PATIENCE.as_secs() - 5).to_string();
    command
        .args(["--signal=KILL", &seconds, "bash", "-c", script])
        .current_dir(folder)
        .envs(variables.iter().map(|(name, value)| (name, value)));
    run(command, "").await
}

/// Runs a command, which is killed where it does not end in time.
pub(super) async fn run(mut command: Command, stdin: &str) -> anyhow::Result<Said> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let shown = format!("{:?}", command.as_std());
    let run = async {
        let mut child = command.spawn()?;
        let mut input = child.stdin.take().context("no standard input")?;
        // Who has said enough may end before all is read.
        input.write_all(stdin.as_bytes()).await.ok();
        drop(input);
        anyhow::Ok(child.wait_with_output().await?)
    };
    let output = timeout(PATIENCE, run).await.with_context(|| format!("{shown} does not end"))?;
    let output = output.with_context(|| format!("{shown} cannot be run"))?;
    Ok(Said {
        ok: output.status.success(),
        stdout: String::from_utf8(output.stdout)?,
        stderr: String::from_utf8(output.stderr)?,
    })
}
