//! `guard check`: judges manifests.

use std::{io, num::NonZeroUsize, thread};

use anyhow::Result;

use super::load::load;
use crate::{
    args::{CheckArguments, FailOn},
    exit::Exit,
    output::{self, Format, Style, Verbosity},
    report::Report,
    scan::{self, Scope},
};

/// Judges what the arguments name, and reports.
pub(crate) fn run(arguments: &CheckArguments) -> Result<Exit> {
    let outputs = output::outputs(&arguments.format, Format::Pretty)?;
    let Some(rules) = load(&arguments.policies, arguments.surroundings.date, arguments.color)? else {
        return Ok(Exit::Failed);
    };
    let scope = Scope {
        paths: &arguments.paths,
        namespace: arguments.surroundings.namespace.clone(),
        namespaces: &arguments.surroundings.namespaces,
        jobs: jobs(arguments.jobs),
        partial: arguments.partial,
        strict: arguments.strict,
        keep_texts: outputs.iter().any(|output| output.format.needs_sources()),
    };
    let report = scan::scan(&rules, &scope)?;
    let style = style(arguments);
    output::emit(&outputs, &mut io::stdout().lock(), |format, place, out| {
        format.write(&report, style.at(place), out)
    })?;
    Ok(exit(&report, arguments))
}

fn jobs(given: Option<NonZeroUsize>) -> NonZeroUsize {
    given.or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN)
}

fn style(arguments: &CheckArguments) -> Style {
    let verbosity = match (arguments.quiet, arguments.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    Style { color: arguments.color.applies_to(&io::stdout()), verbosity }
}

fn exit(report: &Report, arguments: &CheckArguments) -> Exit {
    let summary = &report.summary;
    let fails = |on| arguments.fail_on.contains(&on);
    let denied = summary.violations.deny > 0
        || fails(FailOn::Warn) && summary.violations.warn > 0
        || fails(FailOn::Undetermined) && summary.undetermined > 0;
    if summary.diagnostics.error > 0 {
        Exit::Failed
    } else if denied && !arguments.no_fail {
        Exit::Denied
    } else {
        Exit::Clean
    }
}
