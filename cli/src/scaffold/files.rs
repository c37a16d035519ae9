//! New files, written only where nothing is.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::PathBuf,
};

use anyhow::{Context, Result, bail};

/// A file to be written.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    /// What it is for, in a few words.
    pub(crate) purpose: &'static str,
}

/// Writes files that are not there yet, or none at all. Their folders are made.
pub(crate) fn write(files: &[File]) -> Result<()> {
    let there: Vec<_> = files
        .iter()
        // Also a link that leads nowhere.
        .filter(|file| file.path.symlink_metadata().is_ok())
        .map(|file| file.path.display().to_string())
        .collect();
    if !there.is_empty() {
        bail!(
            "there is already {}: nothing was written\n  help: choose another name, or remove it first",
            there.join(", ")
        );
    }
    files
        .iter()
        .try_for_each(|file| write_one(file).with_context(|| format!("cannot write {}", file.path.display())))
}

fn write_one(file: &File) -> io::Result<()> {
    if let Some(folder) = file.path.parent() {
        fs::create_dir_all(folder)?;
    }
    OpenOptions::new().write(true).create_new(true).open(&file.path)?.write_all(file.text.as_bytes())
}
