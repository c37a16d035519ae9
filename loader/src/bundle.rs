//! Modules in, a bundle out, with the place of every mistake.

use std::{collections::HashMap, sync::Arc};

use guard_engine::{
    bundle::{self, Bundle, BundleError, Location},
    metadata,
    path::Segment,
    policy::Origin,
    problem::Place,
    rego::Module,
};
use guard_manifest::{
    Position, Span, Step, WarningCode,
    yaml::{self, Decoded},
};

use crate::{
    folder::{PolicySource, Source, Sources},
    problem::Problem,
};

/// A policy's METADATA as it stands in the file.
struct Metadata {
    text: Arc<str>,
    decoded: Option<Decoded>,
}

/// Makes a bundle of modules that were read.
pub(crate) fn build(sources: Sources, mut problems: Vec<Problem>) -> Result<Bundle, Vec<Problem>> {
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
    match Bundle::new(&read) {
        Ok(bundle) if problems.is_empty() => Ok(bundle),
        Ok(_) => Err(problems),
        Err(errors) => {
            problems.extend(errors.into_iter().map(|error| locate(error, &files)));
            Err(problems)
        }
    }
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

/// Gives an error of the engine its place in the file.
fn locate(error: BundleError, files: &HashMap<Arc<str>, Metadata>) -> Problem {
    let source = files.get(&error.file);
    let span = match error.location {
        Location::File => None,
        Location::Text { line, column } => {
            let at = Position {
                line,
                column,
                offset: offset(source.map_or("", |source| &source.text), line, column),
            };
            Some(Span { start: at, end: at })
        }
        Location::Metadata { path, place } => {
            let steps = path.0.iter().map(|segment| match segment {
                Segment::Key(key) => Step::Key(key),
                Segment::Index(index) => Step::Index(*index),
            });
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

/// The byte offset of a line and column, both from 1.
fn offset(text: &str, line: u32, column: u32) -> usize {
    let lines = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    let before: usize = text.split_inclusive('\n').take(lines).map(str::len).sum();
    let columns = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    let rest = text.get(before..).unwrap_or_default();
    before + rest.chars().take(columns).map(char::len_utf8).sum::<usize>()
}
