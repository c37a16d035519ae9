//! `guard test`: runs the tests of policies.

use std::{io, thread};

use anyhow::{Context, Result, anyhow};
use guard_engine::evaluate::STACK_SIZE;
use guard_loader::{
    Problem,
    suite::{Suites, load_suites},
};

use super::load::print;
use crate::{
    args::{Color, TestArguments},
    exit::Exit,
    output, stderr,
    suite::{self, Coverage, Failure, Options, Results, SuiteResult, TestFormat},
};

/// Tests the policies of each folder by themselves.
pub(crate) fn run(arguments: &TestArguments) -> Result<Exit> {
    let outputs = output::outputs(&arguments.format, TestFormat::Pretty)?;
    let mut results = thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK_SIZE);
        let thread = thread.spawn_scoped(scope, || results(arguments)).context("cannot start a thread")?;
        thread.join().map_err(|_| anyhow!("the thread that ran the tests panicked"))
    })?;
    let renewed = suite::write_snapshots(&mut results);
    let traced = write_tracefile(&results, arguments);
    output::emit(&outputs, &mut io::stdout().lock(), |format, _, out| format.write(&results, out))?;
    renewed.and(traced)?;
    Ok(if !results.problems.is_empty() {
        Exit::Failed
    } else if results.summary.failures > 0 || reaches_too_little(&results, arguments) {
        Exit::Denied
    } else {
        Exit::Clean
    })
}

fn write_tracefile(results: &Results, arguments: &TestArguments) -> Result<()> {
    let (Some(Some(file)), Some(coverage)) = (&arguments.coverage, &results.coverage) else { return Ok(()) };
    output::write_file(file, |out| coverage.write_lcov(out))
        .with_context(|| format!("cannot write the coverage to {}", file.display()))
}

/// Whether the tests reach less than was asked for; then it is said.
fn reaches_too_little(results: &Results, arguments: &TestArguments) -> bool {
    let (Some(coverage), Some(percent)) = (&results.coverage, arguments.fail_under) else { return false };
    let share = coverage.share();
    if share.is_under(percent) {
        stderr::say(format_args!(
            "error: the tests reach {share} of the lines, fewer than --fail-under {percent}"
        ));
    }
    share.is_under(percent)
}

/// The results of all folders. What could not be loaded is printed as well.
fn results(arguments: &TestArguments) -> Results {
    let mut suites = Vec::new();
    let mut problems = Vec::new();
    let mut coverage = arguments.coverage.as_ref().map(|_| Coverage::default());
    for folder in &arguments.folders {
        match load_suites(folder).and_then(|loaded| test(loaded, arguments, coverage.as_mut())) {
            Ok(results) => suites.extend(results),
            Err(mistakes) => {
                print(&mistakes, Color::Auto);
                problems.extend(mistakes.iter().map(Failure::from));
            }
        }
    }
    if let Some(difference) = coverage.as_ref().and_then(Coverage::difference) {
        let problem = Failure::nowhere(format!("the coverage cannot be relied on: {difference}"));
        stderr::say(format_args!("error: {}", problem.message));
        problems.push(problem);
    }
    let mut results = Results { coverage, ..Results::new(suites, problems) };
    if results.problems.is_empty() && results.summary.is_empty() {
        let nothing = nothing_to_run(&arguments.filter);
        stderr::say(format_args!("error: {}", nothing.message));
        results.problems.push(nothing);
    }
    results
}

/// Tests the policies of one folder.
fn test(
    mut suites: Suites,
    arguments: &TestArguments,
    coverage: Option<&mut Coverage>,
) -> Result<Vec<SuiteResult>, Vec<Problem>> {
    let options = Options { filter: &arguments.filter, update: arguments.update, recorder: None };
    let Some(coverage) = coverage else { return Ok(suite::run(&mut suites, options)) };
    let recorder = suites.record()?;
    let results = suite::run(&mut suites, Options { recorder: Some(&recorder), ..options });
    coverage.add(&recorder, &suites.modules);
    Ok(results)
}

fn nothing_to_run(filter: &str) -> Failure {
    let message = if filter.is_empty() {
        "there is no test: write deny.yaml and allow.yaml beside policy.rego".to_owned()
    } else {
        format!("no policy, test, document or case has {filter:?} in its name")
    };
    Failure::nowhere(message)
}
