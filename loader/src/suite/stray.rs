//! Files beside a policy whose names are almost those that are read: nothing would say that they are not.

use std::{ffi::OsStr, fs, path::Path};

use guard_engine::problem::closest;

use crate::problem::Problem;

/// What is read beside a policy.
const STEMS: [&str; 4] = ["deny", "allow", "cases", "snapshot"];

/// A mistake for each such file of a policy's folder.
pub(super) fn check(folder: &Path) -> Vec<Problem> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    // A folder that cannot be listed has no policy that could be read.
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut strays: Vec<Problem> = entries.filter_map(|entry| stray(&entry.path())).collect();
    strays.sort_by(|a, b| a.file.cmp(&b.file));
    strays
}

fn stray(path: &Path) -> Option<Problem> {
    let extension = path.extension().and_then(OsStr::to_str)?;
    let stem = path.file_stem().and_then(OsStr::to_str)?;
    if !["yaml", "yml"].contains(&extension) || (extension == "yaml" && STEMS.contains(&stem)) {
        return None;
    }
    let meant = closest(stem, STEMS)?;
    let problem = Problem::file(path, format!("this file is not read, expected {meant}.yaml"));
    Some(problem.help(format!("rename it to {meant}.yaml")))
}
