//! All that one request yields.

use std::sync::Arc;

use serde::Serialize;

use crate::{enforcement::EnforcementAction, exemption::Grounds, problem::Problem, violation::Violation};

/// All that one request yields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evaluation {
    /// What counts, sorted.
    pub violations: Vec<Violation>,
    /// What an exemption covers, sorted.
    pub exempted: Vec<Exempted>,
    /// What does not count because a stronger policy says it too, sorted.
    pub taken_over: Vec<TakenOver>,
    /// What is only known later, sorted.
    pub undetermined: Vec<Violation>,
    /// The policies that could not run, sorted.
    pub failures: Vec<Failure>,
    /// Annotations of the resource that were meant to exempt it and do not, with paths into the resource.
    pub notices: Vec<Problem>,
    /// How many policies were called.
    pub evaluated: usize,
}

/// A violation that an exemption covers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exempted {
    /// What is covered.
    pub violation: Violation,
    /// By which exemption: its index in guard.yaml's `exemptions`; none where the resource carries its own.
    pub exemption: Option<usize>,
    /// Why, by whom, until when.
    pub grounds: Grounds,
}

/// A violation that a stronger policy found too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOver {
    /// What the weaker one found.
    pub violation: Violation,
    /// The stronger one.
    pub by: Arc<str>,
}

/// A policy that could not run. Never "no violations".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Failure {
    /// The policy's name.
    pub policy: Arc<str>,
    /// What is done about it: the policy's `onError`.
    pub action: EnforcementAction,
    /// Why.
    pub cause: Cause,
    /// What the evaluator said, with the policy's file:line:column where it is known.
    pub message: String,
}

/// Why a policy could not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// The policy did not load, or guard.yaml gives it parameters that cannot be used.
    Load,
    /// An error while it ran.
    Runtime,
    /// It ran out of time.
    TimeLimit,
    /// The evaluator panicked.
    Panic,
    /// It answered in another shape than `{message, path}`.
    Shape,
    /// It did not run: no time was left for it.
    Deadline,
    /// It did not run: too much was to be done at once.
    Overload,
    /// It did not run: what it reads from the inventory is not known.
    Inventory,
}

impl Cause {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Load,
        Self::Runtime,
        Self::TimeLimit,
        Self::Panic,
        Self::Shape,
        Self::Deadline,
        Self::Overload,
        Self::Inventory,
    ];

    /// In one word, as it is serialised.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Runtime => "runtime",
            Self::TimeLimit => "timeLimit",
            Self::Panic => "panic",
            Self::Shape => "shape",
            Self::Deadline => "deadline",
            Self::Overload => "overload",
            Self::Inventory => "inventory",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_has_one_word_wherever_it_is_written() {
        for cause in Cause::ALL {
            assert_eq!(serde_json::to_value(cause).unwrap(), cause.as_str());
        }
    }
}
