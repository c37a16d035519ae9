//! snapshot.yaml: what a policy said of its documents when somebody last looked, message by message.
//!
//! ```text
//! deny.yaml:
//!   Service web:
//!     - message: "the Service is of type NodePort: …"
//!       path: spec.type
//! ```
//!
//! `guard test --update` writes it. Documents of which the policy says nothing are not in it.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use guard_engine::path::{Path as Field, Segment};
use guard_manifest::{Span, yaml};
use serde::{Deserialize, Serialize};

use super::{Document, file::YamlFile};
use crate::problem::Problem;

/// The file's name.
pub const SNAPSHOT: &str = "snapshot.yaml";

/// What was said of the documents of each file, by their names.
pub type Entries = BTreeMap<String, BTreeMap<String, Vec<Said>>>;

/// A snapshot that was read.
#[derive(Debug)]
pub struct Snapshot {
    entries: Entries,
    file: YamlFile,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// Where, as a path is shown: `spec.containers[0].image`.
    pub path: String,
    /// What.
    pub message: String,
    /// Whether it is only known later.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undetermined: bool,
}

impl Snapshot {
    /// The file.
    #[must_use]
    pub fn file(&self) -> &Arc<str> {
        &self.file.name
    }

    /// What was said of a document, and where that is written; none where it is not in the snapshot.
    #[must_use]
    pub fn of(&self, document: &Document) -> Option<(&[Said], Span)> {
        let (file, name) = (document.verdict.file(), &document.name);
        let said = self.entries.get(file)?.get(name)?;
        Some((said, self.file.key(&path(file, name))))
    }

    /// What is in the snapshot and not among these documents: the file, the name, and where that is written.
    #[must_use]
    pub fn stale(&self, documents: &[Document]) -> Vec<(&str, &str, Span)> {
        let is_there = |file: &str, name: &str| {
            documents.iter().any(|document| document.verdict.file() == file && document.name == name)
        };
        let names = self.entries.iter().flat_map(|(file, names)| names.keys().map(move |name| (file, name)));
        names
            .filter(|(file, name)| !is_there(file, name))
            .map(|(file, name)| (file.as_str(), name.as_str(), self.file.key(&path(file, name))))
            .collect()
    }
}

/// The snapshot beside a policy; none where there is none.
pub(super) fn read(folder: &Path) -> Result<Option<Snapshot>, Vec<Problem>> {
    let Some(file) = YamlFile::read(&folder.join(SNAPSHOT), yaml::decode)
        .map_err(|problems| problems.into_iter().map(|problem| problem.help(RENEW)).collect::<Vec<_>>())?
    else {
        return Ok(None);
    };
    let entries = if file.value().is_null() {
        Entries::new()
    } else {
        serde_json::from_value(file.value().clone()).map_err(|error| {
            let message = format!("this is not as `guard test --update` writes it: {error}");
            vec![Problem::file(&folder.join(SNAPSHOT), message).help(RENEW)]
        })?
    };
    Ok(Some(Snapshot { entries, file }))
}

const RENEW: &str = "run `guard test --update` to write it anew, and read what changed";

fn path(file: &str, name: &str) -> Field {
    Field(vec![Segment::from(file), Segment::from(name)])
}
