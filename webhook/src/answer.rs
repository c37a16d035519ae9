//! What the API server is told: an evaluation in, the bytes of an AdmissionReview out.
//!
//! Every violation that denies is one line of the denial; what only warns becomes warnings, within what the API server passes on; and all of it
//! becomes audit annotations. Where nothing was found the answer is a uid and a yes.

mod annotations;
mod denial;
mod lines;
mod warnings;

use std::collections::BTreeMap;

use guard_engine::{
    config::Settings,
    enforcement::EnforcementAction,
    evaluation::Evaluation,
    matching::{Coverage, Subject},
    request::Request,
    review::{self, Review},
};
use jiff::civil::Date;
use serde::Serialize;

use crate::state::Guardrails;

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// It passes.
    Allowed,
    /// It passes, and who asks is warned.
    Warned,
    /// It does not pass.
    Denied,
}

/// `response` of an AdmissionReview, as `admission.k8s.io/v1` has it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response<'a> {
    uid: &'a str,
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    audit_annotations: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    api_version: &'static str,
    kind: &'static str,
    response: Response<'a>,
}

/// `Status` of `meta/v1`: what a client of Kubernetes shows.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    api_version: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    status: &'static str,
    code: u16,
    reason: &'static str,
    message: &'a str,
}

/// What the words of an answer are about, besides the evaluation itself.
struct Asked<'a> {
    guardrails: &'a Guardrails,
    request: &'a Request,
    subject: Subject<'a>,
    today: Date,
}

impl Verdict {
    /// What an evaluation comes to: the strictest action of its violations and failures.
    #[must_use]
    pub fn of(evaluation: &Evaluation) -> Self {
        let violations = evaluation.violations.iter().map(|violation| violation.action);
        let failures = evaluation.failures.iter().map(|failure| failure.action);
        match violations.chain(failures).max() {
            Some(EnforcementAction::Deny) => Self::Denied,
            Some(EnforcementAction::Warn) => Self::Warned,
            Some(EnforcementAction::Audit) | None => Self::Allowed,
        }
    }

    /// The word in metrics and decision records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Warned => "warned",
            Self::Denied => "denied",
        }
    }
}

/// The answer to a review.
#[must_use]
pub fn answer(review: &Review, evaluation: &Evaluation, guardrails: &Guardrails, today: Date) -> Vec<u8> {
    let allowed = Verdict::of(evaluation) != Verdict::Denied;
    if says_nothing(evaluation) {
        return envelope(Response {
            uid: &review.uid,
            allowed,
            status: None,
            warnings: Vec::new(),
            audit_annotations: BTreeMap::new(),
        });
    }
    let asked = Asked { guardrails, request: &review.request, subject: Subject::new(&review.request), today };
    let denial = (!allowed).then(|| denial::message(evaluation, &asked));
    envelope(Response {
        uid: &review.uid,
        allowed,
        status: denial.as_deref().map(|message| denial::status(evaluation, message)),
        warnings: warnings::all(evaluation, &asked),
        audit_annotations: annotations::all(evaluation),
    })
}

/// The body that goes with an HTTP status other than 200, for what is no review or cannot be taken.
///
/// It is a `Status`: the API server shows its message to the user, and its failurePolicy decides. A guard that could not look must
/// not say yes, and one that is asked nonsense must not lock a cluster.
#[must_use]
pub fn unusable(code: u16, message: &str) -> Vec<u8> {
    let reason = match code {
        413 => "RequestEntityTooLarge",
        415 => "UnsupportedMediaType",
        405 => "MethodNotAllowed",
        404 => "NotFound",
        429 => "TooManyRequests",
        500.. => "InternalError",
        _ => "BadRequest",
    };
    let message = lines::one_line(message);
    json(&Status {
        api_version: Some("v1"),
        kind: Some("Status"),
        status: "Failure",
        code,
        reason,
        message: &message,
    })
}

/// Whether there is nothing to tell.
fn says_nothing(evaluation: &Evaluation) -> bool {
    let Evaluation { violations, exempted, undetermined, failures, notices, taken_over: _, evaluated: _ } =
        evaluation;
    violations.is_empty()
        && exempted.is_empty()
        && undetermined.is_empty()
        && failures.is_empty()
        && notices.is_empty()
}

fn envelope(response: Response<'_>) -> Vec<u8> {
    json(&Envelope { api_version: review::API_VERSION, kind: review::KIND, response })
}

#[expect(clippy::expect_used, reason = "texts, numbers and maps of texts are always JSON")]
fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("an answer is JSON")
}

impl Asked<'_> {
    /// How a policy is run for this request.
    fn settings(&self, policy: &str) -> Option<&Settings> {
        let policies = self.guardrails.bundle.policies();
        let index = policies.binary_search_by(|known| known.name.as_ref().cmp(policy)).ok()?;
        let config = self.guardrails.config.policy(index)?;
        Some(config.settings(|r#match| r#match.covers(&self.subject) == Coverage::Yes))
    }
}

#[cfg(test)]
mod tests;
