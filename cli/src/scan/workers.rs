//! Threads that take work from one queue, and hand back what they made of it in the order of the work.

use std::{
    num::NonZeroUsize,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use anyhow::{Context, Result, anyhow};

/// How to run workers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Workers {
    /// How many threads at most.
    pub(crate) jobs: NonZeroUsize,
    /// The stack of each, in bytes.
    pub(crate) stack: usize,
}

impl Workers {
    /// Does `work` on every item, each thread with a state of its own, and calls `done` on the calling thread for each item that is through.
    /// The results stand in the items' order, however many threads there were.
    ///
    /// # Errors
    /// Where a thread cannot be started.
    pub(crate) fn map<I: Sync, S, R: Send>(
        self,
        items: &[I],
        state: impl Fn() -> S + Sync,
        work: impl Fn(&mut S, &I) -> R + Sync,
        mut done: impl FnMut(),
    ) -> Result<Vec<R>> {
        let next = AtomicUsize::new(0);
        let mut results: Vec<Option<R>> = items.iter().map(|_| None).collect();
        thread::scope(|scope| {
            let (sender, receiver) = mpsc::channel();
            for _ in 0..self.jobs.get().min(items.len()) {
                let sender = sender.clone();
                let (next, state, work) = (&next, &state, &work);
                let worker = move || {
                    let mut state = state();
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(item) = items.get(index) else { break };
                        if sender.send((index, work(&mut state, item))).is_err() {
                            break;
                        }
                    }
                };
                thread::Builder::new()
                    .stack_size(self.stack)
                    .spawn_scoped(scope, worker)
                    .context("cannot start a thread")?;
            }
            drop(sender);
            for (index, result) in receiver {
                if let Some(slot) = results.get_mut(index) {
                    *slot = Some(result);
                }
                done();
            }
            anyhow::Ok(())
        })?;
        results
            .into_iter()
            .collect::<Option<_>>()
            .ok_or_else(|| anyhow!("a worker stopped before its work was done"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_items_for_any_number_of_threads() {
        let items: Vec<_> = (0..1000).collect();
        for jobs in [1, 2, 7, 2000] {
            let workers = Workers { jobs: NonZeroUsize::new(jobs).unwrap(), stack: 1 << 20 };
            let mut through = 0;
            let doubled = workers.map(&items, || (), |(), item| item * 2, || through += 1).unwrap();
            assert_eq!(doubled, items.iter().map(|item| item * 2).collect::<Vec<_>>());
            assert_eq!(through, items.len());
        }
    }

    #[test]
    fn nothing_to_do_starts_no_thread() {
        let workers = Workers { jobs: NonZeroUsize::MIN, stack: 1 << 20 };
        let nothing: [u8; 0] = [];
        assert!(workers.map(&nothing, || unreachable!(), |(): &mut (), _| (), || ()).unwrap().is_empty());
    }
}
