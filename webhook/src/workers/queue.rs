//! A bounded queue from many tasks to many threads.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

/// First in, first out.
#[derive(Debug)]
pub(super) struct Queue<T> {
    capacity: usize,
    state: Mutex<State<T>>,
    filled: Condvar,
}

#[derive(Debug)]
struct State<T> {
    items: VecDeque<T>,
    closed: bool,
}

impl<T> Queue<T> {
    /// At most `capacity` items wait.
    pub(super) fn new(capacity: usize) -> Self {
        let state = State { items: VecDeque::new(), closed: false };
        Self { capacity, state: Mutex::new(state), filled: Condvar::new() }
    }

    /// Whether there was room. Where there is none, items that are not wanted any more make it.
    pub(super) fn push(&self, item: T, is_wanted: impl Fn(&T) -> bool) -> bool {
        let mut state = self.lock();
        if state.items.len() >= self.capacity {
            state.items.retain(is_wanted);
        }
        if state.items.len() >= self.capacity {
            return false;
        }
        state.items.push_back(item);
        drop(state);
        self.filled.notify_one();
        true
    }

    /// Waits for the next item; none once the queue is closed.
    pub(super) fn pop(&self) -> Option<T> {
        let mut state = self
            .filled
            .wait_while(self.lock(), |state| state.items.is_empty() && !state.closed)
            .unwrap_or_else(PoisonError::into_inner);
        state.items.pop_front()
    }

    pub(super) fn len(&self) -> usize {
        self.lock().items.len()
    }

    /// No item is waited for any more.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_all();
    }

    /// A panic under the lock leaves no item half-way.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
