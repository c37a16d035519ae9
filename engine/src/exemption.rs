//! Ways out of a policy: what guard.yaml exempts, and what a resource exempts itself from where guard.yaml allows it.
//!
//! Each has a reason and an owner, most have an expiry. `expires` is the last day, in UTC; the engine has no clock, so
//! every question about time takes the day as an argument.

use std::{fmt, sync::Arc};

use jiff::civil::Date;
use serde::Serialize;

use crate::{matching::Match, reader::parse_date};

/// The annotation by which a resource exempts itself from a policy is this, followed by the policy's name.
pub const ANNOTATION_PREFIX: &str = "exempt.guard.policy/";

/// The number of days before an expiry from which on it is announced.
pub const NOTICE_DAYS: i32 = 14;

/// Why something is exempted, who answers for it, and until when.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Grounds {
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day, in UTC; none where it holds for good.
    pub expires: Option<Date>,
}

/// An exemption of guard.yaml.
#[derive(Debug, Clone)]
pub struct Exemption {
    /// From which policies, by their names in the bundle, sorted.
    pub policies: Vec<Arc<str>>,
    /// What is exempted.
    pub r#match: Match,
    /// Why, by whom, until when.
    pub grounds: Grounds,
}

/// An annotation that exempts nothing, because it cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the exemption {text:?} {reason}, expected \"reason (owner, until YYYY-MM-DD)\"")]
pub struct UnreadableExemption {
    text: String,
    reason: &'static str,
}

impl Grounds {
    /// Reads an annotation's value: `reason (owner, until 2027-01-31)`, or `reason (owner)` for one without an expiry.
    ///
    /// # Errors
    ///
    /// The reason or the owner is missing, or the date is none.
    pub fn parse(text: &str) -> Result<Self, UnreadableExemption> {
        let unreadable = |reason| UnreadableExemption { text: text.to_owned(), reason };
        let (reason, rest) = text
            .trim()
            .strip_suffix(')')
            .and_then(|text| text.rsplit_once('('))
            .ok_or_else(|| unreadable("names no owner"))?;
        let (owner, until) = match rest.rsplit_once(',') {
            Some((owner, until)) => (owner, Some(until.trim())),
            None => (rest, None),
        };
        let expires = match until {
            None => None,
            Some(until) => Some(
                until
                    .strip_prefix("until ")
                    .and_then(|date| parse_date(date.trim()))
                    .ok_or_else(|| unreadable("has an expiry that is no day"))?,
            ),
        };
        let (reason, owner) = (reason.trim(), owner.trim());
        match (reason.is_empty(), owner.is_empty()) {
            (true, _) => Err(unreadable("gives no reason")),
            (_, true) => Err(unreadable("names no owner")),
            _ => Ok(Self { reason: reason.to_owned(), owner: owner.to_owned(), expires }),
        }
    }

    /// Whether the last day is over.
    #[must_use]
    pub fn has_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|expires| today > expires)
    }

    /// The days left, 0 on the last one and negative behind it; none where there is no expiry.
    #[must_use]
    pub fn days_left(&self, today: Date) -> Option<i32> {
        Some(days_between(today, self.expires?))
    }

    /// A violation's message where this exemption would have covered it and has expired.
    #[must_use]
    pub fn expired_message(&self, message: &str) -> String {
        match self.expires {
            Some(expires) => format!("{message} (the exemption of {} ended on {expires})", self.owner),
            None => message.to_owned(),
        }
    }
}

impl Exemption {
    /// Whether a policy is among those that this exempts from.
    #[must_use]
    pub fn names(&self, policy: &str) -> bool {
        self.policies.binary_search_by(|name| name.as_ref().cmp(policy)).is_ok()
    }
}

impl fmt::Display for Grounds {
    /// `reason (owner, until 2027-01-31)`: the form of the annotation.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.expires {
            Some(expires) => write!(f, "{} ({}, until {expires})", self.reason, self.owner),
            None => write!(f, "{} ({})", self.reason, self.owner),
        }
    }
}

/// The days from one day to another.
pub(crate) fn days_between(from: Date, to: Date) -> i32 {
    (to - from).get_days()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_annotation_says_reason_owner_and_expiry() {
        let grounds = Grounds::parse(" mounts host volumes (csi) (team-storage, until 2027-01-31) ").unwrap();
        assert_eq!(grounds.reason, "mounts host volumes (csi)");
        assert_eq!(grounds.owner, "team-storage");
        assert_eq!(grounds.expires, Some(date(2027, 1, 31)));
        assert_eq!(grounds.to_string(), "mounts host volumes (csi) (team-storage, until 2027-01-31)");
        assert_eq!(Grounds::parse("legacy (team-a)").unwrap().expires, None);
    }

    #[test]
    fn an_annotation_that_leaves_something_out_says_what() {
        let reason = |text| Grounds::parse(text).unwrap_err().to_string();
        insta::assert_snapshot!(reason("because"), @r#"the exemption "because" names no owner, expected "reason (owner, until YYYY-MM-DD)""#);
        insta::assert_snapshot!(reason("(team-a)"), @r#"the exemption "(team-a)" gives no reason, expected "reason (owner, until YYYY-MM-DD)""#);
        insta::assert_snapshot!(reason("x ()"), @r#"the exemption "x ()" names no owner, expected "reason (owner, until YYYY-MM-DD)""#);
        insta::assert_snapshot!(reason("x (a, until May)"), @r#"the exemption "x (a, until May)" has an expiry that is no day, expected "reason (owner, until YYYY-MM-DD)""#);
    }

    #[test]
    fn an_exemption_holds_through_its_last_day() {
        let grounds = Grounds::parse("x (a, until 2027-01-31)").unwrap();
        assert!(!grounds.has_expired(date(2027, 1, 31)));
        assert!(grounds.has_expired(date(2027, 2, 1)));
        assert_eq!(grounds.days_left(date(2027, 1, 31)), Some(0));
        assert_eq!(grounds.days_left(date(2026, 12, 31)), Some(31));
        assert_eq!(grounds.days_left(date(2028, 1, 31)), Some(-365));
    }
}
