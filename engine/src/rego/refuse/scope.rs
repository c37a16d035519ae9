//! Scopes: which variables a body binds, and which references it proves to have a value.

use std::collections::BTreeSet;

use regorus::unstable::{AssignOp, Expr, Literal, Query};

use super::names::Names;
use crate::rego::syntax::{self, Reference, Step};

/// One body: of a rule, a comprehension or an `every`; or a function's arguments.
#[derive(Default)]
pub(super) struct Frame<'a> {
    /// What it binds.
    bound: BTreeSet<&'a str>,
    /// What it binds by `:=`, `some … in`, `every`, `walk` or as an argument: not by an index or `=`.
    assigned: BTreeSet<&'a str>,
    /// The references that must have a value where the body holds, as texts.
    defined: BTreeSet<String>,
    /// The body may hold more than once.
    pub(super) loops: bool,
}

/// The scopes around a place, outermost first.
pub(super) struct Scopes<'a> {
    names: &'a Names<'a>,
    frames: Vec<Frame<'a>>,
}

impl<'a> Scopes<'a> {
    pub(super) fn new(names: &'a Names<'a>) -> Self {
        Self { names, frames: Vec::new() }
    }

    /// Enters a scope that binds the variables of `patterns`.
    pub(super) fn enter(&mut self, patterns: impl IntoIterator<Item = &'a Expr>) {
        let mut frame = Frame::default();
        patterns.into_iter().for_each(|expr| frame.assign(expr));
        self.frames.push(frame);
    }

    /// Enters an `every`, which binds these names.
    pub(super) fn enter_names(&mut self, names: impl IntoIterator<Item = &'a str>) {
        let bound: BTreeSet<&str> = names.into_iter().collect();
        self.frames.push(Frame { assigned: bound.clone(), bound, ..Frame::default() });
    }

    /// Enters a body.
    pub(super) fn enter_query(&mut self, query: &'a Query) {
        let mut frame = Frame::default();
        for statement in &query.stmts {
            match &statement.literal {
                Literal::SomeIn { key, value, .. } => {
                    key.iter().chain([value]).for_each(|pattern| frame.assign(pattern));
                    frame.loops = true;
                }
                Literal::SomeVars { .. } => frame.loops = true,
                Literal::Expr { expr, .. } => frame.bind_by_statement(expr),
                Literal::NotExpr { .. } | Literal::Every { .. } => {}
            }
        }
        let declared: BTreeSet<&str> = declared(query);
        for statement in &query.stmts {
            match &statement.literal {
                Literal::SomeIn { collection: expr, .. } | Literal::Expr { expr, .. } => {
                    self.bind_by_use(&mut frame, &declared, expr);
                    if statement.with_mods.is_empty() {
                        frame.prove(expr, true);
                    }
                }
                _ => {}
            }
        }
        self.frames.push(frame);
    }

    pub(super) fn leave(&mut self) {
        self.frames.pop();
    }

    /// The innermost scope may hold more than once.
    pub(super) fn loops(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.loops)
    }

    /// A variable of some scope around.
    pub(super) fn is_local(&self, name: &str) -> bool {
        self.frames.iter().any(|frame| frame.bound.contains(name))
    }

    /// Bound by the innermost body.
    pub(super) fn is_bound_here(&self, name: &str) -> bool {
        self.frames.last().is_some_and(|frame| frame.bound.contains(name))
    }

    /// Has its value before any pattern that it stands in is matched.
    pub(super) fn is_assigned(&self, name: &str) -> bool {
        self.frames.iter().any(|frame| frame.assigned.contains(name))
    }

    /// Whether an index is a variable that nothing binds, so that it would loop.
    pub(super) fn is_free(&self, index: &Expr) -> bool {
        syntax::variable(index).is_some_and(|name| !self.is_local(name) && !self.names.is_global(name))
    }

    /// Whether the body proves that a reference has a value: by using it, or an extension of it, in a statement that must hold.
    pub(super) fn is_proven(&self, reference: &Reference<'_>) -> bool {
        let Some((text, variables)) = canonical(reference, reference.steps.len()) else { return false };
        for frame in self.frames.iter().rev() {
            if frame.defined.contains(&text) {
                return true;
            }
            // Further out, the same text speaks of other variables.
            if variables.iter().any(|name| frame.bound.contains(name)) {
                return false;
            }
        }
        false
    }

    /// Indices and both sides of `=` bind what nothing else binds.
    fn bind_by_use(&self, frame: &mut Frame<'a>, declared: &BTreeSet<&str>, expr: &'a Expr) {
        let mut found: Vec<&'a str> = Vec::new();
        let mut loops = false;
        syntax::each(expr, &mut |part| match part {
            Expr::RefDot { .. } | Expr::RefBrack { .. } => {
                for index in Reference::of(part).indices() {
                    loops |= syntax::variable(index) == Some("_");
                    syntax::pattern(index, &mut |name| found.push(name));
                }
            }
            Expr::AssignExpr { op: AssignOp::Eq, lhs, rhs, .. } => {
                [lhs, rhs].iter().for_each(|side| syntax::pattern(side, &mut |name| found.push(name)));
            }
            _ => {}
        });
        for name in found {
            let is_known = self.is_local(name) || frame.assigned.contains(name) || self.names.is_global(name);
            if declared.contains(name) || !is_known {
                loops = true;
                frame.bound.insert(name);
            }
        }
        frame.loops |= loops;
    }
}

impl<'a> Frame<'a> {
    fn assign(&mut self, expr: &'a Expr) {
        syntax::pattern(expr, &mut |name| {
            self.bound.insert(name);
            self.assigned.insert(name);
        });
    }

    fn bind_by_statement(&mut self, expr: &'a Expr) {
        match expr {
            Expr::AssignExpr { op: AssignOp::ColEq, lhs, .. } => self.assign(lhs),
            Expr::Call { fcn, params, .. } if syntax::variable(fcn) == Some("walk") => {
                params.iter().skip(1).for_each(|output| self.assign(output));
                self.loops = true;
            }
            _ => {}
        }
    }

    /// Notes the references that have a value where the statement `expr` holds.
    fn prove(&mut self, expr: &'a Expr, is_statement: bool) {
        match expr {
            // `print` takes what is undefined; `in` as a value is false where its operand is.
            Expr::Call { fcn, .. } if syntax::variable(fcn) == Some("print") => return,
            Expr::Membership { .. } if !is_statement => return,
            _ => {}
        }
        let reference = Reference::of(expr);
        for steps in 0..=reference.steps.len() {
            if let Some((text, _)) = canonical(&reference, steps) {
                self.defined.insert(text);
            }
        }
        syntax::parts(expr).into_iter().for_each(|part| self.prove(part, false));
    }
}

/// The names that `some x` declares in a body.
fn declared(query: &Query) -> BTreeSet<&str> {
    query
        .stmts
        .iter()
        .filter_map(|statement| match &statement.literal {
            Literal::SomeVars { vars, .. } => Some(vars.iter().map(|span| span.text())),
            _ => None,
        })
        .flatten()
        .collect()
}

/// One text for one meaning, with the variables in it: `c["image"]` is `c.image`. None where a step is more than a variable or scalar.
fn canonical<'a>(reference: &Reference<'a>, steps: usize) -> Option<(String, Vec<&'a str>)> {
    let mut variables = vec![reference.variable()?];
    let mut text = String::new();
    for step in reference.steps.iter().take(steps) {
        match step {
            Step::Key(key) => text.push_str(&format!("[{key:?}]")),
            Step::Index(index) => match syntax::variable(index) {
                Some("_") => return None,
                Some(name) => {
                    variables.push(name);
                    text.push_str(&format!("[{name}]"));
                }
                None if syntax::is_scalar(index) => text.push_str(&format!("[{}]", index.span().text())),
                None => return None,
            },
        }
    }
    Some((format!("{}{text}", variables.first()?), variables))
}
