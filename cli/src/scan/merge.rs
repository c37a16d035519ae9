//! What all files yield together: one report, and what only shows when they are seen side by side.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    sync::Arc,
};

use guard_engine::violation::Assumption;

use super::{judge::Judged, twins::Twins};
use crate::report::{Code, Diagnostic, Level, Report, Scanned};

/// What is found in every file, put together.
#[derive(Default)]
pub(crate) struct Merged {
    pub(crate) report: Report,
    pub(crate) scanned: Scanned,
    /// Which exemptions of guard.yaml covered something, by index.
    pub(crate) used: BTreeSet<usize>,
    /// How many findings rest on what had to be assumed.
    assumed: BTreeMap<Assumption, usize>,
    twins: Twins,
}

impl Merged {
    /// Adds what a file yielded. Files come in the order of their names, so that of two equal manifests the second is the one spoken of.
    pub(crate) fn add(&mut self, file: &Arc<str>, judged: Judged) {
        let report = &mut self.report;
        self.scanned.files += 1;
        self.scanned.documents += judged.documents;
        self.scanned.resources += judged.resources;
        self.scanned.evaluations += judged.evaluations;
        for assumption in judged.violations.iter().flat_map(|finding| &finding.assumed) {
            *self.assumed.entry(*assumption).or_default() += 1;
        }
        self.used.extend(judged.used);
        report.violations.extend(judged.violations);
        report.exempted.extend(judged.exempted);
        report.undetermined.extend(judged.undetermined);
        report.diagnostics.extend(judged.diagnostics);
        report.sources.extend(judged.text.map(|text| (Arc::clone(file), text)));
        judged.sightings.iter().for_each(|sighting| self.twins.see(sighting));
    }

    /// Says what concerns the run as a whole; among a part of the files there may be nothing to judge.
    pub(crate) fn conclude(&mut self, partial: bool) {
        self.report.diagnostics.extend(mem::take(&mut self.twins).diagnostics());
        for (assumption, findings) in mem::take(&mut self.assumed) {
            self.report.diagnostics.extend(assumed(assumption, findings));
        }
        if self.scanned.resources == 0
            && !partial
            && !self.report.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error)
        {
            self.report.diagnostics.push(nothing_to_check(&self.scanned));
        }
    }

    /// Makes an error of each thing that was left out.
    pub(crate) fn be_strict(&mut self) {
        use Code::{KustomizePatch, LocalOnlyKind, NotKubernetes, UnrenderedHelmChart};
        for diagnostic in &mut self.report.diagnostics {
            if matches!(diagnostic.code, KustomizePatch | LocalOnlyKind | NotKubernetes | UnrenderedHelmChart)
            {
                diagnostic.level = Level::Error;
            }
        }
    }
}

/// Says which flag takes the place of an assumption. There is none for who will apply a file.
fn assumed(assumption: Assumption, findings: usize) -> Option<Diagnostic> {
    let (what, help) = match assumption {
        Assumption::Namespace => (
            "on a namespace that the manifest does not name",
            "give it with `--namespace NAME`: exclusions and exemptions by namespace then apply",
        ),
        Assumption::NamespaceLabels => (
            "on the labels of a namespace, which no file says",
            "give its manifest with `--namespaces FILE`: `kubectl get namespaces -o yaml` prints it",
        ),
        Assumption::User => return None,
    };
    let findings =
        if findings == 1 { "1 finding rests".to_owned() } else { format!("{findings} findings rest") };
    Some(Diagnostic::new(Code::UnknownNamespace, format!("{findings} {what}")).with_help(help))
}

fn nothing_to_check(scanned: &Scanned) -> Diagnostic {
    let found = match scanned.files {
        0 => "no YAML or JSON file was found".to_owned(),
        1 => "the one file that was read holds no Kubernetes resource".to_owned(),
        files => format!("none of the {files} files that were read holds a Kubernetes resource"),
    };
    Diagnostic::new(Code::NothingToCheck, format!("nothing was checked: {found}"))
        .with_help("name the folder that holds the manifests; `--verbose` says what was left out")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(merged: &Merged) -> Vec<&'static str> {
        merged.report.diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect()
    }

    #[test]
    fn a_run_that_found_nothing_says_so_once() {
        let mut merged = Merged::default();
        merged.conclude(false);
        assert_eq!(codes(&merged), ["nothing-to-check"]);
        let mut merged = Merged::default();
        merged.conclude(true);
        assert_eq!(codes(&merged), [""; 0]);
        let mut merged = Merged::default();
        merged.report.diagnostics.push(Diagnostic::new(Code::UnreadableFile, "gone"));
        merged.conclude(false);
        assert_eq!(codes(&merged), ["unreadable-file"]);
    }

    #[test]
    fn strictness_makes_errors_of_what_was_left_out_alone() {
        let mut merged = Merged::default();
        merged.report.diagnostics = Code::ALL.iter().map(|code| Diagnostic::new(*code, "")).collect();
        merged.be_strict();
        let raised: Vec<_> = merged
            .report
            .diagnostics
            .iter()
            .filter(|d| d.level != d.code.level())
            .map(|d| d.code.as_str())
            .collect();
        assert_eq!(raised, ["not-kubernetes", "unrendered-helm-chart", "kustomize-patch", "local-only-kind"]);
        assert!(
            merged.report.diagnostics.iter().all(|d| d.level == d.code.level() || d.level == Level::Error)
        );
    }
}
