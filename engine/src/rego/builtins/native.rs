//! The evaluator's own builtins, called from ours.

use std::sync::LazyLock;

use anyhow::{anyhow, bail};
use regorus::{
    Source, Value,
    unstable::{BUILTINS, Expr, Ref, Span},
};

use crate::rego::message::Located;

/// The value that the evaluator's own builtin has for these arguments.
pub(super) fn call(name: &str, arguments: &[Value]) -> anyhow::Result<Value> {
    let (builtin, arity) = BUILTINS.get(name).ok_or_else(|| anyhow!("the evaluator has no `{name}`"))?;
    let (span, parameter) = NOWHERE.as_ref().map_err(|error| anyhow!("{error}"))?;
    // Each is asked for its place, where it is wrong.
    let parameters = vec![parameter.clone(); usize::from(*arity)];
    match builtin(span, &parameters, arguments, true) {
        Ok(value) => Ok(value),
        // The place is ours, which is none.
        Err(error) => bail!("{}", Located::from(&error).message),
    }
}

/// The place and the expression that the evaluator's builtins name in their errors.
static NOWHERE: LazyLock<anyhow::Result<(Span, Ref<Expr>)>> = LazyLock::new(|| {
    let source = Source::from_contents(String::new(), String::new())?;
    let span = Span { source, line: 1, col: 1, start: 0, end: 0 };
    let parameter = Expr::Null { span: span.clone(), value: Value::Null, eidx: 0 };
    Ok((span, Ref::new(parameter)))
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_builtin_of_the_evaluator_is_called_and_its_error_has_no_place() {
        assert_eq!(call("trim_space", &[" a ".into()]).unwrap(), "a".into());
        let error = call("trim_space", &[1_u64.into()]).unwrap_err();
        insta::assert_snapshot!(error, @"`trim_space` expects string argument. Got `1` instead");
    }
}
