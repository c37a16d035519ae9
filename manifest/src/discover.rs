//! Which files to read: paths, folders and globs in, files out, with a reason for each that is left out.

use std::{fmt, path::PathBuf};

/// What a list of paths led to.
#[derive(Debug, Default)]
pub struct Discovery {
    /// The files to read, sorted, each once.
    pub files: Vec<PathBuf>,
    /// What was found and is not to be read, sorted by path.
    pub skipped: Vec<Skipped>,
    /// What could not be looked at.
    pub failures: Vec<Failure>,
}

/// A file that looks like a manifest and is none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The file; for [`Reason::HelmTemplates`] the folder.
    pub path: PathBuf,
    /// Why it is not read.
    pub reason: Reason,
}

/// Why a file is not read. [`fmt::Display`] gives the words for a reader.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A chart's `templates` folder: its files are manifests only when Helm has rendered them.
    HelmTemplates {
        /// How many files it holds that would have been read.
        files: usize,
    },
    /// A chart's own `Chart.yaml`, `values.yaml` and their like.
    HelmChart,
    /// A patch, or another part of a manifest, that a kustomization names.
    Kustomize {
        /// The kustomization.
        by: PathBuf,
        /// The field that names it, such as `patches`.
        field: &'static str,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HelmTemplates { files } => {
                let files = if *files == 1 { "1 template".to_owned() } else { format!("{files} templates") };
                write!(f, "{files} of a Helm chart: not rendered")
            }
            Self::HelmChart => f.write_str("part of a Helm chart"),
            Self::Kustomize { by, field } => write!(f, "named in `{field}` of {}", by.display()),
        }
    }
}

/// Something that was asked for and could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct Failure {
    /// The path as it was given, or the folder's.
    pub path: PathBuf,
    /// Why, as a sentence without a full stop.
    pub reason: String,
}

/// Finds the files behind paths: files as they are, folders by what is in them, anything else as a glob.
///
/// In folders only `.yaml`, `.yml` and `.json` count; `.gitignore` is respected and hidden entries are left out. A file
/// that is named itself is always read.
#[must_use]
pub fn discover(_paths: &[PathBuf]) -> Discovery {
    todo!()
}
