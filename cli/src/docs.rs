//! docs/cli.md, docs/policies/*.md and the schemas beside them, written from what the program itself knows, and tested for drift:
//! `UPDATE_DOCS=1 cargo test` rewrites them.

mod cli;
mod policies;
mod schemas;

use std::{env, fs, path::Path};

/// Compares a generated page with the file in docs/, or rewrites the file where `UPDATE_DOCS` is set.
fn assert_current(page: &str, text: &str) {
    let file = docs().join(page);
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
    }
    let current = fs::read_to_string(&file).unwrap_or_default();
    assert!(current == text, "docs/{page} is not what the program says: run `UPDATE_DOCS=1 cargo test`");
}

/// A page whose subject is gone must go too.
fn assert_no_other_pages<'a>(folder: &str, pages: impl Iterator<Item = &'a str>) {
    let pages: Vec<_> = pages.collect();
    for entry in fs::read_dir(docs().join(folder)).unwrap() {
        let file = entry.unwrap().path();
        let known = file.file_stem().is_some_and(|stem| pages.iter().any(|page| stem == *page));
        assert!(known, "{} documents nothing: remove it", file.display());
    }
}

fn docs() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}
