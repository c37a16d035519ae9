//! guard: guardrails for Kubernetes manifests, one verdict in CI and in the cluster.

mod account;
mod args;
mod commands;
#[cfg(test)]
mod docs;
mod exit;
mod explanation;
mod fingerprint;
mod input;
mod output;
mod progress;
mod report;
mod scaffold;
mod scan;
mod stderr;
mod suite;
mod yaml;

use std::process::ExitCode;

use clap::Parser;

use crate::exit::Exit;

/// Evaluation allocates many small values on every thread; the system's allocator takes a fifth longer for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = args::Arguments::parse();
    match commands::run(&arguments) {
        Ok(exit) => exit,
        Err(error) => Exit::from_error(&error),
    }
    .into()
}
