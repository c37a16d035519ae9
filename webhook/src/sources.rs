//! Where policies and settings come from, and how they are loaded.

use std::{
    ffi::OsString,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    sync::Arc,
};

use guard_loader::{GuardYaml, Lenient, Library, Loaded, Problem};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use walkdir::WalkDir;

use crate::{args::PolicyArguments, state::Guardrails};

/// Where policies and settings come from.
#[derive(Debug, Clone)]
pub struct Sources {
    /// guard.yaml; none where the defaults are meant.
    config: Option<PathBuf>,
    library: Library,
}

/// What tells the texts of one moment from those of another. It is taken before they are read: a change that comes while they are read
/// is then one that has not been seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(u64);

/// The day in UTC.
#[must_use]
pub fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

impl From<&PolicyArguments> for Sources {
    fn from(arguments: &PolicyArguments) -> Self {
        let PolicyArguments { config, bundle, no_default_policies } = arguments;
        let library = Library { folders: bundle.clone(), default_library: !no_default_policies };
        Self { config: config.clone(), library }
    }
}

impl Sources {
    /// Loads what must be right as a whole.
    ///
    /// # Errors
    /// Every mistake in the policies and in guard.yaml.
    pub fn load(&self, today: Date) -> Result<Guardrails, Vec<Problem>> {
        let texts = self.fingerprint();
        let loaded = guard_loader::load(self.guard_yaml()?, &self.library, today)?;
        Ok(guardrails(loaded, Vec::new(), texts))
    }

    /// Loads what can be loaded, for a program that starts: one broken policy must not take the others with it.
    ///
    /// # Errors
    /// What leaves nothing to rely on: a guard.yaml that cannot be read, no policy at all.
    pub fn load_leniently(&self, today: Date) -> Result<Guardrails, Vec<Problem>> {
        let texts = self.fingerprint();
        let Lenient { loaded, problems } =
            guard_loader::load_leniently(self.guard_yaml()?, &self.library, today)?;
        Ok(guardrails(loaded, problems, texts))
    }

    /// The files and folders that have a say: also those that guard.yaml names, as far as it can be read.
    #[must_use]
    pub fn paths(&self) -> Vec<PathBuf> {
        let named = self.guard_yaml().and_then(|yaml| guard_loader::all_folders(&yaml, &self.library));
        let library = named.unwrap_or_else(|_| self.library.clone());
        self.config.iter().cloned().chain(library.folders).collect()
    }

    /// The arguments that name these sources to another process of this program.
    #[must_use]
    pub fn arguments(&self) -> Vec<OsString> {
        let pair = |flag: &str, path: &Path| [OsString::from(flag), path.into()];
        let mut arguments: Vec<OsString> =
            self.config.iter().flat_map(|config| pair("--config", config)).collect();
        arguments.extend(self.library.folders.iter().flat_map(|folder| pair("--bundle", folder)));
        if !self.library.default_library {
            arguments.push("--no-default-policies".into());
        }
        arguments
    }

    /// What the texts are now. A file that cannot be read counts as such.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let mut hasher = DefaultHasher::new();
        for path in self.paths() {
            for entry in WalkDir::new(&path).follow_links(true).sort_by_file_name() {
                match entry {
                    Ok(entry) if entry.file_type().is_dir() => {}
                    Ok(entry) => {
                        entry.path().hash(&mut hasher);
                        std::fs::read(entry.path()).map_err(|error| error.kind()).hash(&mut hasher);
                    }
                    Err(error) => error.to_string().hash(&mut hasher),
                }
            }
        }
        Fingerprint(hasher.finish())
    }

    fn guard_yaml(&self) -> Result<GuardYaml, Vec<Problem>> {
        self.config.as_deref().map_or_else(|| Ok(GuardYaml::default()), GuardYaml::open)
    }
}

fn guardrails(loaded: Loaded, problems: Vec<Problem>, texts: Fingerprint) -> Guardrails {
    let Loaded { bundle, config, .. } = loaded;
    Guardrails { bundle: Arc::new(bundle), config: Arc::new(config), problems, texts: Some(texts) }
}
