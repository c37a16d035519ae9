//! Since when each worker has been at its request. An evaluation ends at its limit; should one not, that is seen here.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::time::Instant;

/// What a free worker has.
const FREE: u64 = u64::MAX;

/// All workers.
#[derive(Debug)]
pub(super) struct Busy {
    began: Instant,
    /// Milliseconds since `began`, or [`FREE`].
    since: Box<[AtomicU64]>,
}

/// A worker is at a request until this is dropped, by a panic too.
pub(super) struct Working<'a>(&'a AtomicU64);

impl Busy {
    /// So many workers, all free.
    pub(super) fn new(workers: usize) -> Self {
        Self { began: Instant::now(), since: (0..workers).map(|_| AtomicU64::new(FREE)).collect() }
    }

    /// A worker begins with a request.
    pub(super) fn begin(&self, worker: usize) -> Option<Working<'_>> {
        let since = self.since.get(worker)?;
        since.store(self.now(), Ordering::Relaxed);
        Some(Working(since))
    }

    /// For how long every worker has been at one request: zero while one is free.
    pub(super) fn all_for(&self) -> Duration {
        let latest = self.since.iter().map(|since| since.load(Ordering::Relaxed)).max().unwrap_or(FREE);
        Duration::from_millis(self.now().saturating_sub(latest))
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(FREE)
    }
}

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.0.store(FREE, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn workers_are_stuck_since_the_last_of_them_began() {
        let busy = Busy::new(2);
        let _first = busy.begin(0);
        advance(Duration::from_secs(5)).await;
        assert_eq!(busy.all_for(), Duration::ZERO);
        let second = busy.begin(1);
        advance(Duration::from_secs(7)).await;
        assert_eq!(busy.all_for(), Duration::from_secs(7));
        drop(second);
        assert_eq!(busy.all_for(), Duration::ZERO);
    }
}
