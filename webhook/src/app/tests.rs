use std::{sync::mpsc, time::Duration};

use http_body_util::{BodyExt, Channel};
use hyper::body::Frame;
use tower::ServiceExt;

use super::*;
use crate::workers::Judge;

/// Says what it was asked; waits for ever where that is `wait`.
struct Echo {
    never: mpsc::Receiver<()>,
    _never: mpsc::Sender<()>,
}

impl Judge for Echo {
    type Answer = Answer;
    type Record = ();

    fn judge(&mut self, body: &Received, _deadline: Instant) -> (Answer, ()) {
        let body = body.bytes();
        match body.as_ref() {
            b"wait" => self.never.recv().unwrap(),
            b"panic" => panic!("as told"),
            _ => {}
        }
        (Answer::ok(body.to_vec()), ())
    }

    fn record(&mut self, (): ()) {}
}

fn app() -> Router {
    let workers = Workers::start(1, 1, || {
        let (sender, never) = mpsc::channel();
        Echo { never, _never: sender }
    });
    let unjudged = |body: &Received, why: NotJudged| {
        Answer::ok(format!("{}: {why}", String::from_utf8_lossy(body.bytes())).into())
    };
    router(Arc::new(workers.unwrap()), Box::new(unjudged))
}

fn review(body: impl Into<Body>) -> Request<Body> {
    Request::post("/validate?timeout=10s")
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

async fn ask(request: Request<Body>) -> (u16, String) {
    let response = app().oneshot(request).await.unwrap();
    assert_eq!(response.headers().get(header::CONTENT_TYPE).unwrap(), "application/json");
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// A body that comes in these chunks, and then no more, for ever, unless it `ends`.
fn chunks(chunks: &[Bytes], ends: bool) -> Body {
    let (mut sender, body) = Channel::<Bytes>::new(chunks.len());
    chunks.iter().for_each(|chunk| sender.try_send(Frame::data(chunk.clone())).unwrap());
    if !ends {
        std::mem::forget(sender);
    }
    Body::new(body)
}

#[tokio::test]
async fn a_review_is_judged() {
    assert_eq!(ask(review("{}")).await, (200, "{}".to_owned()));
    let mut request = review("{}");
    request.headers_mut().insert("content-type", HeaderValue::from_static("Application/JSON; charset=utf-8"));
    assert_eq!(ask(request).await, (200, "{}".to_owned()));
}

#[tokio::test]
async fn other_paths_methods_types_and_timeouts_are_told_what_is_expected() {
    let json = ("content-type", "application/json");
    for (method, uri, (name, value), status, expected) in [
        ("POST", "/", json, 404, "reviews are sent to /validate"),
        ("GET", "/validate", json, 405, "a review is sent with POST"),
        (
            "POST",
            "/validate",
            ("content-type", "text/yaml"),
            415,
            "the content type must be application/json",
        ),
        ("POST", "/validate", ("accept", "*/*"), 415, "the content type must be application/json"),
        ("POST", "/validate?timeout=soon", json, 400, "?timeout=: \\\"soon\\\" is not a duration"),
    ] {
        let request =
            Request::builder().method(method).uri(uri).header(name, value).body(Body::from("{}")).unwrap();
        let (got, text) = ask(request).await;
        assert_eq!(got, status, "{method} {uri}: {text}");
        assert!(text.contains(expected), "{method} {uri}: {text}");
    }
}

#[tokio::test]
async fn a_body_in_chunks_is_put_together() {
    let parts = ["{\"a\"", ":", "1}"].map(Bytes::from);
    assert_eq!(ask(review(chunks(&parts, true))).await, (200, "{\"a\":1}".to_owned()));
}

#[tokio::test]
async fn a_body_of_20_mb_is_refused_with_the_limit_whether_or_not_its_length_was_said() {
    let said = review(vec![b' '; 20 << 20]);
    let unsaid = review(chunks(&vec![Bytes::from(vec![b' '; 1 << 20]); 20], true));
    for request in [said, unsaid] {
        let (status, text) = ask(request).await;
        assert_eq!(status, 413);
        assert!(text.contains("the review is larger than 8388608 bytes"), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_given_up_at_the_deadline() {
    let begin = Instant::now();
    let (status, text) = ask(review(chunks(&[Bytes::from_static(b"{")], false))).await;
    assert_eq!(status, 408);
    assert!(text.contains("the review did not come in time"), "{text}");
    assert_eq!(begin.elapsed(), Duration::from_millis(9_500));
}

#[tokio::test]
async fn large_bodies_share_a_bounded_memory_and_small_ones_need_none_of_it() {
    let memory = Memory::default();
    let deadline = Instant::now() + Duration::from_secs(1 << 20);
    let large = || Body::from(vec![b' '; 8 << 20]);
    let mut held = Vec::new();
    let refused = loop {
        match body::read(large(), &memory, deadline).await {
            Ok(received) => held.push(received),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, BodyError::NoMemory), "{refused}");
    assert_eq!(held.len(), 8);
    assert!(body::read(Body::from(vec![b' '; 60 << 10]), &memory, deadline).await.is_ok());
    held.pop();
    assert!(body::read(large(), &memory, deadline).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn what_no_worker_judged_in_time_is_answered_with_the_reason() {
    let expected = "wait: the time for an answer was over before the request was judged";
    assert_eq!(ask(review("wait")).await, (200, expected.to_owned()));
}

#[tokio::test]
async fn a_worker_that_panics_is_answered_for_with_the_reason() {
    let expected = "panic: the worker that judged the request panicked; its log has the reason";
    assert_eq!(ask(review("panic")).await, (200, expected.to_owned()));
}
