//! The one process beside a test run that outlives it, if only by a moment.

use std::{
    io::Write,
    os::unix::process::CommandExt,
    path::Path,
    process::{ChildStdin, Command, Stdio},
    sync::{Mutex, OnceLock, PoisonError},
};

use anyhow::{Context, bail};

/// Tells the watchdog that this process has started another.
pub(super) fn started(process: u32) -> anyhow::Result<()> {
    tell(&format!("started {process}"))
}

/// Tells the watchdog that another process has ended: its number may soon be somebody else's.
pub(super) fn ended(process: u32) -> anyhow::Result<()> {
    tell(&format!("ended {process}"))
}

/// Tells the watchdog to remove a folder in the end.
pub(super) fn folder(folder: &Path) -> anyhow::Result<()> {
    match folder.to_str() {
        Some(name) if !name.contains(char::is_whitespace) => tell(&format!("folder {name}")),
        _ => bail!("{} is no name to hand to a shell: set TMPDIR to another folder", folder.display()),
    }
}

fn tell(line: &str) -> anyhow::Result<()> {
    static WATCHDOG: OnceLock<Result<Mutex<ChildStdin>, String>> = OnceLock::new();
    let pipe = WATCHDOG
        .get_or_init(|| start().map(Mutex::new).map_err(|error| format!("{error:#}")))
        .as_ref()
        .map_err(|error| anyhow::Error::msg(error.clone()))?;
    let mut pipe = pipe.lock().unwrap_or_else(PoisonError::into_inner);
    writeln!(pipe, "{line}").context("the watchdog is gone")
}

fn start() -> anyhow::Result<ChildStdin> {
    let mut child = Command::new("sh")
        .args(["-c", include_str!("watchdog.sh")])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        // Ctrl-C is for the test run.
        .process_group(0)
        .spawn()
        .context("sh does not start")?;
    child.stdin.take().context("the watchdog has no standard input")
}
