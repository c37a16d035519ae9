//! What the exit code says.

use std::{io, process::ExitCode};

use crate::stderr;

/// The three answers. A guard that could not look is not green, so [`Exit::Failed`] wins over the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Everything was looked at, and nothing is denied.
    Clean,
    /// Something is denied, or a test failed.
    Denied,
    /// Something could not be looked at.
    Failed,
}

impl Exit {
    /// Prints an error with its causes. A reader who closed the pipe has seen enough: that is no error.
    pub(crate) fn from_error(error: &anyhow::Error) -> Self {
        if is_broken_pipe(error) {
            return Self::Clean;
        }
        stderr::say(format_args!("error: {error:#}"));
        Self::Failed
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
