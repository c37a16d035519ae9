//! Follows rules and calls, with what each can be.

mod module;

use std::{collections::BTreeMap, sync::Arc};

use regorus::unstable::{Expr, Rule, RuleHead};

use self::module::InModule;
use super::{AbsentField, shape::Shape};
use crate::rego::{
    module::Tree,
    refuse::names::{Names, World},
    syntax,
};

/// The rules and functions of a bundle, by their paths under `data`.
pub(super) type Rules<'a> = BTreeMap<Vec<String>, Vec<(&'a Tree, &'a Rule)>>;

/// Functions are followed at each call: so many rules, and then nothing is said.
const MAX_RULES: usize = 20_000;

/// Variables and what they can be.
type Scope<'a, 'd> = BTreeMap<&'a str, Shape<'d>>;

/// One look at a module.
pub(super) struct Walk<'a, 'd> {
    world: &'a World,
    rules: &'a Rules<'a>,
    input: Shape<'d>,
    /// The file whose references are of interest.
    file: &'a Arc<str>,
    /// What rules without arguments are.
    values: BTreeMap<&'a [String], Shape<'d>>,
    /// The fields that are read in `file`, by their places; none where one was found.
    reads: BTreeMap<(u32, u32), Option<AbsentField>>,
    followed: usize,
}

impl<'a, 'd> Walk<'a, 'd> {
    pub(super) fn new(world: &'a World, rules: &'a Rules<'a>, input: Shape<'d>, file: &'a Arc<str>) -> Self {
        Self { world, rules, input, file, values: BTreeMap::new(), reads: BTreeMap::new(), followed: 0 }
    }

    /// The fields that were not there wherever they were asked for.
    pub(super) fn absent(self) -> Vec<AbsentField> {
        if self.followed > MAX_RULES { Vec::new() } else { self.reads.into_values().flatten().collect() }
    }

    /// What a rule without arguments can be.
    pub(super) fn rule(&mut self, tree: &'a Tree, rule: &'a Rule) -> Shape<'d> {
        self.definition(tree, rule, &Scope::new())
    }

    fn definition(&mut self, tree: &'a Tree, rule: &'a Rule, arguments: &Scope<'a, 'd>) -> Shape<'d> {
        self.followed += 1;
        if self.followed > MAX_RULES {
            return Shape::unknown();
        }
        let names = Names::new(self.world, tree);
        let mut module = InModule { tree, names, walk: self };
        match rule {
            Rule::Default { value, .. } => module.expr(value, &mut arguments.clone()),
            Rule::Spec { head, bodies, .. } => module.spec(head, bodies, arguments),
        }
    }

    /// What the rule at a path can be; none where there is no rule.
    fn value(&mut self, path: &[String]) -> Option<Shape<'d>> {
        let rules = self.rules;
        let (path, definitions) = rules.get_key_value(path)?;
        if let Some(known) = self.values.get(path.as_slice()) {
            return Some(known.clone());
        }
        let shapes: Vec<_> = definitions.iter().map(|(tree, rule)| self.rule(tree, rule)).collect();
        let shape = Shape::any(shapes);
        self.values.insert(path, shape.clone());
        Some(shape)
    }

    /// What a function gives; none where there is no function.
    fn call(&mut self, path: &[String], arguments: &[Shape<'d>]) -> Option<Shape<'d>> {
        let definitions = self.rules.get(path)?;
        let mut result = Shape::default();
        for (tree, rule) in definitions {
            let mut scope = Scope::new();
            if let Rule::Spec { head: RuleHead::Func { args, .. }, .. } = rule {
                args.iter().zip(arguments).for_each(|(pattern, shape)| bind(pattern, shape, &mut scope));
            }
            result = result.or(self.definition(tree, rule, &scope));
        }
        Some(result)
    }
}

/// Gives the variables of a pattern what they can be.
fn bind<'a, 'd>(pattern: &'a Expr, shape: &Shape<'d>, scope: &mut Scope<'a, 'd>) {
    match pattern {
        Expr::Array { items, .. } => {
            let members = shape.members();
            items.iter().for_each(|item| bind(item, &members, scope));
        }
        other => syntax::pattern(other, &mut |name| {
            scope.insert(name, shape.clone());
        }),
    }
}
