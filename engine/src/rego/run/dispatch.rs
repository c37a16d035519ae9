//! Which modules a kind set needs, and the module that asks all its policies in one call.

use std::sync::Arc;

use regorus::Value;

use super::Target;
use crate::rego::{Document, Module, Parsed, syntax};

/// Whether a package is one of those that no policy may have: where the inventory and the rule that asks every policy stand.
pub(in crate::rego) fn is_own_package(package: &[String]) -> bool {
    let package: Vec<&str> = package.iter().map(String::as_str).collect();
    matches!(package.as_slice(), ["inventory", ..] | ["guard"] | ["guard", "dispatch", ..])
}

/// The rule that asks every policy: a list of what [`Entry::question`] gives.
pub(super) const ALL: &str = "data.guard.dispatch";

/// How the paths of policies' rules begin.
const POLICIES: &str = "data[\"guard\"][\"policies\"]";

/// A target as the dispatcher knows it.
#[derive(Clone)]
pub(super) struct Entry {
    name: Arc<str>,
    selectable: bool,
    /// The path of its `violation`.
    pub(super) violation: String,
    /// The path of its `undetermined`, if it has that.
    pub(super) undetermined: Option<String>,
}

impl Entry {
    pub(super) fn new(target: &Target, modules: &[&Parsed]) -> Self {
        let has_undetermined =
            modules.iter().any(|module| module.package == target.package && module.undetermined);
        Self {
            name: Arc::clone(&target.name),
            selectable: target.selectable,
            violation: syntax::rule_path(&target.package, "violation"),
            undetermined: has_undetermined.then(|| syntax::rule_path(&target.package, "undetermined")),
        }
    }

    /// Whether this input asks the policy at all.
    pub(super) fn is_selected(&self, input: &Document) -> bool {
        let selected = || {
            let chosen = input.0.as_object().ok()?.get(&"selected".into())?.as_object().ok()?;
            chosen.get(&Value::String(Arc::clone(&self.name)))
        };
        !self.selectable || selected() == Some(&Value::Bool(true))
    }

    /// What asks the policy: a list of `[violations]` or `[violations, undetermined]`, empty where one is undefined or nobody asks.
    fn question(&self) -> String {
        let set = |path: &str| {
            path.strip_prefix(POLICIES).map_or(path.to_owned(), |rest| format!("policies{rest}"))
        };
        let condition = match self.selectable {
            true => format!("input.selected[{:?}] == true; ", self.name),
            false => String::new(),
        };
        let violation = set(&self.violation);
        match &self.undetermined {
            None => format!("[[v] | {condition}v := {violation}]"),
            Some(undetermined) => {
                format!("[[v, u] | {condition}v := {violation}; u := {}]", set(undetermined))
            }
        }
    }
}

/// The targets' own modules and those they refer to, directly or not.
pub(super) fn needed<'a>(modules: &'a [Parsed], targets: &[Target]) -> Vec<&'a Parsed> {
    let mut wanted: Vec<&[String]> = targets.iter().map(|target| target.package.as_slice()).collect();
    let mut taken = vec![false; modules.len()];
    while let Some(path) = wanted.pop() {
        for (module, taken) in modules.iter().zip(&mut taken) {
            let overlaps = module.package.starts_with(path) || path.starts_with(&module.package);
            if overlaps && !std::mem::replace(taken, true) {
                wanted.extend(module.references.iter().map(Vec::as_slice));
            }
        }
    }
    modules.iter().zip(taken).filter_map(|(module, taken)| taken.then_some(module)).collect()
}

/// The module that asks every policy. Its package is the one above theirs: from there their rules are found by their names, where
/// `data.…` would make the evaluator look at every module, for each of them.
pub(super) fn dispatcher(entries: &[Entry]) -> Module {
    let questions: Vec<String> = entries.iter().map(Entry::question).collect();
    // One rule, not one a policy that adds to a set: the evaluator builds a set anew for each that adds to it.
    let questions = questions.join(",\n\t");
    let text = format!("package guard\n\nimport data.guard.policies\n\ndispatch := [\n\t{questions}\n]\n");
    Module { file: "dispatch.rego".into(), text: text.into() }
}
