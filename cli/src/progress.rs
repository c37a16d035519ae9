//! A bar on a terminal's standard error, for work that takes long.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shorter work needs no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// Counts files; draws only after [`PATIENCE`], and only on a terminal.
pub(crate) struct Progress {
    started: Instant,
    bar: ProgressBar,
}

impl Progress {
    /// A bar of so many files, not yet drawn.
    pub(crate) fn new(files: usize) -> Self {
        let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::hidden());
        bar.set_style(ProgressStyle::default_bar());
        Self { started: Instant::now(), bar }
    }

    /// One file more is done.
    pub(crate) fn tick(&self) {
        if self.bar.is_hidden() && self.started.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(1);
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
