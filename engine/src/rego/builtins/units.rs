//! Quantities. The evaluator's own are right for what is one; they are undefined in silence for an unknown unit, count for ever to
//! write out `1e999999999`, and read `1_000`.

use anyhow::bail;
use regorus::Value;

use super::{native, string};

/// The largest unit is 1e30; a float ends at 1e308.
const MAX_EXPONENT_DIGITS: usize = 3;

pub(super) fn parse(arguments: &[Value]) -> anyhow::Result<Value> {
    quantity("units.parse", arguments)
}

pub(super) fn parse_bytes(arguments: &[Value]) -> anyhow::Result<Value> {
    quantity("units.parse_bytes", arguments)
}

fn quantity(name: &str, arguments: &[Value]) -> anyhow::Result<Value> {
    let text = string(arguments, 0)?;
    let exponent = text.split(['e', 'E']).nth(1).unwrap_or_default();
    let exponent = exponent.chars().filter(char::is_ascii_digit).count();
    if text.contains('_') || exponent > MAX_EXPONENT_DIGITS {
        bail!("{text:?} is no quantity");
    }
    match native::call(name, arguments) {
        Ok(Value::Undefined) | Err(_) => bail!("{text:?} is no quantity"),
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_a_number() {
        assert_eq!(parse(&["100m".into()]).unwrap(), 0.1.into());
        assert_eq!(parse(&["1.5Ki".into()]).unwrap(), 1536_u64.into());
        assert_eq!(parse(&["2e3".into()]).unwrap(), 2000_u64.into());
        assert_eq!(parse_bytes(&["1Gi".into()]).unwrap(), 1_073_741_824_u64.into());
    }

    #[test]
    fn what_is_no_quantity_is_loud_and_soon() {
        for text in ["", "1X", "x", "1 Gi", "1_000", "1e999999999", "1E-99999999999", "1e9999Ki"] {
            for builtin in [parse, parse_bytes] {
                let error = builtin(&[text.into()]).unwrap_err();
                assert_eq!(error.to_string(), format!("{text:?} is no quantity"));
            }
        }
        assert!(parse(&[1_u64.into()]).is_err());
    }
}
