//! guard.yaml as a file: where it is found, and where in it something stands.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use guard_engine::{config, problem::Place};
use guard_manifest::{
    WarningCode,
    yaml::{self, Decoded},
};
use serde_json::Value;

use crate::{
    folder::{is_repository_root, read_text},
    problem::{self, Problem, steps},
};

/// The file's name.
pub const FILE_NAME: &str = "guard.yaml";

/// A guard.yaml that was read, or the absence of one.
#[derive(Debug, Default)]
pub struct GuardYaml {
    read: Option<Read>,
}

#[derive(Debug)]
struct Read {
    /// The folder that it stands in, as it was reached.
    folder: PathBuf,
    file: Arc<str>,
    text: Arc<str>,
    decoded: Decoded,
}

impl GuardYaml {
    /// Finds guard.yaml in a folder or above it, up to the root of the repository; outside a repository only in the
    /// folder itself. None is no mistake.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is not YAML, or says a key twice.
    pub fn find(working_directory: &Path) -> Result<Self, Vec<Problem>> {
        let in_repository = working_directory.ancestors().any(is_repository_root);
        let mut above = PathBuf::new();
        for folder in working_directory.ancestors() {
            // Also a link that leads nowhere, and a folder: settings that cannot be read are not the defaults.
            if folder.join(FILE_NAME).symlink_metadata().is_ok() {
                return Self::read(&folder.join(FILE_NAME), &above.join(FILE_NAME));
            }
            if folder.join("guard.yml").is_file() {
                let problem =
                    Problem::file(&above.join("guard.yml"), "this file is not read, expected guard.yaml");
                return Err(vec![problem.help("rename it to guard.yaml")]);
            }
            if !in_repository || is_repository_root(folder) {
                break;
            }
            above.push("..");
        }
        Ok(Self { read: None })
    }

    /// Reads the file that somebody named.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is not YAML, or says a key twice.
    pub fn open(path: &Path) -> Result<Self, Vec<Problem>> {
        Self::read(path, path)
    }

    fn read(path: &Path, name: &Path) -> Result<Self, Vec<Problem>> {
        let file = problem::name(name);
        let text = read_text(path).map_err(|problem| vec![Problem { file: Arc::clone(&file), ..problem }])?;
        let decoded = yaml::decode(&text)
            .map_err(|unreadable| vec![Problem::at(&file, &text, unreadable.span, unreadable.reason)])?;
        let duplicates: Vec<Problem> = decoded
            .warnings
            .iter()
            .filter(|warning| warning.code == WarningCode::DuplicateKey)
            .map(|warning| {
                Problem::at(&file, &text, warning.span, warning.message.clone())
                    .help("write the key once: YAML would take the last one and drop the other in silence")
            })
            .collect();
        if duplicates.is_empty() {
            Ok(Self {
                read: Some(Read {
                    folder: name.parent().unwrap_or(Path::new("")).to_owned(),
                    file,
                    text,
                    decoded,
                }),
            })
        } else {
            Err(duplicates)
        }
    }

    /// Its name in messages; none where there is no guard.yaml.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.read.as_ref().map(|read| read.file.as_ref())
    }

    /// The folder that it stands in: what its `bundles` are relative to.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.read.as_ref().map(|read| read.folder.as_path())
    }

    /// The folders of policies that it names, from where the program runs; that they are there is not looked at.
    ///
    /// # Errors
    ///
    /// `bundles` is not a list of texts.
    pub fn bundles(&self) -> Result<Vec<PathBuf>, Vec<Problem>> {
        let located = |problems: Vec<guard_engine::problem::Problem>| {
            problems.iter().map(|problem| self.locate(problem)).collect()
        };
        let named =
            config::bundles(self.value()).map_err(|problems| -> Vec<Problem> { located(problems) })?;
        let beside = self.folder().unwrap_or(Path::new(""));
        // As components: `..` and `./policies` are `../policies`.
        Ok(named.into_iter().map(|(_, folder)| beside.join(folder).components().collect()).collect())
    }

    /// What it says; null where there is none.
    #[must_use]
    pub fn value(&self) -> &Value {
        self.read.as_ref().map_or(&Value::Null, |read| &read.decoded.value)
    }

    /// What may surprise who wrote it, by kind.
    pub fn warnings(&self) -> impl Iterator<Item = (WarningCode, Problem)> {
        let read = self.read.as_ref();
        read.into_iter().flat_map(|read| {
            let problem = |message: &str, span| Problem::at(&read.file, &read.text, span, message);
            let warnings = read.decoded.warnings.iter();
            warnings.map(move |warning| (warning.code, problem(&warning.message, warning.span)))
        })
    }

    /// Gives a mistake in guard.yaml, or a notice about it, its place in the file.
    #[must_use]
    pub fn locate(&self, problem: &guard_engine::problem::Problem) -> Problem {
        let Some(read) = &self.read else {
            return Problem {
                help: problem.help.clone(),
                ..Problem::file(Path::new(FILE_NAME), problem.message.clone())
            };
        };
        let steps = steps(&problem.path);
        let located = match problem.place {
            Place::Key => read.decoded.locate_key(steps),
            Place::Value => read.decoded.locate(steps),
        };
        Problem {
            help: problem.help.clone(),
            ..Problem::at(&read.file, &read.text, located.span, problem.message.clone())
        }
    }
}
