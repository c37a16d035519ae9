//! Warnings that reach who asks.
//!
//! The API server passes on 4,096 characters of warnings a request. Beyond that it cuts each to 256 and drops the rest without a word
//! (`truncateAtTotalRunes` in k8s.io/apiserver's `endpoints/filters/warning.go`). The API asks for at most 120 each.

use guard_engine::{
    config::Then,
    enforcement::EnforcementAction,
    evaluation::{Evaluation, Exempted},
    exemption::NOTICE_DAYS,
    problem::Problem,
    violation::Violation,
};

use super::{
    Asked, denial,
    lines::{cut, one_line, sentence},
};

/// All warnings of a request together, in characters.
const MAX_TOTAL: usize = 4096;

/// One warning, in characters, where all of them fit.
const MAX_ONE: usize = 256;

/// One warning, in characters, where they do not.
const SHORT: usize = 120;

/// `and 12345 more warnings` and its like fits.
const ROOM_FOR_COUNT: usize = 40;

/// What warns, within what the API server passes on.
pub(super) fn all(evaluation: &Evaluation, asked: &Asked<'_>) -> Vec<String> {
    let warns = |violation: &&Violation| violation.action == EnforcementAction::Warn;
    let violations = evaluation.violations.iter().filter(warns).map(|violation| {
        let then = announced(violation, asked).map(|then| format!("denied from {}", then.on));
        sentence(violation, then.as_deref())
    });
    let failures = denial::failures(evaluation, EnforcementAction::Warn);
    // Which of several annotations is meant, its path alone says.
    let notices = evaluation.notices.iter().map(|Problem { path, message, help, .. }| match help {
        Some(help) => format!("{message}: {help} (at {path})"),
        None => format!("{message} (at {path})"),
    });
    let ending = evaluation.exempted.iter().filter_map(|exempted| ending(exempted, asked));
    let mut texts: Vec<String> = violations.chain(failures).chain(notices).chain(ending).collect();
    let mut seen = std::collections::HashSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    within_limits(&texts)
}

/// The texts, shortened where they are too many, and a count of what is left out.
fn within_limits(texts: &[String]) -> Vec<String> {
    let shortened = |characters| texts.iter().map(move |text| cut(&one_line(text), characters).into_owned());
    let length = |text: &String| text.chars().count();
    let full: Vec<String> = shortened(MAX_ONE).collect();
    if full.iter().map(length).sum::<usize>() <= MAX_TOTAL {
        return full;
    }
    let mut left = MAX_TOTAL - ROOM_FOR_COUNT;
    let fits = |text: &String| {
        let room = left.checked_sub(length(text));
        left = room.unwrap_or_default();
        room.is_some()
    };
    let mut kept: Vec<String> = shortened(SHORT).take_while(fits).collect();
    let left_out = texts.len() - kept.len();
    if left_out > 0 {
        kept.push(format!("and {left_out} more warnings of guard"));
    }
    kept
}

/// The day near from which on a warning will be a denial.
fn announced(violation: &Violation, asked: &Asked<'_>) -> Option<Then> {
    let then = asked.settings(&violation.policy)?.enforcement.then?;
    let left = (then.on - asked.today).get_days();
    (then.action == Some(EnforcementAction::Deny) && (1..=NOTICE_DAYS).contains(&left)).then_some(then)
}

/// That an exemption ends soon.
fn ending(exempted: &Exempted, asked: &Asked<'_>) -> Option<String> {
    let expires = exempted.grounds.expires?;
    exempted.grounds.days_left(asked.today).filter(|left| *left <= NOTICE_DAYS)?;
    let Exempted { violation, grounds, .. } = exempted;
    Some(format!("{}: the exemption of {} ends on {expires}", violation.policy, grounds.owner))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(warnings: &[String]) -> usize {
        warnings.iter().map(|text| text.chars().count()).sum()
    }

    #[test]
    fn few_warnings_are_said_in_full() {
        let texts = ["ä".repeat(200), "short".to_owned()];
        assert_eq!(within_limits(&texts), texts);
        assert_eq!(within_limits(&["x".repeat(300)])[0].chars().count(), MAX_ONE);
    }

    #[test]
    fn many_warnings_are_cut_and_those_left_out_are_counted() {
        let texts: Vec<String> = (0..100).map(|n| format!("{n} {}", "ä".repeat(200))).collect();
        let warnings = within_limits(&texts);
        assert!(total(&warnings) <= MAX_TOTAL, "{}", total(&warnings));
        assert_eq!(warnings.last().unwrap(), &format!("and {} more warnings of guard", 101 - warnings.len()));
        assert!(warnings.len() > 30 && warnings.iter().all(|text| text.chars().count() <= SHORT));
    }

    #[test]
    fn many_short_warnings_that_fit_once_cut_are_all_there() {
        let texts: Vec<String> = (0..20).map(|n| format!("{n} {}", "x".repeat(220))).collect();
        let warnings = within_limits(&texts);
        assert_eq!(warnings.len(), texts.len());
        assert!(warnings.iter().all(|text| text.ends_with('…')));
    }

    #[test]
    fn no_warning_has_a_control_character_for_the_api_server_would_drop_it() {
        assert_eq!(within_limits(&["a\u{7}b\r\nc".to_owned()]), ["a b  c"]);
    }
}
