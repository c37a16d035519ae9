//! cases.yaml: what a policy's documents cannot say by themselves.

use std::{path::Path, sync::Arc};

use guard_engine::{
    bundle::Bundle,
    cases::{self, FILE_NAME, Input},
    config::Config,
    path::{Path as Field, Segment},
    policy::Policy,
    problem::{self as engine, Place},
    request::Request,
};
use guard_manifest::{
    Located, Span, WarningCode,
    yaml::{self, Decoded},
};
use serde_json::Value;

use super::settings::{ANY_DAY, examples, with};
use crate::{
    folder::read_text,
    problem::{self, Problem, steps},
};

/// The cases of a policy.
#[derive(Debug)]
pub struct Cases {
    /// The file.
    pub file: Arc<str>,
    /// In their order.
    pub cases: Vec<Case>,
    read: Read,
}

/// One case, and the settings under which its inputs are judged.
#[derive(Debug)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// Where it stands.
    pub path: Field,
    /// The policy alone, with the case's parameters.
    pub config: Config,
    /// What the policy may look at beside an input.
    pub inventory: Vec<Request>,
    /// What is judged, each by itself.
    pub inputs: Vec<Input>,
}

#[derive(Debug)]
struct Read {
    text: Arc<str>,
    decoded: Decoded,
}

impl Cases {
    /// Where something stands.
    #[must_use]
    pub fn span(&self, path: &Field) -> Span {
        self.locate(path).span
    }

    /// Finds the place of a path, or of its nearest existing parent.
    #[must_use]
    pub fn locate(&self, path: &Field) -> Located {
        self.read.decoded.locate(steps(path))
    }
}

/// The cases beside a policy, and what is wrong with them; none where there is no such file.
pub(super) fn read(folder: &Path, policy: &Policy, bundle: &Bundle) -> (Option<Cases>, Vec<Problem>) {
    let path = folder.join(FILE_NAME);
    if path.symlink_metadata().is_err() {
        return (None, Vec::new());
    }
    let file = problem::name(&path);
    let read = match decode(&path, &file) {
        Ok(read) => read,
        Err(problems) => return (None, problems),
    };
    let place = |problems: Vec<engine::Problem>| {
        problems.into_iter().map(|problem| read.locate(&file, problem)).collect::<Vec<_>>()
    };
    let cases = match cases::read(&read.decoded.value) {
        Ok(cases) => cases,
        Err(problems) => return (None, place(problems)),
    };
    let mut mistakes = Vec::new();
    let mut settled = Vec::new();
    for case in cases {
        mistakes.extend(place(unread_inventory(&case, policy)));
        match settle(&case, policy, bundle) {
            Ok(config) => {
                let cases::Case { name, path, inventory, inputs, .. } = case;
                settled.push(Case { name, path, config, inventory, inputs });
            }
            // Without parameters of its own the form says what is wrong.
            Err(problems) if case.parameters.is_some() => mistakes.extend(place(problems)),
            Err(_) => {}
        }
    }
    (Some(Cases { file, cases: settled, read }), mistakes)
}

fn decode(path: &Path, file: &Arc<str>) -> Result<Read, Vec<Problem>> {
    let text = read_text(path).map_err(|problem| vec![problem])?;
    let decoded = yaml::decode_objects(&text)
        .map_err(|unreadable| vec![Problem::at(file, &text, unreadable.span, unreadable.reason)])?;
    let twice = decoded.warnings.iter().filter(|warning| warning.code == WarningCode::DuplicateKey);
    let twice: Vec<Problem> = twice
        .map(|warning| {
            Problem::at(file, &text, warning.span, warning.message.clone()).help("write the key once")
        })
        .collect();
    if twice.is_empty() { Ok(Read { text, decoded }) } else { Err(twice) }
}

impl Read {
    fn locate(&self, file: &Arc<str>, problem: engine::Problem) -> Problem {
        let steps = steps(&problem.path);
        let located = match problem.place {
            Place::Key => self.decoded.locate_key(steps),
            Place::Value => self.decoded.locate(steps),
        };
        Problem { help: problem.help, ..Problem::at(file, &self.text, located.span, problem.message) }
    }
}

/// The settings of a case.
fn settle(case: &cases::Case, policy: &Policy, bundle: &Bundle) -> Result<Config, Vec<engine::Problem>> {
    let usual = || Value::Object(examples(policy));
    let parameters = case.parameters.clone().unwrap_or_else(usual);
    with(policy, bundle, &parameters, ANY_DAY).map_err(|problems| {
        let inside = |problem: engine::Problem| {
            // In guard.yaml they stand under `policies`, the policy's name and `parameters`.
            let below = problem.path.0.iter().skip(3).cloned();
            let path = case.path.join("parameters").0.into_iter().chain(below).collect();
            engine::Problem { path: Field(path), ..problem }
        };
        problems.into_iter().map(inside).collect()
    })
}

/// Objects that the policy never sees, because its METADATA does not name their kind.
fn unread_inventory(case: &cases::Case, policy: &Policy) -> Vec<engine::Problem> {
    let is_read = |request: &Request| policy.metadata.inventories(&request.kind);
    let unread = case.inventory.iter().enumerate().filter(|(_, request)| !is_read(request));
    unread
        .map(|(index, request)| {
            let path = case.path.join("inventory").join(Segment::from(index));
            let message = format!("{} never sees a {}", policy.name, request.kind.kind);
            engine::Problem::value(path, message).help("name its kind under `inventory` in METADATA")
        })
        .collect()
}
