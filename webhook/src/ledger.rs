//! What is kept of every answer: metrics, and a decision record where one is wanted.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use guard_engine::review::Review;
use jiff::Timestamp;

use crate::{
    admission::Answered,
    decision::{Record, Sink},
    metrics::Metrics,
};

/// The books: one for the whole program.
#[derive(Debug)]
pub struct Ledger {
    metrics: Arc<Metrics>,
    decisions: Sink,
}

impl Ledger {
    /// Books that nothing was entered into yet.
    #[must_use]
    pub fn new(metrics: Arc<Metrics>, decisions: Sink) -> Self {
        Self { metrics, decisions }
    }

    /// Enters an answer that was given. `received` is when the review's last byte came.
    pub fn enter(&self, review: &Review, answered: &Answered, received: Instant) {
        let Answered { verdict, evaluation, evaluation_time, policy_times, .. } = answered;
        self.metrics.answered(review.request.operation, *verdict, evaluation, received.elapsed());
        evaluation_time.iter().for_each(|took| self.metrics.evaluated(*took));
        policy_times.iter().for_each(|(policy, took)| self.metrics.policy_ran(policy, *took));
        if self.decisions.wants(answered) {
            self.decisions.take(Record::new(review, answered, Timestamp::now()).to_line());
        }
    }

    /// Enters a body that is no review.
    pub fn unreadable(&self) {
        self.metrics.unreadable();
    }

    /// Waits until all records are written, but not longer than `limit`. False where the time was too short.
    #[must_use]
    pub fn flush(&self, limit: Duration) -> bool {
        self.decisions.flush(limit)
    }
}
