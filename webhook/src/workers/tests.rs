use std::{
    sync::{
        Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    time::Duration,
};

use axum::body::Bytes;
use tokio::time::advance;

use super::*;

/// Does as the body says: `wait` until it is released, `panic`, or answers with it.
#[derive(Clone)]
struct Obedient {
    begun: Sender<()>,
    judged: Sender<Bytes>,
    release: Arc<Mutex<Receiver<()>>>,
    recorded: Sender<Bytes>,
}

impl Judge for Obedient {
    type Answer = Bytes;
    type Record = Bytes;

    fn judge(&mut self, body: &Received, _deadline: Instant) -> (Bytes, Bytes) {
        let body = body.bytes();
        self.judged.send(body.clone()).unwrap();
        match body.as_ref() {
            b"wait" => {
                self.begun.send(()).unwrap();
                self.release.lock().unwrap().recv().unwrap();
            }
            b"panic" => panic!("as told"),
            _ => {}
        }
        (body.clone(), body.clone())
    }

    fn record(&mut self, record: Bytes) {
        self.recorded.send(record).unwrap();
    }
}

const NINE_SECONDS: Duration = Duration::from_secs(9);

type Asked = tokio::task::JoinHandle<Result<Bytes, NotJudged>>;

/// One worker, and what holds it.
struct Pool {
    workers: Arc<Workers<Bytes>>,
    begun: Receiver<()>,
    judged: Receiver<Bytes>,
    release: Sender<()>,
    recorded: Receiver<Bytes>,
}

fn pool(capacity: usize) -> Pool {
    let ((begin, begun), (judge, judged)) = (channel(), channel());
    let ((release, wait), (record, recorded)) = (channel(), channel());
    let judge =
        Obedient { begun: begin, judged: judge, release: Arc::new(Mutex::new(wait)), recorded: record };
    let workers = Arc::new(Workers::start(1, capacity, move || judge.clone()).unwrap());
    Pool { workers, begun, judged, release, recorded }
}

fn text(body: &'static str) -> Received {
    Bytes::from_static(body.as_bytes()).into()
}

fn far() -> Instant {
    Instant::now() + Duration::from_secs(1 << 20)
}

impl Pool {
    /// Asks without waiting for the answer.
    fn ask(&self, body: &'static str, deadline: Instant) -> Asked {
        let workers = Arc::clone(&self.workers);
        tokio::spawn(async move { workers.judge(text(body), deadline).await })
    }

    /// Occupies the worker with a request that has this deadline.
    async fn occupy_until(&self, deadline: Instant) -> Asked {
        let waiting = self.ask("wait", deadline);
        while self.begun.try_recv().is_err() {
            tokio::task::yield_now().await;
        }
        waiting
    }

    async fn until_waiting(&self, count: usize) {
        while self.workers.waiting() != count {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_request_is_judged_and_then_recorded() {
    let pool = pool(1);
    assert_eq!(pool.workers.judge(text("yes"), far()).await, Ok(Bytes::from_static(b"yes")));
    assert_eq!(pool.recorded.recv().unwrap(), "yes");
}

#[tokio::test]
async fn a_full_queue_is_answered_at_once_and_who_waits_is_judged() {
    let pool = pool(1);
    let first = pool.occupy_until(far()).await;
    let second = pool.ask("second", far());
    pool.until_waiting(1).await;
    assert_eq!(pool.workers.judge(text("third"), far()).await, Err(NotJudged::QueueFull));
    pool.release.send(()).unwrap();
    assert_eq!(first.await.unwrap(), Ok(Bytes::from_static(b"wait")));
    assert_eq!(second.await.unwrap(), Ok(Bytes::from_static(b"second")));
}

/// While the sender lives, a paused clock moves by `advance` alone, and not because all tasks wait for a thread.
fn hold_clock() -> Sender<()> {
    let (hold, held) = channel();
    tokio::task::spawn_blocking(move || held.recv());
    hold
}

#[tokio::test(start_paused = true)]
async fn a_passed_deadline_is_answered_while_the_worker_is_still_busy_and_the_late_answer_is_not_recorded() {
    let (pool, _clock) = (pool(1), hold_clock());
    let late = pool.occupy_until(Instant::now() + NINE_SECONDS).await;
    advance(NINE_SECONDS).await;
    assert_eq!(late.await.unwrap(), Err(NotJudged::DeadlinePassed));
    pool.release.send(()).unwrap();
    assert_eq!(pool.workers.judge(text("next"), far()).await, Ok(Bytes::from_static(b"next")));
    assert_eq!(pool.recorded.recv().unwrap(), "next");
}

#[tokio::test(start_paused = true)]
async fn a_request_whose_deadline_passed_in_the_queue_is_never_judged() {
    let (pool, _clock) = (pool(1), hold_clock());
    let first = pool.occupy_until(far()).await;
    let queued = pool.ask("queued", Instant::now() + NINE_SECONDS);
    pool.until_waiting(1).await;
    advance(NINE_SECONDS).await;
    assert_eq!(queued.await.unwrap(), Err(NotJudged::DeadlinePassed));
    pool.release.send(()).unwrap();
    assert_eq!(first.await.unwrap(), Ok(Bytes::from_static(b"wait")));
    assert_eq!(pool.workers.judge(text("next"), far()).await, Ok(Bytes::from_static(b"next")));
    assert_eq!(pool.judged.try_iter().collect::<Vec<_>>(), ["wait", "next"]);
}

#[tokio::test]
async fn who_left_the_queue_makes_room_in_it() {
    let pool = pool(1);
    let first = pool.occupy_until(far()).await;
    let gone = pool.ask("gone", far());
    pool.until_waiting(1).await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    let next = pool.ask("next", far());
    // One turn, in which it asks.
    tokio::task::yield_now().await;
    pool.release.send(()).unwrap();
    assert_eq!(first.await.unwrap(), Ok(Bytes::from_static(b"wait")));
    assert_eq!(next.await.unwrap(), Ok(Bytes::from_static(b"next")));
}

#[tokio::test]
async fn a_panic_is_answered_and_the_worker_goes_on() {
    let pool = pool(1);
    for _ in 0..3 {
        assert_eq!(pool.workers.judge(text("panic"), far()).await, Err(NotJudged::Panicked));
        assert_eq!(pool.workers.judge(text("yes"), far()).await, Ok(Bytes::from_static(b"yes")));
    }
}

#[tokio::test]
async fn threads_end_with_their_pool() {
    let Pool { workers, recorded, .. } = pool(1);
    drop(workers);
    // The last sender went with the last thread.
    assert!(recorded.recv().is_err());
}
