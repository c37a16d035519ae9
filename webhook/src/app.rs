//! `POST /validate`: from a request's head to its answer, whatever the client does.

mod deadline;

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, Request, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use tokio::time::Instant;

use crate::{
    answer,
    body::{self, BodyError, Memory, Received},
    listener::Place,
    workers::{NotJudged, Workers},
};

/// The content type of reviews and answers.
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// An answer: an AdmissionReview or, with another status than 200, a `Status`; both as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The JSON.
    pub body: Bytes,
}

impl Answer {
    /// An AdmissionReview.
    #[must_use]
    pub fn ok(body: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, body: body.into() }
    }

    /// What cannot be answered with an AdmissionReview.
    #[must_use]
    pub fn unusable(status: StatusCode, message: &str) -> Self {
        Self { status, body: answer::unusable(status.as_u16(), message).into() }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, [(header::CONTENT_TYPE, JSON)], self.body).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            // An API server asks again after so many seconds, within its time for the webhook.
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// What answers for the workers where they did not come to it.
pub type Unjudged = dyn Fn(&Received, NotJudged) -> Answer + Send + Sync;

struct App {
    workers: Arc<Workers<Answer>>,
    unjudged: Box<Unjudged>,
    memory: Memory,
}

/// The routes.
pub fn router(workers: Arc<Workers<Answer>>, unjudged: Box<Unjudged>) -> Router {
    let app = App { workers, unjudged, memory: Memory::default() };
    let wrong_method =
        async || Answer::unusable(StatusCode::METHOD_NOT_ALLOWED, "a review is sent with POST");
    let wrong_path = async || Answer::unusable(StatusCode::NOT_FOUND, "reviews are sent to /validate");
    Router::new()
        .route("/validate", post(validate))
        .method_not_allowed_fallback(wrong_method)
        .fallback(wrong_path)
        .with_state(Arc::new(app))
}

async fn validate(State(app): State<Arc<App>>, request: Request<Body>) -> Answer {
    let arrived = Instant::now();
    let place = request.extensions().get::<Arc<Place>>().cloned();
    match accept(&app, arrived, request).await {
        Err(refused) => refused,
        Ok((body, deadline)) => {
            let _judging = place.as_ref().map(Place::judging);
            let judged = app.workers.judge(body.clone(), deadline).await;
            judged.unwrap_or_else(|why| (app.unjudged)(&body, why))
        }
    }
}

/// The body, and until when it has to be answered.
async fn accept(app: &App, arrived: Instant, request: Request<Body>) -> Result<(Received, Instant), Answer> {
    let refuse = |status, message: &str| Err(Answer::unusable(status, message));
    let deadline = match deadline::of(request.uri().query(), arrived) {
        Ok(deadline) => deadline,
        Err(error) => return refuse(StatusCode::BAD_REQUEST, &format!("?timeout=: {error}")),
    };
    if !is_json(request.headers()) {
        return refuse(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the content type must be application/json: a review is sent as JSON",
        );
    }
    match body::read(request.into_body(), &app.memory, deadline).await {
        Ok(body) => Ok((body, deadline)),
        Err(error) => {
            let status = match error {
                BodyError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
                BodyError::TooSlow => StatusCode::REQUEST_TIMEOUT,
                BodyError::NoMemory => StatusCode::SERVICE_UNAVAILABLE,
                BodyError::Broken(_) => StatusCode::BAD_REQUEST,
            };
            refuse(status, &error.to_string())
        }
    }
}

/// `application/json`, with or without parameters.
fn is_json(headers: &HeaderMap) -> bool {
    let text = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests;
