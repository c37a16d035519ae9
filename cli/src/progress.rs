//! A bar on a terminal's standard error, for work that takes long.

use std::{
    cell::Cell,
    io::{self, IsTerminal},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shorter work needs no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// Counts files; draws only after [`PATIENCE`], and only on a terminal.
pub(crate) struct Progress {
    started: Instant,
    waiting: Cell<bool>,
    bar: ProgressBar,
}

impl Progress {
    /// A bar of so many files, not yet drawn.
    pub(crate) fn new(files: usize) -> Self {
        let bar = ProgressBar::with_draw_target(u64::try_from(files).ok(), ProgressDrawTarget::hidden());
        bar.set_style(ProgressStyle::default_bar());
        Self { started: Instant::now(), waiting: Cell::new(io::stderr().is_terminal()), bar }
    }

    /// One file more is done.
    pub(crate) fn tick(&self) {
        self.bar.inc(1);
        if self.waiting.get() && self.started.elapsed() > PATIENCE {
            self.waiting.set(false);
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
