//! Kustomizations: which files they name as patches or as other parts of manifests.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{Failure, Reason, normal, reason_of};
use crate::{text, yaml};

/// The names under which kustomize looks for a kustomization.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Where a kustomization names files that are no manifests of their own.
const FIELDS: &[(&str, Names)] = &[
    ("patches", Names::In("path")),
    ("patchesStrategicMerge", Names::Entries),
    ("patchesJson6902", Names::In("path")),
    ("replacements", Names::In("path")),
    ("configurations", Names::Entries),
    ("transformers", Names::Entries),
    ("generators", Names::Entries),
    ("validators", Names::Entries),
    ("configMapGenerator", Names::Files),
    ("secretGenerator", Names::Files),
    ("helmCharts", Names::In("valuesFile")),
    ("helmCharts", Names::InList("additionalValuesFiles")),
    ("helmChartInflationGenerator", Names::In("values")),
];

/// How a field's list names files.
enum Names {
    /// Each entry is one, or a document written in place.
    Entries,
    /// Each entry's field is one.
    In(&'static str),
    /// Each entry's field is a list of them.
    InList(&'static str),
    /// Each entry's `files` and `envs` are lists of them, a key and `=` before each if need be.
    Files,
}

/// The files that kustomizations name.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// Each with the kustomization and the field.
    parts: BTreeMap<PathBuf, (PathBuf, &'static str)>,
    /// Those that are manifests, for this kustomization or another.
    resources: BTreeSet<PathBuf>,
}

impl Named {
    /// Reads a folder's kustomization, if it has one.
    pub(super) fn look(&mut self, folder: &Path, failures: &mut Vec<Failure>) {
        let Some(path) = NAMES.iter().map(|name| folder.join(name)).find(|path| path.is_file()) else {
            return;
        };
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                failures.push(Failure { path, reason: reason_of(&error) });
                return;
            }
        };
        match yaml::decode(&text::decode(&bytes)) {
            Ok(kustomization) => self.read(folder, &path, &kustomization.value),
            Err(error) => {
                let line = error.span.start.line;
                let reason = format!("line {line}: {error}; so the patches that it names are not known");
                failures.push(Failure { path, reason });
            }
        }
    }

    fn read(&mut self, folder: &Path, by: &Path, kustomization: &Value) {
        for resource in list(kustomization, "resources").iter().filter_map(Value::as_str) {
            self.resources.insert(normal(&folder.join(resource)));
        }
        for (field, names) in FIELDS {
            for entry in list(kustomization, field) {
                for name in named(entry, names) {
                    let file = normal(&folder.join(name));
                    self.parts.entry(file).or_insert_with(|| (by.to_owned(), *field));
                }
            }
        }
    }

    /// Why a file is not read, where a kustomization names it as a part of others.
    pub(super) fn reason(&self, file: &Path) -> Option<Reason> {
        let (by, field) = self.parts.get(file).filter(|_| !self.resources.contains(file))?;
        Some(Reason::Kustomize { by: by.clone(), field })
    }
}

fn list<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value.get(field).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The files that an entry names.
fn named<'v>(entry: &'v Value, names: &Names) -> Vec<&'v str> {
    let text = |value: &'v Value| value.as_str();
    match names {
        Names::Entries => entry.as_str().into_iter().collect(),
        Names::In(field) => entry.get(field).and_then(text).into_iter().collect(),
        Names::InList(field) => list(entry, field).iter().filter_map(text).collect(),
        Names::Files => ["files", "envs"]
            .into_iter()
            .flat_map(|field| list(entry, field))
            .filter_map(text)
            .map(|name| name.split_once('=').map_or(name, |(_, file)| file))
            .collect(),
    }
}
