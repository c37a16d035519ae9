//! Where decision records go. Writing never holds up a request: a thread of its own writes, and what it cannot take in time is counted
//! as lost.

use std::{
    convert::Infallible,
    fs::OpenOptions,
    io::{self, BufWriter, Write},
    path::PathBuf,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel},
    },
    thread,
    time::Duration,
};

use super::found_something;
use crate::{admission::Answered, answer::Verdict, metrics::Metrics};

/// So many records may wait for the writer.
const CAPACITY: usize = 4096;

/// So many bytes of them: one record may be as long as the violations of a large object.
const CAPACITY_IN_BYTES: usize = 16 << 20;

/// Where decision records go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To standard output.
    Stdout,
    /// To the end of a file.
    File(PathBuf),
    /// Nowhere.
    None,
}

/// Of which reviews there is a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Which {
    /// Of those that were denied.
    Denied,
    /// Of those with a violation, an exemption or a policy that failed.
    Findings,
    /// Of each.
    All,
}

/// What takes decision records.
#[derive(Debug, Clone)]
pub struct Sink {
    which: Which,
    /// None where records go nowhere.
    sender: Option<SyncSender<Job>>,
    /// How many bytes wait for the writer.
    waiting: Arc<AtomicUsize>,
    metrics: Arc<Metrics>,
}

/// What the writer is asked to do.
enum Job {
    Write(Vec<u8>),
    /// To say when all before it is written.
    Flush(SyncSender<()>),
}

impl FromStr for Target {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "-" => Self::Stdout,
            "none" => Self::None,
            file => Self::File(file.into()),
        })
    }
}

impl Sink {
    /// Opens a target and starts its writer.
    ///
    /// # Errors
    /// The file cannot be opened for writing, or there can be no more threads.
    pub fn open(target: &Target, which: Which, metrics: Arc<Metrics>) -> io::Result<Self> {
        let out: Box<dyn Write + Send> = match target {
            Target::None => return Ok(Self { which, sender: None, waiting: Arc::default(), metrics }),
            Target::Stdout => Box::new(io::stdout()),
            Target::File(file) => Box::new(OpenOptions::new().create(true).append(true).open(file)?),
        };
        Self::to(out, which, metrics)
    }

    /// Starts a writer.
    fn to(out: Box<dyn Write + Send>, which: Which, metrics: Arc<Metrics>) -> io::Result<Self> {
        let (sender, receiver) = sync_channel(CAPACITY);
        let waiting = Arc::new(AtomicUsize::new(0));
        let (counter, left) = (Arc::clone(&metrics), Arc::clone(&waiting));
        let work = move || write(&receiver, &left, out, &counter);
        thread::Builder::new().name("decisions".into()).spawn(work)?;
        Ok(Self { which, sender: Some(sender), waiting, metrics })
    }

    /// Whether an answer is to be recorded.
    #[must_use]
    pub fn wants(&self, answered: &Answered) -> bool {
        self.sender.is_some()
            && match self.which {
                Which::Denied => answered.verdict == Verdict::Denied,
                Which::Findings => found_something(&answered.evaluation),
                Which::All => true,
            }
    }

    /// Takes a line. Where the writer is too far behind it is lost, and counted.
    pub fn take(&self, line: Vec<u8>) {
        let Some(sender) = &self.sender else { return };
        let length = line.len();
        let waiting = self.waiting.fetch_add(length, Ordering::Relaxed);
        if waiting + length > CAPACITY_IN_BYTES || sender.try_send(Job::Write(line)).is_err() {
            self.waiting.fetch_sub(length, Ordering::Relaxed);
            self.metrics.decision_dropped();
        }
    }

    /// Waits until what was taken is written, but not longer than `limit`. False where the time was too short.
    #[must_use]
    pub fn flush(&self, limit: Duration) -> bool {
        let Some(sender) = &self.sender else { return true };
        let (done, is_done) = sync_channel(1);
        // A full channel has no room for the question; its records are as good as lost.
        sender.try_send(Job::Flush(done)).is_ok()
            && is_done.recv_timeout(limit) != Err(RecvTimeoutError::Timeout)
    }
}

/// Writes what comes, and flushes whenever nothing more waits. Ends when nobody can send any more.
fn write(jobs: &Receiver<Job>, waiting: &AtomicUsize, out: Box<dyn Write + Send>, metrics: &Metrics) {
    let mut out = BufWriter::new(out);
    let mut failing = false;
    let mut check = |result: io::Result<()>, is_flushed: bool| match result {
        // What the buffer takes is not written yet.
        Ok(()) => failing &= !is_flushed,
        Err(error) => {
            metrics.decision_dropped();
            if !std::mem::replace(&mut failing, true) {
                tracing::error!(%error, "decision records cannot be written");
            }
        }
    };
    let mut next = jobs.recv().ok();
    while let Some(job) = next {
        match job {
            Job::Write(line) => {
                check(out.write_all(&line), false);
                waiting.fetch_sub(line.len(), Ordering::Relaxed);
            }
            Job::Flush(done) => {
                check(out.flush(), true);
                // Who asked may have stopped waiting.
                let _ = done.send(());
            }
        }
        next = match jobs.try_recv() {
            Ok(job) => Some(job),
            Err(TryRecvError::Disconnected) => None,
            Err(TryRecvError::Empty) => {
                check(out.flush(), true);
                jobs.recv().ok()
            }
        };
    }
    check(out.flush(), true);
}

#[cfg(test)]
mod tests;
