//! Numbers as Go reads and writes them: what kubectl sends is written by Go's `encoding/json`.

use serde_json::{Number, Value};

/// What a scalar that begins like a number is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Parsed {
    Int(i64),
    /// Above [`i64::MAX`].
    Uint(u64),
    Float(f64),
}

/// Reads a plain scalar that begins with a digit or a sign, as go-yaml v2 does.
pub(super) fn parse(text: &str) -> Option<Parsed> {
    let stripped;
    let plain = if text.contains('_') {
        stripped = text.replace('_', "");
        stripped.as_str()
    } else {
        text
    };
    integer(plain).or_else(|| decimal(plain).map(Parsed::Float)).or_else(|| signed_binary(plain))
}

/// An integer in base 2, 8, 10 or 16 by its prefix; a leading zero alone means 8.
fn integer(plain: &str) -> Option<Parsed> {
    let (sign, digits) = match plain.as_bytes() {
        [b'-', ..] => (Some('-'), plain.get(1..)?),
        [b'+', ..] => (Some('+'), plain.get(1..)?),
        _ => (None, plain),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, digits.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    // Rust takes a sign here, Go does not.
    if !digits.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return None;
    }
    if let Ok(magnitude) = u64::from_str_radix(digits, radix) {
        return match (sign, i64::try_from(magnitude)) {
            (Some('-'), Ok(number)) => Some(Parsed::Int(-number)),
            (Some('-'), Err(_)) if magnitude == i64::MIN.unsigned_abs() => Some(Parsed::Int(i64::MIN)),
            (_, Ok(number)) => Some(Parsed::Int(number)),
            (None, Err(_)) => Some(Parsed::Uint(magnitude)),
            (Some(_), Err(_)) => None,
        };
    }
    None
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, where it is finite.
fn decimal(plain: &str) -> Option<f64> {
    let bytes = plain.strip_prefix(['-', '+']).unwrap_or(plain).as_bytes();
    let (whole, rest) = digits(bytes);
    let (fraction, rest) = rest.strip_prefix(b".").map_or((0, rest), digits);
    if whole + fraction == 0 {
        return None;
    }
    let exponent_is_whole = match rest {
        [] => true,
        [b'e' | b'E', b'-' | b'+', rest @ ..] | [b'e' | b'E', rest @ ..] => {
            !rest.is_empty() && rest.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    };
    exponent_is_whole.then(|| plain.parse().ok()).flatten().filter(|number: &f64| number.is_finite())
}

/// How many digits come first, and what follows them.
fn digits(bytes: &[u8]) -> (usize, &[u8]) {
    let count = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (count, bytes.get(count..).unwrap_or_default())
}

/// go-yaml tries `0b` once more with what follows it, which may then carry a sign: `0b-101` is -5.
fn signed_binary(plain: &str) -> Option<Parsed> {
    let digits = plain.strip_prefix("0b")?;
    i64::from_str_radix(digits, 2).ok().map(Parsed::Int)
}

/// Reads a plain scalar that begins with a dot, as Go's `strconv.ParseFloat` does: underscores may separate digits.
pub(super) fn parse_dotted(text: &str) -> Option<f64> {
    let mut previous = b'.';
    for &byte in text.as_bytes() {
        let separates = |byte: u8| byte == b'_';
        if (separates(byte) && !previous.is_ascii_digit()) || (separates(previous) && !byte.is_ascii_digit())
        {
            return None;
        }
        previous = byte;
    }
    if previous == b'_' {
        return None;
    }
    decimal(&text.replace('_', ""))
}

/// A float as it arrives in JSON: without a fraction it is an integer, as far as 64 bits hold what Go writes.
pub(super) fn json_float(number: f64) -> Option<Value> {
    const EXPONENT_FROM: f64 = 1e21;
    if !number.is_finite() {
        return None;
    }
    if number.fract() == 0.0 && number.abs() < EXPONENT_FROM {
        // Go and Rust both write the shortest digits that mean the number, and zeros behind them.
        let digits = format!("{number}");
        let integer =
            digits.parse::<i64>().map(Value::from).or_else(|_| digits.parse::<u64>().map(Value::from));
        if let Ok(integer) = integer {
            return Some(integer);
        }
    }
    Number::from_f64(number).map(Value::Number)
}

/// A float as the key of a mapping: Go's `%g` with the precision of 32 bits.
pub(super) fn float_key(number: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the key is written with 32 bits, whatever the number has"
    )]
    let number = number as f32;
    if number.is_nan() {
        return ".nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
        }
        _ => format!("{number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_take_a_sign_a_prefix_and_underscores() {
        for (text, expected) in [
            ("0", Some(Parsed::Int(0))),
            ("+1", Some(Parsed::Int(1))),
            ("-0755", Some(Parsed::Int(-493))),
            ("0o17", Some(Parsed::Int(15))),
            ("0x_1F", Some(Parsed::Int(31))),
            ("1__0_", Some(Parsed::Int(10))),
            ("0b-101", Some(Parsed::Int(-5))),
            ("-0b-1", None),
            ("0x+1", None),
            ("0x", None),
            ("-", None),
            ("00", Some(Parsed::Int(0))),
            ("-9223372036854775808", Some(Parsed::Int(i64::MIN))),
            ("9223372036854775808", Some(Parsed::Uint(1 << 63))),
            ("+9223372036854775808", Some(Parsed::Float(9_223_372_036_854_775_808.0))),
            ("08", Some(Parsed::Float(8.0))),
            ("1.2.3", None),
            ("1e400", None),
            ("1e", None),
            ("1.e3", Some(Parsed::Float(1000.0))),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn a_number_that_begins_with_a_dot_has_underscores_between_digits_alone() {
        assert_eq!(parse_dotted(".5"), Some(0.5));
        assert_eq!(parse_dotted(".5_0e1_0"), Some(5e9));
        for text in ["._5", ".5_", ".5__0", ".5_e1", ".", ".e3", ".5e400"] {
            assert_eq!(parse_dotted(text), None, "{text}");
        }
    }

    #[test]
    fn floats_are_written_as_go_writes_json() {
        assert_eq!(json_float(1.0), Some(1.into()));
        assert_eq!(json_float(-0.0), Some(0.into()));
        assert_eq!(json_float(1e18), Some(1_000_000_000_000_000_000_i64.into()));
        assert_eq!(json_float(4_611_686_018_427_387_904.0), Some(4_611_686_018_427_388_000_i64.into()));
        assert_eq!(json_float(9_223_372_036_854_775_808.0), Some(9_223_372_036_854_776_000_u64.into()));
        assert_eq!(json_float(1e20).map(|value| value.is_f64()), Some(true));
        assert_eq!(json_float(0.5), Some(0.5.into()));
        assert_eq!(json_float(f64::INFINITY), None);
    }

    #[test]
    fn float_keys_have_the_precision_of_32_bits() {
        for (number, expected) in [
            (1.0, "1"),
            (2.345_678_912_345_678, "2.3456788"),
            (1e10, "1e+10"),
            (1e-7, "1e-07"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1_000_000.0, "1e+06"),
            (123_456_789.5, "1.2345679e+08"),
            (1e300, ".inf"),
        ] {
            assert_eq!(float_key(number), expected);
        }
    }
}
