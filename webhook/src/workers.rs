//! The threads that judge: as many as cores, behind a queue that is bounded.
//!
//! Evaluation is work for a processor, recurses deeply and may run as long as its limit: on the threads that answer connections it would
//! stop all of them. Whoever does not get a worker in time is told so at once; nobody waits without an end.

mod busy;
mod queue;

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::Duration,
};

use guard_engine::evaluate::STACK_SIZE;
use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};

use crate::body::Received;
use busy::Busy;
use queue::Queue;

/// Judges requests. Each worker thread has its own.
pub trait Judge {
    /// What is answered.
    type Answer: Send + 'static;
    /// What is to be written down of it.
    type Record;

    /// Judges the body of one request. What takes longer than the deadline is answered by others.
    fn judge(&mut self, body: &Received, deadline: Instant) -> (Self::Answer, Self::Record);

    /// Writes down what was answered, after it is on its way. Not called for what came too late.
    fn record(&mut self, record: Self::Record);
}

/// Why a request was not judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotJudged {
    /// Too many others wait already.
    #[error("too many requests wait to be judged")]
    QueueFull,
    /// Its time was over before a worker was done with it, or came to it.
    #[error("the time for an answer was over before the request was judged")]
    DeadlinePassed,
    /// The worker panicked over it.
    #[error("the worker that judged the request panicked; its log has the reason")]
    Panicked,
}

/// The threads and their queue. They end when this is dropped.
#[derive(Debug)]
pub struct Workers<A> {
    queue: Arc<Queue<Job<A>>>,
    busy: Arc<Busy>,
}

#[derive(Debug)]
struct Job<A> {
    body: Received,
    deadline: Instant,
    reply: oneshot::Sender<A>,
}

impl<A: Send + 'static> Workers<A> {
    /// Starts the threads. `judge` makes each one's judge, and a new one after a panic.
    ///
    /// # Errors
    /// A thread cannot be started.
    pub fn start<J, F>(threads: usize, capacity: usize, judge: F) -> io::Result<Self>
    where
        J: Judge<Answer = A>,
        F: Fn() -> J + Clone + Send + 'static,
    {
        let workers = Self { queue: Arc::new(Queue::new(capacity)), busy: Arc::new(Busy::new(threads)) };
        for number in 0..threads {
            let (queue, busy) = (Arc::clone(&workers.queue), Arc::clone(&workers.busy));
            let judge = judge.clone();
            let work = move || {
                // The panic took the judge and the reply with it: who waits for that is told, and the thread goes on with a new one.
                while catch_unwind(AssertUnwindSafe(|| work(&queue, &busy, number, &judge))).is_err() {}
            };
            thread::Builder::new().name(format!("worker-{number}")).stack_size(STACK_SIZE).spawn(work)?;
        }
        Ok(workers)
    }

    /// Has a request judged.
    ///
    /// # Errors
    /// It was not judged, or not in time.
    pub async fn judge(&self, body: Received, deadline: Instant) -> Result<A, NotJudged> {
        let (reply, answer) = oneshot::channel();
        if !self.queue.push(Job { body, deadline, reply }, |job| !job.reply.is_closed()) {
            return Err(NotJudged::QueueFull);
        }
        match timeout_at(deadline, answer).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_dropped)) => Err(NotJudged::Panicked),
            Err(_elapsed) => Err(NotJudged::DeadlinePassed),
        }
    }

    /// For how long no worker has come back from its request: zero while one is free.
    #[must_use]
    pub fn stuck_for(&self) -> Duration {
        self.busy.all_for()
    }

    /// How many requests wait for a worker.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }
}

impl<A> Drop for Workers<A> {
    fn drop(&mut self) {
        self.queue.close();
    }
}

fn work<J: Judge>(queue: &Queue<Job<J::Answer>>, busy: &Busy, number: usize, make: &impl Fn() -> J) {
    let mut judge = None;
    while let Some(Job { body, deadline, reply }) = queue.pop() {
        // Nobody waits any more: the deadline passed in the queue, or the client left.
        if reply.is_closed() {
            continue;
        }
        let _busy = busy.begin(number);
        let judge = judge.get_or_insert_with(make);
        let (answer, record) = judge.judge(&body, deadline);
        if reply.send(answer).is_ok() {
            judge.record(record);
        }
    }
}

#[cfg(test)]
mod tests;
