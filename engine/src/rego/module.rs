//! Rego modules: their text, and what is known of them once they are parsed and accepted.

use std::{collections::BTreeSet, sync::Arc};

use regorus::{
    Source,
    unstable::{Expr, Module as Ast, Parser, Rule, RuleHead},
};

use super::{
    expand::Expanded,
    reads::{self, Read},
    refuse::{self, Refusal},
    run, syntax,
};

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
    pub references: BTreeSet<Vec<String>>,
    /// It has a partial set `violation`.
    pub violation: bool,
    /// It has a partial set `undetermined`.
    pub undetermined: bool,
    /// The policy whose `input.parameters["<name>"]` it imports.
    pub parameters: Option<String>,
    /// What is run.
    pub(super) expanded: Expanded,
    /// What it reads of `input`.
    pub reads: Vec<Read>,
}

/// Parses all modules of a bundle together, so that calls and cycles between them are checked too.
///
/// # Errors
/// Everything that is refused, by file and position. Without the files named, the others can be parsed again.
pub fn parse(modules: &[Module]) -> Result<Vec<Parsed>, Vec<Refusal>> {
    Ok(trees(modules)?.iter().map(Tree::parsed).collect())
}

/// The syntax trees of modules that are accepted together.
pub(super) fn trees(modules: &[Module]) -> Result<Vec<Tree>, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let mut trees = Vec::new();
    for module in modules {
        match Tree::parse(module) {
            Ok(tree) => trees.push(tree),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if refusals.is_empty() {
        refusals = refuse::trees(&trees);
    }
    if refusals.is_empty() {
        // What remains, such as a variable that nothing binds, the evaluator itself says when it prepares.
        refusals.extend(run::rehearse(modules).err());
    }
    if refusals.is_empty() { Ok(trees) } else { Err(refusals) }
}

/// A module and its syntax tree.
pub(super) struct Tree {
    pub(super) module: Module,
    pub(super) package: Vec<String>,
    pub(super) ast: Ast,
}

impl Tree {
    pub(super) fn parse(module: &Module) -> Result<Self, Refusal> {
        if let Some(refusal) = refuse::text(module) {
            return Err(refusal);
        }
        let ast = parse_tree(module).map_err(|error| Refusal::of(std::slice::from_ref(module), &error))?;
        let package = syntax::path(&ast.package.refr).into_iter().map(str::to_owned).collect();
        Ok(Self { module: module.clone(), package, ast })
    }

    /// What is known of it.
    pub(super) fn parsed(&self) -> Parsed {
        Parsed {
            module: self.module.clone(),
            package: self.package.clone(),
            references: self.references(),
            violation: self.has_set("violation"),
            undetermined: self.has_set("undetermined"),
            parameters: self.parameters(),
            expanded: Expanded::new(self),
            reads: reads::of(self),
        }
    }

    fn references(&self) -> BTreeSet<Vec<String>> {
        let mut references = BTreeSet::new();
        let mut add = |path: Vec<&str>| {
            if let Some((&"data", rest)) = path.split_first() {
                references.insert(rest.iter().map(|&key| key.to_owned()).collect());
            }
        };
        self.ast.imports.iter().for_each(|import| add(syntax::path(&import.refr)));
        for rule in &self.ast.policy {
            syntax::each_of_rule(rule, &mut |expr| match expr {
                Expr::Call { fcn, .. } => add(syntax::path(fcn)),
                _ => add(syntax::path(expr)),
            });
        }
        references
    }

    fn has_set(&self, name: &str) -> bool {
        self.ast.policy.iter().any(|rule| match rule.as_ref() {
            Rule::Spec { head: RuleHead::Set { refr, .. }, .. } => syntax::variable(refr) == Some(name),
            _ => false,
        })
    }

    fn parameters(&self) -> Option<String> {
        self.ast.imports.iter().find_map(|import| match syntax::path(&import.refr).as_slice() {
            ["input", "parameters", name] => Some((*name).to_owned()),
            _ => None,
        })
    }
}

fn parse_tree(module: &Module) -> anyhow::Result<Ast> {
    let source = Source::from_contents(module.file.to_string(), module.text.to_string())?;
    let mut parser = Parser::new(&source)?;
    parser.enable_rego_v1()?;
    parser.parse()
}
