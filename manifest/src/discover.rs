//! Which files to read: paths, folders and globs in, files out, with a reason for each that is left out.

mod helm;
mod kustomize;
mod walk;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs, io,
    path::{Component, Path, PathBuf},
};

/// What a list of paths led to.
#[derive(Debug, Default)]
pub struct Discovery {
    /// The files to read, sorted, each once.
    pub files: Vec<PathBuf>,
    /// What was found and is not to be read, sorted by path.
    pub skipped: Vec<Skipped>,
    /// What could not be looked at, sorted by path.
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
    /// `guard.yaml`.
    Configuration,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HelmTemplates { files: 1 } => f.write_str("1 template of a Helm chart: not rendered"),
            Self::HelmTemplates { files } => write!(f, "{files} templates of a Helm chart: not rendered"),
            Self::HelmChart => f.write_str("part of a Helm chart"),
            Self::Kustomize { by, field } => write!(f, "named in `{field}` of {}", by.display()),
            Self::Configuration => f.write_str("guard's own configuration"),
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
pub fn discover(paths: &[PathBuf]) -> Discovery {
    let mut named = BTreeSet::new();
    let mut found = walk::Found::default();
    gather(paths, &mut found, |_, file| {
        named.insert(file);
    });
    sift(found, named)
}

/// As [`discover`], but a file that is named counts as one that was found in its folder: a chart's template or a patch is left out. For lists
/// of files that a program made, such as the changed ones.
#[must_use]
pub fn discover_listed(paths: &[PathBuf]) -> Discovery {
    let mut found = walk::Found::default();
    gather(paths, &mut found, |found, file| {
        found.files.insert(file);
    });
    sift(found, BTreeSet::new())
}

/// Goes to each path; what is a file by itself is the caller's.
fn gather(paths: &[PathBuf], found: &mut walk::Found, mut file: impl FnMut(&mut walk::Found, PathBuf)) {
    for path in paths {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => found.walk(path),
            Ok(_) => file(found, normal(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound && walk::is_glob(path) => found.glob(path),
            Err(error) => found.failures.push(Failure { path: path.clone(), reason: reason_of(&error) }),
        }
    }
}

/// Leaves out what is not to be judged; not what was `named`.
fn sift(found: walk::Found, named: BTreeSet<PathBuf>) -> Discovery {
    let walk::Found { files, mut failures } = found;
    let mut skips = Skips::new(&files, &mut failures);
    let mut discovery = Discovery::default();
    for file in files.into_iter().filter(|file| !named.contains(file)) {
        match skips.reason(&file) {
            Skip::No => discovery.files.push(file),
            Skip::File(reason) => discovery.skipped.push(Skipped { path: file, reason }),
            Skip::Counted => {}
        }
    }
    let templates = skips.templates.into_iter();
    discovery
        .skipped
        .extend(templates.map(|(path, files)| Skipped { path, reason: Reason::HelmTemplates { files } }));
    discovery.files.extend(named);
    discovery.files.sort();
    discovery.skipped.sort();
    failures.sort();
    discovery.failures = failures;
    discovery
}

/// What becomes of a file.
enum Skip {
    No,
    File(Reason),
    /// It is one of a folder's, which is told of once.
    Counted,
}

/// What is known of the folders in which files were found.
struct Skips {
    charts: BTreeSet<PathBuf>,
    kustomized: kustomize::Named,
    /// The files in each chart's `templates`.
    templates: BTreeMap<PathBuf, usize>,
}

impl Skips {
    /// Looks for charts and kustomizations in the folders of the files and in those around them.
    fn new(files: &BTreeSet<PathBuf>, failures: &mut Vec<Failure>) -> Self {
        let folders: BTreeSet<&Path> = files.iter().flat_map(|file| file.ancestors().skip(1)).collect();
        let charts =
            folders.iter().filter(|folder| helm::is_chart(folder)).map(|&folder| folder.to_owned()).collect();
        let mut kustomized = kustomize::Named::default();
        for folder in folders {
            kustomized.look(folder, failures);
        }
        Self { charts, kustomized, templates: BTreeMap::new() }
    }

    fn reason(&mut self, file: &Path) -> Skip {
        if let Some(chart) = file.ancestors().skip(1).find(|folder| self.charts.contains(*folder)) {
            match helm::part(chart, file) {
                Some(helm::Part::Template { folder }) => {
                    *self.templates.entry(folder).or_default() += 1;
                    return Skip::Counted;
                }
                Some(helm::Part::Description) => return Skip::File(Reason::HelmChart),
                None => {}
            }
        }
        if file.file_name().is_some_and(|name| name == "guard.yaml") {
            return Skip::File(Reason::Configuration);
        }
        self.kustomized.reason(file).map_or(Skip::No, Skip::File)
    }
}

/// A path without `.` and without the `..` that can be resolved: what two ways of writing it have in common.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(normal.components().next_back(), Some(Component::Normal(_))) => {
                normal.pop();
            }
            component => normal.push(component),
        }
    }
    normal
}

/// What the operating system says, without its error number.
fn reason_of(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests;
