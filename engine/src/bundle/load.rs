//! Checks sources as a whole: every policy's METADATA, package and rules, and what the policies say about one another.

mod input;
mod names;

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::{Bundle, BundleError, Location, Role, Source, inventory_kinds};
use crate::{
    config::parameters::check_schema,
    metadata::Metadata,
    path::Path,
    policy::{Origin, Policy},
    problem::Problem,
    rego::{self, Module, Parsed, Tests},
};

pub(super) fn load(sources: &[Source]) -> Result<Bundle, Vec<BundleError>> {
    let all: Vec<&Source> = sources.iter().collect();
    let Checked { policies, parsed, mut errors, clashes } = Checked::new(&all, &[]);
    errors.extend(clashes);
    if errors.is_empty() {
        Ok(bundle(policies, parsed, sources))
    } else {
        sort(&mut errors);
        Err(errors)
    }
}

/// What is known of sources that were checked together.
pub(super) struct Checked {
    /// The policies whose METADATA can be read.
    pub(super) policies: Vec<Policy>,
    /// The modules; none where one of them is refused.
    pub(super) parsed: Vec<Parsed>,
    /// What is wrong with each by itself, and with what it refers to.
    pub(super) errors: Vec<BundleError>,
    /// What is wrong between policies: names that stand twice, or are nobody's.
    pub(super) clashes: Vec<BundleError>,
}

impl Checked {
    /// Checks sources together; `broken` are policies that do not load, and are there to be named by others.
    pub(super) fn new(sources: &[&Source], broken: &[Policy]) -> Self {
        let mut errors = Vec::new();
        let mut policies: Vec<Policy> =
            sources.iter().filter_map(|source| read_policy(source, &mut errors)).collect();
        policies.sort_by(|a, b| (&a.name, &a.file).cmp(&(&b.name, &b.file)));
        let mut clashes = Vec::new();
        // A policy that could not be read would be missed by those that name it.
        if errors.is_empty() {
            names::check(&policies, broken, &mut clashes);
        }
        let modules: Vec<Module> = sources.iter().map(|source| source.module.clone()).collect();
        let parsed = rego::parse(&modules).unwrap_or_else(|refusals| {
            errors.extend(refusals.into_iter().map(BundleError::from));
            Vec::new()
        });
        for source in sources {
            let Some(parsed) = parsed.iter().find(|parsed| parsed.module.file == source.module.file) else {
                continue;
            };
            match &source.role {
                Role::Policy { folder, .. } => check_policy(folder, parsed, &mut errors),
                Role::Library => check_library(parsed, &mut errors),
            }
            input::check_fields(parsed, &mut errors);
        }
        for module in &parsed {
            check_references(module, &parsed, &mut errors);
        }
        one_file_each(&parsed, &mut errors);
        for policy in &policies {
            check_parameters(policy, &parsed, &mut errors);
        }
        if broken.is_empty() && !sources.iter().any(|source| matches!(source.role, Role::Policy { .. })) {
            errors.push(BundleError {
                file: Arc::from(""),
                location: Location::File,
                message: "the bundle has no policy".to_owned(),
                help: Some("a policy is a folder with a policy.rego; name the folder above it".to_owned()),
            });
        }
        Self { policies, parsed, errors, clashes }
    }
}

/// The bundle of what was checked, and of all sources' texts.
pub(super) fn bundle(policies: Vec<Policy>, modules: Vec<Parsed>, sources: &[Source]) -> Bundle {
    let inventory_kinds = inventory_kinds(&policies);
    Bundle { policies, inventory_kinds, modules, digest: digest(sources) }
}

pub(super) fn sort(errors: &mut Vec<BundleError>) {
    errors.sort();
    errors.dedup();
}

/// What holds for a policy's references holds for its tests: one that leads nowhere makes a test of nothing.
pub(super) fn tests(tested: &[Parsed], modules: &[Module]) -> Result<Tests, Vec<BundleError>> {
    let refused =
        |refusals: Vec<rego::Refusal>| refusals.into_iter().map(BundleError::from).collect::<Vec<_>>();
    let tests = Tests::new(tested, modules).map_err(refused)?;
    let all: Vec<Parsed> = tested.iter().chain(tests.parsed()).cloned().collect();
    let mut errors = Vec::new();
    for module in tests.parsed() {
        check_references(module, &all, &mut errors);
    }
    if errors.is_empty() { Ok(tests) } else { Err(errors) }
}

fn read_policy(source: &Source, errors: &mut Vec<BundleError>) -> Option<Policy> {
    let Role::Policy { folder, metadata } = &source.role else { return None };
    let file = &source.module.file;
    let Some(value) = metadata else {
        let help =
            "write a comment that starts with `# METADATA` above `package`, as docs/writing-policies.md says";
        errors.push(BundleError::file(file, "the policy has no METADATA", help));
        return None;
    };
    let mut problems = Vec::new();
    let metadata = Metadata::from_value(value).map_err(|found| problems.extend(found)).ok();
    // The default library's schemas are checked when it is built: the check is the slowest part of a start.
    let schema = metadata.as_ref().and_then(|metadata| metadata.parameters.as_ref());
    if let Some(schema) = schema.filter(|_| source.origin == Origin::Folder) {
        problems.extend(check_schema(schema).err().into_iter().flatten().map(below_parameters));
    }
    let metadata = metadata.filter(|_| problems.is_empty());
    errors.extend(problems.into_iter().map(|problem| BundleError::metadata(file, problem)));
    Some(Policy {
        name: Arc::clone(folder),
        origin: source.origin,
        file: Arc::clone(file),
        metadata: metadata?,
        broken: None,
    })
}

/// A problem of the schema is one of METADATA.
fn below_parameters(problem: Problem) -> Problem {
    let mut path = Path::default().join("custom").join("parameters");
    path.0.extend(problem.path.0);
    Problem { path, ..problem }
}

fn check_policy(folder: &str, parsed: &Parsed, errors: &mut Vec<BundleError>) {
    let file = &parsed.module.file;
    if parsed.package != ["guard", "policies", folder] {
        let message = format!("the package is {}, and the folder {folder:?}", parsed.package.join("."));
        let help = format!("write: package guard.policies[{folder:?}]");
        errors.push(BundleError::file(file, message, help));
    }
    if !parsed.violation {
        let help = "write: violation contains {\"message\": message, \"path\": path} if { … }";
        errors.push(BundleError::file(file, "the policy has no partial set `violation`", help));
    }
}

fn check_library(parsed: &Parsed, errors: &mut Vec<BundleError>) {
    if !is_library(parsed) {
        let message = format!("the package {} is no library's", parsed.package.join("."));
        errors.push(BundleError::file(&parsed.module.file, message, "write: package guard.lib.<name>"));
    }
}

/// A package of two files would be one library that nobody wrote.
fn one_file_each(parsed: &[Parsed], errors: &mut Vec<BundleError>) {
    for (index, second) in parsed.iter().enumerate() {
        let mut before = parsed.iter().take(index);
        let Some(first) = before.find(|first| first.package == second.package && is_library(first)) else {
            continue;
        };
        let message = format!(
            "two libraries are called {}: the other is {}",
            second.package.join("."),
            first.module.file
        );
        errors.push(BundleError::file(&second.module.file, message, "rename one: its file and its package"));
    }
}

fn is_library(parsed: &Parsed) -> bool {
    matches!(parsed.package.as_slice(), [guard, lib, _] if guard == "guard" && lib == "lib")
}

/// A reference that leads nowhere is undefined, and what reads it finds nothing: in silence, were it not refused.
fn check_references(module: &Parsed, all: &[Parsed], errors: &mut Vec<BundleError>) {
    for reference in &module.references {
        let known = match reference.first().map(String::as_str) {
            None | Some("inventory") => true,
            _ => all.iter().any(|other| {
                reference.starts_with(&other.package) || other.package.starts_with(reference.as_slice())
            }),
        };
        if !known {
            let message = format!("nothing is loaded as data.{}", reference.join("."));
            let help = "data holds guard.lib.<name> (from lib/<name>.rego), guard.policies and inventory";
            let error = BundleError::file(&module.module.file, message, help);
            errors.push(error.at(&module.module.text, &format!("data.{}", reference.join("."))));
        }
    }
}

/// A policy reads its own parameters, and has said in METADATA what they are.
fn check_parameters(policy: &Policy, parsed: &[Parsed], errors: &mut Vec<BundleError>) {
    let Some(parsed) = parsed.iter().find(|parsed| parsed.module.file == policy.file) else { return };
    input::check_parameters(policy, parsed, errors);
    let Some(imported) = parsed.parameters.as_deref() else { return };
    let text = &parsed.module.text;
    let name = &policy.name;
    if imported != &**name {
        let message = format!("the policy imports the parameters of {imported:?}");
        let help = format!("write: import input.parameters[{name:?}] as parameters");
        errors.push(BundleError::file(&policy.file, message, help).at(text, "import input.parameters"));
    } else if policy.metadata.parameters.is_none() {
        let help = "say in METADATA what they are: custom.parameters, a JSON Schema with defaults";
        let message = "the policy reads parameters that METADATA does not name";
        errors.push(BundleError::file(&policy.file, message, help).at(text, "import input.parameters"));
    }
}

/// Of the texts alone, in an order of their own: neither names nor places count.
fn digest(sources: &[Source]) -> String {
    let mut texts: Vec<_> =
        sources.iter().map(|source| Sha256::digest(source.module.text.as_bytes())).collect();
    texts.sort_unstable();
    let mut all = Sha256::new();
    for text in texts {
        all.update(text);
    }
    all.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
