//! `--check`: loads everything as strictly as CI does, and says what would be served.

use std::{
    io::{self, Write},
    path::Path,
    thread,
};

use guard_engine::{config::PolicyState, evaluate::STACK_SIZE};
use jiff::{Timestamp, civil::Date};

use crate::{
    args::Arguments,
    configuration::{self, Rule, Rules},
    sources::{Sources, today},
    state::Guardrails,
    tls,
};

/// So many kinds of a policy are named.
const NAMED_KINDS: usize = 3;

/// Does what `--check` asks for, on a thread with the stack that policies have while they serve. False where anything is wrong.
///
/// # Errors
/// Nothing can be written, or there can be no thread.
pub fn command(arguments: &Arguments) -> io::Result<bool> {
    thread::scope(|scope| {
        let check = || {
            let (mut out, mut problems) = (Vec::new(), Vec::new());
            let sources = Sources::from(&arguments.policies);
            let is_well = run(&sources, arguments.tls.as_deref(), today(), &mut out, &mut problems)?;
            // Who reads may have seen enough, as `head` has: what was found holds all the same.
            match io::stdout().lock().write_all(&out) {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
                _ => {}
            }
            io::stderr().lock().write_all(&problems)?;
            Ok(is_well)
        };
        let thread = thread::Builder::new().stack_size(STACK_SIZE).spawn_scoped(scope, check)?;
        thread.join().unwrap_or_else(|_| Err(io::Error::other("it panicked")))
    })
}

/// Loads policies and guard.yaml, and the certificate of a folder where one is given. What would be served goes to `out`, what is wrong to
/// `problems`, a line each with its place. False where anything is wrong.
///
/// # Errors
/// Nothing can be written.
fn run(
    sources: &Sources,
    certificate: Option<&Path>,
    today: Date,
    out: &mut dyn Write,
    problems: &mut dyn Write,
) -> io::Result<bool> {
    let served = match sources.load(today) {
        Ok(guardrails) => policies(&guardrails, today, out, problems)?,
        Err(mistakes) => {
            for mistake in mistakes {
                writeln!(problems, "{mistake}")?;
            }
            false
        }
    };
    let secured = match certificate.map(|folder| tls::read(folder, Timestamp::now())) {
        None => true,
        Some(Ok(certificate)) => {
            let names = certificate.names().join(", ");
            writeln!(out, "certificate for {names}, until {}", certificate.not_after())?;
            true
        }
        Some(Err(error)) => {
            writeln!(problems, "{error}")?;
            false
        }
    };
    Ok(served && secured)
}

/// The policies, what would be sent to them, and what they are told apart by.
fn policies(
    guardrails: &Guardrails,
    today: Date,
    out: &mut dyn Write,
    problems: &mut dyn Write,
) -> io::Result<bool> {
    let Guardrails { bundle, config, .. } = guardrails;
    let states = config.states(bundle, today);
    let width = states.iter().map(|state| state.policy.len()).max().unwrap_or_default();
    for PolicyState { policy, enforcement, kinds, why_off, .. } in &states {
        let remark = why_off.clone().unwrap_or_else(|| named(kinds));
        writeln!(out, "{policy:width$}  {enforcement:5}  {remark}")?;
    }
    let unknown = match configuration::rules(bundle, config) {
        Ok(Rules { sent, kept_out }) => {
            sent.iter().try_for_each(|rule| told(rule, "sent", out))?;
            kept_out.iter().try_for_each(|rule| told(rule, "never sent", out))?;
            Vec::new()
        }
        Err(unknown) => unknown,
    };
    for kind in &unknown {
        writeln!(problems, "{kind}")?;
    }
    writeln!(out, "bundle {}\nconfiguration {}", bundle.digest(), config.digest())?;
    Ok(unknown.is_empty())
}

/// `sent: CREATE, UPDATE of deployments in apps`.
fn told(rule: &Rule, what: &str, out: &mut dyn Write) -> io::Result<()> {
    let Rule { api_groups, operations, resources, .. } = rule;
    let operations: Vec<String> = operations.iter().map(|operation| format!("{operation:?}")).collect();
    let (operations, resources) = (operations.join(", ").to_uppercase(), resources.join(", "));
    match api_groups.concat().as_str() {
        "" => writeln!(out, "{what}: {operations} of {resources}"),
        group => writeln!(out, "{what}: {operations} of {resources} in {group}"),
    }
}

/// The first kinds by name, the others counted: what is sent stands below.
fn named(kinds: &[String]) -> String {
    match kinds.split_at_checked(NAMED_KINDS) {
        Some((named, others)) if !others.is_empty() => {
            format!("{} and {} more kinds", named.join(", "), others.len())
        }
        _ => kinds.join(", "),
    }
}
