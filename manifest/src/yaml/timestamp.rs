//! Timestamps, where a tag or a typed field demands one; without either they are strings.

/// Whether go-yaml v2 takes a text for a timestamp: `2001-1-1`, with a time behind `T`, `t` or a space.
pub(super) fn is_yaml(text: &str) -> bool {
    let mut rest = Cursor(text);
    if !rest.date(1) {
        return false;
    }
    match rest.0.as_bytes().first() {
        None => true,
        Some(b' ') => rest.skip(" ") && rest.time(1) && rest.0.is_empty(),
        Some(b'T' | b't') => rest.skip_byte() && rest.time(1) && rest.zone(),
        Some(_) => false,
    }
}

/// Whether a text is a time by RFC 3339, as Go reads the times in an object's metadata.
pub(crate) fn is_rfc3339(text: &str) -> bool {
    let mut rest = Cursor(text);
    rest.date(2) && rest.skip("T") && rest.time(2) && rest.zone()
}

/// What is left of a text.
struct Cursor<'t>(&'t str);

impl Cursor<'_> {
    fn skip(&mut self, prefix: &str) -> bool {
        self.0.strip_prefix(prefix).map(|rest| self.0 = rest).is_some()
    }

    fn skip_byte(&mut self) -> bool {
        self.0.get(1..).map(|rest| self.0 = rest).is_some()
    }

    /// A number of `least` to 2 digits.
    fn number(&mut self, least: usize) -> Option<u32> {
        let digits = self.0.bytes().take(2).take_while(u8::is_ascii_digit).count();
        let number = self.0.get(..digits)?.parse().ok()?;
        self.0 = self.0.get(digits..)?;
        (digits >= least).then_some(number)
    }

    /// `2006-01-02`; with `least` 1 the month and the day may have one digit.
    fn date(&mut self, least: usize) -> bool {
        let Some(year) = self.0.get(..4).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit())) else {
            return false;
        };
        let Ok(year) = year.parse::<u32>() else { return false };
        self.0 = self.0.get(4..).unwrap_or_default();
        let month = if self.skip("-") { self.number(least) } else { None };
        let day = if self.skip("-") { self.number(least) } else { None };
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let last = match month {
            Some(2) if leap => 29,
            Some(2) => 28,
            Some(4 | 6 | 9 | 11) => 30,
            Some(1..=12) => 31,
            _ => return false,
        };
        day.is_some_and(|day| (1..=last).contains(&day))
    }

    /// `15:04:05`, a fraction behind it; with `least` 1 each number may have one digit.
    fn time(&mut self, least: usize) -> bool {
        // Go's hour takes one digit in either format.
        let hour = self.number(1);
        let minute = if self.skip(":") { self.number(least) } else { None };
        let second = if self.skip(":") { self.number(least) } else { None };
        if let Some(fraction) = self.0.strip_prefix(['.', ',']) {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if digits > 0 {
                self.0 = fraction.get(digits..).unwrap_or_default();
            }
        }
        hour.is_some_and(|hour| hour < 24)
            && minute.is_some_and(|minute| minute < 60)
            && second.is_some_and(|second| second < 60)
    }

    /// `Z` or `+07:00`, and nothing behind it.
    fn zone(&mut self) -> bool {
        if self.skip("Z") {
            return self.0.is_empty();
        }
        if !self.skip("+") && !self.skip("-") {
            return false;
        }
        let hour = self.number(2);
        let minute = if self.skip(":") { self.number(2) } else { None };
        hour.is_some_and(|hour| hour <= 24) && minute.is_some_and(|minute| minute < 60) && self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_timestamps_may_have_short_fields() {
        for text in
            ["2001-1-1", "2001-12-14t21:59:43.10-05:00", "2001-12-15 2:59:43.10", "2001-12-14T21:59:43Z"]
        {
            assert!(is_yaml(text), "{text}");
        }
        for text in ["2024-13-45", "2023-2-29", "01-01-01", "2001-01-01T", "2001-12-14 21:59:43 -5", "x"] {
            assert!(!is_yaml(text), "{text}");
        }
    }

    #[test]
    fn metadata_takes_rfc_3339_alone() {
        assert!(is_rfc3339("2024-02-29T00:00:00Z"));
        assert!(is_rfc3339("2024-02-29T00:00:00.5+02:00"));
        for text in ["2024-02-29", "2024-02-29 00:00:00Z", "2024-2-29T00:00:00Z", "", "2024-02-29T00:00:00"] {
            assert!(!is_rfc3339(text), "{text}");
        }
    }
}
