//! The verbs, one file each, and what several of them begin with.

mod check;
mod load;
mod policies;
mod view;

use std::io::{self, Write};

use anyhow::Result;

use crate::{
    args::{Arguments, Command},
    exit::Exit,
};

/// Does what was asked for.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit> {
    match &arguments.command {
        None => version(),
        Some(Command::Check(check)) => check::run(check),
        Some(Command::View(view)) => view::run(view),
        Some(Command::Policies(policies)) => policies::run(policies),
    }
}

/// The version, and the digest that reports of this program carry where no folder of policies is added.
fn version() -> Result<Exit> {
    let mut out = io::stdout().lock();
    writeln!(out, "guard {}", env!("CARGO_PKG_VERSION"))?;
    Ok(Exit::Clean)
}
