//! Taking up policies and settings that have changed, without ever serving worse ones.
//!
//! ```text
//! something changed -> another process loads it (what ends that one cannot end this one)
//!                   -> loaded again on a thread aside -> swapped in whole
//!                   `-> anything wrong: counted, logged with file:line, and what serves goes on serving
//! ```

mod rehearsal;

use std::{io, sync::Arc, thread, time::Duration};

use guard_engine::evaluate::STACK_SIZE;
use guard_loader::Problem;
use tokio::{sync::oneshot, time::timeout};
use tracing::{error, info, warn};

pub use rehearsal::Rehearsal;

use crate::{
    cluster::View,
    health::Pending,
    metrics::{Metrics, Part},
    sources::{Fingerprint, Sources, today},
    state::{Guardrails, State},
    watch::Watch,
};

/// How long new policies wait for what they read of the cluster. Without it they fail as their `onError` says, but newer settings must
/// not wait for an API server that is away.
const PATIENCE: Duration = Duration::from_secs(5);

/// Takes up what has changed.
pub struct Reloader {
    sources: Sources,
    state: Arc<State>,
    view: Arc<View>,
    metrics: Arc<Metrics>,
    rehearsal: Rehearsal,
    /// The texts that were looked at last, whatever came of it.
    seen: Option<Fingerprint>,
}

/// What became of a look at the sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// They are as they were.
    Unchanged,
    /// They serve now.
    Swapped,
    /// They are not to be served: what served before still does.
    Kept,
}

/// Loads what is there when the program starts, and waits for a change where it cannot be loaded at all. A policy or a setting that is
/// wrong by itself is logged and does not keep the others from serving.
pub async fn first(sources: &Sources, pending: &Pending, watch: &mut Watch) -> Guardrails {
    loop {
        let loading = sources.clone();
        match aside(move || loading.load_leniently(today())).await {
            Ok(Ok(guardrails)) => {
                for problem in &guardrails.problems {
                    warn!(%problem, "serving without this");
                }
                return guardrails;
            }
            Ok(Err(problems)) => pending.because(&text(&problems)),
            Err(error) => pending.because(&format!("policies cannot be loaded: {error}")),
        }
        watch.changed().await;
    }
}

impl Reloader {
    /// Follows sources from which the guardrails of `state` were loaded.
    #[must_use]
    pub fn new(
        sources: Sources,
        state: Arc<State>,
        view: Arc<View>,
        metrics: Arc<Metrics>,
        rehearsal: Rehearsal,
    ) -> Self {
        let seen = state.load().texts;
        announce(&state.load(), &metrics);
        metrics.loaded(Part::Policies);
        Self { sources, state, view, metrics, rehearsal, seen }
    }

    /// Looks at the sources whenever they may have changed, for ever.
    pub async fn run(mut self, mut watch: Watch) {
        loop {
            watch.changed().await;
            self.reload().await;
        }
    }

    /// Looks at the sources once.
    pub async fn reload(&mut self) -> Outcome {
        let looking = self.sources.clone();
        let found = match aside(move || looking.fingerprint()).await {
            Ok(fingerprint) if Some(fingerprint) == self.seen => return Outcome::Unchanged,
            Ok(fingerprint) => fingerprint,
            Err(error) => return self.keep(&format!("they cannot be looked at: {error}")),
        };
        if let Err(refused) = self.rehearsal.run(&self.sources).await {
            if refused.is_final() {
                self.seen = Some(found);
            }
            return self.keep(&refused.to_string());
        }
        self.seen = Some(found);
        let loading = self.sources.clone();
        match aside(move || loading.load(today())).await {
            Ok(Ok(guardrails)) => self.swap(guardrails).await,
            Ok(Err(problems)) => self.keep(&text(&problems)),
            Err(error) => self.keep(&format!("they cannot be loaded: {error}")),
        }
    }

    async fn swap(&self, guardrails: Guardrails) -> Outcome {
        let served = self.state.load_full();
        let digests = |guardrails: &Guardrails| {
            (guardrails.bundle.digest().to_owned(), guardrails.config.digest().to_owned())
        };
        let (bundle, config) = digests(&guardrails);
        if served.problems.is_empty() && digests(&served) == (bundle.clone(), config.clone()) {
            // A comment in guard.yaml, or a test beside a policy.
            return Outcome::Unchanged;
        }
        self.view.declare(&guardrails.bundle, &guardrails.config);
        if timeout(PATIENCE, self.view.synced(|_| {})).await.is_err() {
            warn!("policies start to serve before all that they read of the cluster is known");
        }
        announce(&guardrails, &self.metrics);
        self.state.store(Arc::new(guardrails));
        self.metrics.reloaded(Part::Policies, true);
        info!(bundle, config, "policies were reloaded");
        Outcome::Swapped
    }

    fn keep(&self, why: &str) -> Outcome {
        self.metrics.reloaded(Part::Policies, false);
        error!(why, "the policies that changed are not to be served; those before them still are");
        Outcome::Kept
    }
}

/// Tells the metrics what serves.
fn announce(guardrails: &Guardrails, metrics: &Metrics) {
    let states = guardrails.config.states(&guardrails.bundle, today());
    metrics.serving(guardrails, states.iter().map(|state| state.enforcement));
}

/// Problems as a text: one a line, each with its place.
pub(crate) fn text(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}

/// Runs something long on a thread that has the stack for policies.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    let (sender, receiver) = oneshot::channel();
    let thread = thread::Builder::new().name("reload".into()).stack_size(STACK_SIZE);
    thread.spawn(move || {
        // Nobody listens where the program is stopping.
        let _ = sender.send(work());
    })?;
    receiver.await.map_err(|_| io::Error::other("it panicked"))
}

#[cfg(test)]
mod tests;
