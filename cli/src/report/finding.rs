//! Violations with their place: what most of a report is.

use std::{cmp::Ordering, fmt, sync::Arc};

use guard_engine::{
    enforcement::{EnforcementAction, Severity},
    exemption::Grounds,
    path::Path,
    violation::Assumption,
};
use serde::Serialize;

use crate::fingerprint::Fingerprint;

/// A violation and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Finding {
    /// The policy's name.
    pub(crate) policy: Arc<str>,
    /// How bad.
    pub(crate) severity: Severity,
    /// What is done.
    pub(crate) action: EnforcementAction,
    /// What is wrong, one line.
    pub(crate) message: String,
    /// The offending field, from the resource's root; it need not exist.
    pub(crate) path: Path,
    /// Whose field it is.
    pub(crate) resource: Arc<Resource>,
    /// The field, or its nearest existing parent.
    pub(crate) location: Location,
    /// What had to be assumed for this to be a violation.
    pub(crate) assumed: Vec<Assumption>,
    /// The same in every run that finds the same thing, wherever its lines have moved.
    pub(crate) fingerprint: Fingerprint,
}

/// Which resource a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Resource {
    /// What it was declared for.
    pub(crate) source: Source,
    /// `apps`; empty for the core group.
    pub(crate) group: String,
    /// `v1`.
    pub(crate) version: String,
    /// `Deployment`.
    pub(crate) kind: String,
    /// None where it is unknown or the kind is cluster-scoped.
    pub(crate) namespace: Option<String>,
    /// None with `generateName`.
    pub(crate) name: Option<String>,
}

/// What a resource was declared for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Source {
    /// A Kubernetes API server.
    Kubernetes,
}

/// A stretch of a file. Lines and columns start at 1, columns count Unicode code points, the end is exclusive. A whole
/// file is 1:1 to 1:1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Location {
    /// Relative to the folder guard ran in, with `/`; as it was given where it lies outside.
    pub(crate) file: Arc<str>,
    /// The first character's line.
    pub(crate) line: u32,
    /// The first character's column.
    pub(crate) column: u32,
    /// The line of the end.
    pub(crate) end_line: u32,
    /// The column just behind the last character.
    pub(crate) end_column: u32,
}

/// A finding that does not count, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Exempted {
    /// What is covered.
    #[serde(flatten)]
    pub(crate) finding: Finding,
    /// By what.
    pub(crate) exemption: Arc<Grounds>,
}

impl Finding {
    /// By file and position; what stands at one place by policy, path and message.
    pub(crate) fn by_place(&self, other: &Self) -> Ordering {
        (&self.location, &self.policy, &self.path, &self.message).cmp(&(
            &other.location,
            &other.policy,
            &other.path,
            &other.message,
        ))
    }
}

impl Location {
    /// A span of a file.
    pub(crate) fn new(file: Arc<str>, span: guard_manifest::Span) -> Self {
        let guard_manifest::Span { start, end } = span;
        Self { file, line: start.line, column: start.column, end_line: end.line, end_column: end.column }
    }

    /// A file as a whole.
    pub(crate) fn whole_file(file: Arc<str>) -> Self {
        Self { file, line: 1, column: 1, end_line: 1, end_column: 1 }
    }

    /// Whether it names a file as a whole.
    pub(crate) fn is_whole_file(&self) -> bool {
        (self.line, self.column, self.end_line, self.end_column) == (1, 1, 1, 1)
    }
}

impl fmt::Display for Location {
    /// `deploy/web.yaml:21:11`, which terminals and editors take for a link.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl fmt::Display for Resource {
    /// `Deployment shop/web`; without a name only what is known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, .. } = self;
        match (&self.namespace, &self.name) {
            (Some(namespace), Some(name)) => write!(f, "{kind} {namespace}/{name}"),
            (None, Some(name)) => write!(f, "{kind} {name}"),
            (Some(namespace), None) => write!(f, "{kind} in {namespace}"),
            (None, None) => f.write_str(kind),
        }
    }
}
