//! guard-webhook: the guardrails of `guard check`, at the door of a cluster.

use std::process::ExitCode;

use clap::Parser;
use guard_webhook::{args::Arguments, run, telemetry};

/// Evaluation allocates many small values on every thread; the system's allocator takes a fifth longer for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What does not start, and what `--check` finds.
const TROUBLE: u8 = 2;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Err(error) = telemetry::init(arguments.log_format, &arguments.log) {
        eprintln!("guard-webhook: --log {}: {error}", arguments.log);
        return ExitCode::from(TROUBLE);
    }
    match run::run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::from(TROUBLE)
        }
    }
}
