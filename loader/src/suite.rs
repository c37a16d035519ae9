//! A folder of policies with what tests them: its modules, the documents beside each policy, and the tests in Rego.

mod documents;
mod form;
mod settings;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use guard_engine::{
    bundle::{Bundle, BundleError, Form},
    policy::{Origin, Policy},
    rego::{Module, Recorder, Tests},
    request::Request,
};

pub use documents::{Document, Verdict};
pub use settings::{alone, examples};

use crate::{
    Problem, bundle,
    folder::{self, Sources},
    in_order, problem,
};

/// A folder of policies and their tests.
pub struct Suites {
    /// The folder's policies. Of the embedded library only the shared code is here.
    pub bundle: Arc<Bundle>,
    /// The tests in Rego of all suites.
    pub tests: Tests,
    /// One a policy, and one a folder of shared code that has tests; by folder.
    pub suites: Vec<Suite>,
    /// The files of the folder's own modules: what its tests are to reach. Shared code from elsewhere is not among them.
    pub modules: BTreeSet<Arc<str>>,
}

/// One policy's tests.
#[derive(Debug)]
pub struct Suite {
    /// The policy's name; the folder's where it holds no policy.
    pub name: Arc<str>,
    /// The policy's place in the bundle; none for a folder of shared code.
    pub policy: Option<usize>,
    /// The places of its tests in [`Tests::list`].
    pub tests: Vec<usize>,
    /// Its documents.
    pub documents: Vec<Document>,
    /// What is wrong with deny.yaml and allow.yaml themselves, and with the policy in their light.
    pub mistakes: Vec<Problem>,
}

/// Loads a folder of policies with its tests. A folder that is a policy's own, or a few of a library's, has the shared code of the library
/// that it is part of: that of the nearest `lib` above it, up to the root of the repository.
///
/// # Errors
///
/// What [`crate::load_bundle`] finds wrong with the policies; where there is nothing, what is wrong with modules of tests.
pub fn load_suites(folder: &Path) -> Result<Suites, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut sources = Sources::default();
    sources.read(folder, &mut problems);
    let modules = sources.files();
    sources.add_shared_code_above(folder, &mut problems);
    sources.add_embedded_libraries();
    let files = std::mem::take(&mut sources.tests);
    let bundle = bundle::build(sources, problems).map_err(in_order)?;
    let tests = tests(&bundle, &files).map_err(in_order)?;
    let form = Form::new(&bundle).map_err(|error| vec![bundle::locate_in_modules(error, &[])])?;
    let mut by_folder: BTreeMap<PathBuf, Suite> = BTreeMap::new();
    for (index, policy) in bundle.policies().iter().enumerate().filter(|(_, policy)| is_of_folder(policy)) {
        let folder = beside(&policy.file);
        let (documents, mut mistakes) = documents::read(folder);
        let requests: Vec<&Request> = documents.iter().map(|document| &document.request).collect();
        mistakes.extend(in_order(form::check(&form, index, policy, &requests)));
        let suite =
            Suite { name: Arc::clone(&policy.name), policy: Some(index), tests: vec![], documents, mistakes };
        by_folder.insert(folder.to_owned(), suite);
    }
    for (index, test) in tests.list().iter().enumerate() {
        let folder = beside(&test.file);
        let suite = by_folder.entry(folder.to_owned()).or_insert_with(|| Suite {
            name: problem::name(folder),
            policy: None,
            tests: vec![],
            documents: vec![],
            mistakes: vec![],
        });
        suite.tests.push(index);
    }
    Ok(Suites { bundle: Arc::new(bundle), tests, suites: by_folder.into_values().collect(), modules })
}

impl Suites {
    /// Makes the tests in Rego take down what they reach, and gives what an evaluator of [`Self::bundle`] is to do the same with.
    ///
    /// # Errors
    ///
    /// A module does not load in the form in which it is recorded.
    pub fn record(&mut self) -> Result<Recorder, Vec<Problem>> {
        let located = |errors: Vec<BundleError>| {
            errors.into_iter().map(|error| bundle::locate_in_modules(error, &[])).collect::<Vec<_>>()
        };
        let recorder = self.bundle.recorder().map_err(located)?;
        let recorded = self.tests.record(&recorder);
        recorded.map_err(|refusals| located(refusals.into_iter().map(BundleError::from).collect()))?;
        Ok(recorder)
    }
}

fn is_of_folder(policy: &Policy) -> bool {
    policy.origin == Origin::Folder
}

fn beside(file: &str) -> &Path {
    Path::new(file).parent().unwrap_or(Path::new(""))
}

fn tests(bundle: &Bundle, files: &[PathBuf]) -> Result<Tests, Vec<Problem>> {
    let mut modules = Vec::new();
    let mut problems = Vec::new();
    for file in files {
        match folder::read_text(file) {
            Ok(text) => modules.push(Module { file: problem::name(file), text }),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    bundle.tests(&modules).map_err(|errors| {
        errors.into_iter().map(|error| bundle::locate_in_modules(error, &modules)).collect()
    })
}
