//! A scrape, read as strictly as the standard is written.

mod openmetrics;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use guard_engine::{evaluation::Cause, request::Operation};
use serde_json::json;

use super::*;
use crate::{
    admission,
    cluster::KindView,
    fixtures::{TODAY, container_policy, guardrails, judge, new_pod},
};
use openmetrics::{Families, Kind};

/// Metrics in which every family has something.
fn busy() -> Metrics {
    let policies = [
        ("loud", container_policy("loud", "high", "loud")),
        ("odd", container_policy("odd", "medium", "odd")),
    ];
    let guardrails = Arc::new(guardrails(
        &policies,
        "exemptions: [{policies: [odd], match: {namespaces: [shop]}, reason: r, owner: o}]",
    ));
    let metrics = Metrics::default();
    metrics.serving(&guardrails, ["deny", "warn"].into_iter());
    metrics.loaded(Part::Policies);
    for container in [json!({}), json!({"loud": true, "odd": true})] {
        let answered = judge(&guardrails, &new_pod(container));
        let whole = Duration::from_micros(300);
        metrics.answered(Operation::Create, answered.verdict, &answered.evaluation, whole);
        metrics.evaluated(answered.evaluation_time.unwrap());
    }
    let failed = admission::unjudged(&guardrails, &new_pod(json!({})), Cause::Overload, "full", TODAY);
    metrics.answered(Operation::Delete, failed.verdict, &failed.evaluation, Duration::from_secs(9));
    metrics.policy_ran(&guardrails.bundle.policies()[0].name, Duration::from_millis(1));
    metrics.unreadable();
    metrics.decision_dropped();
    metrics.reloaded(Part::Policies, false);
    metrics.reloaded(Part::Certificate, true);
    metrics.certificate_expires(1_800_000_000.0);
    metrics.queue(3, 256);
    metrics.overflow();
    metrics.worker_panicked();
    metrics.connection_opened();
    metrics.connection_opened();
    metrics.connection_closed(None);
    metrics.connection_closed(Some(Closed::TimedOut));
    metrics.connection_refused(Refusal::Full);
    let view = |kind: &str, age| KindView { kind: kind.into(), age, objects: 7, synced: true };
    metrics.view(&[view("Namespace", Some(Duration::from_secs(2))), view("odd\"\\\nkind", None)], 1, Some(2));
    metrics
}

fn scrape(metrics: &Metrics) -> Families {
    openmetrics::parse(&metrics.encode().unwrap()).unwrap()
}

#[test]
fn a_scrape_is_what_the_standard_asks_for() {
    for metrics in [Metrics::default(), busy()] {
        let families = scrape(&metrics);
        for (name, family) in &families {
            assert!(name.starts_with("guard_"), "{name}");
            assert!(family.help.ends_with('.') && !family.help.contains(".."), "{name}: {}", family.help);
            assert!(!family.samples.is_empty(), "{name}");
        }
    }
}

/// A family that nothing ever sets is one that an alert waits for in vain.
#[test]
fn every_family_that_is_declared_can_be_seen() {
    let families: Vec<String> = scrape(&busy()).into_keys().collect();
    insta::assert_snapshot!(families.join("\n"), @"
    guard_certificate_expiry_timestamp_seconds
    guard_connections
    guard_connections_closed
    guard_connections_refused
    guard_decisions_dropped
    guard_evaluation_duration_seconds
    guard_exempted_violations
    guard_kinds_never_sent
    guard_last_reload_timestamp_seconds
    guard_policies
    guard_policy_duration_seconds
    guard_policy_failures
    guard_problems
    guard_queue_capacity
    guard_queue_length
    guard_queue_overflows
    guard_reloads
    guard_request_duration_seconds
    guard_requests
    guard_serving
    guard_unreadable_requests
    guard_view_age_seconds
    guard_view_kinds_not_served
    guard_view_objects
    guard_view_synced
    guard_violations
    guard_worker_panics
    ");
}

#[test]
fn numbers_are_those_that_were_entered() {
    let families = scrape(&busy());
    let value = |name: &str, labels: &[(&str, &str)]| {
        let (_, family) = families.iter().rfind(|(family, _)| name.starts_with(family.as_str())).unwrap();
        let labels: BTreeSet<(String, String)> =
            labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let mut found = family.samples.iter().filter(|sample| sample.name == name && sample.labels == labels);
        found.next().unwrap_or_else(|| panic!("{name} {labels:?}")).value
    };
    let requests = |operation, decision| {
        value(
            "guard_requests_total",
            &[("endpoint", "validate"), ("operation", operation), ("decision", decision)],
        )
    };
    assert_eq!(requests("create", "allowed"), 1.0);
    assert_eq!(requests("create", "denied"), 1.0);
    assert_eq!(requests("delete", "denied"), 1.0);
    assert_eq!(value("guard_violations_total", &[("policy", "loud"), ("action", "deny")]), 1.0);
    // The second one is what could not be judged, and need not be.
    assert_eq!(value("guard_exempted_violations_total", &[("policy", "odd")]), 2.0);
    assert_eq!(value("guard_policy_failures_total", &[("policy", "loud"), ("cause", "overload")]), 1.0);
    assert_eq!(value("guard_request_duration_seconds_count", &[]), 3.0);
    assert_eq!(value("guard_connections", &[]), 0.0);
    assert_eq!(value("guard_connections_closed_total", &[("reason", "timed_out")]), 1.0);
    assert_eq!(value("guard_reloads_total", &[("part", "policies"), ("result", "failure")]), 1.0);
    assert_eq!(value("guard_queue_capacity", &[]), 256.0);
    assert_eq!(value("guard_policies", &[("enforcement", "audit")]), 0.0);
    assert_eq!(value("guard_policies", &[("enforcement", "deny")]), 1.0);
    assert_eq!(value("guard_view_objects", &[("kind", "odd\"\\\nkind")]), 7.0);
    assert_eq!(value("guard_kinds_never_sent", &[]), 2.0);
}

#[test]
fn what_serves_is_said_once() {
    let metrics = Metrics::default();
    for guard_yaml in ["", "excludedNamespaces: []"] {
        metrics.serving(
            &guardrails(&[("loud", container_policy("loud", "high", "loud"))], guard_yaml),
            std::iter::empty(),
        );
    }
    let families = scrape(&metrics);
    assert_eq!(families["guard_serving"].samples.len(), 1);
}

#[test]
fn the_names_of_users_and_objects_are_in_no_label() {
    let text = busy().encode().unwrap();
    assert!(!text.contains("jane") && !text.contains("shop") && !text.contains("web\""), "{text}");
    assert!(scrape(&busy()).values().any(|family| family.kind == Kind::Histogram));
}

/// The rows of the table in docs/webhook.md: name and type.
#[test]
fn the_documentation_names_every_family_with_its_type_and_labels() {
    let families = scrape(&busy());
    let documented: Vec<String> = include_str!("../../../docs/webhook.md")
        .lines()
        .filter_map(|line| line.strip_prefix("| `guard_"))
        .map(|row| {
            row.splitn(4, '|')
                .take(3)
                .map(|cell| cell.trim_matches(['`', ' ']))
                .collect::<Vec<_>>()
                .join(" | ")
        })
        .collect();
    let declared = |(name, family): (&String, &openmetrics::Family)| {
        let labels: BTreeSet<&str> =
            family.samples.iter().flat_map(|sample| &sample.labels).map(|(name, _)| name.as_str()).collect();
        let name = name.strip_prefix("guard_").unwrap();
        (
            name.to_owned(),
            format!("{:?}", family.kind).to_lowercase(),
            labels.into_iter().filter(|label| *label != "le").map(str::to_owned).collect::<BTreeSet<_>>(),
        )
    };
    let read = |row: &String| {
        let cells: Vec<&str> = row.split(" | ").collect();
        let labels = cells[2].split(", ").filter(|label| !label.is_empty()).map(str::to_owned).collect();
        (cells[0].to_owned(), cells[1].to_owned(), labels)
    };
    let documented: BTreeSet<_> = documented.iter().map(read).collect();
    assert_eq!(documented, families.iter().map(declared).collect());
}
