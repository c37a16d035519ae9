//! Folders and globs: the files in them, `.gitignore` respected.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Component, Path, PathBuf},
};

use globset::{GlobBuilder, GlobMatcher};
use ignore::{DirEntry, WalkBuilder};

use super::{Failure, normal, reason_of};

/// What walks have found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) files: BTreeSet<PathBuf>,
    pub(super) failures: Vec<Failure>,
}

impl Found {
    /// The manifests below a folder, by their extension.
    pub(super) fn walk(&mut self, folder: &Path) {
        self.each_file(folder, is_manifest);
    }

    /// The files that a glob matches; none is a failure.
    pub(super) fn glob(&mut self, pattern: &Path) {
        let matcher = match matcher(pattern) {
            Ok(matcher) => matcher,
            Err(error) => {
                self.failures
                    .push(Failure { path: pattern.to_owned(), reason: format!("no glob: {}", error.kind()) });
                return;
            }
        };
        let mut any = false;
        let base = base(pattern);
        if base.as_os_str().is_empty() || base.is_dir() {
            self.each_file(&base, |file| {
                let matches = matcher.is_match(file);
                any |= matches;
                matches
            });
        }
        if !any {
            self.failures.push(Failure { path: pattern.to_owned(), reason: "no file matches".to_owned() });
        }
    }

    fn each_file(&mut self, folder: &Path, mut is_wanted: impl FnMut(&Path) -> bool) {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let walk = WalkBuilder::new(folder)
            .require_git(false)
            // What is read must not depend on whose machine it is.
            .git_global(false)
            .git_exclude(false)
            .ignore(false)
            .build();
        for entry in walk {
            match entry {
                Ok(entry) => {
                    let file = normal(entry.path());
                    match is_file(&entry) {
                        Ok(true) if is_wanted(&file) => {
                            self.files.insert(file);
                        }
                        Err(error) if is_wanted(&file) => {
                            let reason = format!("a link that leads nowhere: {}", reason_of(&error));
                            self.failures.push(Failure { path: file, reason });
                        }
                        Ok(_) | Err(_) => {}
                    }
                }
                Err(error) => {
                    self.failures.push(Failure { path: folder.to_owned(), reason: error.to_string() })
                }
            }
        }
    }
}

/// A file, or a link to one; links to folders are not followed.
///
/// # Errors
/// Where a link leads to nothing that can be looked at.
fn is_file(entry: &DirEntry) -> io::Result<bool> {
    match entry.file_type() {
        Some(kind) if kind.is_symlink() => fs::metadata(entry.path()).map(|target| target.is_file()),
        kind => Ok(kind.is_some_and(|kind| kind.is_file())),
    }
}

fn is_manifest(file: &Path) -> bool {
    let extension = file.extension().unwrap_or_default();
    ["yaml", "yml", "json"].iter().any(|manifest| extension.eq_ignore_ascii_case(manifest))
}

/// Does a path hold any character that means something in a glob?
pub(super) fn is_glob(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '[', '{'])
}

fn matcher(pattern: &Path) -> Result<GlobMatcher, globset::Error> {
    let pattern = normal(pattern);
    Ok(GlobBuilder::new(&pattern.to_string_lossy()).literal_separator(true).build()?.compile_matcher())
}

/// The folder from which on a glob is one.
fn base(pattern: &Path) -> PathBuf {
    pattern
        .components()
        .take_while(|part| !matches!(part, Component::Normal(name) if is_glob(Path::new(name))))
        .collect()
}
