//! Rego modules: their text, and what is known of them once they are parsed and accepted.

use std::sync::Arc;

use super::refuse::Refusal;

/// A Rego file that somebody else read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Its name, for messages.
    pub file: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
}

/// A module that was parsed and accepted.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// Where it came from.
    pub module: Module,
    /// The package's path without `data`: `["guard", "policies", "privileged-container"]`.
    pub package: Vec<String>,
    /// The paths under `data` that it imports or refers to, without `data`: what decides which libraries it needs.
    pub references: Vec<Vec<String>>,
    /// It has a partial set `violation`.
    pub violation: bool,
    /// It has a partial set `undetermined`.
    pub undetermined: bool,
    /// The policy whose `input.parameters["<name>"]` it imports.
    pub parameters: Option<String>,
}

/// Parses all modules of a bundle together, so that calls and cycles between them are checked too.
///
/// # Errors
/// Everything that is refused, by file and position. Without the files named, the others can be parsed again.
pub fn parse(modules: &[Module]) -> Result<Vec<Parsed>, Vec<Refusal>> {
    let _ = modules;
    todo!()
}
