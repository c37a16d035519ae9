//! A view of an API server that the test plays. Time stands still but where everybody waits for it.

mod server;

use std::fmt::Write as _;

use axum::body::Bytes;
use guard_engine::{
    bundle::{Role, Source},
    evaluate::Evaluator,
    evaluation::Cause,
    policy::Origin,
    rego::Module,
    request::Request,
};
use jiff::civil::{Date, date};
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::*;
use crate::{
    body::Received,
    decision::{Sink, Target, Which},
    fixtures::{container_policy, guardrails, pod},
    ledger::Ledger,
    metrics::Metrics,
    state::state,
    validate::Validation,
    workers::NotJudged,
};
use server::{CONFIGURATIONS, Fault, INGRESSES, NAMESPACES, Server, WIDGETS, named, namespace};

const TODAY: Date = date(2026, 11, 21);

/// What a test watches a view with: a policy that finds every object of a kind in the inventory.
struct Guard {
    bundle: Arc<Bundle>,
    config: Arc<Config>,
}

impl Guard {
    /// A policy that reads these kinds: `ingresses`, `widgets`.
    fn reading(kinds: &[(&str, &str)]) -> Self {
        let inventory: Vec<Value> =
            kinds.iter().map(|(group, kind)| json!({"group": group, "kind": kind})).collect();
        let metadata = json!({
            "title": "T",
            "description": "D",
            "custom": {
                "category": "test", "severity": "high", "remediation": "R",
                "kinds": [{"group": "", "kind": "Pod"}],
                "inventory": inventory,
            },
        });
        let mut text = "package guard.policies.sees\n\nimport future.keywords.not\n".to_owned();
        for (group, kind) in kinds {
            let rule = format!(
                "violation contains {{\"message\": sprintf(\"%s/%s\", [namespace, name]), \"path\": []}} if {{\n\
                 \tsome namespace, name\n\tdata.inventory.namespace[namespace][\"{group}/v1\"].{kind}[name]\n}}"
            );
            writeln!(text, "\n{rule}").unwrap();
        }
        let source = Source {
            module: Module { file: "policies/sees/policy.rego".into(), text: text.into() },
            origin: Origin::Folder,
            role: Role::Policy { folder: "sees".into(), metadata: Some(metadata) },
        };
        let bundle = Arc::new(Bundle::new(&[source]).unwrap());
        let config = Arc::new(Config::from_value(&json!({}), &bundle, TODAY).unwrap());
        Self { bundle, config }
    }

    fn ingresses() -> Self {
        Self::reading(&[("networking.k8s.io", "Ingress")])
    }

    fn widgets() -> Self {
        Self::reading(&[("example.com", "Widget")])
    }

    /// What the policy finds in the view's inventory, or why it cannot be judged.
    fn sees(&self, view: &View) -> Result<Vec<String>, String> {
        let pod =
            json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "shop", "name": "web"}});
        let request = Request::create(Arc::new(pod), None).unwrap();
        let evaluation = Evaluator::new(Arc::clone(&self.bundle)).evaluate(
            &self.config,
            &request,
            &view.inventory(),
            TODAY,
        );
        match evaluation.failures.first() {
            Some(failure) => {
                assert_eq!(failure.cause, Cause::Inventory);
                Err(failure.message.clone())
            }
            None => Ok(evaluation.violations.into_iter().map(|violation| violation.message).collect()),
        }
    }
}

/// A view of a server, with this declared.
fn look(server: &Server, guard: &Guard) -> View {
    let view = View::of_client(server.client(), "guard");
    view.declare(&guard.bundle, &guard.config);
    view
}

/// Waits, in the test's own time, until something holds.
async fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(1200), "never {what}");
        sleep(Duration::from_millis(500)).await;
    }
}

fn kind(view: &View, name: &str) -> KindView {
    view.kinds().into_iter().find(|kind| kind.kind == name).unwrap()
}

#[test]
fn without_a_cluster_nothing_is_known_and_nothing_is_waited_for() {
    let (view, guard) = (View::none(), Guard::ingresses());
    view.declare(&guard.bundle, &guard.config);
    assert!(view.is_synced());
    assert_eq!((view.namespace("default"), view.kinds(), view.unsent()), (None, vec![], None));
    assert_eq!(guard.sees(&view).unwrap_err(), "guard runs without a cluster (--no-cluster)");
}

#[tokio::test(start_paused = true)]
async fn a_view_is_synced_once_namespaces_and_declared_kinds_are_listed() {
    let (server, guard) = (Server::new(), Guard::ingresses());
    server.apply(INGRESSES, named("shop", "web"));
    let view = look(&server, &guard);
    assert!(!view.is_synced());
    assert!(guard.sees(&view).is_err(), "what is not known is no empty inventory");
    let mut waited_for = Vec::new();
    view.synced(|why| waited_for.push(why.to_owned())).await;
    assert!(!waited_for.is_empty());
    assert_eq!(guard.sees(&view).unwrap(), ["shop/web"]);
    let labels = view.namespace("default").unwrap()["metadata"]["labels"].clone();
    assert_eq!(labels, json!({"kubernetes.io/metadata.name": "default"}));
    let kinds: Vec<(String, usize)> =
        view.kinds().into_iter().map(|kind| (kind.kind, kind.objects)).collect();
    assert_eq!(kinds, [("namespaces".to_owned(), 1), ("ingresses.networking.k8s.io".to_owned(), 1)]);
}

#[tokio::test(start_paused = true)]
async fn what_changes_is_seen() {
    let (server, guard) = (Server::new(), Guard::ingresses());
    server.apply(INGRESSES, named("shop", "web"));
    let view = look(&server, &guard);
    view.synced(|_| {}).await;
    server.apply(INGRESSES, named("bank", "till"));
    server.apply(NAMESPACES, namespace("bank"));
    until("seen", || guard.sees(&view).unwrap() == ["bank/till", "shop/web"]).await;
    until("seen", || view.namespace("bank").is_some()).await;
    server.delete(INGRESSES, "shop", "web");
    server.delete(NAMESPACES, "", "bank");
    until("gone", || guard.sees(&view).unwrap() == ["bank/till"]).await;
    assert_eq!(kind(&view, "namespaces").objects, 1);
}

#[tokio::test(start_paused = true)]
async fn snapshots_come_a_quarter_of_a_second_apart_and_only_where_something_changed() {
    let (server, guard) = (Server::new(), Guard::ingresses());
    let view = look(&server, &guard);
    view.synced(|_| {}).await;
    sleep(Duration::from_secs(1)).await;
    let mut versions = vec![view.inventory().version()];
    for index in 0..100 {
        server.apply(INGRESSES, named("shop", &format!("web-{index}")));
        sleep(Duration::from_millis(10)).await;
        versions.push(view.inventory().version());
    }
    assert!(versions.is_sorted());
    versions.dedup();
    assert!((4..=6).contains(&versions.len()), "{versions:?}");
    sleep(Duration::from_secs(1)).await;
    let last = view.inventory().version();
    server.bookmark(INGRESSES);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(view.inventory().version(), last);
}

#[tokio::test(start_paused = true)]
async fn a_long_list_comes_in_pages() {
    let (server, guard) = (Server::new(), Guard::ingresses());
    for index in 0..1200 {
        server.apply(INGRESSES, named("shop", &format!("web-{index}")));
    }
    let view = look(&server, &guard);
    view.synced(|_| {}).await;
    assert_eq!(guard.sees(&view).unwrap().len(), 1200);
    assert_eq!(server.asked(&format!("get {INGRESSES}")), 3);
}

#[tokio::test(start_paused = true)]
async fn a_list_whose_next_page_has_expired_begins_anew() {
    let (server, guard) = (Server::new(), Guard::ingresses());
    for index in 0..501 {
        server.apply(INGRESSES, named("shop", &format!("web-{index}")));
    }
    server.fail(INGRESSES, Fault::ExpiredPages);
    let view = look(&server, &guard);
    sleep(Duration::from_secs(5)).await;
    assert!(!view.is_synced(), "half a list is no list");
    server.heal(INGRESSES);
    view.synced(|_| {}).await;
    assert_eq!(guard.sees(&view).unwrap().len(), 501);
}

#[tokio::test(start_paused = true)]
async fn after_410_gone_everything_is_listed_again_and_what_went_meanwhile_is_gone() {
    let (server, guard) = (Server::new(), Guard::ingresses());
    server.apply(INGRESSES, named("shop", "stays"));
    server.apply(INGRESSES, named("shop", "goes"));
    let view = look(&server, &guard);
    view.synced(|_| {}).await;
    server.delete_unseen(INGRESSES, "shop", "goes");
    server.apply_unseen(INGRESSES, named("shop", "new"));
    server.end_watches(INGRESSES, Some(410));
    until("listed again", || guard.sees(&view).unwrap() == ["shop/new", "shop/stays"]).await;
    let version = view.inventory().version();
    server.end_watches(INGRESSES, Some(410));
    server.asked("");
    sleep(Duration::from_secs(60)).await;
    assert_eq!(server.asked(&format!("get {INGRESSES}")), 1);
    assert_eq!(view.inventory().version(), version, "the same objects are no news");
}

#[tokio::test(start_paused = true)]
async fn half_a_list_takes_nothing_away() {
    let (server, guard) = (Server::new(), Guard::ingresses());
    for index in 0..501 {
        server.apply(INGRESSES, named("shop", &format!("web-{index:03}")));
    }
    let view = look(&server, &guard);
    view.synced(|_| {}).await;
    server.delete_unseen(INGRESSES, "shop", "web-000");
    server.delete_unseen(INGRESSES, "shop", "web-500");
    server.apply_unseen(INGRESSES, named("shop", "web-501"));
    server.apply_unseen(INGRESSES, named("shop", "web-502"));
    server.end_watches(INGRESSES, Some(410));
    server.fail(INGRESSES, Fault::ExpiredPages);
    sleep(Duration::from_secs(300)).await;
    let seen = guard.sees(&view).unwrap();
    assert!(seen.len() >= 501 && seen.contains(&"shop/web-500".to_owned()) && view.is_synced());
    server.heal(INGRESSES);
    until("whole", || guard.sees(&view).unwrap().last().is_some_and(|last| last == "shop/web-502")).await;
    let seen = guard.sees(&view).unwrap();
    assert_eq!((seen.len(), &*seen[0]), (501, "shop/web-001"));
}

#[tokio::test(start_paused = true)]
async fn a_view_outlives_an_outage_and_says_how_old_it_is() {
    let (server, guard) = (Server::new(), Guard::ingresses());
    server.apply(INGRESSES, named("shop", "web"));
    let view = look(&server, &guard);
    view.synced(|_| {}).await;
    server.go_down();
    sleep(Duration::from_secs(1800)).await;
    assert!(view.is_synced());
    assert_eq!(guard.sees(&view).unwrap(), ["shop/web"]);
    assert!(view.namespace("default").is_some());
    for kind in view.kinds() {
        assert!(kind.synced && kind.age.unwrap() >= Duration::from_secs(1800), "{kind:?}");
    }
    server.apply_unseen(INGRESSES, named("shop", "new"));
    server.come_back();
    until("back", || guard.sees(&view).unwrap() == ["shop/new", "shop/web"]).await;
    assert!(kind(&view, "ingresses.networking.k8s.io").age.unwrap() < Duration::from_secs(60));
}

#[tokio::test(start_paused = true)]
async fn the_view_waits_for_an_api_server_that_starts_later() {
    let (server, guard) = (Server::new(), Guard::ingresses());
    server.go_down();
    let view = look(&server, &guard);
    sleep(Duration::from_secs(600)).await;
    assert!(!view.is_synced());
    let why = guard.sees(&view).unwrap_err();
    assert!(why.contains("does not say what it serves") && why.contains("refused"), "{why}");
    assert!(server.asked("") < 4 * 60, "never in a hot loop");
    server.come_back();
    view.synced(|_| {}).await;
    assert_eq!(guard.sees(&view).unwrap(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_bookmark_keeps_a_quiet_kind_fresh() {
    let (server, guard) = (Server::new(), Guard::ingresses());
    let view = look(&server, &guard);
    view.synced(|_| {}).await;
    sleep(Duration::from_secs(80)).await;
    assert!(kind(&view, "ingresses.networking.k8s.io").age.unwrap() >= Duration::from_secs(79));
    server.bookmark(INGRESSES);
    sleep(Duration::from_secs(1)).await;
    assert!(kind(&view, "ingresses.networking.k8s.io").age.unwrap() < Duration::from_secs(2));
    assert!(kind(&view, "namespaces").age.unwrap() >= Duration::from_secs(79));
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_falls_silent_is_begun_anew() {
    let (server, guard) = (Server::new(), Guard::ingresses());
    let view = look(&server, &guard);
    view.synced(|_| {}).await;
    sleep(Duration::from_secs(1)).await;
    server.asked("");
    sleep(Duration::from_secs(100)).await;
    assert_eq!(server.asked(&format!("watch {INGRESSES}")), 1);
    assert!(kind(&view, "ingresses.networking.k8s.io").age.unwrap() < Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_never_answered_is_given_up() {
    let (server, guard) = (Server::new(), Guard::ingresses());
    server.fail(INGRESSES, Fault::Hangs);
    let view = look(&server, &guard);
    sleep(Duration::from_secs(40)).await;
    assert_eq!(
        guard.sees(&view).unwrap_err(),
        "ingresses.networking.k8s.io cannot be listed: no answer within 30 s"
    );
    server.heal(INGRESSES);
    view.synced(|_| {}).await;
}

#[tokio::test(start_paused = true)]
async fn what_guard_may_not_read_is_told_with_the_rule_that_is_missing() {
    let (server, guard) = (Server::new(), Guard::ingresses());
    server.fail(INGRESSES, Fault::Status(403));
    let view = look(&server, &guard);
    sleep(Duration::from_secs(5)).await;
    assert!(!view.is_synced());
    assert_eq!(
        guard.sees(&view).unwrap_err(),
        "ingresses.networking.k8s.io cannot be listed: the test says so; guard's ClusterRole needs the rule \
         {apiGroups: [\"networking.k8s.io\"], resources: [\"ingresses\"], verbs: [get, list, watch]}"
    );
    server.heal(INGRESSES);
    view.synced(|_| {}).await;
    assert_eq!(guard.sees(&view).unwrap(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn no_fault_makes_a_hot_loop() {
    let faults = [Fault::Ends, Fault::Status(410), Fault::Status(500), Fault::Status(403), Fault::Down];
    for fault in faults {
        let (server, guard) = (Server::new(), Guard::ingresses());
        server.fail(&format!("watch {INGRESSES}"), fault);
        let view = look(&server, &guard);
        view.synced(|_| {}).await;
        server.asked("");
        sleep(Duration::from_secs(600)).await;
        let asked = server.asked("");
        assert!((10..200).contains(&asked), "{asked}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_version_that_never_comes_back_is_given_up_for_a_new_list() {
    let (server, guard) = (Server::new(), Guard::ingresses());
    let view = look(&server, &guard);
    view.synced(|_| {}).await;
    server.apply_unseen(INGRESSES, named("shop", "restored"));
    server.fail(&format!("watch {INGRESSES}"), Fault::Status(504));
    until("listed again", || guard.sees(&view).unwrap() == ["shop/restored"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_kind_that_is_not_served_is_empty_until_it_is() {
    let (server, guard) = (Server::new(), Guard::widgets());
    let view = look(&server, &guard);
    view.synced(|_| {}).await;
    assert_eq!((guard.sees(&view).unwrap().len(), view.not_served()), (0, 1));
    server.serve(WIDGETS, "Widget", true);
    server.apply(WIDGETS, named("shop", "wheel"));
    until("found", || guard.sees(&view).is_ok_and(|seen| seen == ["shop/wheel"])).await;
    assert_eq!(view.not_served(), 0);
    server.remove_kind(WIDGETS);
    until("gone", || guard.sees(&view).is_ok_and(|seen| seen.is_empty())).await;
    assert_eq!((view.not_served(), view.kinds().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_group_whose_server_is_away_is_not_known() {
    let (server, guard) = (Server::new(), Guard::widgets());
    server.forget_group(WIDGETS);
    let view = look(&server, &guard);
    sleep(Duration::from_secs(5)).await;
    assert!(!view.is_synced());
    assert_eq!(
        guard.sees(&view).unwrap_err(),
        "what the API group example.com holds is not known at the moment: the server behind it does not answer"
    );
    server.serve(WIDGETS, "Widget", true);
    view.synced(|_| {}).await;
    server.apply(WIDGETS, named("shop", "wheel"));
    until("seen", || guard.sees(&view).is_ok_and(|seen| seen == ["shop/wheel"])).await;
    // Once listed it counts, whatever becomes of its server.
    server.forget_group(WIDGETS);
    sleep(Duration::from_secs(1800)).await;
    assert_eq!(guard.sees(&view).unwrap(), ["shop/wheel"]);
}

#[tokio::test(start_paused = true)]
async fn a_reload_starts_what_it_reads_and_ends_what_nobody_reads_any_more() {
    let server = Server::new();
    server.serve(WIDGETS, "Widget", true);
    server.apply(WIDGETS, named("shop", "wheel"));
    server.apply(INGRESSES, named("shop", "web"));
    let old = Guard::ingresses();
    let view = look(&server, &old);
    view.synced(|_| {}).await;
    let new = Guard::widgets();
    view.declare(&new.bundle, &new.config);
    assert!(!view.is_synced() && new.sees(&view).is_err(), "before it is listed it is not known");
    view.synced(|_| {}).await;
    assert_eq!(new.sees(&view).unwrap(), ["shop/wheel"]);
    // Somebody may still be judging by the old ones.
    assert_eq!(old.sees(&view).unwrap(), ["shop/web"]);
    drop(old);
    until("ended", || view.kinds().len() == 2).await;
    assert_eq!(kind(&view, "widgets.example.com").objects, 1);
    server.asked("");
    sleep(Duration::from_secs(1000)).await;
    assert_eq!(server.asked(&format!("watch {INGRESSES}")), 0);
}

#[tokio::test(start_paused = true)]
async fn what_the_installed_configuration_never_sends_is_known() {
    let (server, guard) = (Server::new(), Guard::ingresses());
    server.serve(CONFIGURATIONS, "ValidatingWebhookConfiguration", false);
    let view = look(&server, &guard);
    view.synced(|_| {}).await;
    // The policy judges pods, and this API server has none.
    until("known", || view.unsent() == Some(vec![])).await;
    server.serve("/api/v1/pods", "Pod", true);
    let never =
        |view: &View| -> Vec<String> { view.unsent().unwrap().iter().map(Unsent::to_string).collect() };
    until("known", || never(&view) == ["CREATE Pod/v1", "UPDATE Pod/v1"]).await;
    let rule =
        json!({"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]});
    let webhook = json!({
        "name": "guard.example.com", "admissionReviewVersions": ["v1"], "sideEffects": "None",
        "clientConfig": {}, "rules": [rule],
    });
    server.apply(CONFIGURATIONS, json!({"metadata": {"name": "guard"}, "webhooks": [webhook]}));
    until("compared", || never(&view) == ["UPDATE Pod/v1"]).await;
    server.delete(CONFIGURATIONS, "", "guard");
    until("compared", || never(&view).len() == 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_that_the_watch_has_not_brought_is_asked_for() {
    let (server, guard) = (Server::new(), Guard::ingresses());
    let view = look(&server, &guard);
    view.synced(|_| {}).await;
    server.apply_unseen(NAMESPACES, namespace("new"));
    let asking = view.clone();
    let ask = move || [asking.namespace("new").is_some(), asking.namespace("nowhere").is_some()];
    assert_eq!(tokio::task::spawn_blocking(ask).await.unwrap(), [true, false]);
    assert_eq!(server.asked("get /api/v1/namespaces/n"), 2);
}

#[tokio::test(start_paused = true)]
async fn who_answers_for_the_workers_knows_the_labels_of_namespaces_too() {
    let server = Server::new();
    let view = look(&server, &Guard::widgets());
    view.synced(|_| {}).await;
    let selecting = |name: &str| {
        let guard_yaml = format!(
            "policies:\n  loud:\n    match: {{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {name}}}}}}}\n"
        );
        let guardrails = guardrails(&[("loud", container_policy("loud", "high", "loud"))], &guard_yaml);
        let metrics = Arc::new(Metrics::default());
        let sink = Sink::open(&Target::None, Which::All, Arc::clone(&metrics)).unwrap();
        let ledger = Arc::new(Ledger::new(Arc::clone(&metrics), sink));
        Validation { state: state(guardrails), view: view.clone(), ledger, metrics }
    };
    let review = json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
        "uid": "1", "operation": "CREATE", "namespace": "default",
        "kind": {"group": "", "version": "v1", "kind": "Pod"}, "object": pod(json!({})),
    }});
    let body = Received::from(Bytes::from(review.to_string()));
    let allowed = |name: &str| {
        let answer = selecting(name).unjudged(&body, NotJudged::QueueFull);
        serde_json::from_slice::<Value>(&answer.body).unwrap()["response"]["allowed"].clone()
    };
    assert_eq!([allowed("default"), allowed("elsewhere")], [false, true]);
}
