//! A folder of policies with what tests them: its modules, the documents beside each policy, and the tests in Rego.

mod cases;
mod documents;
mod file;
mod form;
mod settings;
mod snapshot;
mod stray;

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

pub use cases::{Case, Cases};
pub use documents::{Document, Verdict, requested};
pub use settings::{ANY_DAY, alone, examples};
pub use snapshot::{Entries, SNAPSHOT, Said, Snapshot};

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
    /// Its cases; none where it has no cases.yaml.
    pub cases: Option<Cases>,
    /// What was said of its documents; none where it has no snapshot.yaml, or one that cannot be read.
    pub snapshot: Option<Snapshot>,
    /// What is wrong with these files themselves, and with the policy in their light.
    pub mistakes: Vec<Problem>,
}

impl Suite {
    fn new(name: Arc<str>, policy: Option<usize>) -> Self {
        Self { name, policy, tests: vec![], documents: vec![], cases: None, snapshot: None, mistakes: vec![] }
    }

    /// Reads what stands beside a policy.
    fn read(index: usize, policy: &Policy, bundle: &Bundle, form: &Form<'_>) -> Self {
        let folder = beside(&policy.file);
        let (documents, mut mistakes) = documents::read(folder);
        mistakes.extend(stray::check(folder));
        let (cases, wrong_cases) = cases::read(folder, policy, bundle);
        mistakes.extend(in_order(wrong_cases));
        let snapshot = snapshot::read(folder).unwrap_or_else(|wrong_snapshot| {
            mistakes.extend(wrong_snapshot);
            None
        });
        let name = Arc::clone(&policy.name);
        let mut suite = Self { documents, cases, snapshot, mistakes, ..Self::new(name, Some(index)) };
        let wrong_form = form::check(form, index, policy, &suite.requests());
        suite.mistakes.extend(in_order(wrong_form));
        suite
    }

    /// What it judges.
    fn requests(&self) -> Vec<&Request> {
        let inputs = self.cases.iter().flat_map(|cases| &cases.cases).flat_map(|case| &case.inputs);
        let documents = self.documents.iter().map(|document| &document.request);
        documents.chain(inputs.map(|input| &input.request)).collect()
    }
}

/// Loads a folder of policies with its tests. A folder that is a policy's own, or a few of a library's, has the shared code of the library
/// that it is part of: that of the nearest `lib` above it, up to the root of the repository.
///
/// # Errors
///
/// What [`crate::load_bundle`] finds wrong with the policies; where there is nothing, what is wrong with modules of tests.
pub fn load_suites(folder: &Path) -> Result<Suites, Vec<Problem>> {
    if folder.is_file() {
        // Its tests would be left out in silence.
        let problem = Problem::file(folder, "this is a file, expected a folder of policies");
        return Err(vec![problem.help("name the folder that it is in")]);
    }
    let mut problems = Vec::new();
    let mut sources = Sources::default();
    sources.read(folder, &mut problems);
    let modules = sources.files();
    sources.add_shared_code_above(folder, &mut problems);
    sources.add_embedded_libraries();
    let mut files = std::mem::take(&mut sources.tests);
    let shared: BTreeSet<_> = sources.shared_tests.iter().map(|file| problem::name(file)).collect();
    files.append(&mut sources.shared_tests);
    let bundle = bundle::build(sources, problems).map_err(in_order)?;
    let tests = tests(&bundle, &files).map_err(in_order)?;
    let form = Form::new(&bundle).map_err(|error| vec![bundle::locate_in_modules(error, &[])])?;
    let mut by_folder: BTreeMap<PathBuf, Suite> = BTreeMap::new();
    for (index, policy) in bundle.policies().iter().enumerate().filter(|(_, policy)| is_of_folder(policy)) {
        let suite = Suite::read(index, policy, &bundle, &form);
        by_folder.insert(beside(&policy.file).to_owned(), suite);
    }
    for (index, test) in tests.list().iter().enumerate().filter(|(_, test)| !shared.contains(&test.file)) {
        let folder = beside(&test.file);
        let suite =
            by_folder.entry(folder.to_owned()).or_insert_with(|| Suite::new(problem::name(folder), None));
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
