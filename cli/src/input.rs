//! The bytes of what is named on the command line.

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use anyhow::{Context, Result};

/// What names the standard input on the command line.
pub(crate) const STDIN: &str = "-";

/// What the standard input is called in reports.
pub(crate) const STDIN_NAME: &str = "<stdin>";

/// Reads a file, or the standard input for `-`, and says how to call it.
pub(crate) fn read(path: &Path) -> Result<(String, Vec<u8>)> {
    if path == Path::new(STDIN) {
        return Ok((STDIN_NAME.to_owned(), read_stdin()?));
    }
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok((path.display().to_string(), bytes))
}

/// Reads the standard input to its end.
pub(crate) fn read_stdin() -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).context("cannot read the standard input")?;
    Ok(bytes)
}
