//! `guard completions`: what a shell needs to complete commands.

use std::io::{self, Write};

use anyhow::{Context, Result};
use clap::CommandFactory;

use crate::{
    args::{Arguments, CompletionsArguments},
    exit::Exit,
};

/// Prints the script of a shell.
pub(crate) fn run(arguments: &CompletionsArguments) -> Result<Exit> {
    // clap_complete panics where it cannot write: a closed pipe is no reason to.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "guard", &mut script);
    io::stdout().lock().write_all(&script).context("cannot write to the standard output")?;
    Ok(Exit::Clean)
}
