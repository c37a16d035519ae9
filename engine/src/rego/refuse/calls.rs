//! Calls: arity, unknown functions, unsafe builtins, formats and patterns that are written out.

use regorus::unstable::{Expr, Ref};

use super::body::{Position, Walker};
use crate::{
    problem::closest,
    rego::{
        builtins::{self, Standing},
        syntax::{self, Reference},
    },
};

/// F1, F3, F4, W1, T1 and what stands in patterns and formats.
pub(super) fn check<'a>(
    walker: &mut Walker<'a, '_>,
    call: &'a Expr,
    fcn: &'a Expr,
    params: &'a [Ref<Expr>],
    position: Position,
) {
    let reference = Reference::of(fcn);
    if let Some(path) = walker.names.resolve(&reference) {
        match walker.world.arity(&path) {
            Some(arity) => arity_is(walker, call, fcn, arity, params.len()),
            None => {
                let message = format!("`{}` is no function", text(fcn));
                let help = if params.is_empty() && walker.world.is_rule(&path) {
                    "it is a rule: write it without `()`"
                } else {
                    "look for a typing error, or for the library that has it"
                };
                walker.report.at(call, message, help);
            }
        }
        walker.edges.insert(path);
        return;
    }
    let name = text(fcn);
    let instead = || builtins::rewrite(&name).map(|rewrite| format!("write {rewrite}"));
    let without = || instead().unwrap_or_else(|| "say it without".to_owned());
    match builtins::standing(&name) {
        Standing::Unknown => {
            let message = format!("`{name}` is neither a function of this bundle nor a builtin");
            let meant =
                || closest(&name, builtins::accepted()).map(|meant| format!("did you mean `{meant}`?"));
            let help = instead()
                .or_else(meant)
                .unwrap_or_else(|| "look for a typing error, or for the import that is missing".to_owned());
            walker.report.at(call, message, help);
        }
        Standing::Missing => {
            walker.report.at(call, format!("the builtin `{name}` is not available"), without());
        }
        Standing::Refused(why) => {
            walker.report.at(call, format!("the builtin `{name}` is refused: {why}"), without());
        }
        Standing::Accepted { .. } if name == "walk" => {
            if params.len() != 2 || position != Position::Statement {
                let message = "`walk` stands as a value";
                walker.report.at(call, message, "make it a statement of its own: `walk(x, [path, value])`");
            }
        }
        // Takes any number of arguments.
        Standing::Accepted { .. } if name == "print" => {}
        Standing::Accepted { arity } => {
            arity_is(walker, call, fcn, arity, params.len());
            literals(walker, &name, params);
        }
    }
}

fn arity_is(walker: &mut Walker<'_, '_>, call: &Expr, fcn: &Expr, expected: usize, found: usize) {
    if expected != found {
        let plural = if expected == 1 { "" } else { "s" };
        let message = format!("`{}` takes {expected} argument{plural}, not {found}", text(fcn));
        walker.report.at(call, message, "give it what it takes; assign its result with `:=`");
    }
}

/// What is written out can be checked now instead of at the first request.
fn literals(walker: &mut Walker<'_, '_>, name: &str, params: &[Ref<Expr>]) {
    let Some(literal) = builtins::pattern_argument(name).and_then(|index| params.get(index)) else { return };
    let Some(value) = syntax::string(literal) else { return };
    let (checked, help) = match (name, params.get(1).map(AsRef::as_ref)) {
        ("sprintf", values) => {
            let values = match values {
                Some(Expr::Array { items, .. }) => Some(items.len()),
                _ => None,
            };
            let help = "write a value in the list for each verb; the verbs are %v, %s, %d and %q, and %% is a percent sign";
            (builtins::check_format(value, values), help)
        }
        ("glob.match", _) => {
            (builtins::check_glob(value), "a glob is of text, `*`, `**`, `?`, `[a-z]`, `[!a-z]` and `{a,b}`")
        }
        _ => (
            builtins::check_regex(value),
            "write an expression of RE2, which has no look-around and no back-references: https://github.com/google/re2/wiki/Syntax",
        ),
    };
    if let Err(problem) = checked {
        walker.report.at(literal, format!("`{name}`: {problem}"), help);
    }
}

/// F2: only a call or `with` may name a function.
pub(super) fn not_a_value(walker: &mut Walker<'_, '_>, expr: &Expr, path: &[String]) {
    if walker.world.arity(path).is_some() {
        let message = format!("the function `{}` stands as a value", text(expr));
        walker.report.at(expr, message, "call it");
    }
}

/// Whether `expr` names a function of the bundle or a builtin.
pub(super) fn is_function(walker: &Walker<'_, '_>, expr: &Expr) -> bool {
    let reference = Reference::of(expr);
    match walker.names.resolve(&reference) {
        Some(path) => walker.world.arity(&path).is_some(),
        None => matches!(builtins::standing(&text(expr)), Standing::Accepted { .. }),
    }
}

fn text(fcn: &Expr) -> String {
    syntax::path(fcn).join(".")
}
