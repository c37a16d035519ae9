//! Reads a body, bounded in size, time and, with all the others, memory.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use hyper::body::Body as _;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

/// The largest body: object and old object of an UPDATE, of 3 MiB each as the API server takes them, and room for what JSON escapes.
pub const LARGEST: usize = 8 << 20;

/// What of a larger body is read and thrown away, so that its sender comes to read the answer. More ends the connection.
const WASTE: usize = 64 << 20;

/// A body up to here costs no more than its connection does anyway.
const SMALL: usize = 64 << 10;

/// What larger bodies may take together.
const LARGE_TOGETHER: usize = 64 << 20;

/// Memory for the bodies that are larger than most.
#[derive(Debug)]
pub struct Memory(Arc<Semaphore>);

impl Default for Memory {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(LARGE_TOGETHER)))
    }
}

/// A body as it came. Its memory is given back with the last copy.
#[derive(Debug, Clone)]
pub struct Received {
    bytes: Bytes,
    received: Instant,
    _memory: Option<Arc<OwnedSemaphorePermit>>,
}

impl Received {
    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// When the last of them came.
    #[must_use]
    pub fn received(&self) -> Instant {
        self.received
    }
}

impl From<Bytes> for Received {
    fn from(bytes: Bytes) -> Self {
        Self { bytes, received: Instant::now(), _memory: None }
    }
}

/// Why a body was not read.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// It is too large.
    #[error("the review is larger than {LARGEST} bytes, the most that is read")]
    TooLarge,
    /// It did not come before the deadline.
    #[error("the review did not come in time")]
    TooSlow,
    /// Too many large ones are here already.
    #[error("too many large reviews at once: this one would not fit into memory; try again")]
    NoMemory,
    /// It ended in the middle.
    #[error("the review could not be received: {0}")]
    Broken(axum::Error),
}

/// Reads a body to its end.
///
/// # Errors
/// It is refused for its size or the memory it would take, or it did not come, in whole and in time.
pub async fn read(body: Body, memory: &Memory, deadline: Instant) -> Result<Received, BodyError> {
    let mut reading = Reading { body, held: Vec::new(), reserved: None };
    let read = timeout_at(deadline, reading.all(memory)).await.unwrap_or(Err(BodyError::TooSlow));
    if matches!(read, Err(BodyError::TooLarge | BodyError::NoMemory)) {
        // It is refused whether or not all of it comes in time.
        let _ = timeout_at(deadline, reading.waste()).await;
    }
    read
}

struct Reading {
    body: Body,
    held: Vec<u8>,
    reserved: Option<OwnedSemaphorePermit>,
}

impl Reading {
    async fn all(&mut self, memory: &Memory) -> Result<Received, BodyError> {
        let declared = usize::try_from(self.body.size_hint().lower()).unwrap_or(usize::MAX);
        if declared > LARGEST {
            return Err(BodyError::TooLarge);
        }
        while let Some(chunk) = self.chunk().await? {
            let length = self.held.len() + chunk.len();
            if length > LARGEST {
                return Err(BodyError::TooLarge);
            }
            self.reserve(length, memory)?;
            if self.held.is_empty() && self.body.is_end_stream() {
                return Ok(self.received(chunk));
            }
            if self.held.is_empty() {
                // What is declared is not yet sent: memory is taken as it comes, beyond what a small body takes.
                self.held.reserve(declared.min(SMALL));
            }
            self.held.extend_from_slice(&chunk);
        }
        let held = std::mem::take(&mut self.held);
        Ok(self.received(held.into()))
    }

    fn received(&mut self, bytes: Bytes) -> Received {
        Received { bytes, received: Instant::now(), _memory: self.reserved.take().map(Arc::new) }
    }

    /// The next chunk of data; none at the end.
    async fn chunk(&mut self) -> Result<Option<Bytes>, BodyError> {
        loop {
            match self.body.frame().await {
                None => return Ok(None),
                Some(Err(error)) => return Err(BodyError::Broken(error)),
                // Trailers say nothing here.
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        return Ok(Some(data));
                    }
                }
            }
        }
    }

    /// Takes memory for a body of this length, beyond what it has.
    fn reserve(&mut self, length: usize, memory: &Memory) -> Result<(), BodyError> {
        let has = self.reserved.as_ref().map_or(SMALL, OwnedSemaphorePermit::num_permits);
        let Some(wanted) = length.checked_sub(has).filter(|wanted| *wanted > 0) else { return Ok(()) };
        // Doubled, as the buffer grows; never more than the largest body.
        let wanted = u32::try_from(wanted.max(has).min(LARGEST)).unwrap_or(u32::MAX);
        let taken = Arc::clone(&memory.0).try_acquire_many_owned(wanted).map_err(|_| BodyError::NoMemory)?;
        match &mut self.reserved {
            Some(reserved) => reserved.merge(taken),
            reserved => *reserved = Some(taken),
        }
        Ok(())
    }

    async fn waste(&mut self) {
        self.held = Vec::new();
        self.reserved = None;
        let mut wasted = 0;
        while let Ok(Some(chunk)) = self.chunk().await
            && wasted < WASTE
        {
            wasted += chunk.len();
        }
    }
}
