//! Bodies: what stands under `not`, `in` as a value, `some`, and objects as patterns.

use regorus::unstable::{AssignOp, BoolOp, Expr, Literal, LiteralStmt, Query, Span};

use super::{
    Report, calls,
    graph::Edges,
    names::{Names, World},
    scope::Scopes,
    total::Totality,
};
use crate::rego::syntax::{self, Reference};

const READ_FIELDS: &str = "read its fields: `x := object.field`";

/// Walks one rule.
pub(super) struct Walker<'a, 'r> {
    pub(super) world: &'a World,
    pub(super) names: &'a Names<'a>,
    pub(super) scopes: Scopes<'a>,
    pub(super) edges: &'r mut Edges,
    pub(super) report: &'r mut Report<'r>,
}

/// Where an expression stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// A statement of its own, or all that is under a `not`.
    Statement,
    /// Part of something.
    Value,
}

impl<'a> Walker<'a, '_> {
    /// Enters a body and looks at its statements; the caller leaves it.
    pub(super) fn enter_query(&mut self, query: &'a Query) {
        self.scopes.enter_query(query);
        for statement in &query.stmts {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'a LiteralStmt) {
        match &statement.literal {
            Literal::SomeVars { vars, .. } => vars.iter().for_each(|name| self.some_name(name)),
            Literal::SomeIn { key, value, collection, .. } => {
                self.some_twice(key.as_deref(), value);
                let patterns = key.iter().chain([value]).map(AsRef::as_ref);
                patterns.for_each(|pattern| self.some_in(pattern, collection));
                self.expr(collection, Position::Value);
            }
            Literal::Expr { expr, .. } => self.expr(expr, Position::Statement),
            Literal::NotExpr { expr, .. } => {
                self.negation(expr, !statement.with_mods.is_empty());
                self.expr(expr, Position::Statement);
            }
            Literal::Every { key, value, domain, query, .. } => {
                self.expr(domain, Position::Value);
                self.scopes.enter_names(key.iter().chain([value]).map(|span| span.text()));
                self.enter_query(query);
                self.scopes.leave();
                self.scopes.leave();
            }
        }
        for with in &statement.with_mods {
            if !calls::is_function(self, &with.r#as) {
                self.expr(&with.r#as, Position::Value);
            }
        }
    }

    /// S1, and N2 for a name that nothing binds.
    fn some_name(&mut self, span: &'a Span) {
        let name = span.text();
        if self.names.is_declared(name) {
            self.shadows(name, |report, message, help| report.at_span(span, message, help));
        } else if !self.scopes.is_bound_here(name) {
            let message = format!("nothing in this body binds `{name}`");
            self.report.at_span(
                span,
                message,
                format!("use it as an index (`xs[{name}]`), or write `some {name} in …`"),
            );
        }
    }

    /// S1, S2 and D1 in `some pattern in collection`.
    fn some_in(&mut self, pattern: &'a Expr, collection: &'a Expr) {
        self.object_pattern(pattern, |_| true);
        let mut names = Vec::new();
        syntax::pattern(pattern, &mut |name| names.push(name));
        for name in names {
            if self.names.is_declared(name) {
                self.shadows(name, |report, message, help| report.at(pattern, message, help));
            }
            let mut is_used = false;
            syntax::each(collection, &mut |part| is_used |= syntax::variable(part) == Some(name));
            if is_used {
                let message = format!("`{name}` stands on both sides of `in`");
                self.report.at(pattern, message, "give the new variable another name");
            }
        }
    }

    /// S2.
    fn some_twice(&mut self, key: Option<&'a Expr>, value: &'a Expr) {
        let name = key.and_then(syntax::variable).filter(|name| *name != "_");
        if name.is_some() && name == syntax::variable(value) {
            self.report.at(value, "`some` names one variable twice", "give the two different names");
        }
    }

    fn shadows(&mut self, name: &str, report: impl FnOnce(&mut Report<'_>, String, String)) {
        let message = format!("`some {name}` hides the rule, function or import of that name");
        report(self.report, message, "give the variable another name".to_owned());
    }

    /// D1: the evaluator lets an object pattern match objects with more keys, OPA does not.
    fn object_pattern(&mut self, pattern: &'a Expr, binds: impl Fn(&str) -> bool) {
        let mut stack = vec![pattern];
        while let Some(part) = stack.pop() {
            match part {
                Expr::Array { items, .. } => stack.extend(items.iter().map(AsRef::as_ref)),
                Expr::Object { .. } => {
                    let mut has_variable = false;
                    syntax::pattern(part, &mut |name| has_variable |= binds(name));
                    if has_variable {
                        self.report.at(part, "an object with variables stands as a pattern", READ_FIELDS);
                    }
                }
                _ => {}
            }
        }
    }

    /// The patterns of a function's arguments: no objects at all.
    pub(super) fn argument(&mut self, argument: &'a Expr) {
        let mut stack = vec![argument];
        while let Some(part) = stack.pop() {
            match part {
                Expr::Array { items, .. } => stack.extend(items.iter().map(AsRef::as_ref)),
                Expr::Object { .. } => {
                    self.report.at(part, "a function's argument is an object pattern", READ_FIELDS);
                }
                _ => {}
            }
        }
    }

    pub(super) fn expr(&mut self, expr: &'a Expr, position: Position) {
        match expr {
            Expr::Membership { .. } if position == Position::Value => self.membership(expr),
            Expr::AssignExpr { op, lhs, rhs, .. } => self.patterns(op, lhs, rhs),
            Expr::Call { fcn, params, .. } => calls::check(self, expr, fcn, params, position),
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => self.reference(expr),
            _ => {}
        }
        for part in syntax::parts(expr) {
            self.expr(part, Position::Value);
        }
        if let Some((terms, query)) = syntax::comprehension(expr) {
            self.enter_query(query);
            terms.into_iter().for_each(|term| self.expr(term, Position::Value));
            self.scopes.leave();
        }
    }

    fn reference(&mut self, expr: &'a Expr) {
        let reference = Reference::of(expr);
        let is_local = reference.variable().is_some_and(|root| self.scopes.is_local(root));
        if is_local {
            return;
        }
        if let Some(path) = self.names.resolve(&reference) {
            calls::not_a_value(self, expr, &path);
            self.edges.insert(path);
        }
    }

    fn patterns(&mut self, op: &AssignOp, lhs: &'a Expr, rhs: &'a Expr) {
        match op {
            AssignOp::ColEq => self.object_pattern(lhs, |_| true),
            AssignOp::Eq => {
                for side in [lhs, rhs] {
                    let unbound: Vec<&str> = {
                        let mut names = Vec::new();
                        syntax::pattern(side, &mut |name| names.push(name));
                        names.retain(|name| !self.scopes.is_assigned(name) && !self.names.is_global(name));
                        names
                    };
                    self.object_pattern(side, |name| unbound.contains(&name));
                }
            }
        }
    }

    /// M1: as a value, `in` over something undefined is false instead of undefined.
    fn membership(&mut self, expr: &'a Expr) {
        if syntax::parts(expr).into_iter().any(|operand| !self.is_total(operand, false)) {
            let message = "`in` stands as a value, and an operand may be undefined";
            let help = "make it a statement of its own, or assign the operand before: `v := input.field`";
            self.report.at(expr, message, help);
        }
    }

    pub(super) fn is_total(&self, expr: &Expr, under_with: bool) -> bool {
        let Self { world, names, scopes, .. } = self;
        Totality { world, names, scopes, under_with }.is_total(expr)
    }

    /// N1 and N2.
    fn negation(&mut self, expr: &'a Expr, under_with: bool) {
        let mut free: Option<&Expr> = None;
        syntax::each(expr, &mut |part| {
            if is_reference(part) {
                free = free.or(Reference::of(part).indices().find(|index| self.scopes.is_free(index)));
            }
        });
        if let Some(index) = free {
            let message = format!("under `not`, nothing binds the index `{}`", index.span().text());
            let help = "name what is looked for in a rule of its own and negate that, or write `every`";
            self.report.at(index, message, help);
            return;
        }
        if self.names.has_new_not {
            return;
        }
        let undefined = operands(expr).into_iter().find(|operand| !self.is_total(operand, under_with));
        if let Some(operand) = undefined {
            let message = "under `not`, an operand may be undefined";
            let help = "add `import future.keywords.not` (the statement then holds where the field is missing), \
                        or assign it before: `v := input.field` (the rule then skips where it is missing)";
            self.report.at(operand, message, help);
        }
    }
}

/// What OPA evaluates before it negates: the operands whose being undefined is not the negated expression being undefined.
fn operands(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::BoolExpr { op: BoolOp::Eq, lhs, rhs, .. } | Expr::AssignExpr { lhs, rhs, .. } => [lhs, rhs]
            .into_iter()
            .flat_map(|side| if is_reference(side) { operands(side) } else { vec![side.as_ref()] })
            .collect(),
        Expr::Var { .. } => Vec::new(),
        Expr::RefDot { .. } | Expr::RefBrack { .. } => {
            let reference = Reference::of(expr);
            let root = reference.variable().is_none().then_some(reference.root);
            let indices = reference.indices().filter(|index| syntax::variable(index).is_none());
            root.into_iter().chain(indices).collect()
        }
        other => syntax::parts(other),
    }
}

fn is_reference(expr: &Expr) -> bool {
    matches!(expr, Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. })
}
