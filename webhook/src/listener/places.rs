//! The places that connections take, and who goes when none is left.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

use crate::metrics::Closed;

/// All places.
#[derive(Debug)]
pub struct Places {
    capacity: usize,
    began: Instant,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    next: u64,
    by: HashMap<u64, Arc<Shared>>,
}

/// One connection's place. Given back when dropped.
#[derive(Debug)]
pub struct Place {
    number: u64,
    shared: Arc<Shared>,
    places: Arc<Places>,
}

/// What others see of a connection. Times are milliseconds since the places were made.
#[derive(Debug, Default)]
struct Shared {
    /// Since when its client is waited for.
    waiting_since: AtomicU64,
    /// How long its client is waited for.
    patience: AtomicU64,
    /// How many of its requests are being judged: while it is not waited for.
    judging: AtomicU32,
    evicted: Notify,
}

impl Places {
    /// So many, all free.
    #[must_use]
    pub fn new(capacity: usize) -> Arc<Self> {
        Arc::new(Self { capacity, began: Instant::now(), taken: Mutex::default() })
    }

    /// A place for a new connection whose client has `patience`. Where none is free, that of whom has been waited for longest; none
    /// where nobody is waited for.
    #[must_use]
    pub fn take(self: &Arc<Self>, patience: Duration) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.by.len() >= self.capacity {
            let evicted = taken.longest_waiting()?;
            taken.by.remove(&evicted)?.evicted.notify_one();
        }
        let number = taken.next;
        taken.next += 1;
        let shared = Arc::new(Shared::default());
        taken.by.insert(number, Arc::clone(&shared));
        let place = Place { number, shared, places: Arc::clone(self) };
        place.wait_for_client(patience);
        Some(place)
    }

    fn now(&self) -> u64 {
        milliseconds(self.began.elapsed())
    }
}

impl Taken {
    fn longest_waiting(&self) -> Option<u64> {
        let waiting = self.by.iter().filter(|(_, shared)| shared.judging.load(Ordering::Relaxed) == 0);
        // The lower number came first: many begin in one millisecond.
        let key = |(number, shared): &(&u64, &Arc<Shared>)| {
            (shared.waiting_since.load(Ordering::Relaxed), **number)
        };
        waiting.min_by_key(key).map(|(number, _)| *number)
    }
}

impl Place {
    /// From now on the client is waited for, so long at most.
    pub fn wait_for_client(&self, patience: Duration) {
        self.shared.patience.store(milliseconds(patience), Ordering::Relaxed);
        self.shared.waiting_since.store(self.places.now(), Ordering::Relaxed);
    }

    /// A request of this connection is being judged until the value is dropped: it is we who are waited for.
    #[must_use]
    pub fn judging(self: &Arc<Self>) -> Judging {
        self.shared.judging.fetch_add(1, Ordering::Relaxed);
        Judging(Arc::clone(self))
    }

    /// Returns when this connection is to be closed: its place was given to another, or its client has been waited for too long.
    pub async fn lost(&self) -> Closed {
        tokio::select! {
            biased;
            () = self.shared.evicted.notified() => Closed::Evicted,
            () = self.patience_ends() => Closed::TimedOut,
        }
    }

    async fn patience_ends(&self) {
        loop {
            let since = self.shared.waiting_since.load(Ordering::Relaxed);
            let patience = self.shared.patience.load(Ordering::Relaxed);
            let ends = self.places.began + Duration::from_millis(since.saturating_add(patience));
            let is_judged = self.shared.judging.load(Ordering::Relaxed) > 0;
            let now = Instant::now();
            if ends > now {
                sleep_until(ends).await;
            } else if is_judged {
                // Whatever is judged has a deadline: then the client is waited for anew.
                sleep_until(now + Duration::from_millis(patience.max(1))).await;
            } else {
                return;
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.by.remove(&self.number);
    }
}

/// A request that is being judged.
#[derive(Debug)]
pub struct Judging(Arc<Place>);

impl Drop for Judging {
    fn drop(&mut self) {
        self.0.shared.waiting_since.store(self.0.places.now(), Ordering::Relaxed);
        self.0.shared.judging.fetch_sub(1, Ordering::Relaxed);
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    #[tokio::test(start_paused = true)]
    async fn a_new_connection_takes_the_place_of_who_was_waited_for_longest() {
        let places = Places::new(3);
        let first = Arc::new(places.take(PATIENCE).unwrap());
        advance(Duration::from_secs(1)).await;
        let second = places.take(PATIENCE).unwrap();
        advance(Duration::from_secs(1)).await;
        let third = places.take(PATIENCE).unwrap();
        advance(Duration::from_secs(1)).await;
        drop(first.judging());
        let _fourth = places.take(PATIENCE).unwrap();
        assert_eq!(second.lost().await, Closed::Evicted);
        let _fifth = places.take(PATIENCE).unwrap();
        assert_eq!(third.lost().await, Closed::Evicted);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_closed_while_a_request_is_judged() {
        let places = Places::new(1);
        let place = Arc::new(places.take(PATIENCE).unwrap());
        let judging = place.judging();
        assert!(places.take(PATIENCE).is_none());
        drop(judging);
        assert!(places.take(PATIENCE).is_some());
        assert_eq!(place.lost().await, Closed::Evicted);
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_is_given_back() {
        let places = Places::new(1);
        let place = places.take(PATIENCE).unwrap();
        drop(place);
        let place = places.take(PATIENCE).unwrap();
        let begin = Instant::now();
        assert_eq!(place.lost().await, Closed::TimedOut);
        assert_eq!(begin.elapsed(), PATIENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn patience_begins_anew_with_each_answer() {
        let places = Places::new(1);
        let place = Arc::new(places.take(PATIENCE).unwrap());
        let begin = Instant::now();
        let judging = place.judging();
        let lost = tokio::spawn({
            let place = Arc::clone(&place);
            async move { place.lost().await }
        });
        advance(PATIENCE * 3).await;
        place.wait_for_client(PATIENCE);
        drop(judging);
        assert_eq!(lost.await.unwrap(), Closed::TimedOut);
        assert!(begin.elapsed() >= PATIENCE * 4, "{:?}", begin.elapsed());
    }
}
