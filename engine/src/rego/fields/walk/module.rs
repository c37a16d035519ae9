//! Bodies and expressions of one module, with what each expression can be.

use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt, Query, RuleBody, RuleHead};

use super::{Scope, Walk, bind};
use crate::{
    problem::closest,
    rego::{
        fields::{AbsentField, shape::Shape, steps},
        module::Tree,
        refuse::names::Names,
        syntax::{self, Reference, Step},
    },
};

/// A walk, at a place in a module.
pub(super) struct InModule<'w, 'a, 'd> {
    pub(super) tree: &'a Tree,
    pub(super) names: Names<'a>,
    pub(super) walk: &'w mut Walk<'a, 'd>,
}

impl<'a, 'd> InModule<'_, 'a, 'd> {
    pub(super) fn spec(
        &mut self,
        head: &'a RuleHead,
        bodies: &'a [RuleBody],
        arguments: &Scope<'a, 'd>,
    ) -> Shape<'d> {
        let (refr, value, is_set) = match head {
            RuleHead::Compr { refr, assign, .. } | RuleHead::Func { refr, assign, .. } => {
                (refr, assign.as_ref().map(|assign| assign.value.as_ref()), false)
            }
            RuleHead::Set { refr, key, .. } => (refr, key.as_deref(), true),
        };
        let mut shapes = Vec::new();
        let mut add = |this: &mut Self, value: Option<&'a Expr>, scope: &mut Scope<'a, 'd>| {
            Reference::of(refr).indices().for_each(|index| drop(this.expr(index, scope)));
            shapes.extend(value.map(|value| this.expr(value, scope)));
        };
        if bodies.is_empty() {
            add(self, value, &mut arguments.clone());
        }
        for (index, body) in bodies.iter().enumerate() {
            let mut scope = arguments.clone();
            self.query(&body.query, &mut scope);
            let own = body.assign.as_ref().map(|assign| assign.value.as_ref());
            add(self, own.or(value.filter(|_| index == 0)), &mut scope);
        }
        let is_object = Reference::of(refr).indices().next().is_some();
        if is_set || is_object { Shape::collection(shapes) } else { Shape::any(shapes) }
    }

    fn query(&mut self, query: &'a Query, scope: &mut Scope<'a, 'd>) {
        query.stmts.iter().for_each(|statement| self.statement(statement, scope));
    }

    fn statement(&mut self, statement: &'a LiteralStmt, scope: &mut Scope<'a, 'd>) {
        statement.with_mods.iter().for_each(|with| drop(self.expr(&with.r#as, scope)));
        if !statement.with_mods.is_empty() {
            // Under `with` the input is another one.
            return;
        }
        match &statement.literal {
            Literal::SomeVars { .. } => {}
            Literal::SomeIn { key, value, collection, .. } => {
                let members = self.expr(collection, scope).members();
                key.iter().for_each(|key| bind(key, &Shape::default(), scope));
                bind(value, &members, scope);
            }
            Literal::Expr { expr, .. } => self.holds(expr, scope),
            Literal::NotExpr { expr, .. } => drop(self.expr(expr, &mut scope.clone())),
            Literal::Every { key, value, domain, query, .. } => {
                let members = self.expr(domain, scope).members();
                let mut inner = scope.clone();
                inner.extend(key.iter().map(|key| (key.text(), Shape::default())));
                inner.insert(value.text(), members);
                self.query(query, &mut inner);
            }
        }
    }

    /// A statement that binds what it can.
    fn holds(&mut self, expr: &'a Expr, scope: &mut Scope<'a, 'd>) {
        match expr {
            Expr::AssignExpr { op, lhs, rhs, .. } => {
                let [left, right] = [lhs, rhs]
                    .map(|side| syntax::variable(side).is_some_and(|name| !scope.contains_key(name)));
                let (pattern, value) =
                    if *op == AssignOp::Eq && right && !left { (rhs, lhs) } else { (lhs, rhs) };
                let shape = self.expr(value, scope);
                if *op == AssignOp::ColEq || left || right {
                    bind(pattern, &shape, scope);
                } else {
                    self.expr(pattern, scope);
                }
            }
            Expr::Call { fcn, params, .. } if syntax::variable(fcn) == Some("walk") => {
                params.iter().take(1).for_each(|param| drop(self.expr(param, scope)));
                params.iter().skip(1).for_each(|pattern| bind(pattern, &Shape::unknown(), scope));
            }
            other => drop(self.expr(other, scope)),
        }
    }

    pub(super) fn expr(&mut self, expr: &'a Expr, scope: &mut Scope<'a, 'd>) -> Shape<'d> {
        match expr {
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => self.reference(expr, scope),
            Expr::Array { items, .. } | Expr::Set { items, .. } => {
                Shape::collection(items.iter().map(|item| self.expr(item, scope)).collect::<Vec<_>>())
            }
            Expr::Object { fields, .. } => {
                self.object(fields.iter().map(|(_, key, value)| (&**key, &**value)), scope)
            }
            Expr::ArrayCompr { .. } | Expr::SetCompr { .. } | Expr::ObjectCompr { .. } => {
                let Some((terms, query)) = syntax::comprehension(expr) else { return Shape::unknown() };
                let mut inner = scope.clone();
                self.query(query, &mut inner);
                let shapes: Vec<_> = terms.into_iter().map(|term| self.expr(term, &mut inner)).collect();
                Shape::collection(shapes.into_iter().last())
            }
            Expr::Call { fcn, params, .. } => {
                let arguments: Vec<_> = params.iter().map(|param| self.expr(param, scope)).collect();
                self.call(fcn, arguments)
            }
            Expr::BinExpr { lhs, rhs, .. } => self.expr(lhs, scope).or(self.expr(rhs, scope)),
            other => {
                // A number, a text or a truth value, whatever it is made of.
                syntax::parts(other).into_iter().for_each(|part| drop(self.expr(part, scope)));
                Shape::default()
            }
        }
    }

    fn object(
        &mut self,
        fields: impl Iterator<Item = (&'a Expr, &'a Expr)>,
        scope: &mut Scope<'a, 'd>,
    ) -> Shape<'d> {
        let mut shape = Shape::default();
        for (key, value) in fields {
            let value = self.expr(value, scope);
            shape = shape.or(match syntax::string(key) {
                Some(key) => Shape::object([(key.to_owned(), value)]),
                None => Shape::collection([value]),
            });
            self.expr(key, scope);
        }
        shape
    }

    fn call(&mut self, function: &Expr, arguments: Vec<Shape<'d>>) -> Shape<'d> {
        let own = self.names.resolve(&Reference::of(function));
        if let Some(result) = own.and_then(|path| self.walk.call(&path, &arguments)) {
            return result;
        }
        match syntax::path(function).join(".").as_str() {
            "array.concat" | "array.slice" | "array.reverse" | "object.union" => Shape::any(arguments),
            _ => Shape::unknown(),
        }
    }

    fn reference(&mut self, expr: &'a Expr, scope: &mut Scope<'a, 'd>) -> Shape<'d> {
        let reference = Reference::of(expr);
        let (mut shape, done) = self.root(&reference, scope);
        for (index, step) in reference.steps.iter().enumerate() {
            match step {
                Step::Index(inner) => {
                    self.expr(inner, scope);
                    shape = shape.members();
                }
                Step::Key(_) if index < done => {}
                Step::Key(key) => {
                    let found = shape.field(key);
                    if self.tree.module.file == *self.walk.file {
                        self.note(expr, index, found.is_some(), &shape);
                    }
                    shape = found.unwrap_or_default();
                }
            }
        }
        shape
    }

    /// What a reference starts from, and how many of its steps that already took.
    fn root(&mut self, reference: &Reference<'a>, scope: &mut Scope<'a, 'd>) -> (Shape<'d>, usize) {
        let Some(name) = reference.variable() else { return (self.expr(reference.root, scope), 0) };
        if let Some(shape) = scope.get(name) {
            return (shape.clone(), 0);
        }
        if name == "input" {
            return (self.walk.input.clone(), 0);
        }
        if let Some((&"input", below)) = self.names.import(name).and_then(<[_]>::split_first) {
            let step = |shape: Shape<'d>, key: &&str| shape.field(key).unwrap_or_default();
            return (below.iter().fold(self.walk.input.clone(), step), 0);
        }
        let Some(path) = self.names.resolve(reference) else { return (Shape::unknown(), 0) };
        let before = path.len() - reference.keys().count();
        for length in (before..=path.len()).rev() {
            let value = path.get(..length).and_then(|path| self.walk.value(path));
            if let Some(shape) = value {
                return (shape, length - before);
            }
        }
        (Shape::unknown(), 0)
    }

    /// Notes whether the field at a step of a reference was there.
    fn note(&mut self, expr: &'a Expr, step: usize, found: bool, shape: &Shape<'d>) {
        let (line, column, name) = steps::step(expr, step);
        if found {
            self.walk.reads.insert((line, column), None);
        } else {
            self.walk.reads.entry((line, column)).or_insert_with(|| {
                let meant = closest(name, shape.keys()).map(str::to_owned);
                Some(AbsentField { line, column, reference: steps::shown(expr, step), meant })
            });
        }
    }
}
