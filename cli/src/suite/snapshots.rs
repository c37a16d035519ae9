//! Snapshots: what a policy says of its documents, beside what it said when somebody last looked.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result};
use guard_engine::{evaluation::Evaluation, policy::Policy, violation::Violation};
use guard_loader::suite::{Document, Entries, SNAPSHOT, Said, Snapshot, Suite};
use guard_manifest::Span;

use super::{
    documents::{self, Judged},
    finding::{Difference, line},
    result::{Failure, Kind, Results, TestResult},
};
use crate::{output, report::Location, yaml};

const HEAD: &str = "`guard test --update` writes this file: read what changed before you commit it.";

const HELP: &str = "if that is meant, run `guard test --update`, and read the change before you commit it";

/// What is said in an evaluation of a document, sorted.
pub(super) fn said(evaluation: &Evaluation) -> Vec<Said> {
    let said = |undetermined| {
        move |Violation { path, message, .. }: &Violation| Said {
            path: path.to_string(),
            message: message.clone(),
            undetermined,
        }
    };
    let (violations, undetermined) = (evaluation.violations.iter(), evaluation.undetermined.iter());
    let mut all: Vec<Said> = violations.map(said(false)).chain(undetermined.map(said(true))).collect();
    all.sort();
    all
}

/// What a suite's snapshot is to be.
#[derive(Debug)]
pub(crate) struct Renewed {
    file: PathBuf,
    policy: Arc<str>,
    entries: Entries,
}

impl Renewed {
    /// What is said now of the documents that were judged, and what was said of the others.
    pub(super) fn new(policy: &Policy, suite: &Suite, judged: &[Judged<'_>]) -> Self {
        let mut entries = Entries::new();
        for document in &suite.documents {
            let now = judged.iter().find(|judged| std::ptr::eq(judged.document, document));
            let before = || Some(suite.snapshot.as_ref()?.of(document)?.0.to_vec());
            let said = now.and_then(|judged| judged.said.clone()).or_else(before).unwrap_or_default();
            if !said.is_empty() {
                let file = entries.entry(document.verdict.file().to_owned()).or_default();
                file.insert(document.name.clone(), said);
            }
        }
        let file = Path::new(&*policy.file).with_file_name(SNAPSHOT);
        Self { file, policy: Arc::clone(&policy.name), entries }
    }

    /// Writes it where the file does not have it already. Whether it was written.
    fn write(&self) -> Result<bool> {
        let text = self.text().context("a snapshot cannot be written as YAML")?;
        // One that cannot be read is written anew.
        if fs::read_to_string(&self.file).is_ok_and(|before| before.replace("\r\n", "\n") == text) {
            return Ok(false);
        }
        output::write_file(&self.file, |out| out.write_all(text.as_bytes()))
            .with_context(|| format!("cannot write {}", self.file.display()))?;
        Ok(true)
    }

    fn text(&self) -> Result<String> {
        let mut text = format!("# What {} says of its documents. {HEAD}\n", self.policy).into_bytes();
        yaml::write_document(&serde_json::to_value(&self.entries)?, &mut text)?;
        Ok(String::from_utf8(text)?)
    }
}

/// Writes the snapshots that are to be written, and lists those that changed.
pub(crate) fn write(results: &mut Results) -> Result<()> {
    for renewed in results.suites.iter().filter_map(|suite| suite.renewed.as_ref()) {
        if renewed.write()? {
            results.written.push(renewed.file.display().to_string());
        }
    }
    Ok(())
}

/// The result of a document, with what is said of it compared with what was. Where its verdict is wrong already, that is enough.
pub(super) fn compare(before: Option<&Snapshot>, judged: Judged<'_>) -> TestResult {
    let Judged { document, mut result, said } = judged;
    if let (Some(before), Some(said), true) = (before, said, result.failures.is_empty()) {
        result.failures.extend(changed(before, document, &said));
    }
    result
}

fn changed(snapshot: &Snapshot, document: &Document, now: &[Said]) -> Option<Failure> {
    let (before, place) = match snapshot.of(document) {
        Some((before, Span { start, .. })) => (before, Some(format!("{}:{}", snapshot.file(), start.line))),
        None => (&[][..], None),
    };
    let only = |these: &[Said], those: &[Said]| -> Vec<String> {
        these.iter().filter(|said| !those.contains(said)).map(described).collect()
    };
    let difference = Difference { missing: only(before, now), unexpected: only(now, before) };
    if difference.is_empty() {
        return None;
    }
    let message = match place {
        Some(place) => format!("{}: not what stands at {place}", document.name),
        None => format!("{}: not in {}", document.name, snapshot.file()),
    };
    let failure = Failure::at(documents::location(document), message).between(difference);
    Some(Failure { help: Some(HELP.to_owned()), ..failure })
}

/// What of a snapshot is about no document. Of a file with mistakes it cannot be said.
pub(super) fn stale(snapshot: &Snapshot, suite: &Suite) -> TestResult {
    let file = Arc::clone(snapshot.file());
    let failure = |(documents, name, span): (&str, &str, Span)| {
        let message = format!("no document of {documents} is called {name:?}");
        let failure = Failure::at(Location::new(Arc::clone(&file), span), message);
        Failure { help: Some("run `guard test --update` to take it out".to_owned()), ..failure }
    };
    let is_sound = |documents: &str| {
        let file = Path::new(&**snapshot.file()).with_file_name(documents);
        !suite.mistakes.iter().any(|mistake| Path::new(&*mistake.file) == file)
    };
    let stale = snapshot.stale(&suite.documents);
    TestResult {
        kind: Kind::Snapshot,
        name: SNAPSHOT.to_owned(),
        location: Location::whole_file(Arc::clone(&file)),
        failures: stale.into_iter().filter(|(documents, ..)| is_sound(documents)).map(failure).collect(),
        prints: Vec::new(),
    }
}

fn described(said: &Said) -> String {
    let what = if said.undetermined { "undetermined, " } else { "" };
    format!("{what}{}", line(&said.path, &said.message))
}
