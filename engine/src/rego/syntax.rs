//! Reading the evaluator's syntax tree: places, references, the parts of an expression.

use regorus::unstable::{Expr, Literal, Query, Rule, RuleHead, Span};

/// A reference: what it starts from, and the steps from there.
pub(super) struct Reference<'a> {
    /// What is referred into: a variable, or a call, literal or comprehension.
    pub(super) root: &'a Expr,
    pub(super) steps: Vec<Step<'a>>,
}

/// One step of a reference.
pub(super) enum Step<'a> {
    /// `.key` or `["key"]`.
    Key(&'a str),
    /// `[anything else]`.
    Index(&'a Expr),
}

impl<'a> Reference<'a> {
    /// Any expression is a reference; most have no steps.
    pub(super) fn of(expr: &'a Expr) -> Self {
        let mut steps = Vec::new();
        let mut root = expr;
        loop {
            match root {
                Expr::RefDot { refr, field, .. } => {
                    steps.push(Step::Key(field.0.text()));
                    root = refr.as_ref();
                }
                Expr::RefBrack { refr, index, .. } => {
                    steps.push(string(index).map_or(Step::Index(index.as_ref()), Step::Key));
                    root = refr.as_ref();
                }
                _ => break,
            }
        }
        steps.reverse();
        Self { root, steps }
    }

    /// The variable it starts from.
    pub(super) fn variable(&self) -> Option<&'a str> {
        variable(self.root)
    }

    /// The leading steps that are plain keys.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.steps.iter().map_while(|step| match step {
            Step::Key(key) => Some(*key),
            Step::Index(_) => None,
        })
    }

    /// The steps that are no plain keys.
    pub(super) fn indices(&self) -> impl Iterator<Item = &'a Expr> + '_ {
        self.steps.iter().filter_map(|step| match step {
            Step::Key(_) => None,
            Step::Index(index) => Some(*index),
        })
    }

    /// Every step is a plain key.
    pub(super) fn is_static(&self) -> bool {
        self.indices().next().is_none()
    }
}

/// Whether a rule takes arguments.
pub(super) fn is_function(rule: &Rule) -> bool {
    match rule {
        Rule::Spec { head, .. } => matches!(head, RuleHead::Func { .. }),
        Rule::Default { args, .. } => !args.is_empty(),
    }
}

/// The name of a plain variable.
pub(super) fn variable(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Var { span, .. } => Some(span.text()),
        _ => None,
    }
}

/// The text of a string literal.
pub(super) fn string(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::String { value, .. } | Expr::RawString { value, .. } => Some(value.as_string().ok()?.as_ref()),
        _ => None,
    }
}

/// A literal that is not composed of others.
pub(super) fn is_scalar(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::String { .. }
            | Expr::RawString { .. }
            | Expr::Number { .. }
            | Expr::Bool { .. }
            | Expr::Null { .. }
    )
}

/// `package`'s or an import's path: `["data", "guard", "lib", "workload"]`.
pub(super) fn path(expr: &Expr) -> Vec<&str> {
    let reference = Reference::of(expr);
    reference.variable().into_iter().chain(reference.keys()).collect()
}

/// How the evaluator is asked for a rule of a package.
pub(super) fn rule_path(package: &[String], rule: &str) -> String {
    let segments: Vec<String> = package.iter().map(|segment| format!("[{segment:?}]")).collect();
    format!("data{}.{rule}", segments.concat())
}

/// A comprehension's terms and body.
pub(super) fn comprehension(expr: &Expr) -> Option<(Vec<&Expr>, &Query)> {
    match expr {
        Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
            Some((vec![term.as_ref()], query.as_ref()))
        }
        Expr::ObjectCompr { key, value, query, .. } => {
            Some((vec![key.as_ref(), value.as_ref()], query.as_ref()))
        }
        _ => None,
    }
}

/// The parts of an expression that stand in the same scope: not those of a comprehension.
pub(super) fn parts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Array { items, .. } | Expr::Set { items, .. } => items.iter().map(AsRef::as_ref).collect(),
        Expr::Object { fields, .. } => {
            fields.iter().flat_map(|(_, key, value)| [key.as_ref(), value.as_ref()]).collect()
        }
        Expr::Call { params, .. } => params.iter().map(AsRef::as_ref).collect(),
        Expr::UnaryExpr { expr, .. } => vec![expr.as_ref()],
        Expr::RefDot { .. } | Expr::RefBrack { .. } => {
            let reference = Reference::of(expr);
            let root = reference.variable().is_none().then_some(reference.root);
            root.into_iter().chain(reference.indices()).collect()
        }
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => vec![lhs.as_ref(), rhs.as_ref()],
        Expr::Membership { key, value, collection, .. } => {
            key.iter().chain([value, collection]).map(AsRef::as_ref).collect()
        }
        _ => Vec::new(),
    }
}

/// Calls `visit` with `expr` and all its parts, outermost first.
pub(super) fn each<'a>(expr: &'a Expr, visit: &mut impl FnMut(&'a Expr)) {
    visit(expr);
    for part in parts(expr) {
        each(part, visit);
    }
}

/// The variables that a pattern binds: `x`, `[x, y]`, `{"k": x}`; never `_`.
pub(super) fn pattern<'a>(expr: &'a Expr, bind: &mut impl FnMut(&'a str)) {
    match expr {
        Expr::Var { span, .. } if span.text() != "_" => bind(span.text()),
        Expr::Array { items, .. } => items.iter().for_each(|item| pattern(item, bind)),
        Expr::Object { fields, .. } => fields.iter().for_each(|(_, _, value)| pattern(value, bind)),
        _ => {}
    }
}

/// Where an expression starts: line and column from 1, the column in code points. The tree's own spans start a reference at its last
/// dot, a string behind its quote and an object at its last field.
pub(super) fn start(expr: &Expr) -> (u32, u32) {
    match expr {
        Expr::RefDot { refr: first, .. }
        | Expr::RefBrack { refr: first, .. }
        | Expr::Call { fcn: first, .. }
        | Expr::BinExpr { lhs: first, .. }
        | Expr::BoolExpr { lhs: first, .. }
        | Expr::ArithExpr { lhs: first, .. }
        | Expr::AssignExpr { lhs: first, .. }
        | Expr::Membership { key: Some(first), .. }
        | Expr::Membership { value: first, .. } => start(first),
        Expr::String { span, .. } | Expr::RawString { span, .. } => {
            place(&Span { start: span.start.saturating_sub(1), ..span.clone() })
        }
        Expr::Object { span, .. } => {
            let line = span.line.checked_sub(1).map_or("", |index| span.source.line(index));
            (span.line, code_points(line, span.col))
        }
        other => place(other.span()),
    }
}

/// Where a span of one token starts: line and column from 1, the column in code points.
pub(super) fn place(span: &Span) -> (u32, u32) {
    let before = usize::try_from(span.start).ok().and_then(|start| span.source.contents().get(..start));
    let line = before.and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
    (span.line, u32::try_from(line.chars().count()).map_or(u32::MAX, |points| points.saturating_add(1)))
}

/// From the evaluator's column, where a tab counts as four, to one where it counts as one.
pub(super) fn code_points(line: &str, column: u32) -> u32 {
    let mut counted = 1;
    let mut points = 1;
    for character in line.chars() {
        if counted >= column {
            break;
        }
        counted += if character == '\t' { 4 } else { 1 };
        points += 1;
    }
    points
}

/// Calls `visit` with every expression of a rule, those in comprehensions and bodies too.
pub(super) fn each_of_rule<'a>(rule: &'a Rule, visit: &mut dyn FnMut(&'a Expr)) {
    match rule {
        Rule::Default { value, .. } => each_inside(value, visit),
        Rule::Spec { head, bodies, .. } => {
            head_values(head).into_iter().for_each(|value| each_inside(value, visit));
            for body in bodies {
                body.assign.iter().for_each(|assign| each_inside(&assign.value, visit));
                each_of_query(&body.query, visit);
            }
        }
    }
}

/// What a rule's head computes: keys, value, indices; not a function's arguments.
pub(super) fn head_values(head: &RuleHead) -> Vec<&Expr> {
    let (refr, value) = match head {
        RuleHead::Compr { refr, assign, .. } | RuleHead::Func { refr, assign, .. } => {
            (refr, assign.as_ref().map(|assign| &assign.value))
        }
        RuleHead::Set { refr, key, .. } => (refr, key.as_ref()),
    };
    Reference::of(refr).indices().chain(value.map(AsRef::as_ref)).collect()
}

fn each_of_query<'a>(query: &'a Query, visit: &mut dyn FnMut(&'a Expr)) {
    for statement in &query.stmts {
        match &statement.literal {
            Literal::SomeVars { .. } => {}
            Literal::SomeIn { key, value, collection, .. } => {
                key.iter().chain([value, collection]).for_each(|expr| each_inside(expr, visit));
            }
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => each_inside(expr, visit),
            Literal::Every { domain, query, .. } => {
                each_inside(domain, visit);
                each_of_query(query, visit);
            }
        }
        statement.with_mods.iter().for_each(|with| each_inside(&with.r#as, visit));
    }
}

fn each_inside<'a>(expr: &'a Expr, visit: &mut dyn FnMut(&'a Expr)) {
    visit(expr);
    parts(expr).into_iter().for_each(|part| each_inside(part, visit));
    if let Some((terms, query)) = comprehension(expr) {
        terms.into_iter().for_each(|term| each_inside(term, visit));
        each_of_query(query, visit);
    }
}
