//! The plain port: `/healthz`, `/readyz`, `/metrics`.
//!
//! Ready means that policies, certificate and caches came in once. What goes wrong later has other ways to be told: a pod that
//! turns unready because an API server is away would take its guardrails away just then.
//!
//! Alive means that a worker is free, or was not long ago. Evaluations end at their limit; should something in them never come back, for
//! every worker, then only a new process helps.

use std::{collections::BTreeMap, fmt::Write, sync::Arc, time::Duration};

use axum::{
    Router,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::sync::watch;

/// So long no evaluation takes: an API server's longest wait is half of it.
const STUCK: Duration = Duration::from_secs(60);

/// What is said of a part before anybody knows more.
const NOT_YET: &str = "not there yet";

/// Whether the webhook has what it needs to judge.
#[derive(Debug, Clone, Default)]
pub struct Readiness(Arc<watch::Sender<State>>);

#[derive(Debug, Clone, Default)]
struct State {
    /// Why each part is waited for; none once it is there.
    parts: BTreeMap<&'static str, Option<String>>,
    stopping: bool,
}

/// A part that readiness waits for.
#[derive(Debug)]
#[must_use = "a part that is dropped is waited for, for ever"]
pub struct Pending {
    part: &'static str,
    readiness: Readiness,
}

impl Readiness {
    /// Adds a part to wait for: `policies`, `certificate`, …
    pub fn expect(&self, part: &'static str) -> Pending {
        self.0.send_modify(|state| {
            state.parts.insert(part, Some(NOT_YET.to_owned()));
        });
        Pending { part, readiness: self.clone() }
    }

    /// Returns once every part has come in.
    pub async fn reached(&self) {
        // The sender lives as long as `self`: the wait cannot fail.
        let _ = self.0.subscribe().wait_for(|state| state.parts.values().all(Option::is_none)).await;
    }

    /// Why a part is waited for, once somebody has said it.
    #[cfg(test)]
    pub(crate) async fn reason(&self, part: &str) -> String {
        let said = |state: &State| state.parts.get(part)?.clone().filter(|why| why != NOT_YET);
        let mut states = self.0.subscribe();
        let state = states.wait_for(|state| said(state).is_some()).await.unwrap();
        said(&state).unwrap()
    }

    /// From now on: not ready. The webhook stops, and nothing new is to be sent here.
    pub fn stop(&self) {
        self.0.send_modify(|state| state.stopping = true);
    }

    /// What is waited for, a line each; none where it is ready.
    fn missing(&self) -> Option<String> {
        let state = self.0.borrow();
        let mut lines = String::new();
        if state.stopping {
            lines.push_str("stopping\n");
        }
        for (part, why) in &state.parts {
            if let Some(why) = why {
                // Writing to a String cannot fail.
                let _ = writeln!(lines, "{part}: {why}");
            }
        }
        (!lines.is_empty()).then_some(lines)
    }
}

impl Pending {
    /// Says why the part is not there yet. Logged when it is news.
    pub fn because(&self, why: &str) {
        let is_news = self.readiness.0.send_if_modified(|state| {
            let known = state.parts.entry(self.part).or_default();
            let is_news = known.as_deref() != Some(why);
            *known = Some(why.to_owned());
            is_news
        });
        if is_news {
            tracing::warn!(part = self.part, why, "not ready");
        }
    }

    /// The part came in, for good.
    pub fn ready(self) {
        self.readiness.0.send_modify(|state| {
            state.parts.insert(self.part, None);
        });
        tracing::info!(part = self.part, "ready");
    }
}

/// The routes. `metrics` writes the text of `/metrics`, whose content type is `metrics_type`; `stuck_for` says for how long no worker
/// has come back.
pub fn router<M, S>(readiness: Readiness, metrics_type: &'static str, metrics: M, stuck_for: S) -> Router
where
    M: Fn() -> String + Clone + Send + Sync + 'static,
    S: Fn() -> Duration + Clone + Send + Sync + 'static,
{
    Router::new()
        .route("/healthz", get(async move || alive(stuck_for())))
        .route("/readyz", get(async move || ready(&readiness)))
        .route("/metrics", get(async move || ([(header::CONTENT_TYPE, metrics_type)], metrics())))
}

fn alive(stuck_for: Duration) -> Response {
    if stuck_for < STUCK {
        return "ok\n".into_response();
    }
    let why = format!("no worker has come back from its request for {} s\n", stuck_for.as_secs());
    (StatusCode::INTERNAL_SERVER_ERROR, why).into_response()
}

fn ready(readiness: &Readiness) -> Response {
    match readiness.missing() {
        None => "ok\n".into_response(),
        Some(missing) => (StatusCode::SERVICE_UNAVAILABLE, missing).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http_body_util::BodyExt;
    use hyper::Request;
    use tower::ServiceExt;

    use super::*;

    async fn get(readiness: &Readiness, path: &str) -> (u16, String) {
        get_from(readiness, path, Duration::ZERO).await
    }

    async fn get_from(readiness: &Readiness, path: &str, stuck_for: Duration) -> (u16, String) {
        let metrics = || "guard_up 1\n".to_owned();
        let router = router(readiness.clone(), "text/plain; version=0.0.4", metrics, move || stuck_for);
        let response = router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn not_ready_says_what_is_missing_and_why() {
        let readiness = Readiness::default();
        let certificate = readiness.expect("certificate");
        let policies = readiness.expect("policies");
        assert_eq!(
            get(&readiness, "/readyz").await,
            (503, "certificate: not there yet\npolicies: not there yet\n".to_owned())
        );
        certificate.because("/tls/tls.crt: no such file");
        policies.ready();
        assert_eq!(
            get(&readiness, "/readyz").await,
            (503, "certificate: /tls/tls.crt: no such file\n".to_owned())
        );
        certificate.ready();
        assert_eq!(get(&readiness, "/readyz").await, (200, "ok\n".to_owned()));
    }

    #[tokio::test]
    async fn reached_returns_once_every_part_is_in() {
        let readiness = Readiness::default();
        let part = readiness.expect("policies");
        let waiting = tokio::spawn({
            let readiness = readiness.clone();
            async move { readiness.reached().await }
        });
        part.ready();
        waiting.await.unwrap();
    }

    #[tokio::test]
    async fn stopping_is_unready_and_alive() {
        let readiness = Readiness::default();
        readiness.expect("policies").ready();
        readiness.stop();
        assert_eq!(get(&readiness, "/readyz").await, (503, "stopping\n".to_owned()));
        assert_eq!(get(&readiness, "/healthz").await, (200, "ok\n".to_owned()));
    }

    #[tokio::test]
    async fn workers_that_never_come_back_are_not_alive() {
        let readiness = Readiness::default();
        let almost = get_from(&readiness, "/healthz", STUCK - Duration::from_millis(1)).await;
        assert_eq!(almost, (200, "ok\n".to_owned()));
        let stuck = get_from(&readiness, "/healthz", STUCK).await;
        assert_eq!(stuck, (500, "no worker has come back from its request for 60 s\n".to_owned()));
    }

    #[tokio::test]
    async fn metrics_are_what_they_are_given() {
        assert_eq!(get(&Readiness::default(), "/metrics").await, (200, "guard_up 1\n".to_owned()));
    }
}
