//! guard-webhook: the guardrails of `guard check`, at the door of a cluster.

use std::{io, process::ExitCode};

use clap::Parser;
use guard_webhook::{args::Arguments, check, configuration, run, sources::today, telemetry};

/// Evaluation allocates many small values on every thread; the system's allocator takes a fifth longer for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What does not start, and what `--check` finds.
const TROUBLE: u8 = 2;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match instead_of_serving(&arguments) {
        None => serve(&arguments),
        Some(Ok(true)) => ExitCode::SUCCESS,
        Some(Ok(false)) => ExitCode::from(TROUBLE),
        Some(Err(error)) => {
            eprintln!("{error:#}");
            ExitCode::from(TROUBLE)
        }
    }
}

/// What is asked for instead of serving, and whether all was well; none where it is to serve.
fn instead_of_serving(arguments: &Arguments) -> Option<anyhow::Result<bool>> {
    if arguments.check {
        return Some(check::command(arguments).map_err(Into::into));
    }
    let print = || configuration::run(arguments, today(), &mut io::stdout().lock());
    arguments.configuration.print_configuration.then(|| print().map(|()| true))
}

fn serve(arguments: &Arguments) -> ExitCode {
    if let Err(error) = telemetry::init(arguments.log_format, &arguments.log) {
        eprintln!("guard-webhook: --log {}: {error}", arguments.log);
        return ExitCode::from(TROUBLE);
    }
    match run::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::from(TROUBLE)
        }
    }
}
