//! Follows the objects of one resource: lists them, then watches what changes.
//!
//! kube's own watcher keeps bookmarks to itself. Here they count: a kind in which nothing changes is as fresh as its last bookmark.

use std::{pin::pin, time::Duration};

use futures_util::TryStreamExt as _;
use kube::{
    Client,
    api::{ListParams, WatchEvent, WatchParams},
    core::Request,
};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};

use super::{
    backoff::Backoff,
    resource::{Observed, Resource},
    trouble::Trouble,
};

/// Objects of one answer to a list: no more than these are in memory beside what is kept.
const PAGE_SIZE: u32 = 500;

/// How long one page may take, or the beginning of a watch.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// How long a watch may be silent before another one takes its place: a connection that died without a word is noticed by this, and
/// what is known is never older while the API server answers. It sends a bookmark about once a minute, unless nothing at all was
/// written to etcd, as far as etcd tells it.
const SILENCE_LIMIT: Duration = Duration::from_secs(90);

/// How long the API server keeps a watch open.
const WATCH_SECONDS: u32 = 290;

/// A watch that ends by itself before it lasted so long counts as a failed attempt.
const STEADY: Duration = Duration::from_secs(10);

/// After so many failed attempts in a row all objects are listed again: the version to go on from may never come back, as after a
/// restored backup of etcd.
const ATTEMPTS_TO_RESUME: u32 = 3;

/// What became known of a resource.
#[derive(Debug)]
pub(super) enum Change<T> {
    /// Some of all its objects: a page of a list, and whether it is the first.
    Page(Vec<Observed<T>>, bool),
    /// The list is complete: what was on none of its pages is gone.
    Listed,
    /// An object is new or changed.
    Applied(Observed<T>),
    /// An object is gone.
    Deleted(Observed<T>),
    /// The API server says that nothing changed.
    Alive,
    /// What is known is no longer kept up to date.
    Trouble(Trouble),
}

/// What to follow.
#[derive(Clone)]
pub(super) struct Source<T> {
    pub(super) client: Client,
    pub(super) resource: Resource,
    /// Only the object of this name.
    pub(super) name: Option<String>,
    /// Makes of an object what is kept of it.
    pub(super) keep: fn(Value) -> T,
}

/// A page of a list.
#[derive(Deserialize)]
struct Page {
    metadata: PageMetadata,
    #[serde(default)]
    items: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageMetadata {
    resource_version: String,
    #[serde(default)]
    r#continue: String,
}

impl<T> Source<T> {
    /// Follows the resource for as long as the task lives, and reports what becomes known.
    pub(super) async fn follow(self, mut report: impl FnMut(Change<T>)) {
        let mut backoff = Backoff::default();
        let mut version: Option<String> = None;
        loop {
            let started = Instant::now();
            let outcome = match &mut version {
                None => match self.list(&mut report).await {
                    Ok(listed) => {
                        version = Some(listed);
                        continue;
                    }
                    Err(trouble) => Err(trouble),
                },
                Some(version) => self.watch(version, &mut backoff, &mut report).await,
            };
            match outcome {
                Ok(()) if started.elapsed() >= STEADY => continue,
                Ok(()) => {}
                Err(trouble) => {
                    if trouble == Trouble::Gone || backoff.failed() >= ATTEMPTS_TO_RESUME {
                        version = None;
                    }
                    report(Change::Trouble(trouble));
                }
            }
            sleep(backoff.next()).await;
        }
    }

    /// Lists all objects, page by page; the version to watch from.
    async fn list(&self, report: &mut impl FnMut(Change<T>)) -> Result<String, Trouble> {
        let mut parameters = ListParams { limit: Some(PAGE_SIZE), ..ListParams::default() };
        parameters.field_selector = self.fields();
        loop {
            let page: Page = self.within_limit(self.page(&parameters)).await?;
            let objects =
                page.items.into_iter().filter_map(|object| self.resource.observe(object, self.keep));
            report(Change::Page(objects.collect(), parameters.continue_token.is_none()));
            if page.metadata.r#continue.is_empty() {
                report(Change::Listed);
                return Ok(page.metadata.resource_version);
            }
            parameters.continue_token = Some(page.metadata.r#continue);
        }
    }

    /// One page. Read as text, because the client writes what it cannot read into the log: it may be a Secret.
    async fn page(&self, parameters: &ListParams) -> Result<Page, Trouble> {
        let request = Request::new(self.resource.path()).list(parameters).map_err(unaskable)?;
        let text = self.client.request_text(request).await.map_err(|error| self.trouble(&error))?;
        serde_json::from_str(&text)
            .map_err(|error| Trouble::Failed(format!("the list cannot be read: {error}")))
    }

    /// Watches until the API server ends it or says nothing any more; `version` is what to go on from then.
    async fn watch(
        &self,
        version: &mut String,
        backoff: &mut Backoff,
        report: &mut impl FnMut(Change<T>),
    ) -> Result<(), Trouble> {
        let parameters = WatchParams {
            field_selector: self.fields(),
            timeout: Some(WATCH_SECONDS),
            bookmarks: true,
            ..WatchParams::default()
        };
        let request = Request::new(self.resource.path()).watch(&parameters, version).map_err(unaskable)?;
        let answer = self.client.request_events::<Value>(request);
        let answer = async { answer.await.map_err(|error| self.trouble(&error)) };
        let mut events = pin!(self.within_limit(answer).await?);
        report(Change::Alive);
        let begun = Instant::now();
        let outcome = loop {
            // A silent connection may be a dead one. It may as well have nothing to say: the next watch shows.
            let Ok(next) = timeout(SILENCE_LIMIT, events.try_next()).await else { break Ok(()) };
            let change = match next {
                Ok(Some(event)) => self.change(event),
                Ok(None) => break Ok(()),
                Err(error) => Err(self.trouble(&error)),
            };
            let (seen, change) = match change {
                Ok(change) => change,
                Err(trouble) => break Err(trouble),
            };
            seen.into_iter().for_each(|seen| *version = seen);
            backoff.reset();
            report(change);
        };
        if begun.elapsed() >= STEADY {
            backoff.reset();
        }
        outcome
    }

    /// What an event means, and which version it brings.
    fn change(&self, event: WatchEvent<Value>) -> Result<(Option<String>, Change<T>), Trouble> {
        let of = |object, change: fn(Observed<T>) -> Change<T>| {
            let observed = self.resource.observe(object, self.keep);
            observed
                .map_or((None, Change::Alive), |observed| (Some(observed.version.clone()), change(observed)))
        };
        match event {
            WatchEvent::Added(object) | WatchEvent::Modified(object) => Ok(of(object, Change::Applied)),
            WatchEvent::Deleted(object) => Ok(of(object, Change::Deleted)),
            WatchEvent::Bookmark(bookmark) => Ok((Some(bookmark.metadata.resource_version), Change::Alive)),
            WatchEvent::Error(status) => Err(Trouble::of_status(&status, &self.resource)),
        }
    }

    async fn within_limit<A>(&self, answer: impl Future<Output = Result<A, Trouble>>) -> Result<A, Trouble> {
        timeout(ANSWER_LIMIT, answer).await.unwrap_or(Err(Trouble::Silent(ANSWER_LIMIT)))
    }

    fn fields(&self) -> Option<String> {
        self.name.as_ref().map(|name| format!("metadata.name={name}"))
    }

    fn trouble(&self, error: &kube::Error) -> Trouble {
        Trouble::of_error(error, &self.resource)
    }
}

fn unaskable(error: kube::core::request::Error) -> Trouble {
    Trouble::Failed(error.to_string())
}
