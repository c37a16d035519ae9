//! Programs that a test starts: their output goes into a file, and they end with the value that stands for them, or with the test run.

mod watchdog;

use std::{
    fs::{self, File},
    net::TcpListener,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::poll;

/// A running program. It is killed when this is dropped.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
    ended: Option<ExitStatus>,
}

impl Process {
    /// Starts a program whose standard output and standard error are added to the file `log`.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(command: &mut Command, log: &Path) -> anyhow::Result<Self> {
        let name = Path::new(command.get_program()).file_name().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        let file = File::options().create(true).append(true).open(log)?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let child = command.spawn().with_context(|| format!("{name} does not start"))?;
        let process = Self { name, child, log: log.to_owned(), ended: None };
        watchdog::started(process.id())?;
        Ok(process)
    }

    /// The process's number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything it has written so far.
    ///
    /// # Errors
    /// The file of its output cannot be read.
    pub fn output(&self) -> anyhow::Result<String> {
        fs::read_to_string(&self.log).with_context(|| format!("cannot read {}", self.log.display()))
    }

    /// Fails, with what it wrote last, where it has ended.
    ///
    /// # Errors
    /// It has ended.
    pub fn check(&mut self) -> anyhow::Result<()> {
        if let Some(status) = self.try_wait()? {
            let output = self.output()?;
            let lines: Vec<_> = output.lines().collect();
            let last = lines.get(lines.len().saturating_sub(30)..).unwrap_or_default().join("\n");
            bail!("{} ended with {status}; it wrote last:\n{last}", self.name);
        }
        Ok(())
    }

    /// Asks it to end (SIGTERM), without waiting for it.
    ///
    /// # Errors
    /// The signal cannot be sent.
    pub fn terminate(&self) -> anyhow::Result<()> {
        if self.ended.is_some() {
            return Ok(());
        }
        let id = i32::try_from(self.id()).ok().and_then(Pid::from_raw).context("no process number")?;
        kill_process(id, Signal::TERM).with_context(|| format!("cannot signal {}", self.name))
    }

    /// Ends it at once (SIGKILL).
    ///
    /// # Errors
    /// It cannot be killed.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        if self.ended.is_none() {
            self.child.kill()?;
            self.ended = Some(self.child.wait()?);
            watchdog::ended(self.id())?;
        }
        Ok(())
    }

    /// Waits for it to end by itself, or as it was asked to.
    ///
    /// # Errors
    /// It does not.
    pub async fn wait(&mut self) -> anyhow::Result<ExitStatus> {
        let what = format!("the end of {}", self.name);
        poll::until(&what, async || self.try_wait()).await
    }

    fn try_wait(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait()?;
            if self.ended.is_some() {
                watchdog::ended(self.id())?;
            }
        }
        Ok(self.ended)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Err(error) = self.kill() {
            eprintln!("{} may still run: {error:#}", self.name);
        }
    }
}

/// Whether an end was asked for, or is a success.
#[must_use]
pub fn is_orderly(status: ExitStatus) -> bool {
    status.success() || status.signal() == Some(Signal::TERM.as_raw())
}

/// A folder for the files of a test: removed when this is dropped, or with the test run.
#[derive(Debug)]
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// A new, empty folder.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("guard-e2e-").tempdir()?;
        watchdog::folder(folder.path())?;
        Ok(Self(folder))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// A port of loopback that nobody listens on, for programs that cannot be told to choose one and say which.
///
/// It is outside the range from which systems choose ports by themselves (from 32768), so that nobody is given it meanwhile, and a server
/// that is stopped can be started on it again.
///
/// # Errors
/// Many in a row are taken.
pub fn free_port() -> anyhow::Result<u16> {
    for _ in 0..100 {
        let port = fastrand::u16(20_000..32_000);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port between 20000 and 32000")
}
