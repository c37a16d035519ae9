//! `guard why`: what policies say of a resource, and why.

use std::{
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
    thread,
};

use anyhow::{Context, Result, anyhow, bail};
use guard_engine::{
    evaluate::{Evaluator, STACK_SIZE},
    rego::{ModuleReach, Recorder},
};

use super::{explain::find, load::load};
use crate::{
    account::{Page, Subject, read},
    args::{Color, WhyArguments},
    exit::Exit,
    input,
    report::one_line,
    scan::{Rules, Surroundings},
    stderr,
};

/// Prints what there is to say about the resources that the arguments name.
pub(crate) fn run(arguments: &WhyArguments) -> Result<Exit> {
    let Some(rules) = load(&arguments.policies, arguments.surroundings.date, Color::Auto)? else {
        return Ok(Exit::Failed);
    };
    let policy = match &arguments.policy {
        Some(name) => Some(index(name, &rules)?),
        None => None,
    };
    let (name, bytes) = input::read(&arguments.place.file)?;
    let surroundings = Surroundings::beside(
        &rules.bundle,
        (&name, &bytes),
        &arguments.beside,
        arguments.surroundings.namespace.clone(),
        &arguments.surroundings.namespaces,
    )?;
    let (subjects, problems) = read(&name, &bytes, arguments.place.line, &surroundings)?;
    problems.iter().for_each(|problem| stderr::say(format_args!("error: {}", one_line(problem))));
    let pages = thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK_SIZE);
        let explain = || explain(&subjects, &rules, &surroundings, policy, &arguments.beside);
        let thread = thread.spawn_scoped(scope, explain).context("cannot start a thread")?;
        thread.join().map_err(|_| anyhow!("the thread that evaluated panicked"))?
    })?;
    // Control characters in a document could rewrite a terminal.
    let text = annotate_snippets::normalize_untrusted_str(&pages);
    io::stdout().lock().write_all(text.as_bytes()).context("cannot write to the standard output")?;
    Ok(if problems.is_empty() { Exit::Clean } else { Exit::Failed })
}

fn index(name: &str, rules: &Rules) -> Result<usize> {
    let policy = find(name, &rules.bundle)?;
    let mut policies = rules.bundle.policies().iter();
    policies.position(|other| other.name == policy.name).context("a policy is not in its bundle")
}

/// The pages of all subjects.
fn explain(
    subjects: &[Subject],
    rules: &Rules,
    surroundings: &Surroundings,
    policy: Option<usize>,
    beside: &[PathBuf],
) -> Result<String> {
    let is_alone = beside.is_empty();
    let mut pages = Vec::new();
    for subject in subjects {
        let mut evaluator = Evaluator::new(Arc::clone(&rules.bundle));
        // What one policy reaches on one resource: nothing of another may be in it.
        let recorder = policy.map(|policy| record(&mut evaluator, rules, policy)).transpose()?;
        let inventory = &surroundings.inventory;
        let account = evaluator.explain(&rules.config, &subject.request, inventory, rules.today);
        let reached = recorder.as_ref().map(reached).transpose()?.unwrap_or_default();
        pages.push(Page { subject, rules, account, policy, reached, is_alone }.to_string());
    }
    Ok(pages.join("\n\n"))
}

fn record(evaluator: &mut Evaluator, rules: &Rules, policy: usize) -> Result<Recorder> {
    let recorder = rules.bundle.recorder().map_err(|errors| anyhow!("cannot be recorded: {errors:?}"))?;
    evaluator.record_policy(&recorder, policy);
    Ok(recorder)
}

fn reached(recorder: &Recorder) -> Result<Vec<ModuleReach>> {
    match recorder.difference() {
        None => Ok(recorder.modules()),
        Some(difference) => bail!("what was recorded cannot be relied on: {difference}"),
    }
}
