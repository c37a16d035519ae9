//! What the tests share.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use guard_loader::{Library, Problem};
use jiff::civil::{Date, date};

/// The day of all tests.
pub(crate) const TODAY: Date = date(2026, 12, 31);

/// The entries of a folder of fixtures, sorted.
pub(crate) fn fixtures(folder: &str) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(Path::new("../fixtures").join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    assert!(!entries.is_empty());
    entries
}

/// A fixture's name without its extension.
pub(crate) fn name(path: &Path) -> &str {
    path.file_stem().unwrap().to_str().unwrap()
}

/// One folder of policies, without the embedded library.
pub(crate) fn only(folder: impl Into<PathBuf>) -> Library {
    Library { folders: vec![folder.into()], default_library: false }
}

/// Problems as a reader sees them, one after the other.
pub(crate) fn text<'a>(problems: impl IntoIterator<Item = &'a Problem>) -> String {
    problems.into_iter().fold(String::new(), |mut text, problem| {
        writeln!(text, "{problem}").unwrap();
        text
    })
}
