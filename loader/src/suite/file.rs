//! A YAML file beside a policy: its value, and where in it something stands.

use std::{path::Path, sync::Arc};

use guard_engine::{
    path::Path as Field,
    problem::{self as engine, Place},
};
use guard_manifest::{
    Span, WarningCode,
    yaml::{Decoded, Unreadable},
};
use serde_json::Value;

use crate::{
    folder::read_text,
    problem::{self, Problem, steps},
};

/// A file that was read.
#[derive(Debug)]
pub(super) struct YamlFile {
    pub(super) name: Arc<str>,
    text: Arc<str>,
    decoded: Decoded,
}

impl YamlFile {
    /// Reads a file; none where there is none. A key that stands twice is a mistake.
    pub(super) fn read(
        path: &Path,
        decode: fn(&str) -> Result<Decoded, Unreadable>,
    ) -> Result<Option<Self>, Vec<Problem>> {
        if path.symlink_metadata().is_err() {
            return Ok(None);
        }
        let name = problem::name(path);
        let text = read_text(path).map_err(|problem| vec![problem])?;
        let decoded = decode(&text)
            .map_err(|unreadable| vec![Problem::at(&name, &text, unreadable.span, unreadable.reason)])?;
        let twice = decoded.warnings.iter().filter(|warning| warning.code == WarningCode::DuplicateKey);
        let twice: Vec<Problem> = twice
            .map(|warning| {
                Problem::at(&name, &text, warning.span, warning.message.clone()).help("write the key once")
            })
            .collect();
        if twice.is_empty() { Ok(Some(Self { name, text, decoded })) } else { Err(twice) }
    }

    pub(super) fn value(&self) -> &Value {
        &self.decoded.value
    }

    /// The place of a path, or of its nearest existing parent.
    pub(super) fn span(&self, path: &Field) -> Span {
        self.decoded.locate(steps(path)).span
    }

    /// The place of the key that a path ends in.
    pub(super) fn key(&self, path: &Field) -> Span {
        self.decoded.locate_key(steps(path)).span
    }

    /// Gives mistakes their place.
    pub(super) fn locate(&self, problems: Vec<engine::Problem>) -> Vec<Problem> {
        let place = |problem: engine::Problem| {
            let span = match problem.place {
                Place::Key => self.key(&problem.path),
                Place::Value => self.span(&problem.path),
            };
            Problem { help: problem.help, ..Problem::at(&self.name, &self.text, span, problem.message) }
        };
        problems.into_iter().map(place).collect()
    }
}
