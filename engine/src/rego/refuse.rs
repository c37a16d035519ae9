//! What is refused at load: Rego that the evaluator would answer otherwise than OPA, or that could take the process down.
//!
//! | in | refused |
//! |---|---|
//! | `text` | nesting and runs of `-` that the parser needs exponential time or an endless stack for |
//! | `calls` | wrong arity, functions as values, unknown or unsafe builtins, bad formats and patterns |
//! | `body` | `not`, `in` and `some` where an operand may be undefined or is never bound; objects as patterns |
//! | `rules` | heads whose value may be undefined; bodies without a rule of their own |
//! | `graph` | rules that refer to themselves, and chains of rules that are too long |

mod body;
mod calls;
mod graph;
pub(super) mod names;
mod rules;
mod scope;
mod text;
mod total;

use std::{fmt, sync::Arc};

use regorus::unstable::{Expr, Span};

use self::names::World;
use super::{
    message::Located,
    module::{Module, Tree},
    syntax,
};

/// A module that is not accepted, where, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The module's file.
    pub file: Arc<str>,
    /// From 1.
    pub line: u32,
    /// From 1, in Unicode code points.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to write instead, where that is known.
    pub help: Option<String>,
}

impl Refusal {
    /// What the evaluator says of one of these modules; the first, where it does not say which.
    pub(super) fn of(modules: &[Module], error: &anyhow::Error) -> Self {
        let Located { place, message } = Located::from(error);
        let (file, line, column) = place.unwrap_or_else(|| (String::new(), 1, 1));
        let module = modules.iter().find(|module| *module.file == *file).or(modules.first());
        let index = usize::try_from(line).unwrap_or_default().saturating_sub(1);
        let text = module.and_then(|module| module.text.lines().nth(index)).unwrap_or_default();
        let file = module.map_or_else(|| file.into(), |module| Arc::clone(&module.file));
        Self { file, line, column: syntax::code_points(text, column), message, help: None }
    }

    fn new(file: &Arc<str>, (line, column): (u32, u32), message: String, help: Option<String>) -> Self {
        Self { file: Arc::clone(file), line, column, message, help }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

/// What the text alone says, before it is parsed.
pub(super) fn text(module: &Module) -> Option<Refusal> {
    text::check(module)
}

/// What the trees of all modules of a bundle say.
pub(super) fn trees(trees: &[Tree]) -> Vec<Refusal> {
    let world = World::new(trees);
    let mut findings = Vec::new();
    let mut graph = graph::Graph::default();
    for tree in trees {
        let mut report = Report { file: &tree.module.file, findings: &mut findings };
        rules::check(&world, tree, &mut graph, &mut report);
    }
    findings.extend(graph.check());
    findings.sort();
    findings.dedup();
    findings
}

/// Collects the refusals of one module.
struct Report<'a> {
    file: &'a Arc<str>,
    findings: &'a mut Vec<Refusal>,
}

impl Report<'_> {
    /// Refuses what starts at `expr`.
    fn at(&mut self, expr: &Expr, message: impl Into<String>, help: impl Into<String>) {
        self.findings.push(Refusal::new(self.file, syntax::start(expr), message.into(), Some(help.into())));
    }

    /// Refuses what starts at `span`.
    fn at_span(&mut self, span: &Span, message: impl Into<String>, help: impl Into<String>) {
        self.findings.push(Refusal::new(self.file, syntax::place(span), message.into(), Some(help.into())));
    }
}

#[cfg(test)]
mod tests;
