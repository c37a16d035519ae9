//! Fields that a policy reads and no document has: `input.object.spec.contaners` is undefined, and a rule that asks for it never fires.
//!
//! The policy's rules are followed with the documents' own values in the place of `input.object`: through variables, loops, functions and
//! the rules of libraries, so that `some c in workload.containers; c.value.privilged` is found as well. A reference is at fault only where
//! it comes to nothing wherever it is reached.

mod shape;
mod steps;
mod walk;

use serde_json::Value;

use super::{
    Module, Parsed, Refusal,
    module::Tree,
    refuse::names::{self, World},
    syntax,
};
use crate::request;
use walk::{Rules, Walk};

/// The rules of a bundle, ready to be followed.
pub struct Fields {
    trees: Vec<Tree>,
}

/// A field that a policy reads and no document has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsentField {
    /// Where its name stands, from 1.
    pub line: u32,
    /// Where its name stands, from 1, in Unicode code points.
    pub column: u32,
    /// The reference up to it: `c.value.privilged`.
    pub reference: String,
    /// The field that was probably meant.
    pub meant: Option<String>,
}

impl Fields {
    /// Reads the modules again: a bundle keeps their texts alone.
    ///
    /// # Errors
    /// A module that does not parse, which no bundle has.
    pub fn new(modules: &[Parsed]) -> Result<Self, Refusal> {
        let trees = modules.iter().map(|parsed| Tree::parse(&parsed.module)).collect::<Result<_, _>>()?;
        Ok(Self { trees })
    }

    /// The fields that the module reads and none of these objects has, in the order of their places.
    #[must_use]
    pub fn absent(&self, module: &Module, objects: &[&Value]) -> Vec<AbsentField> {
        let world = World::new(&self.trees);
        let mut rules = Rules::new();
        for tree in &self.trees {
            for rule in &tree.ast.policy {
                rules.entry(names::rule_path(&tree.package, rule)).or_default().push((tree, rule));
            }
        }
        let input = request::FIELDS.map(|field| {
            let is_object = field == "object" || field == "oldObject";
            let shape = || shape::Shape::documents(objects.iter().copied());
            (field.to_owned(), if is_object { shape() } else { shape::Shape::unknown() })
        });
        let mut walk = Walk::new(&world, &rules, shape::Shape::object(input), &module.file);
        for tree in self.trees.iter().filter(|tree| tree.module.file == module.file) {
            for rule in tree.ast.policy.iter().filter(|rule| !syntax::is_function(rule)) {
                walk.rule(tree, rule);
            }
        }
        walk.absent()
    }
}

#[cfg(test)]
mod tests;
