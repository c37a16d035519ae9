//! How long to wait before the next attempt.

use std::time::Duration;

/// Waits that double from half a second up to half a minute, each shortened by up to a half by chance, so that the replicas of
/// a deployment do not return all at once.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    /// Attempts since the last success.
    failed: u32,
}

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);

impl Backoff {
    /// How long to wait now.
    pub(super) fn next(&mut self) -> Duration {
        let longest = FIRST.saturating_mul(1 << self.failed.min(16)).min(LONGEST);
        self.failed = self.failed.saturating_add(1);
        longest.mul_f64(1.0 - fastrand::f64() / 2.0)
    }

    /// Attempts since the last success.
    pub(super) fn failed(&self) -> u32 {
        self.failed
    }

    /// Something went well.
    pub(super) fn reset(&mut self) {
        self.failed = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_bound_and_begin_anew_after_a_success() {
        let mut backoff = Backoff::default();
        for whole in [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000] {
            let wait = backoff.next().as_millis();
            assert!((whole / 2..=whole).contains(&wait), "{wait} of {whole}");
        }
        assert_eq!(backoff.failed(), 9);
        backoff.reset();
        assert!(backoff.next() <= FIRST);
    }

    #[test]
    fn waits_differ() {
        let waits: std::collections::BTreeSet<Duration> =
            (0..16).map(|_| Backoff::default().next()).collect();
        assert!(waits.len() > 1);
    }
}
