//! All that one run yields, as data: what every format writes and nothing that only one of them needs.
//!
//! ```text
//! findings and diagnostics in any order -> Report::finish (sorted, told apart, counted) -> one writer a format
//! ```
//!
//! The serialised form is the contract of `--format json` (docs/report.schema.json). It holds no time, no duration and no path of the machine: equal
//! inputs give equal bytes.

use std::{collections::BTreeMap, fmt, sync::Arc};

use guard_engine::{
    enforcement::{EnforcementAction, Severity},
    path::Path,
    violation::Assumption,
};
use jiff::civil::Date;
use serde::Serialize;

use crate::fingerprint::{self, Fingerprint};

pub(crate) mod code;
pub(crate) mod concise;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod frame;
pub(crate) mod github;
pub(crate) mod gitlab;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod pretty;
pub(crate) mod sarif;

pub(crate) use code::{Code, Level};

/// The version of the serialised form: it grows when a reader of the older form would go wrong.
pub(crate) const VERSION: u32 = 1;

/// All that one run yields.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// [`VERSION`].
    pub(crate) version: u32,
    /// What counts.
    pub(crate) violations: Vec<Finding>,
    /// What the cluster would repair, and so admit.
    pub(crate) repaired: Vec<Finding>,
    /// What an exemption covers.
    pub(crate) exempted: Vec<Exempted>,
    /// What is only known later.
    pub(crate) undetermined: Vec<Finding>,
    /// Problems with guard's own inputs.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The counts.
    pub(crate) summary: Summary,
    /// The policies that ran, by name.
    #[serde(skip)]
    pub(crate) policies: BTreeMap<Arc<str>, PolicyInfo>,
    /// The texts of the files that something points into, by [`Location::file`]; only code frames need them.
    #[serde(skip)]
    pub(crate) sources: BTreeMap<Arc<str>, Arc<str>>,
}

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

/// A stretch of a file. Lines and columns start at 1, columns count Unicode code points, the end is exclusive. A whole file is 1:1 to 1:1.
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
    pub(crate) exemption: Arc<Exemption>,
}

/// Why a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Exemption {
    /// Why.
    pub(crate) reason: String,
    /// Who answers for it.
    pub(crate) owner: String,
    /// Its last day, UTC.
    pub(crate) expires: Option<Date>,
}

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

/// What reporters tell of a policy beside its findings; from its METADATA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PolicyInfo {
    /// One line.
    pub(crate) title: String,
    /// What it asks and why, Markdown.
    pub(crate) description: String,
    /// How bad a violation is.
    pub(crate) severity: Severity,
    /// What is done about a violation where no override says otherwise.
    pub(crate) action: EnforcementAction,
    /// Its room in the library.
    pub(crate) category: Option<String>,
    /// What to change, Markdown.
    pub(crate) remediation: Option<String>,
    /// Where to read on, URIs.
    pub(crate) references: Vec<String>,
}

/// The counts of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    /// What was looked at.
    #[serde(flatten)]
    pub(crate) scanned: Scanned,
    /// Violations by action.
    pub(crate) violations: ByAction,
    /// Findings that the cluster would repair.
    pub(crate) repaired: usize,
    /// Findings that an exemption covers.
    pub(crate) exempted: usize,
    /// Findings that are only known later.
    pub(crate) undetermined: usize,
    /// Diagnostics by level.
    pub(crate) diagnostics: ByLevel,
    /// What the verdict came from.
    pub(crate) digests: Digests,
}

/// What was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Scanned {
    /// Files read.
    pub(crate) files: usize,
    /// Documents in them that are not empty.
    pub(crate) documents: usize,
    /// Resources in these.
    pub(crate) resources: usize,
    /// Policies loaded and not off.
    pub(crate) policies: usize,
    /// How often a policy was asked about a resource.
    pub(crate) evaluations: usize,
}

/// Violations by action.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct ByAction {
    /// Refused.
    pub(crate) deny: usize,
    /// Admitted with a warning.
    pub(crate) warn: usize,
    /// Recorded only.
    pub(crate) audit: usize,
}

/// Diagnostics by level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct ByLevel {
    /// The work could not be done in full.
    pub(crate) error: usize,
    /// Somebody should look.
    pub(crate) warning: usize,
    /// As intended, most likely.
    pub(crate) note: usize,
}

/// What tells two verdicts apart: SHA-256, lower-case hex.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Digests {
    /// Of the loaded policies.
    pub(crate) bundle: String,
    /// Of guard.yaml and the flags that belong to it.
    pub(crate) configuration: String,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            version: VERSION,
            violations: Vec::new(),
            repaired: Vec::new(),
            exempted: Vec::new(),
            undetermined: Vec::new(),
            diagnostics: Vec::new(),
            summary: Summary::default(),
            policies: BTreeMap::new(),
            sources: BTreeMap::new(),
        }
    }
}

impl Report {
    /// Sorts by file and position, tells equal fingerprints apart, counts. To be called once, when everything is in.
    #[must_use]
    pub(crate) fn finish(mut self, scanned: Scanned, digests: Digests) -> Self {
        for list in [&mut self.violations, &mut self.repaired, &mut self.undetermined] {
            list.sort_by(Finding::by_place);
        }
        self.exempted.sort_by(|a, b| a.finding.by_place(&b.finding));
        self.diagnostics.sort_by(|a, b| {
            (&a.location, a.level, a.code, &a.message).cmp(&(&b.location, b.level, b.code, &b.message))
        });
        let exempted = self.exempted.iter_mut().map(|exempted| &mut exempted.finding);
        let lists = [&mut self.violations, &mut self.repaired, &mut self.undetermined];
        fingerprint::tell_apart(lists.into_iter().flatten().chain(exempted).collect());
        self.summary = self.summarise(scanned, digests);
        self
    }

    fn summarise(&self, scanned: Scanned, digests: Digests) -> Summary {
        let mut violations = ByAction::default();
        for finding in &self.violations {
            match finding.action {
                EnforcementAction::Deny => violations.deny += 1,
                EnforcementAction::Warn => violations.warn += 1,
                EnforcementAction::Audit => violations.audit += 1,
            }
        }
        let mut diagnostics = ByLevel::default();
        for diagnostic in &self.diagnostics {
            match diagnostic.level {
                Level::Error => diagnostics.error += 1,
                Level::Warning => diagnostics.warning += 1,
                Level::Note => diagnostics.note += 1,
            }
        }
        Summary {
            scanned,
            violations,
            repaired: self.repaired.len(),
            exempted: self.exempted.len(),
            undetermined: self.undetermined.len(),
            diagnostics,
            digests,
        }
    }
}

impl Finding {
    /// By file and position; what stands at one place by policy, path and message.
    pub(crate) fn by_place(&self, other: &Self) -> std::cmp::Ordering {
        (&self.location, &self.policy, &self.path, &self.message).cmp(&(
            &other.location,
            &other.policy,
            &other.path,
            &other.message,
        ))
    }
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

impl fmt::Display for Exemption {
    /// `the CSI driver mounts host volumes (team-storage, until 2027-01-31)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.reason, self.owner)?;
        if let Some(expires) = self.expires {
            write!(f, ", until {expires}")?;
        }
        f.write_str(")")
    }
}

/// A text on one line of a terminal: control characters, which could rewrite what stands there, become visible signs.
pub(crate) fn one_line(text: &str) -> String {
    annotate_snippets::normalize_untrusted_str(text).replace('\n', " ")
}
