//! cases.yaml: what a policy's documents cannot say by themselves.

use std::{path::Path, sync::Arc};

use guard_engine::{
    bundle::Bundle,
    cases::{self, FILE_NAME, Input},
    config::Config,
    path::{Path as Field, Segment},
    policy::Policy,
    problem as engine,
    request::Request,
};
use guard_manifest::{Span, yaml};
use serde_json::Value;

use super::{
    file::YamlFile,
    settings::{ANY_DAY, examples, with},
};
use crate::problem::Problem;

/// The cases of a policy.
#[derive(Debug)]
pub struct Cases {
    /// In their order.
    pub cases: Vec<Case>,
    file: YamlFile,
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

impl Cases {
    /// The file.
    #[must_use]
    pub fn file(&self) -> &Arc<str> {
        &self.file.name
    }

    /// Where something stands.
    #[must_use]
    pub fn span(&self, path: &Field) -> Span {
        self.file.span(path)
    }
}

/// The cases beside a policy, and what is wrong with them; none where there is no such file.
pub(super) fn read(folder: &Path, policy: &Policy, bundle: &Bundle) -> (Option<Cases>, Vec<Problem>) {
    let file = match YamlFile::read(&folder.join(FILE_NAME), yaml::decode_objects) {
        Ok(Some(file)) => file,
        Ok(None) => return (None, Vec::new()),
        Err(problems) => return (None, problems),
    };
    let cases = match cases::read(file.value()) {
        Ok(cases) => cases,
        Err(problems) => return (None, file.locate(problems)),
    };
    let mut mistakes = Vec::new();
    let mut settled = Vec::new();
    for case in cases {
        mistakes.extend(unread_inventory(&case, policy));
        match settle(&case, policy, bundle) {
            Ok(config) => {
                let cases::Case { name, path, inventory, inputs, .. } = case;
                settled.push(Case { name, path, config, inventory, inputs });
            }
            // Without parameters of its own the form says what is wrong.
            Err(problems) if case.parameters.is_some() => mistakes.extend(problems),
            Err(_) => {}
        }
    }
    let mistakes = file.locate(mistakes);
    (Some(Cases { cases: settled, file }), mistakes)
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
