//! Loading changed policies in another process first. An evaluator that runs out of stack or memory ends its process, and nothing can catch
//! that: better the other one.

use std::{io, path::PathBuf, process::Stdio, time::Duration};

use tokio::{process::Command, time::timeout};

use crate::sources::Sources;

/// How long another process may take.
const LIMIT: Duration = Duration::from_secs(30);

/// So much of what it says is passed on, in bytes.
const MAX_OUTPUT: usize = 16 << 10;

/// How changed policies are tried out.
#[derive(Debug, Clone)]
pub struct Rehearsal {
    /// guard-webhook itself: called with `--check` and the sources.
    program: PathBuf,
    limit: Duration,
}

/// Why changed policies are not to be served.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    /// They have mistakes, each with its place.
    #[error("{0}")]
    Mistakes(String),
    /// The process ended as it should not.
    #[error("loading them ended another process: {0}")]
    Died(String),
    /// It took too long.
    #[error("loading them takes longer than {0:?}")]
    TooLong(Duration),
    /// The process could not be started.
    #[error("they cannot be tried out: {0}")]
    NotStarted(#[source] io::Error),
}

impl Refused {
    /// Whether the same texts would be refused again. A process that was too slow or could not start is to be tried again.
    pub(super) fn is_final(&self) -> bool {
        matches!(self, Self::Mistakes(_) | Self::Died(_))
    }
}

impl Rehearsal {
    /// Tries out by this program.
    ///
    /// # Errors
    /// The system does not say which program this is.
    pub fn by_this_program() -> io::Result<Self> {
        Ok(Self { program: std::env::current_exe()?, limit: LIMIT })
    }

    /// Tries out by a program that understands `--check`, within a time.
    #[must_use]
    pub fn new(program: PathBuf, limit: Duration) -> Self {
        Self { program, limit }
    }

    /// Loads sources in another process.
    pub(super) async fn run(&self, sources: &Sources) -> Result<(), Refused> {
        let mut command = Command::new(&self.program);
        command.arg("--check").args(sources.arguments());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
        let child = command.spawn().map_err(Refused::NotStarted)?;
        let output = match timeout(self.limit, child.wait_with_output()).await {
            Ok(output) => output.map_err(Refused::NotStarted)?,
            Err(_) => return Err(Refused::TooLong(self.limit)),
        };
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.trim().chars().take(MAX_OUTPUT).collect::<String>();
        match output.status.code() {
            Some(0) => Ok(()),
            Some(2) => Err(Refused::Mistakes(said)),
            _ => Err(Refused::Died(format!("{}\n{said}", output.status).trim().to_owned())),
        }
    }
}
