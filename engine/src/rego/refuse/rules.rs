//! Rules: heads whose value may be undefined, and bodies that have no rule of their own.

use regorus::unstable::{Expr, Rule, RuleBody, RuleHead};

use super::{
    Report,
    body::{Position, Walker},
    graph::Graph,
    names::{self, Names, World},
    scope::Scopes,
};
use crate::rego::{module::Tree, run, syntax};

/// The sets that are asked of a policy.
const ENTRY_POINTS: [&str; 2] = ["violation", "undetermined"];

/// The keys of what these sets hold.
const FINDING: [&str; 2] = ["message", "path"];

/// Checks one module and notes what its rules refer to.
pub(super) fn check(world: &World, tree: &Tree, graph: &mut Graph, report: &mut Report<'_>) {
    if run::is_own_package(&tree.package) {
        let message = format!("the package `{}` is guard's own", tree.package.join("."));
        report.at(&tree.ast.package.refr, message, "choose another package");
    }
    if tree.ast.target.is_some() {
        report.at(&tree.ast.package.refr, "`__target__` is no Rego", "remove it");
    }
    let names = Names::new(world, tree);
    for rule in &tree.ast.policy {
        let mut edges = graph.edges(&tree.module.file, rule, names::rule_path(&tree.package, rule));
        entry_point(rule, report);
        let report = &mut Report { file: report.file, findings: &mut *report.findings };
        let mut walker =
            Walker { world, names: &names, scopes: Scopes::new(&names), edges: &mut edges, report };
        match rule.as_ref() {
            Rule::Default { value, .. } => walker.expr(value, Position::Value),
            Rule::Spec { head, bodies, .. } => walker.rule(head, bodies),
        }
        graph.add(edges);
    }
}

fn entry_point(rule: &Rule, report: &mut Report<'_>) {
    let (refr, is_set) = match rule {
        Rule::Spec { head: RuleHead::Set { refr, .. }, .. } => (refr, true),
        Rule::Spec { head: RuleHead::Compr { refr, .. } | RuleHead::Func { refr, .. }, .. }
        | Rule::Default { refr, .. } => (refr, false),
    };
    let name = syntax::path(refr).first().copied().unwrap_or_default();
    let is_partial_set = is_set && syntax::variable(refr).is_some();
    if ENTRY_POINTS.contains(&name) && !is_partial_set {
        let message = format!("`{name}` must be a partial set");
        report.at(
            refr,
            message,
            format!("write `{name} contains {{\"message\": …, \"path\": …}} if {{ … }}`"),
        );
    } else if let Rule::Spec { head: RuleHead::Set { key: Some(member), .. }, .. } = rule
        && ENTRY_POINTS.contains(&name)
    {
        finding(name, member, report);
    }
}

/// A finding that is written out has its two keys. What is not written out is looked at when it is there.
fn finding(name: &str, member: &Expr, report: &mut Report<'_>) {
    let help = "write {\"message\": message, \"path\": path}, the path being the keys and indices of the field at fault: \
                [\"spec\", \"containers\", 0, \"image\"]; [] is the object itself";
    let Expr::Object { fields, .. } = member else {
        if syntax::is_scalar(member) || matches!(member, Expr::Array { .. } | Expr::Set { .. }) {
            report.at(member, format!("what `{name}` holds is an object with a message and a path"), help);
        }
        return;
    };
    let keys: Option<Vec<&str>> = fields.iter().map(|(_, key, _)| syntax::string(key)).collect();
    let Some(keys) = keys else { return };
    if let Some(odd) = keys.iter().find(|key| !FINDING.contains(key)) {
        report.at(member, format!("what `{name}` holds has a message and a path alone, not {odd:?}"), help);
    } else if let Some(missing) = FINDING.iter().find(|key| !keys.contains(key)) {
        report.at(member, format!("what `{name}` holds has no {missing}"), help);
    }
}

impl<'a> Walker<'a, '_> {
    fn rule(&mut self, head: &'a RuleHead, bodies: &'a [RuleBody]) {
        let arguments: &[_] = if let RuleHead::Func { args, .. } = head { args } else { &[] };
        arguments.iter().for_each(|argument| self.argument(argument));
        self.scopes.enter(arguments.iter().map(AsRef::as_ref));
        if bodies.is_empty() {
            self.scopes.enter([]);
            self.head(syntax::head_values(head), None);
            self.scopes.leave();
        }
        for (index, body) in bodies.iter().enumerate() {
            if index > 0 && !body.is_else {
                let message = "a second body follows without a head of its own";
                self.report.at_span(
                    &body.span,
                    message,
                    "repeat the head before it: make it a rule of its own",
                );
            }
            self.enter_query(&body.query);
            let values = match &body.assign {
                Some(assign) => vec![assign.value.as_ref()],
                None if index == 0 => syntax::head_values(head),
                None => Vec::new(),
            };
            let has_else = bodies.get(index + 1).is_some_and(|next| next.is_else);
            let is_function = matches!(head, RuleHead::Func { .. });
            self.head(values, (is_function && has_else).then_some(()));
            self.scopes.leave();
        }
        self.scopes.leave();
    }

    /// H1: a head that may be undefined loses what a looping body collected before. E1: in a function, `else` then does not follow.
    fn head(&mut self, values: Vec<&'a Expr>, before_else: Option<()>) {
        let head_loops = values.iter().any(|value| self.is_free_in(value));
        for value in values {
            if self.is_total(value, false) {
                // Nothing to lose.
            } else if self.scopes.loops() || head_loops {
                let message = "the head's value may be undefined while the body loops: what was found before would be lost";
                self.report.at(value, message, "assign it in the body: `v := …`, and write `v` in the head");
            } else if before_else.is_some() {
                let message = "the function's value may be undefined, and an `else` follows";
                self.report.at(value, message, "assign it in the body: `v := …`, and write `v` in the head");
            }
            self.expr(value, Position::Value);
        }
    }

    /// An index in `expr` is bound by nothing, so that the expression itself loops.
    fn is_free_in(&self, expr: &Expr) -> bool {
        let mut is_free = false;
        syntax::each(expr, &mut |part| {
            is_free |= syntax::Reference::of(part).indices().any(|index| self.scopes.is_free(index));
        });
        is_free
    }
}
