//! The manifests that policies bring along: deny.yaml is there to violate, and `guard test` judges it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use guard_engine::{bundle::Bundle, policy::Origin};
use guard_loader::suite::Verdict;

/// Where the policies of this run keep them.
pub(super) struct Examples {
    /// The folder of each policy that was read from one, without links.
    folders: BTreeSet<PathBuf>,
}

impl Examples {
    /// Those of a bundle. Beside Rego that is no policy of the run nothing is an example: whoever hides a manifest there changes guard.yaml.
    pub(super) fn of(bundle: &Bundle) -> Self {
        let policies = bundle.policies().iter().filter(|policy| policy.origin == Origin::Folder);
        Self { folders: policies.filter_map(|policy| folder(Path::new(&*policy.file))).collect() }
    }

    /// Whether a file is one.
    pub(super) fn contains(&self, file: &Path) -> bool {
        [Verdict::Deny, Verdict::Allow]
            .iter()
            .any(|verdict| file.file_name().is_some_and(|name| name == verdict.file()))
            && folder(file).is_some_and(|folder| self.folders.contains(&folder))
    }
}

/// The folder that a file really stands in; none where it cannot be found, which reading the file tells.
fn folder(file: &Path) -> Option<PathBuf> {
    fs::canonicalize(file).ok()?.parent().map(Path::to_owned)
}
