//! Problems with guard's own inputs.

use serde::Serialize;

use super::{Code, Level, Location};

/// A problem with guard's own inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Diagnostic {
    /// Which problem.
    pub(crate) code: Code,
    /// How it bears on the run.
    pub(crate) level: Level,
    /// What is the matter, one line without a full stop.
    pub(crate) message: String,
    /// Where, if anywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<Location>,
    /// What to do, where the message alone does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic at its code's usual level.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, level: code.level(), message: message.into(), location: None, help: None }
    }

    /// Says where.
    #[must_use]
    pub(crate) fn at(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }

    /// Says what to do.
    #[must_use]
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
