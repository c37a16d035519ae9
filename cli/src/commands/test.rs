//! `guard test`: runs the tests of policies.

use std::{io, thread};

use anyhow::{Context, Result, anyhow};
use guard_engine::evaluate::STACK_SIZE;
use guard_loader::suite::load_suites;

use super::load::print;
use crate::{
    args::{Color, TestArguments},
    exit::Exit,
    output,
    suite::{self, Failure, Results, TestFormat},
};

/// Tests the policies of each folder by themselves.
pub(crate) fn run(arguments: &TestArguments) -> Result<Exit> {
    let outputs = output::outputs(&arguments.format, TestFormat::Pretty)?;
    let results = thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK_SIZE);
        let thread = thread.spawn_scoped(scope, || results(arguments)).context("cannot start a thread")?;
        thread.join().map_err(|_| anyhow!("the thread that ran the tests panicked"))
    })?;
    output::emit(&outputs, &mut io::stdout().lock(), |format, _, out| format.write(&results, out))?;
    Ok(if !results.problems.is_empty() {
        Exit::Failed
    } else if results.summary.failures > 0 {
        Exit::Denied
    } else {
        Exit::Clean
    })
}

/// The results of all folders. What could not be loaded is printed as well.
fn results(arguments: &TestArguments) -> Results {
    let mut suites = Vec::new();
    let mut problems = Vec::new();
    for folder in &arguments.folders {
        match load_suites(folder) {
            Ok(mut loaded) => suites.extend(suite::run(&mut loaded, &arguments.filter)),
            Err(mistakes) => {
                print(&mistakes, Color::Auto);
                problems.extend(mistakes.iter().map(Failure::from));
            }
        }
    }
    let mut results = Results::new(suites, problems);
    if results.problems.is_empty() && results.summary.is_empty() {
        let nothing = nothing_to_run(&arguments.filter);
        eprintln!("error: {}", nothing.message);
        results.problems.push(nothing);
    }
    results
}

fn nothing_to_run(filter: &str) -> Failure {
    let message = if filter.is_empty() {
        "there is no test: write deny.yaml and allow.yaml beside policy.rego".to_owned()
    } else {
        format!("no policy, test or document has {filter:?} in its name")
    };
    Failure { message, location: None, expected: None, got: None, help: None }
}
