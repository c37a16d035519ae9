//! The decision record: one JSON object a line for each review, the contract that docs/decision.schema.json describes.

mod sink;

use guard_engine::{
    evaluation::{Evaluation, Exempted, Failure},
    exemption::Grounds,
    request::{Kind, Namespace, Operation},
    review::{GroupVersionResource, Review},
    violation::Violation,
};
use jiff::Timestamp;
use serde::Serialize;
pub use sink::{Sink, Target, Which};

use crate::{admission::Answered, answer::Verdict};

/// The version of the contract: it rises when a reader of the old one would be misled.
pub const VERSION: u32 = 1;

/// What was decided about one review, why, and by which policies. Of the object nothing is in it but what the messages say.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record<'a> {
    version: u32,
    time: Timestamp,
    uid: &'a str,
    decision: Verdict,
    dry_run: bool,
    operation: Operation,
    kind: &'a Kind,
    resource: Option<&'a GroupVersionResource>,
    sub_resource: Option<&'a str>,
    namespace: Option<&'a str>,
    name: Option<&'a str>,
    user: Option<&'a str>,
    violations: &'a [Violation],
    exempted: Vec<ExemptedRecord<'a>>,
    undetermined: &'a [Violation],
    failures: &'a [Failure],
    evaluated: usize,
    /// Seconds; none where no policy was called.
    evaluation_time: Option<f64>,
    digests: Digests<'a>,
}

/// What an exemption covers.
#[derive(Debug, Serialize)]
struct ExemptedRecord<'a> {
    #[serde(flatten)]
    violation: &'a Violation,
    exemption: &'a Grounds,
}

/// Which policies and which guard.yaml decided.
#[derive(Debug, Serialize)]
struct Digests<'a> {
    bundle: &'a str,
    config: &'a str,
}

impl<'a> Record<'a> {
    /// The record of a review and its answer.
    #[must_use]
    pub fn new(review: &'a Review, answered: &'a Answered, time: Timestamp) -> Self {
        let request = &review.request;
        let Evaluation { violations, exempted, undetermined, failures, evaluated, .. } = &answered.evaluation;
        let covered = |exempted: &'a Exempted| ExemptedRecord {
            violation: &exempted.violation,
            exemption: &exempted.grounds,
        };
        Self {
            version: VERSION,
            time,
            uid: &review.uid,
            decision: answered.verdict,
            dry_run: request.dry_run,
            operation: request.operation,
            kind: &request.kind,
            resource: review.resource.as_ref(),
            sub_resource: request.sub_resource.as_deref(),
            namespace: match &request.namespace {
                Namespace::Named(name) => Some(name),
                Namespace::ClusterScoped | Namespace::Unknown => None,
            },
            name: request.name.as_deref(),
            user: request.user_info.as_ref().and_then(|user| user.get("username")?.as_str()),
            violations,
            exempted: exempted.iter().map(covered).collect(),
            undetermined,
            failures,
            evaluated: *evaluated,
            evaluation_time: answered.evaluation_time.map(|time| time.as_secs_f64()),
            digests: Digests {
                bundle: answered.guardrails.bundle.digest(),
                config: answered.guardrails.config.digest(),
            },
        }
    }

    /// One line of JSON, with its end.
    #[must_use]
    #[expect(clippy::expect_used, reason = "texts, numbers and lists of them are always JSON")]
    pub fn to_line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).expect("a record is JSON");
        line.push(b'\n');
        line
    }
}

/// Whether there is more to say of an evaluation than that nothing was found.
pub(crate) fn found_something(evaluation: &Evaluation) -> bool {
    let Evaluation { violations, exempted, undetermined, failures, .. } = evaluation;
    !(violations.is_empty() && exempted.is_empty() && undetermined.is_empty() && failures.is_empty())
}

#[cfg(test)]
mod tests;
