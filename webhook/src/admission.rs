//! From a review to its answer.
//!
//! ```text
//! review -> Evaluator::evaluate (or unjudged, where there is no time for it) -> without a Secret's values -> the answer's bytes
//! ```

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use arc_swap::Cache;
use guard_engine::{
    evaluate::{self, Evaluator},
    evaluation::{Cause, Evaluation},
    inventory::Inventory,
    review::Review,
};
use jiff::civil::Date;

use crate::{
    answer::{self, Verdict},
    redact,
    state::{Guardrails, State},
};

/// What a worker judges with. One a thread.
pub struct Door {
    state: Cache<Arc<State>, Arc<Guardrails>>,
    /// What the evaluator was made for.
    guardrails: Arc<Guardrails>,
    evaluator: Evaluator,
    /// How many reviews were judged.
    judged: u64,
}

/// One review in so many is measured policy by policy: the policies share nothing then, which costs up to twice as much.
const SAMPLE: u64 = 64;

/// A review that was answered.
#[derive(Debug)]
pub struct Answered {
    /// The body of the answer, which goes with HTTP status 200: an AdmissionReview as JSON.
    pub body: Vec<u8>,
    /// What becomes of the request.
    pub verdict: Verdict,
    /// Why.
    pub evaluation: Evaluation,
    /// How long the policies took together; none where none was called.
    pub evaluation_time: Option<Duration>,
    /// How long each of them took, where this review was measured.
    pub policy_times: Vec<(Arc<str>, Duration)>,
    /// What it was judged by.
    pub guardrails: Arc<Guardrails>,
}

impl Door {
    /// A door that judges by the state of the moment.
    #[must_use]
    pub fn new(state: Arc<State>) -> Self {
        let mut state = Cache::new(state);
        let guardrails = Arc::clone(state.load());
        let evaluator = Evaluator::new(Arc::clone(&guardrails.bundle));
        Self { state, guardrails, evaluator, judged: 0 }
    }

    /// Judges a review and says what the API server is told. Where the deadline is over already, or passes meanwhile, policies fail
    /// and their `onError` decides.
    pub fn answer(
        &mut self,
        review: &Review,
        inventory: &Inventory,
        today: Date,
        deadline: Instant,
    ) -> Answered {
        self.follow_state();
        let start = Instant::now();
        let left = deadline.saturating_duration_since(start);
        if left.is_zero() {
            let message = "the API server's time for an answer was over before its turn came";
            return unjudged(&self.guardrails, review, Cause::Deadline, message, today);
        }
        // What is over the limit is noticed late by a builtin's time, and then comes the answer.
        self.evaluator.set_time_limit(left * 4 / 5);
        let (config, request) = (&self.guardrails.config, &review.request);
        // Not the first: it compiles the policies.
        let (evaluation, policy_times) = if self.judged % SAMPLE == SAMPLE - 1 {
            self.evaluator.evaluate_timed(config, request, inventory, today)
        } else {
            (self.evaluator.evaluate(config, request, inventory, today), Vec::new())
        };
        self.judged += 1;
        let evaluation_time = (evaluation.evaluated > 0).then(|| start.elapsed());
        let answered = answered(&self.guardrails, review, evaluation, today);
        Answered { evaluation_time, policy_times, ..answered }
    }

    /// An evaluator belongs to a bundle: a swapped state needs another.
    fn follow_state(&mut self) {
        let current = self.state.load();
        if !Arc::ptr_eq(current, &self.guardrails) {
            self.guardrails = Arc::clone(current);
            self.evaluator = Evaluator::new(Arc::clone(&self.guardrails.bundle));
        }
    }
}

/// The answer to a review that no policy judged: each that would have been called has failed, and its `onError` decides.
#[must_use]
pub fn unjudged(
    guardrails: &Arc<Guardrails>,
    review: &Review,
    cause: Cause,
    message: &str,
    today: Date,
) -> Answered {
    let Guardrails { bundle, config, .. } = &**guardrails;
    let evaluation = evaluate::unjudged(bundle, config, &review.request, cause, message, today);
    answered(guardrails, review, evaluation, today)
}

fn answered(
    guardrails: &Arc<Guardrails>,
    review: &Review,
    mut evaluation: Evaluation,
    today: Date,
) -> Answered {
    redact::secrets(&review.request, &guardrails.bundle, &mut evaluation);
    Answered {
        body: answer::answer(review, &evaluation, guardrails, today),
        verdict: Verdict::of(&evaluation),
        evaluation,
        evaluation_time: None,
        policy_times: Vec::new(),
        guardrails: Arc::clone(guardrails),
    }
}

#[cfg(test)]
mod tests;
