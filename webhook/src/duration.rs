//! Durations as Go writes them (`10s`, `1m30s`, `500ms`): kube-apiserver's `?timeout=`, and the command line.

use std::time::Duration;

/// A text that is no duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a duration: expected numbers with units, such as 10s, 1m30s or 500ms")]
pub struct NotADuration {
    text: String,
}

/// Longest first where one begins with another.
const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// Reads a duration by the grammar of Go's `time.ParseDuration`, without the negative ones.
///
/// # Errors
/// Another form, or more than a Go duration can hold.
pub fn parse(text: &str) -> Result<Duration, NotADuration> {
    let nanoseconds = if text == "0" { Some(0) } else { nanoseconds(text) };
    nanoseconds
        .filter(|nanoseconds| i64::try_from(*nanoseconds).is_ok())
        .map(Duration::from_nanos)
        .ok_or_else(|| NotADuration { text: text.to_owned() })
}

fn nanoseconds(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut sum = 0_u64;
    while !rest.is_empty() || text.is_empty() {
        let (whole, after) = split_digits(rest);
        let (fraction, after) = after.strip_prefix('.').map_or(("", after), split_digits);
        let (unit, size) = UNITS.into_iter().find(|(unit, _)| after.starts_with(unit))?;
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        sum = sum.checked_add(whole.checked_mul(size)?)?.checked_add(part_of(size, fraction))?;
        rest = after.strip_prefix(unit)?;
    }
    Some(sum)
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len()))
}

/// The decimals' part of a unit, in whole nanoseconds.
fn part_of(unit: u64, decimals: &str) -> u64 {
    let mut place = unit;
    decimals.bytes().fold(0, |sum, digit| {
        place /= 10;
        sum + place * u64::from(digit - b'0')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_go_writes() {
        for (text, milliseconds) in [
            ("10s", 10_000),
            ("1m30s", 90_000),
            ("1m0s", 60_000),
            ("500ms", 500),
            ("1.5s", 1_500),
            (".5s", 500),
            ("2.s", 2_000),
            ("1h", 3_600_000),
            ("0", 0),
            ("0s", 0),
            ("1000us", 1),
            ("1000µs", 1),
            ("1000μs", 1),
            ("1000000ns", 1),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
    }

    #[test]
    fn refuses_what_go_refuses_and_what_is_negative() {
        for text in
            ["", "10", "s", ".s", "-5s", "+5s", "10 s", "10x", "1m30", "9999999h", "99999999999999999999s"]
        {
            assert_eq!(parse(text), Err(NotADuration { text: text.to_owned() }), "{text}");
        }
    }
}
