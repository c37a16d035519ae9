//! How long the policies of one request may take.

use std::time::{Duration, Instant};

/// How long the policies of one request may take together, from now on.
///
/// Where they fail or need longer, each is run by itself, to name the one that is to blame and to let the others count. For that there
/// is a quarter of the limit more, so that a policy that never ends costs a request no more than five quarters of it, and the time that
/// one builtin may take, which nothing interrupts.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    started: Instant,
    limit: Duration,
}

impl Budget {
    /// A budget that is spent from now on.
    #[must_use]
    pub fn new(limit: Duration) -> Self {
        Self { started: Instant::now(), limit }
    }

    /// A budget whose limit has just passed.
    #[cfg(test)]
    pub(super) fn spent(limit: Duration) -> Self {
        Self { started: Instant::now().checked_sub(limit).unwrap(), limit }
    }

    /// The limit that was set.
    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    /// What is left for all policies together.
    pub(super) fn together(&self) -> Duration {
        self.limit.saturating_sub(self.started.elapsed())
    }

    /// What is left for each of this many policies, one after the other.
    pub(super) fn share(&self, policies: usize) -> Duration {
        let left = self.limit.saturating_add(self.limit / 4).saturating_sub(self.started.elapsed());
        left / u32::try_from(policies).unwrap_or(u32::MAX).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spent_budget_has_nothing_left_for_anyone() {
        let spent = Budget::new(Duration::ZERO);
        assert_eq!(spent.together(), Duration::ZERO);
        assert_eq!(spent.share(3), Duration::ZERO);
    }

    #[test]
    fn when_the_limit_has_passed_a_quarter_of_it_is_left_to_say_who_is_to_blame() {
        let hour = Duration::from_secs(3600);
        let budget = Budget::spent(hour);
        assert_eq!(budget.together(), Duration::ZERO);
        assert!(budget.share(1) > hour / 5 && budget.share(1) <= hour / 4);
    }

    #[test]
    fn what_is_left_is_shared_out_equally_with_a_quarter_more() {
        let hour = Duration::from_secs(3600);
        let budget = Budget::new(hour);
        assert!(budget.together() <= hour && budget.together() > hour / 2);
        assert!(budget.share(1) > hour && budget.share(1) <= hour * 5 / 4);
        assert!(budget.share(10) <= hour / 8 && budget.share(0) > hour);
    }
}
