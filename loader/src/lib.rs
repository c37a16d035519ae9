//! Policy folders and guard.yaml in, a bundle and a configuration out, every error with its position.
//!
//! The meeting point of guard-manifest (which reads YAML and knows positions) and guard-engine (which judges values and knows paths):
//! both programs load through here, so that one mistake has one message. The default library is embedded here.
//!
//! ```text
//! guard.yaml --bundles--> folders of policies + the default library -> Bundle
//!     `------------------------ checked against the bundle ----------> Config
//! ```

mod bundle;
mod documents;
mod folder;
mod guard_yaml;
mod problem;
pub mod suite;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use guard_engine::{
    bundle::Bundle,
    config::{self, Config},
};
use jiff::civil::Date;

pub use documents::Documents;
pub use guard_yaml::{FILE_NAME, GuardYaml};
pub use problem::Problem;

/// Policies, and what guard.yaml says about them.
#[derive(Debug)]
pub struct Loaded {
    /// The policies.
    pub bundle: Bundle,
    /// How they run.
    pub config: Config,
    /// Where that is written.
    pub guard_yaml: GuardYaml,
}

/// Where policies come from besides guard.yaml's `bundles`.
#[derive(Debug, Clone)]
pub struct Library {
    /// Folders of policies.
    pub folders: Vec<PathBuf>,
    /// Whether the embedded library is among them.
    pub default_library: bool,
}

impl Default for Library {
    /// The embedded library alone.
    fn default() -> Self {
        Self { folders: Vec::new(), default_library: true }
    }
}

/// What a server can run, and what is wrong beside it.
#[derive(Debug)]
pub struct Lenient {
    /// Policies and settings. A policy that does not load is among them as [broken](guard_engine::policy::Policy::broken).
    pub loaded: Loaded,
    /// Every mistake that was found, in the policies and in what guard.yaml says of them; none where all is well.
    pub problems: Vec<Problem>,
}

/// Loads the policies that are named here and in guard.yaml, and checks guard.yaml against them.
///
/// `today` is the day in UTC; it bounds the expiry of exemptions where guard.yaml has `maxExemptionDays`.
///
/// # Errors
///
/// Every mistake that was found in the policies; where there is none, every mistake in guard.yaml.
pub fn load(guard_yaml: GuardYaml, library: &Library, today: Date) -> Result<Loaded, Vec<Problem>> {
    let bundle = load_bundle(&all_folders(&guard_yaml, library)?)?;
    let config = Config::from_value(guard_yaml.value(), &bundle, today)
        .map_err(|problems| located(&guard_yaml, &problems))?;
    Ok(Loaded { bundle, config, guard_yaml })
}

/// Loads as [`load`] does, for a server that has to answer: one mistake in a policy, or a guard.yaml that is of another version than
/// the policies, must not take everything with it.
///
/// # Errors
///
/// What leaves nothing to rely on: a folder that is missing or holds no policy that can be read, no policy at all, a guard.yaml that is
/// wrong in itself.
pub fn load_leniently(
    guard_yaml: GuardYaml,
    library: &Library,
    today: Date,
) -> Result<Lenient, Vec<Problem>> {
    let library = all_folders(&guard_yaml, library)?;
    let mut problems = Vec::new();
    let (sources, empty) = read(&library, &mut problems);
    if empty {
        return Err(in_order(problems));
    }
    let (bundle, mut problems) = bundle::build_leniently(sources, problems).map_err(in_order)?;
    let (config, mismatches) = Config::from_value_leniently(guard_yaml.value(), &bundle, today)
        .map_err(|problems| located(&guard_yaml, &problems))?;
    problems.extend(mismatches.iter().map(|problem| guard_yaml.locate(problem)));
    Ok(Lenient { loaded: Loaded { bundle, config, guard_yaml }, problems: in_order(problems) })
}

/// Loads policies alone.
///
/// # Errors
///
/// Every mistake that was found in them, and a folder without a policy.
pub fn load_bundle(library: &Library) -> Result<Bundle, Vec<Problem>> {
    let mut problems = Vec::new();
    let (sources, _) = read(library, &mut problems);
    bundle::build(sources, problems).map_err(in_order)
}

/// The library with the folders that guard.yaml names.
///
/// # Errors
///
/// What is wrong with guard.yaml's `bundles`, and a folder that is not there.
pub fn all_folders(guard_yaml: &GuardYaml, library: &Library) -> Result<Library, Vec<Problem>> {
    let named = config::bundles(guard_yaml.value()).map_err(|problems| located(guard_yaml, &problems))?;
    let beside = guard_yaml.folder().unwrap_or(Path::new(""));
    let mut library = library.clone();
    for (path, folder) in named {
        // As components: `..` and `./policies` are `../policies`.
        let folder: PathBuf = beside.join(folder).components().collect();
        if !folder.is_dir() {
            let problem = guard_engine::problem::Problem::value(
                path,
                format!("no such folder: {}", problem::name(&folder)),
            );
            return Err(located(guard_yaml, &[problem.help("bundles are folders, relative to guard.yaml")]));
        }
        library.folders.push(folder);
    }
    Ok(library)
}

/// Reads the modules of a library, and whether one of its folders has no policy among them.
fn read(library: &Library, problems: &mut Vec<Problem>) -> (folder::Sources, bool) {
    let mut sources =
        if library.default_library { folder::Sources::embedded() } else { folder::Sources::default() };
    let mut empty = false;
    // guard.yaml and the command line may both name a folder.
    let mut seen = BTreeSet::new();
    for folder in &library.folders {
        if seen.insert(fs::canonicalize(folder).unwrap_or_else(|_| folder.clone())) {
            let before = sources.policies.len();
            sources.read(folder, problems);
            empty |= sources.policies.len() == before;
        }
    }
    (sources, empty)
}

/// Mistakes in guard.yaml with their places.
fn located(guard_yaml: &GuardYaml, problems: &[guard_engine::problem::Problem]) -> Vec<Problem> {
    in_order(problems.iter().map(|problem| guard_yaml.locate(problem)).collect())
}

/// By file, and from the top to the bottom of each.
fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by(|a, b| (&a.file, a.span, &a.message).cmp(&(&b.file, b.span, &b.message)));
    problems
}
