//! What policies answer, and what they print.

use std::{sync::Arc, time::Duration};

use crate::{evaluation::Cause, path::Path, rego::expand::Expanded};

/// What a policy found, or why it could not run.
pub type Answer = Result<Findings, Trouble>;

/// What one policy found: sorted, without duplicates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// What `violation` holds.
    pub violations: Vec<Finding>,
    /// What `undetermined` holds.
    pub undetermined: Vec<Finding>,
}

/// One member of `violation` or `undetermined`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Where in the resource.
    pub path: Path,
    /// What is wrong.
    pub message: String,
}

/// Why a policy could not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Of which kind.
    pub cause: Cause,
    /// What happened, with the module's file:line:column where it is known.
    pub message: String,
}

/// What a `print` said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Print {
    /// The module's file.
    pub file: Arc<str>,
    /// The line of the call, from 1.
    pub line: u32,
    /// What was said; `<undefined>` where there was nothing to say.
    pub text: String,
}

impl Trouble {
    pub(super) fn out_of_time(limit: Duration) -> Self {
        let message = format!("it ran out of time: the limit is {} ms", limit.as_millis());
        Self { cause: Cause::TimeLimit, message }
    }

    pub(super) fn no_time_left(limit: Duration) -> Self {
        let message = format!("no time was left for it: the limit is {} ms", limit.as_millis());
        Self { cause: Cause::Deadline, message }
    }
}

impl Print {
    /// The evaluator writes `file:line: text`.
    pub(super) fn parse(text: &str, modules: &[Expanded]) -> Option<Self> {
        modules.iter().find_map(|expanded| {
            let file = &expanded.module.file;
            let (line, text) = text.strip_prefix(&**file)?.strip_prefix(':')?.split_once(": ")?;
            Some(Self { file: Arc::clone(file), line: line.parse().ok()?, text: text.to_owned() })
        })
    }
}
