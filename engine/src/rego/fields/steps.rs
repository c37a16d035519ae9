//! One step of a reference: its place, and how it is called in a message.

use regorus::unstable::Expr;

use crate::rego::syntax::{Reference, Step, place, start, string, variable};

/// Where the name of a reference's `step`th step stands, a plain key, and the name.
pub(super) fn step(expr: &Expr, step: usize) -> (u32, u32, &str) {
    let mut at = expr;
    for _ in step + 1..Reference::of(expr).steps.len() {
        if let Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } = at {
            at = refr;
        }
    }
    match at {
        Expr::RefDot { field, .. } => {
            let (line, column) = place(&field.0);
            (line, column, field.0.text())
        }
        Expr::RefBrack { index, .. } => {
            let (line, column) = start(index);
            (line, column, string(index).unwrap_or_default())
        }
        other => {
            let (line, column) = start(other);
            (line, column, "")
        }
    }
}

/// A reference up to and with its `step`th step, for a message: `input.object.spec.rules[_].host`.
pub(super) fn shown(expr: &Expr, step: usize) -> String {
    let reference = Reference::of(expr);
    let mut text = reference.variable().unwrap_or("…").to_owned();
    for step in reference.steps.iter().take(step + 1) {
        match step {
            Step::Key(key) if key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => {
                text.push('.');
                text.push_str(key);
            }
            Step::Key(key) => text.push_str(&format!("[{key:?}]")),
            Step::Index(index) => text.push_str(&format!("[{}]", variable(index).unwrap_or("…"))),
        }
    }
    text
}
