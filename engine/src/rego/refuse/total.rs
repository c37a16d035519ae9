//! Total expressions: those that have a value, or fail loudly, wherever they stand.

use regorus::unstable::Expr;

use super::{
    names::{Names, World},
    scope::Scopes,
};
use crate::rego::{
    builtins,
    syntax::{self, Reference},
};

/// Judges expressions at one place.
pub(super) struct Totality<'a> {
    pub(super) world: &'a World,
    pub(super) names: &'a Names<'a>,
    pub(super) scopes: &'a Scopes<'a>,
    /// Under `with`, what a body proves of `input` and of rules does not count.
    pub(super) under_with: bool,
}

impl Totality<'_> {
    /// Whether `expr` always has a value here, builtins that fail being loud.
    pub(super) fn is_total(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => self.is_total_reference(expr),
            Expr::Call { fcn, params, .. } => {
                let reference = Reference::of(fcn);
                let is_user_function = self.names.resolve(&reference).is_some();
                let is_total_builtin = !is_user_function && builtins::is_total(&syntax::path(fcn).join("."));
                is_total_builtin && params.iter().all(|param| self.is_total(param))
            }
            Expr::AssignExpr { .. } => false,
            composed => syntax::parts(composed).into_iter().all(|part| self.is_total(part)),
        }
    }

    fn is_total_reference(&self, expr: &Expr) -> bool {
        let reference = Reference::of(expr);
        let Some(root) = reference.variable() else { return false };
        let is_local = self.scopes.is_local(root);
        if reference.steps.is_empty() && (is_local || root == "input" || root == "data") {
            return true;
        }
        if !is_local && reference.is_static() {
            let path = self.names.resolve(&reference);
            if path.is_some_and(|path| self.world.is_always_defined(&path)) {
                return true;
            }
        }
        (is_local || !self.under_with) && self.scopes.is_proven(&reference)
    }
}
