//! Which modules a kind set needs, and the module that asks all its policies in one call.

use std::sync::Arc;

use regorus::Value;

use super::Target;
use crate::rego::{Document, Module, Parsed, syntax};

/// The package of the generated module; policies may not use it.
pub(in crate::rego) const PACKAGE: [&str; 2] = ["guard", "dispatch"];

/// The rule that asks every policy: a set of `[index, violations]` and `[index, violations, undetermined]`.
pub(super) const ALL: &str = "data.guard.dispatch.all";

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

    /// One rule a policy: an undefined one leaves out itself alone.
    fn rule(&self, index: usize) -> String {
        let condition = if self.selectable {
            format!("input.selected[{:?}] == true; ", self.name)
        } else {
            String::new()
        };
        match &self.undetermined {
            None => {
                format!("all contains [{index}, v] if {{ {condition}v := {} }}\n", self.violation)
            }
            Some(undetermined) => format!(
                "all contains [{index}, v, u] if {{ {condition}v := {}; u := {undetermined} }}\n",
                self.violation
            ),
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

/// The module that asks every policy.
pub(super) fn dispatcher(entries: &[Entry]) -> Module {
    let rules: String = entries.iter().enumerate().map(|(index, entry)| entry.rule(index)).collect();
    // With no policy at all `all` must still be a rule.
    let text = format!("package {}\n\n{rules}all contains [] if false\n", PACKAGE.join("."));
    Module { file: "dispatch.rego".into(), text: text.into() }
}
