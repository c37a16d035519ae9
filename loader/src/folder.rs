//! Reads folders of policies: which file is a policy, which is shared code, which is neither.
//!
//! ```text
//! <anywhere>/<policy>/policy.rego    a policy, named for its folder
//! <anywhere>/lib/<name>.rego         code that policies share
//! *_test.rego                        tests, loaded by `guard test` alone
//! ```

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use guard_engine::policy::Origin;
use guard_manifest::Span;
use walkdir::{DirEntry, WalkDir};

use crate::problem::{self, Problem};

/// The modules of a library, in the order of their files.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    pub(crate) policies: Vec<PolicySource>,
    pub(crate) libraries: Vec<(Source, Origin)>,
    /// The files of tests, which are not read.
    pub(crate) tests: Vec<PathBuf>,
    /// Those beside shared code above the folder: what tests have in common is among them.
    pub(crate) shared_tests: Vec<PathBuf>,
}

/// A policy's module.
#[derive(Debug)]
pub(crate) struct PolicySource {
    /// The folder's name.
    pub(crate) folder: Arc<str>,
    pub(crate) source: Source,
    pub(crate) origin: Origin,
}

/// A module: its file's name in messages, and its text.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) file: Arc<str>,
    pub(crate) text: Arc<str>,
}

/// What a Rego file is, by its place.
#[derive(Debug, PartialEq, Eq)]
enum Role {
    Policy { folder: Arc<str> },
    Library,
    Test,
    Stray,
}

impl Sources {
    /// The library that is part of the program.
    pub(crate) fn embedded() -> Self {
        const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/default_library.rs"));
        let mut sources = Self::default();
        for (file, text) in FILES {
            let source = Source { file: Arc::from(*file), text: Arc::from(*text) };
            sources.add(role(Path::new(file)), source, Origin::Default);
        }
        sources
    }

    /// The files of the modules that are here.
    pub(crate) fn files(&self) -> BTreeSet<Arc<str>> {
        let policies = self.policies.iter().map(|policy| &policy.source);
        let libraries = self.libraries.iter().map(|(source, _)| source);
        policies.chain(libraries).map(|source| Arc::clone(&source.file)).collect()
    }

    /// Adds the shared code that is part of the program, but for what is here by the same name.
    pub(crate) fn add_embedded_libraries(&mut self) {
        self.add_libraries(Self::embedded().libraries);
    }

    /// Adds to a folder that has no shared code of its own that of the nearest `lib` above it, up to the root of the repository; outside of a
    /// repository, beside it alone. So one policy of a library can be named by itself.
    pub(crate) fn add_shared_code_above(&mut self, folder: &Path, problems: &mut Vec<Problem>) {
        if !self.libraries.is_empty() {
            return;
        }
        for shared in folders_above(folder).iter().map(|above| above.join("lib")).filter(|lib| lib.is_dir()) {
            let mut above = Self::default();
            for entry in WalkDir::new(&shared).follow_links(true).max_depth(1).sort_by_file_name() {
                match entry {
                    Ok(entry) if is_rego(&entry) => above.read_file(&entry, problems),
                    Ok(_) => {}
                    Err(error) => problems.push(unreadable(&shared, &error)),
                }
            }
            // Elsewhere in a repository `lib` may be anything.
            above.libraries.retain(|(source, _)| is_shared_code(&source.text));
            if !above.libraries.is_empty() {
                self.libraries = above.libraries;
                self.shared_tests = above.tests;
                return;
            }
        }
    }

    /// Adds shared code, but for what is here by the same name.
    fn add_libraries(&mut self, libraries: Vec<(Source, Origin)>) {
        let name = |source: &Source| source.file.rsplit('/').next().map(str::to_owned);
        let own: Vec<_> = self.libraries.iter().map(|(source, _)| name(source)).collect();
        let others = libraries.into_iter().filter(|(source, _)| !own.contains(&name(source)));
        self.libraries.extend(others);
    }

    /// Adds what a folder holds.
    pub(crate) fn read(&mut self, folder: &Path, problems: &mut Vec<Problem>) {
        let (before, mistakes) = (self.policies.len(), problems.len());
        let walk = WalkDir::new(folder).follow_links(true).sort_by_file_name();
        for entry in walk.into_iter().filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)) {
            match entry {
                Ok(entry) if is_rego(&entry) => self.read_file(&entry, problems),
                Ok(_) => {}
                Err(error) => problems.push(unreadable(folder, &error)),
            }
        }
        if self.policies.len() == before && problems.len() == mistakes {
            problems.push(
                Problem::file(folder, "no policy in this folder, expected <policy>/policy.rego").help(
                    "name the folder that holds the policies' folders, or create one: <policy>/policy.rego",
                ),
            );
        }
    }

    fn read_file(&mut self, entry: &DirEntry, problems: &mut Vec<Problem>) {
        // `.` has no name of its own: the folder's name is that of the folder it stands for.
        let role = match role(entry.path()) {
            Role::Stray | Role::Policy { .. } if entry.depth() <= 1 => {
                fs::canonicalize(entry.path()).map_or(Role::Stray, |path| role(&path))
            }
            role => role,
        };
        match role {
            Role::Test => self.tests.push(entry.path().to_owned()),
            Role::Stray => problems.push(
                Problem::file(
                    entry.path(),
                    "this Rego file is neither a policy nor shared code, so nothing would load it",
                )
                .help("a policy is <policy>/policy.rego, shared code lib/<name>.rego, a test *_test.rego"),
            ),
            role => match read_text(entry.path()) {
                Ok(text) => {
                    self.add(role, Source { file: problem::name(entry.path()), text }, Origin::Folder)
                }
                Err(problem) => problems.push(problem),
            },
        }
    }

    fn add(&mut self, role: Role, source: Source, origin: Origin) {
        match role {
            Role::Policy { folder } => self.policies.push(PolicySource { folder, source, origin }),
            Role::Library => self.libraries.push((source, origin)),
            Role::Test | Role::Stray => {}
        }
    }
}

/// What a Rego file is, by its place.
fn role(file: &Path) -> Role {
    let name = file.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let folder = file.parent().and_then(Path::file_name).and_then(OsStr::to_str).unwrap_or_default();
    match (folder, name) {
        (_, name) if name.ends_with("_test.rego") => Role::Test,
        ("lib", _) => Role::Library,
        ("" | "." | "..", _) => Role::Stray,
        (folder, "policy.rego") => Role::Policy { folder: Arc::from(folder) },
        _ => Role::Stray,
    }
}

/// The folders above a folder, the nearest first, up to the root of the repository; outside of one, the nearest alone. They are called as the
/// folder was, so that messages name files as their reader would.
fn folders_above(folder: &Path) -> Vec<PathBuf> {
    let Ok(absolute) = fs::canonicalize(folder) else { return Vec::new() };
    let in_repository = absolute.ancestors().any(is_repository_root);
    let mut above = Vec::new();
    let mut reached = folder.to_owned();
    for below in absolute.ancestors() {
        if is_repository_root(below) || (!in_repository && !above.is_empty()) {
            break;
        }
        reached = match reached.components().next_back() {
            Some(Component::Normal(_)) => reached.parent().unwrap_or(Path::new("")).to_owned(),
            _ => reached.join(".."),
        };
        above.push(reached.clone());
    }
    above
}

/// Whether a folder is the root of a repository.
pub(crate) fn is_repository_root(folder: &Path) -> bool {
    // In a worktree `.git` is a file.
    folder.join(".git").exists()
}

/// Whether a module's package is below `guard.lib`.
fn is_shared_code(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("package guard.lib."))
}

/// Reads a file as UTF-8 text.
pub(crate) fn read_text(file: &Path) -> Result<Arc<str>, Problem> {
    let bytes = fs::read(file).map_err(|error| Problem::file(file, format!("cannot be read: {error}")))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let text: Arc<str> = Arc::from(String::from_utf8_lossy(error.as_bytes()));
        let valid = text.get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let at = problem::end_of(valid);
        let message = "this byte is not UTF-8 text";
        Problem::at(&problem::name(file), &text, Span { start: at, end: at }, message)
            .help("save the file as UTF-8")
    })?;
    // Editors of Windows write it, and OPA passes over it.
    Ok(Arc::from(text.strip_prefix('\u{feff}').unwrap_or(&text)))
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

fn is_rego(entry: &DirEntry) -> bool {
    entry.file_type().is_file() && entry.path().extension() == Some(OsStr::new("rego"))
}

fn unreadable(folder: &Path, error: &walkdir::Error) -> Problem {
    let path: PathBuf = error.path().unwrap_or(folder).to_owned();
    match (error.loop_ancestor(), error.io_error()) {
        (Some(ancestor), _) => {
            Problem::file(&path, format!("this link leads back to {}", ancestor.display()))
                .help("remove the link")
        }
        (_, Some(io)) if io.kind() == std::io::ErrorKind::NotFound => {
            let message =
                if path == folder { "no such folder of policies" } else { "this link leads nowhere" };
            Problem::file(&path, message)
        }
        (_, Some(io)) => Problem::file(&path, format!("cannot be read: {io}")),
        _ => Problem::file(&path, error.to_string()),
    }
}
