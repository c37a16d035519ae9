//! All that one run yields, as data: what every format writes and nothing that only one of them needs.
//!
//! ```text
//! findings and diagnostics in any order -> Report::finish (sorted, told apart, counted) -> one writer a format
//! ```
//!
//! The serialised form is the contract of `--format json` (docs/report.schema.json). It holds no time, no duration and
//! no path of the machine: equal inputs give equal bytes.

use std::{collections::BTreeMap, sync::Arc};

use guard_engine::enforcement::{EnforcementAction, Severity};
use serde::Serialize;

use crate::fingerprint;

mod code;
pub(crate) mod concise;
mod diagnostic;
mod finding;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod frame;
pub(crate) mod github;
pub(crate) mod gitlab;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod pretty;
pub(crate) mod sarif;
mod summary;

pub(crate) use self::{
    code::{Code, Level},
    diagnostic::Diagnostic,
    finding::{Exempted, Finding, Location, Resource, Source},
    summary::{ByAction, ByLevel, Digests, Scanned, Summary},
};

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
    pub(crate) category: String,
    /// What to change, Markdown.
    pub(crate) remediation: String,
    /// Where to read on, URIs.
    pub(crate) references: Vec<String>,
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

/// A text on one line of a terminal: control characters, which could rewrite what stands there, become visible signs.
pub(crate) fn one_line(text: &str) -> String {
    annotate_snippets::normalize_untrusted_str(text).replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finished_report_is_sorted_by_file_and_place_whatever_came_first() {
        let report = fixture::rich();
        let places: Vec<_> = report.violations.iter().map(|violation| violation.location.clone()).collect();
        assert!(places.is_sorted());
        let mut again = report.clone();
        again.violations.reverse();
        again.diagnostics.reverse();
        let again = again.finish(report.summary.scanned, report.summary.digests.clone());
        let messages = |report: &Report| {
            let violations = report.violations.iter().map(|violation| violation.message.clone());
            violations
                .chain(report.diagnostics.iter().map(|diagnostic| diagnostic.message.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(messages(&again), messages(&report));
    }

    #[test]
    fn what_is_counted_is_what_is_listed() {
        let summary = fixture::rich().summary;
        assert_eq!(summary.violations, ByAction { deny: 2, warn: 3, audit: 3 });
        assert_eq!(summary.diagnostics, ByLevel { error: 1, warning: 3, note: 1 });
        assert_eq!((summary.repaired, summary.exempted, summary.undetermined), (0, 1, 1));
    }

    #[test]
    fn a_resource_is_called_by_what_is_known_of_it() {
        let call = |namespace: Option<&str>, name: Option<&str>| {
            let [namespace, name] = [namespace, name].map(|word| word.map(str::to_owned));
            let (group, version, kind) = ("batch".to_owned(), "v1".to_owned(), "Job".to_owned());
            Resource { source: Source::Kubernetes, group, version, kind, namespace, name }.to_string()
        };
        assert_eq!(call(Some("shop"), Some("import")), "Job shop/import");
        assert_eq!(call(None, Some("import")), "Job import");
        assert_eq!(call(Some("shop"), None), "Job in shop");
        assert_eq!(call(None, None), "Job");
    }

    #[test]
    fn control_characters_cannot_rewrite_a_terminal() {
        assert_eq!(one_line("a\u{1b}[31mb\r\nc\u{202e}d"), "a␛[31mb␍ c�d");
    }
}
