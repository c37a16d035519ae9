//! Lists the default library's modules and, apart from them, its policies' documents, so that they become part of the program.
//!
//! Cargo looks at the folder's times by itself: a new, changed or removed policy rebuilds the crate.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let root = Path::new("..").join("policies");
    println!("cargo::rerun-if-changed={}", root.display());
    embed(&root, "default_library.rs", |name| name.ends_with(".rego") && !name.ends_with("_test.rego"))?;
    embed(&root, "default_documents.rs", |name| ["deny.yaml", "allow.yaml"].contains(&name))
}

/// Writes the table of the files with certain names.
fn embed(root: &Path, table_file: &str, wanted: fn(&str) -> bool) -> io::Result<()> {
    let mut files = Vec::new();
    collect(root, wanted, &mut files)?;
    files.sort();
    let mut table = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(root).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
        let name = format!("<default library>/{name}");
        let path = fs::canonicalize(file)?;
        table.push_str(&format!("    ({name:?}, include_str!({:?})),\n", path.to_string_lossy()));
    }
    table.push_str("]\n");
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    fs::write(PathBuf::from(out).join(table_file), table)
}

fn collect(folder: &Path, wanted: fn(&str) -> bool, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, wanted, files)?;
        } else if wanted(&path.file_name().unwrap_or_default().to_string_lossy()) {
            files.push(path);
        }
    }
    Ok(())
}
