//! What the other rooms say to the metrics.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use guard_engine::{evaluation::Evaluation, request::Operation};

use super::{
    Metrics,
    labels::{
        Closed, DigestLabels, EnforcementLabels, FailureLabels, KindLabels, Part, PartLabels, PolicyLabels,
        ReasonLabels, Refusal, ReloadLabels, RequestLabels, ViolationLabels,
    },
};
use crate::{answer::Verdict, cluster::KindView, state::Guardrails};

/// The one endpoint that judges.
const VALIDATE: &str = "validate";

/// A point in time as metrics have it: seconds since 1970.
#[must_use]
pub fn unix_seconds(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

impl Metrics {
    /// A review was answered; `whole` is the time from its last byte on.
    pub fn answered(&self, operation: Operation, verdict: Verdict, evaluation: &Evaluation, whole: Duration) {
        let labels = RequestLabels {
            endpoint: VALIDATE,
            operation: operation_label(operation),
            decision: verdict.as_str(),
        };
        self.families.requests.get_or_create(&labels).inc();
        self.families.request_duration.observe(whole.as_secs_f64());
        for violation in &evaluation.violations {
            let labels =
                ViolationLabels { policy: Arc::clone(&violation.policy), action: violation.action.as_str() };
            self.families.violations.get_or_create(&labels).inc();
        }
        for exempted in &evaluation.exempted {
            let labels = PolicyLabels { policy: Arc::clone(&exempted.violation.policy) };
            self.families.exempted.get_or_create(&labels).inc();
        }
        for failure in &evaluation.failures {
            let labels = FailureLabels { policy: Arc::clone(&failure.policy), cause: failure.cause.as_str() };
            self.families.failures.get_or_create(&labels).inc();
        }
    }

    /// The policies of a review ran, and took so long together.
    pub fn evaluated(&self, took: Duration) {
        self.families.evaluation_duration.observe(took.as_secs_f64());
    }

    /// One policy of a review took so long.
    pub fn policy_ran(&self, policy: &Arc<str>, took: Duration) {
        let labels = PolicyLabels { policy: Arc::clone(policy) };
        self.families.policy_duration.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// A body came that is no review.
    pub fn unreadable(&self) {
        self.families.unreadable.inc();
    }

    /// A decision record was lost.
    pub fn decision_dropped(&self) {
        self.families.decisions_dropped.inc();
    }

    /// Something on disk was taken up, or was not.
    pub fn reloaded(&self, part: Part, ok: bool) {
        let labels = ReloadLabels { part: part.as_str(), result: if ok { "success" } else { "failure" } };
        self.families.reloads.get_or_create(&labels).inc();
        if ok {
            self.loaded(part);
        }
    }

    /// Something serves from now on.
    pub fn loaded(&self, part: Part) {
        let now = unix_seconds(SystemTime::now());
        self.families.last_reload.get_or_create(&PartLabels { part: part.as_str() }).set(now);
    }

    /// These guardrails serve from now on. `enforcements` is what becomes of each policy: `deny`, `warn`, `audit` or `off`.
    pub fn serving(&self, guardrails: &Guardrails, enforcements: impl Iterator<Item = &'static str>) {
        let digests = DigestLabels {
            version: env!("CARGO_PKG_VERSION"),
            bundle: guardrails.bundle.digest().to_owned(),
            config: guardrails.config.digest().to_owned(),
        };
        self.families.guardrails.clear();
        self.families.guardrails.get_or_create(&digests).set(1);
        let policies = &self.families.policies;
        for enforcement in ["deny", "warn", "audit", "off"] {
            policies.get_or_create(&EnforcementLabels { enforcement }).set(0);
        }
        enforcements.for_each(|enforcement| {
            policies.get_or_create(&EnforcementLabels { enforcement }).inc();
        });
        self.families.problems.set(number(guardrails.problems.len()));
    }

    /// The certificate that serves from now on ends then, in seconds since 1970.
    pub fn certificate_expires(&self, at: f64) {
        self.families.certificate_expiry.set(at);
    }

    /// How many reviews wait, and how many may.
    pub fn queue(&self, length: usize, capacity: usize) {
        self.families.queue_length.set(number(length));
        self.families.queue_capacity.set(number(capacity));
    }

    /// A review found the queue full.
    pub fn overflow(&self) {
        self.families.queue_overflows.inc();
    }

    /// A worker panicked outside of a policy.
    pub fn worker_panicked(&self) {
        self.families.worker_panics.inc();
    }

    /// A connection was opened.
    pub fn connection_opened(&self) {
        self.families.connections.inc();
    }

    /// A connection is no more; with the reason where its client did not end it.
    pub fn connection_closed(&self, early: Option<Closed>) {
        self.families.connections.dec();
        if let Some(reason) = early {
            let labels = ReasonLabels { reason: reason.as_str() };
            self.families.connections_closed.get_or_create(&labels).inc();
        }
    }

    /// A connection was not taken.
    pub fn connection_refused(&self, reason: Refusal) {
        let labels = ReasonLabels { reason: reason.as_str() };
        self.families.connections_refused.get_or_create(&labels).inc();
    }

    /// What is known of the cluster, in place of what was said before: each kind that policies look at, how many kinds the API
    /// server does not serve, and how many of those that policies judge the installed webhook configuration never sends; none
    /// where nobody knows.
    pub fn view(&self, kinds: &[KindView], not_served: usize, never_sent: Option<usize>) {
        let families = &self.families;
        families.view_age.clear();
        families.view_objects.clear();
        families.view_synced.clear();
        for view in kinds {
            let labels = KindLabels { kind: view.kind.clone() };
            if let Some(age) = view.age {
                families.view_age.get_or_create(&labels).set(age.as_secs_f64());
            }
            families.view_objects.get_or_create(&labels).set(number(view.objects));
            families.view_synced.get_or_create(&labels).set(view.synced.into());
        }
        families.not_served.set(number(not_served));
        families.never_sent.set(never_sent.map_or(f64::NAN, |count| number(count) as f64));
    }
}

/// A count as gauges have it.
fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn operation_label(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "create",
        Operation::Update => "update",
        Operation::Delete => "delete",
        Operation::Connect => "connect",
    }
}
