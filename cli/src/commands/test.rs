//! `guard test`: runs the tests of policies.

use std::{
    io::{self, BufWriter, Write},
    thread,
};

use anyhow::{Context, Result, anyhow};
use guard_engine::evaluate::STACK_SIZE;
use guard_loader::suite::load_suites;

use super::load::print;
use crate::{
    args::{Color, TestArguments},
    exit::Exit,
    suite::{self, SuiteResult},
};

/// Tests the policies of each folder by themselves.
pub(crate) fn run(arguments: &TestArguments) -> Result<Exit> {
    let (results, loaded) = thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK_SIZE);
        let thread = thread.spawn_scoped(scope, || results(arguments)).context("cannot start a thread")?;
        thread.join().map_err(|_| anyhow!("the thread that ran the tests panicked"))
    })?;
    if !results.is_empty() {
        let mut out = BufWriter::new(io::stdout().lock());
        let written = suite::write(&results, &mut out).and_then(|()| out.flush());
        written.context("cannot write to the standard output")?;
    }
    let is_empty = results.iter().all(|result| result.cases() == 0);
    if loaded && is_empty {
        eprintln!("error: {}", nothing_to_run(&arguments.filter));
    }
    Ok(if !loaded || is_empty {
        Exit::Failed
    } else if results.iter().any(|result| !result.failures.is_empty()) {
        Exit::Denied
    } else {
        Exit::Clean
    })
}

fn nothing_to_run(filter: &str) -> String {
    if filter.is_empty() {
        "there is no test: write deny.yaml and allow.yaml beside policy.rego".to_owned()
    } else {
        format!("no policy, test or document has {filter:?} in its name")
    }
}

/// The results of all folders, and whether all of these could be loaded; what could not is printed.
fn results(arguments: &TestArguments) -> (Vec<SuiteResult>, bool) {
    let mut results = Vec::new();
    let mut loaded = true;
    for folder in &arguments.folders {
        match load_suites(folder) {
            Ok(mut suites) => results.extend(suite::run(&mut suites, &arguments.filter)),
            Err(problems) => {
                print(&problems, Color::Auto);
                loaded = false;
            }
        }
    }
    (results, loaded)
}
