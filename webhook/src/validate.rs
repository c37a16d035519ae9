//! What a worker does with the body of `POST /validate`, and what is answered in its place where it does not come to it.

use std::sync::Arc;

use axum::http::StatusCode;
use guard_engine::{
    evaluation::Cause,
    request::Namespace,
    review::{Review, Unreadable},
};
use tokio::time::Instant;

use crate::{
    admission::{self, Answered, Door},
    app::Answer,
    body::Received,
    cluster::View,
    ledger::Ledger,
    metrics::Metrics,
    sources::today,
    state::State,
    workers::{Judge, NotJudged},
};

/// What judging needs, shared by all.
#[derive(Clone)]
pub struct Validation {
    /// The guardrails of the moment.
    pub state: Arc<State>,
    /// What is known of the cluster.
    pub view: View,
    /// Where answers are entered.
    pub ledger: Arc<Ledger>,
    /// Where the rest is counted.
    pub metrics: Arc<Metrics>,
}

/// One thread's judge.
pub struct Validator {
    door: Door,
    validation: Validation,
}

/// What is entered of an answer: the review, what was said to it, when its last byte came. None where it was no review.
pub type Entry = Option<(Review, Answered, std::time::Instant)>;

impl Validation {
    /// A judge for one thread.
    #[must_use]
    pub fn validator(&self) -> Validator {
        Validator { door: Door::new(Arc::clone(&self.state)), validation: self.clone() }
    }

    /// Answers for the workers: each policy that would have been called has failed, and its `onError` decides.
    #[must_use]
    pub fn unjudged(&self, body: &Received, why: NotJudged) -> Answer {
        let cause = match why {
            NotJudged::QueueFull => Cause::Overload,
            NotJudged::DeadlinePassed => Cause::Deadline,
            NotJudged::Panicked => Cause::Panic,
        };
        match why {
            NotJudged::QueueFull => self.metrics.overflow(),
            NotJudged::Panicked => self.metrics.worker_panicked(),
            NotJudged::DeadlinePassed => {}
        }
        match Review::from_json(body.bytes()) {
            Ok(mut review) => {
                if let Namespace::Named(name) = &review.request.namespace {
                    review.request.namespace_object = self.view.known_namespace(name);
                }
                let guardrails = self.state.load();
                let mut answered =
                    admission::unjudged(&guardrails, &review, cause, &why.to_string(), today());
                let answer = Answer::ok(std::mem::take(&mut answered.body));
                self.ledger.enter(&review, &answered, body.received().into_std());
                answer
            }
            Err(unreadable) => {
                self.ledger.unreadable();
                refusal(&unreadable)
            }
        }
    }
}

impl Judge for Validator {
    type Answer = Answer;
    type Record = Entry;

    fn judge(&mut self, body: &Received, deadline: Instant) -> (Answer, Entry) {
        let mut review = match Review::from_json(body.bytes()) {
            Ok(review) => review,
            Err(unreadable) => return (refusal(&unreadable), None),
        };
        if let Namespace::Named(name) = &review.request.namespace {
            review.request.namespace_object = self.validation.view.namespace(name);
        }
        let inventory = self.validation.view.inventory();
        let mut answered = self.door.answer(&review, &inventory, today(), deadline.into_std());
        let answer = Answer::ok(std::mem::take(&mut answered.body));
        (answer, Some((review, answered, body.received().into_std())))
    }

    fn record(&mut self, entry: Entry) {
        let ledger = &self.validation.ledger;
        match entry {
            Some((review, answered, received)) => ledger.enter(&review, &answered, received),
            None => ledger.unreadable(),
        }
    }
}

fn refusal(unreadable: &Unreadable) -> Answer {
    Answer::unusable(StatusCode::BAD_REQUEST, &unreadable.reason)
}
