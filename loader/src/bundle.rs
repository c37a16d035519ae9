//! Modules in, a bundle out, with the place of every mistake.

use std::{collections::HashMap, sync::Arc};

use guard_engine::{
    bundle::{self, Bundle, BundleError, Location},
    metadata,
    policy::Origin,
    problem::Place,
    rego::Module,
};
use guard_manifest::{
    Position, Span, WarningCode,
    yaml::{self, Decoded},
};

use crate::{
    folder::{PolicySource, Source, Sources},
    problem::{self, Problem},
};

/// A policy's METADATA as it stands in the file.
struct Metadata {
    text: Arc<str>,
    decoded: Option<Decoded>,
}

/// Modules that were read, as the engine takes them, and what gives its errors their places.
struct Read {
    sources: Vec<bundle::Source>,
    files: HashMap<Arc<str>, Metadata>,
}

/// Makes a bundle of modules that were read.
pub(crate) fn build(sources: Sources, mut problems: Vec<Problem>) -> Result<Bundle, Vec<Problem>> {
    let Read { sources, files } = Read::new(sources, &mut problems);
    if no_policy_is_left(&sources) && !problems.is_empty() {
        return Err(problems);
    }
    match Bundle::new(&sources) {
        Ok(bundle) if problems.is_empty() => Ok(bundle),
        Ok(_) => Err(problems),
        Err(errors) => {
            problems.extend(errors.into_iter().map(|error| locate(error, &files)));
            Err(problems)
        }
    }
}

/// Makes a bundle of what can be loaded of modules that were read, and says what is wrong with the others.
///
/// # Errors
/// What is wrong, where no policy at all is left.
pub(crate) fn build_leniently(
    sources: Sources,
    mut problems: Vec<Problem>,
) -> Result<(Bundle, Vec<Problem>), Vec<Problem>> {
    let Read { sources, files } = Read::new(sources, &mut problems);
    if no_policy_is_left(&sources) && !problems.is_empty() {
        return Err(problems);
    }
    let mut with = |errors: Vec<BundleError>| {
        problems.extend(errors.into_iter().map(|error| locate(error, &files)));
        std::mem::take(&mut problems)
    };
    match Bundle::load_leniently(&sources) {
        Ok((bundle, errors)) => Ok((bundle, with(errors))),
        Err(errors) => Err(with(errors)),
    }
}

impl Read {
    fn new(sources: Sources, problems: &mut Vec<Problem>) -> Self {
        let mut read = Vec::new();
        let mut files: HashMap<Arc<str>, Metadata> = HashMap::new();
        for PolicySource { folder, source, origin } in sources.policies {
            match decode(&source) {
                Ok(decoded) => {
                    let metadata = decoded.as_ref().map(|decoded| decoded.value.clone());
                    read.push(engine_source(&source, origin, bundle::Role::Policy { folder, metadata }));
                    files.insert(source.file, Metadata { text: source.text, decoded });
                }
                Err(mistakes) => problems.extend(mistakes),
            }
        }
        for (source, origin) in sources.libraries {
            read.push(engine_source(&source, origin, bundle::Role::Library));
            files.insert(source.file, Metadata { text: source.text, decoded: None });
        }
        Self { sources: read, files }
    }
}

/// Whether no policy is left, which is no news where problems say why.
fn no_policy_is_left(sources: &[bundle::Source]) -> bool {
    !sources.iter().any(|source| matches!(source.role, bundle::Role::Policy { .. }))
}

fn engine_source(source: &Source, origin: Origin, role: bundle::Role) -> bundle::Source {
    let module = Module { file: Arc::clone(&source.file), text: Arc::clone(&source.text) };
    bundle::Source { module, origin, role }
}

/// Reads a policy's METADATA; none where it has none.
fn decode(source: &Source) -> Result<Option<Decoded>, Vec<Problem>> {
    let Some(block) = metadata::block(&source.text) else { return Ok(None) };
    let decoded = yaml::decode(&block).map_err(|unreadable| {
        let message = format!("the METADATA is not YAML: {}", unreadable.reason);
        vec![Problem::at(&source.file, &source.text, unreadable.span, message)]
    })?;
    let twice = decoded.warnings.iter().filter(|warning| warning.code == WarningCode::DuplicateKey);
    let twice: Vec<Problem> = twice
        .map(|warning| {
            let message = format!("in METADATA, {}", warning.message);
            Problem::at(&source.file, &source.text, warning.span, message).help("write the key once")
        })
        .collect();
    if twice.is_empty() { Ok(Some(decoded)) } else { Err(twice) }
}

/// Gives an error in modules without METADATA its place.
pub(crate) fn locate_in_modules(error: BundleError, modules: &[Module]) -> Problem {
    let without = |module: &Module| Metadata { text: Arc::clone(&module.text), decoded: None };
    let files = modules.iter().map(|module| (Arc::clone(&module.file), without(module))).collect();
    locate(error, &files)
}

/// Gives errors in a policy that did load their places.
pub(crate) fn locate_in_policy(errors: Vec<BundleError>, file: &Arc<str>, text: &Arc<str>) -> Vec<Problem> {
    let source = Source { file: Arc::clone(file), text: Arc::clone(text) };
    match decode(&source) {
        Ok(decoded) => {
            let files = HashMap::from([(source.file, Metadata { text: source.text, decoded })]);
            errors.into_iter().map(|error| locate(error, &files)).collect()
        }
        Err(mistakes) => mistakes,
    }
}

/// Gives an error of the engine its place in the file.
fn locate(error: BundleError, files: &HashMap<Arc<str>, Metadata>) -> Problem {
    let source = files.get(&error.file);
    let span = match error.location {
        Location::File => source.and_then(|source| package(&source.text)),
        Location::Text { line, column } => {
            let at = position(source.map_or("", |source| &source.text), line, column);
            Some(Span { start: at, end: at })
        }
        Location::Metadata { path, place } => {
            let steps = problem::steps(&path);
            source.and_then(|source| source.decoded.as_ref()).map(|decoded| match place {
                Place::Key => decoded.locate_key(steps).span,
                Place::Value => decoded.locate(steps).span,
            })
        }
    };
    Problem {
        file: error.file,
        span,
        text: source.map(|source| Arc::clone(&source.text)),
        message: error.message,
        help: error.help,
    }
}

/// The package declaration, which stands for a module as a whole.
fn package(text: &str) -> Option<Span> {
    let start = if text.starts_with("package ") { 0 } else { text.find("\npackage ")? + 1 };
    let declaration = text.get(start..)?.lines().next()?.trim_end();
    let place = |offset| problem::end_of(text.get(..offset).unwrap_or_default());
    Some(Span { start: place(start), end: place(start + declaration.len()) })
}

/// The place of a line and column, both from 1.
fn position(text: &str, line: u32, column: u32) -> Position {
    let lines = text.split_inclusive('\n').zip(1..line).map(|(line, _)| line.len()).sum();
    let rest = text.get(lines..).unwrap_or_default();
    let columns: usize = rest.chars().zip(1..column).map(|(character, _)| character.len_utf8()).sum();
    Position { line, column, offset: lines + columns }
}
