//! From a signal to the end, in order: unready, then a grace in which everything is still served, then no new connections and the last
//! answers.
//!
//! The grace is what makes a rollout lossless: that a pod is going has to reach every API server first. Meanwhile each HTTP/1.1 answer
//! closes its connection, so that few are left that would have to be closed under a request on its way.

use std::time::Duration;

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    time::sleep,
};

use crate::health::Readiness;

/// How far the end is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Not in sight.
    Serving,
    /// Everything is served; connections are not kept.
    Leaving,
    /// What has begun is finished, nothing else is begun.
    Draining,
}

/// The stage, for those who must know.
#[derive(Debug, Clone)]
pub struct Stages(watch::Receiver<Stage>);

impl Stages {
    /// The stage and what moves it.
    #[must_use]
    pub fn new() -> (watch::Sender<Stage>, Self) {
        let (sender, receiver) = watch::channel(Stage::Serving);
        (sender, Self(receiver))
    }

    /// Where we are.
    #[must_use]
    pub fn current(&self) -> Stage {
        *self.0.borrow()
    }

    /// Returns once this stage has come.
    pub async fn reached(&mut self, stage: Stage) {
        if self.0.wait_for(|current| *current >= stage).await.is_err() {
            // Whoever moved the stages is gone: it never comes.
            std::future::pending().await
        }
    }
}

/// The signals that ask a process to end.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From now on they do not kill.
    ///
    /// # Errors
    /// The kernel refuses a handler.
    pub fn install() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for the next one, and names it.
    pub async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// Waits for a signal, then leads through the stages up to draining. A second signal ends the grace.
pub async fn conduct(
    mut signal: impl AsyncFnMut() -> &'static str,
    grace: Duration,
    readiness: &Readiness,
    stage: &watch::Sender<Stage>,
) {
    let name = signal().await;
    tracing::info!(signal = name, ?grace, "stopping: unready, and serving on for the grace");
    readiness.stop();
    stage.send_replace(Stage::Leaving);
    tokio::select! {
        () = sleep(grace) => {}
        name = signal() => tracing::info!(signal = name, "the grace is cut short"),
    }
    stage.send_replace(Stage::Draining);
}

#[cfg(test)]
mod tests {
    use tokio::{sync::mpsc, time::Instant};

    use super::*;

    const GRACE: Duration = Duration::from_secs(10);

    #[tokio::test(start_paused = true)]
    async fn a_signal_is_followed_by_the_grace_and_then_by_the_drain() {
        let begin = Instant::now();
        let (stage, stages) = Stages::new();
        let (sender, mut signals) = mpsc::channel(1);
        let mut leaving = stages.clone();
        let seen = tokio::spawn(async move {
            leaving.reached(Stage::Leaving).await;
            begin.elapsed()
        });
        sender.send("SIGTERM").await.unwrap();
        let signal = async || match signals.recv().await {
            Some(name) => name,
            None => std::future::pending().await,
        };
        conduct(signal, GRACE, &Readiness::default(), &stage).await;
        assert_eq!(seen.await.unwrap(), Duration::ZERO);
        assert_eq!((begin.elapsed(), stages.current()), (GRACE, Stage::Draining));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stage_that_nobody_can_bring_is_never_reached() {
        let (sender, mut stages) = Stages::new();
        drop(sender);
        assert!(tokio::time::timeout(GRACE, stages.reached(Stage::Leaving)).await.is_err());
        stages.reached(Stage::Serving).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_signal_ends_the_grace() {
        let begin = Instant::now();
        let (stage, _stages) = Stages::new();
        conduct(async || "SIGINT", GRACE, &Readiness::default(), &stage).await;
        assert_eq!(begin.elapsed(), Duration::ZERO);
    }
}
