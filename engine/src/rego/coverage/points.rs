//! The places of a module that can be reached.

use std::collections::BTreeSet;

use regorus::unstable::{Expr, Literal, LiteralStmt, Query, Rule, RuleHead, Span};

use super::{
    super::{module::Tree, syntax},
    Point, RuleReach,
};

/// The rules of a module, each `else` by itself, nothing of them reached.
pub(super) fn rules(tree: &Tree) -> Vec<RuleReach> {
    let mut rules = Vec::new();
    for rule in &tree.ast.policy {
        let Rule::Spec { head, bodies, .. } = rule.as_ref() else { continue };
        let (RuleHead::Compr { refr, span, .. }
        | RuleHead::Func { refr, span, .. }
        | RuleHead::Set { refr, span, .. }) = head;
        let name = syntax::path(refr).join(".");
        let mut first = RuleReach {
            name: name.clone(),
            is_else: false,
            head: point(span, false),
            statements: Vec::new(),
        };
        syntax::head_values(head).into_iter().for_each(|value| nested(value, &mut first.statements));
        rules.push(first);
        for body in bodies {
            if body.is_else {
                let assign = body.assign.as_ref().map_or(&body.span, |assign| &assign.span);
                let head = Point { line: body.span.line, ..point(assign, false) };
                rules.push(RuleReach { name: name.clone(), is_else: true, head, statements: Vec::new() });
            }
            if let Some(rule) = rules.last_mut() {
                query(&body.query, false, &mut rule.statements);
            }
        }
    }
    for rule in &mut rules {
        rule.statements.sort_by_key(|statement| statement.line);
    }
    rules
}

/// The statements of a query, and of those in it.
fn query(query: &Query, is_nested: bool, points: &mut Vec<Point>) {
    for statement in &query.stmts {
        let mut lines = BTreeSet::new();
        for expr in expressions(statement) {
            syntax::each(expr, &mut |part| {
                lines.insert(part.span().line);
            });
        }
        // `some x` alone is a declaration.
        if !lines.is_empty() {
            points.push(Point { lines, ..point(&statement.span, is_nested) });
        }
        expressions(statement).into_iter().for_each(|expr| nested(expr, points));
        if let Literal::Every { query: body, .. } = &statement.literal {
            self::query(body, true, points);
        }
    }
}

/// The statements of the comprehensions in an expression.
fn nested(expr: &Expr, points: &mut Vec<Point>) {
    syntax::each(expr, &mut |part| {
        if let Some((_, body)) = syntax::comprehension(part) {
            query(body, true, points);
        }
    });
}

/// What a statement evaluates itself.
fn expressions(statement: &LiteralStmt) -> Vec<&Expr> {
    match &statement.literal {
        Literal::SomeVars { .. } => Vec::new(),
        Literal::SomeIn { value, collection, .. } => vec![value.as_ref(), collection.as_ref()],
        Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => vec![expr.as_ref()],
        Literal::Every { domain, .. } => vec![domain.as_ref()],
    }
}

fn point(span: &Span, nested: bool) -> Point {
    let text = usize::try_from(span.start)
        .ok()
        .zip(usize::try_from(span.end).ok())
        .and_then(|(start, end)| span.source.contents().get(start..end));
    let more = text.map_or(0, |text| text.matches('\n').count());
    let end_line = span.line.saturating_add(u32::try_from(more).unwrap_or(u32::MAX));
    Point { line: span.line, end_line, nested, reached: false, lines: BTreeSet::new() }
}
