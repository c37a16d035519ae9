//! The verbs, one file each, and what several of them begin with.

mod check;
mod completions;
mod explain;
mod init;
mod load;
mod man;
mod new;
mod policies;
pub(crate) mod schema;
mod test;
mod view;
mod why;

use std::io::{self, Write};

use anyhow::{Result, anyhow};
use guard_loader::Library;

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
        Some(Command::Explain(explain)) => explain::run(explain),
        Some(Command::Why(why)) => why::run(why),
        Some(Command::Test(test)) => test::run(test),
        Some(Command::New(new)) => new::run(new),
        Some(Command::Init(init)) => init::run(init),
        Some(Command::Schema(schema)) => schema::run(schema),
        Some(Command::Completions(completions)) => completions::run(completions),
        Some(Command::Man(man)) => man::run(man),
    }
}

/// The version, and what tells the embedded policies from those of another build: `guard policies` prints the same digest.
fn version() -> Result<Exit> {
    let library = guard_loader::load_bundle(&Library::default())
        .map_err(|problems| anyhow!("the embedded policies do not load: {problems:?}"))?;
    let mut out = io::stdout().lock();
    writeln!(out, "guard {}\npolicies {}", env!("CARGO_PKG_VERSION"), library.digest())?;
    Ok(Exit::Clean)
}
