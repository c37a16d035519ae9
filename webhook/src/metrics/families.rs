//! The families: name, help and type of everything that is measured.

use std::sync::atomic::{AtomicI64, AtomicU64};

use prometheus_client::{
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};

use super::labels::{
    DigestLabels, EnforcementLabels, FailureLabels, KindLabels, PartLabels, PolicyLabels, ReasonLabels,
    ReloadLabels, RequestLabels, ViolationLabels,
};

type Count<L> = Family<L, Counter<u64, AtomicU64>>;
type Number<L> = Family<L, Gauge<i64, AtomicI64>>;
type Seconds<L> = Family<L, Gauge<f64, AtomicU64>>;
type Durations<L> = Family<L, Histogram, fn() -> Histogram>;

/// All families.
pub(super) struct Families {
    pub(super) requests: Count<RequestLabels>,
    pub(super) unreadable: Counter,
    pub(super) request_duration: Histogram,
    pub(super) evaluation_duration: Histogram,
    pub(super) policy_duration: Durations<PolicyLabels>,
    pub(super) violations: Count<ViolationLabels>,
    pub(super) exempted: Count<PolicyLabels>,
    pub(super) failures: Count<FailureLabels>,
    pub(super) decisions_dropped: Counter,
    pub(super) reloads: Count<ReloadLabels>,
    pub(super) last_reload: Seconds<PartLabels>,
    pub(super) guardrails: Number<DigestLabels>,
    pub(super) policies: Number<EnforcementLabels>,
    pub(super) problems: Gauge,
    pub(super) certificate_expiry: Gauge<f64, AtomicU64>,
    pub(super) queue_length: Gauge,
    pub(super) queue_capacity: Gauge,
    pub(super) queue_overflows: Counter,
    pub(super) worker_panics: Counter,
    pub(super) connections: Gauge,
    pub(super) connections_refused: Count<ReasonLabels>,
    pub(super) connections_closed: Count<ReasonLabels>,
    pub(super) view_age: Seconds<KindLabels>,
    pub(super) view_objects: Number<KindLabels>,
    pub(super) view_synced: Number<KindLabels>,
    pub(super) not_served: Gauge,
    pub(super) never_sent: Gauge<f64, AtomicU64>,
}

/// 50 µs to 3.3 s, each bound the double of the one before: from an answer without policies to the API server's patience.
fn durations() -> Histogram {
    Histogram::new(exponential_buckets(0.000_05, 2.0, 17))
}

/// 10 µs to 2.6 s, each bound four times the one before: coarser, for there are many policies.
fn policy_durations() -> Histogram {
    Histogram::new(exponential_buckets(0.000_01, 4.0, 10))
}

/// A number that nobody has told yet.
fn unknown() -> Gauge<f64, AtomicU64> {
    let gauge: Gauge<f64, AtomicU64> = Gauge::default();
    gauge.set(f64::NAN);
    gauge
}

impl Default for Families {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            unreadable: Counter::default(),
            request_duration: durations(),
            evaluation_duration: durations(),
            policy_duration: Family::new_with_constructor(policy_durations),
            violations: Family::default(),
            exempted: Family::default(),
            failures: Family::default(),
            decisions_dropped: Counter::default(),
            reloads: Family::default(),
            last_reload: Family::default(),
            guardrails: Family::default(),
            policies: Family::default(),
            problems: Gauge::default(),
            certificate_expiry: Gauge::default(),
            queue_length: Gauge::default(),
            queue_capacity: Gauge::default(),
            queue_overflows: Counter::default(),
            worker_panics: Counter::default(),
            connections: Gauge::default(),
            connections_refused: Family::default(),
            connections_closed: Family::default(),
            view_age: Family::default(),
            view_objects: Family::default(),
            view_synced: Family::default(),
            not_served: Gauge::default(),
            never_sent: unknown(),
        }
    }
}

impl Families {
    /// Declares every family.
    pub(super) fn register(&self, registry: &mut Registry) {
        self.register_requests(registry);
        self.register_guardrails(registry);
        self.register_server(registry);
        self.register_view(registry);
    }

    fn register_requests(&self, to: &mut Registry) {
        to.register("requests", "Reviews that were answered", self.requests.clone());
        let help = "Bodies that are no review; the API server's failurePolicy decided";
        to.register("unreadable_requests", help, self.unreadable.clone());
        let help = "From a review's last byte to its answer";
        to.register_with_unit("request_duration", help, Unit::Seconds, self.request_duration.clone());
        let help = "All policies of a review together";
        to.register_with_unit("evaluation_duration", help, Unit::Seconds, self.evaluation_duration.clone());
        let help = "One policy of a review, measured for one review in 64";
        to.register_with_unit("policy_duration", help, Unit::Seconds, self.policy_duration.clone());
        to.register("violations", "Violations that no exemption covers", self.violations.clone());
        to.register("exempted_violations", "Violations that an exemption covers", self.exempted.clone());
        let help = "Policies that could not judge a review";
        to.register("policy_failures", help, self.failures.clone());
        let help = "Decision records that were lost because nobody took them in time";
        to.register("decisions_dropped", help, self.decisions_dropped.clone());
    }

    fn register_guardrails(&self, to: &mut Registry) {
        let help = "Attempts to take up what has changed on disk";
        to.register("reloads", help, self.reloads.clone());
        let help = "When what serves now was loaded, since 1970";
        to.register_with_unit("last_reload_timestamp", help, Unit::Seconds, self.last_reload.clone());
        let help = "Always 1: the program's version, and the digests of the policies and of guard.yaml that serve now";
        to.register("serving", help, self.guardrails.clone());
        to.register("policies", "Policies that are loaded, by what guard.yaml says", self.policies.clone());
        let help = "What is wrong with the policies and guard.yaml that serve now";
        to.register("problems", help, self.problems.clone());
        let help = "When the certificate that serves now ends, since 1970";
        let expiry = self.certificate_expiry.clone();
        to.register_with_unit("certificate_expiry_timestamp", help, Unit::Seconds, expiry);
    }

    fn register_server(&self, to: &mut Registry) {
        to.register("queue_length", "Reviews that wait for a worker", self.queue_length.clone());
        to.register("queue_capacity", "Reviews that may wait for a worker", self.queue_capacity.clone());
        let help = "Reviews that found the queue full and were answered by onError";
        to.register("queue_overflows", help, self.queue_overflows.clone());
        let help = "Panics of a worker outside of a policy";
        to.register("worker_panics", help, self.worker_panics.clone());
        to.register("connections", "Connections that are open", self.connections.clone());
        let help = "Connections that were not taken";
        to.register("connections_refused", help, self.connections_refused.clone());
        let help = "Connections that were ended before their client did";
        to.register("connections_closed", help, self.connections_closed.clone());
    }

    fn register_view(&self, to: &mut Registry) {
        let help = "How long ago the API server was last heard about a kind";
        to.register_with_unit("view_age", help, Unit::Seconds, self.view_age.clone());
        to.register("view_objects", "Objects of a kind that policies can look at", self.view_objects.clone());
        let help = "1 where a kind is known in whole, 0 where policies that read it fail";
        to.register("view_synced", help, self.view_synced.clone());
        let help = "Kinds that policies look at and the API server does not serve";
        to.register("view_kinds_not_served", help, self.not_served.clone());
        let help = "Kinds that policies judge and the installed webhook configuration never sends; NaN where nobody knows";
        to.register("kinds_never_sent", help, self.never_sent.clone());
    }
}
