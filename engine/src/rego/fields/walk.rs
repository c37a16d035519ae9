//! Follows rules, with what each expression can be.

use std::{collections::BTreeMap, sync::Arc};

use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt, Query, Rule, RuleBody, RuleHead};

use super::{AbsentField, shape::Shape};
use crate::{
    problem::closest,
    rego::{
        module::Tree,
        refuse::names::{Names, World},
        syntax::{self, Reference, Step},
    },
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

/// A walk, at a place in a module.
struct InModule<'w, 'a, 'd> {
    tree: &'a Tree,
    names: Names<'a>,
    walk: &'w mut Walk<'a, 'd>,
}

impl<'a, 'd> InModule<'_, 'a, 'd> {
    fn spec(&mut self, head: &'a RuleHead, bodies: &'a [RuleBody], arguments: &Scope<'a, 'd>) -> Shape<'d> {
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

    fn expr(&mut self, expr: &'a Expr, scope: &mut Scope<'a, 'd>) -> Shape<'d> {
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
        let (line, column, name) = syntax::step(expr, step);
        if found {
            self.walk.reads.insert((line, column), None);
        } else {
            self.walk.reads.entry((line, column)).or_insert_with(|| {
                let meant = closest(name, shape.keys()).map(str::to_owned);
                Some(AbsentField { line, column, reference: syntax::shown(expr, step), meant })
            });
        }
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
