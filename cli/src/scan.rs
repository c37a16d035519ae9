//! The work behind `guard check`: paths in, a report out.
//!
//! ```text
//! paths -> inputs -> surroundings (a first pass over the few files that matter to others)
//!                 -> judge (a file at a time, on every core: read, evaluate, locate) -> merge -> Report
//! ```
//!
//! What a file was read into is dropped when the file is judged. The report does not depend on the number of threads.

mod examples;
mod inputs;
mod judge;
mod merge;
mod surroundings;
mod twins;
pub(crate) mod workers;

use std::{collections::BTreeMap, num::NonZeroUsize, path::PathBuf, sync::Arc};

use anyhow::Result;
use guard_engine::{
    bundle::Bundle,
    config::{Config, Notice, NoticeCode},
    evaluate::STACK_SIZE,
};
use guard_loader::GuardYaml;
use jiff::civil::Date;

use crate::{
    progress::Progress,
    report::{Code, Diagnostic, Digests, Location, PolicyInfo, Report},
};
use examples::Examples;
use judge::Judge;
pub(crate) use judge::{identity_of, step};
use merge::Merged;
pub(crate) use surroundings::Surroundings;
use workers::Workers;

/// What to look at, and how.
#[derive(Debug)]
pub(crate) struct Scope<'a> {
    /// Files, folders, globs, `-`.
    pub(crate) paths: &'a [PathBuf],
    /// The namespace of manifests that name none.
    pub(crate) namespace: Option<String>,
    /// Files of Namespace manifests.
    pub(crate) namespaces: &'a [PathBuf],
    /// How many threads.
    pub(crate) jobs: NonZeroUsize,
    /// Whether the paths are a part of what there is: those that changed, listed by a program. There may be nothing to judge among them, and
    /// an exemption that covers nothing here may cover something elsewhere.
    pub(crate) partial: bool,
    /// Whether what was left out is an error.
    pub(crate) strict: bool,
    /// Whether a reporter shows lines of the files.
    pub(crate) keep_texts: bool,
}

/// By what to judge.
pub(crate) struct Rules {
    pub(crate) bundle: Arc<Bundle>,
    pub(crate) config: Config,
    pub(crate) guard_yaml: GuardYaml,
    pub(crate) today: Date,
}

/// Judges everything in scope.
///
/// # Errors
/// Where the work could not begin; what goes wrong in a file is in the report.
pub(crate) fn scan(rules: &Rules, scope: &Scope<'_>) -> Result<Report> {
    let found = inputs::collect(scope.paths, scope.partial, &Examples::of(&rules.bundle))?;
    let workers = Workers { jobs: scope.jobs, stack: STACK_SIZE };
    let surroundings = Surroundings::collect(
        &rules.bundle,
        &found.inputs,
        scope.namespace.clone(),
        scope.namespaces,
        workers,
    )?;
    let progress = Progress::new(found.inputs.len());
    let judged = workers.map(
        &found.inputs,
        || Judge::new(rules, &surroundings, scope.keep_texts),
        |judge, input| judge.file(input),
        || progress.tick(),
    )?;
    progress.finish();
    let mut merged = Merged::default();
    merged.report.diagnostics = found.diagnostics;
    for (input, judged) in found.inputs.iter().zip(judged) {
        merged.add(&input.name, judged);
    }
    Ok(conclude(merged, rules, scope))
}

/// Adds what concerns the run as a whole.
fn conclude(mut merged: Merged, rules: &Rules, scope: &Scope<'_>) -> Report {
    if scope.strict {
        merged.be_strict();
    }
    merged.conclude(scope.partial);
    let Merged { mut report, mut scanned, used, .. } = merged;
    let mut notices = rules.config.notices(&rules.bundle, rules.today);
    if !scope.partial {
        notices.extend(rules.config.unused_exemptions(&used, rules.today));
    }
    add_notices(&mut report, rules, &notices, scope.keep_texts);
    report.policies = policies(rules);
    scanned.policies = report.policies.len();
    let digests =
        Digests { bundle: rules.bundle.digest().to_owned(), configuration: rules.config.digest().to_owned() };
    report.finish(scanned, digests)
}

/// Adds what who keeps guard.yaml should know.
fn add_notices(report: &mut Report, rules: &Rules, notices: &[Notice], keep_texts: bool) {
    let notices =
        notices.iter().map(|notice| (notice_code(notice.code), rules.guard_yaml.locate(&notice.problem)));
    let surprises = rules.guard_yaml.warnings().map(|(code, problem)| (judge::warning_code(code), problem));
    for (code, problem) in notices.chain(surprises) {
        let text = problem.text.clone().filter(|_| keep_texts);
        report.sources.extend(text.map(|text| (Arc::clone(&problem.file), text)));
        report.diagnostics.push(diagnostic(code, problem));
    }
}

fn notice_code(code: NoticeCode) -> Code {
    match code {
        NoticeCode::ExemptionExpired => Code::ExpiredExemption,
        NoticeCode::ExemptionExpires => Code::ExpiringExemption,
        NoticeCode::ExemptionUnused => Code::UnusedExemption,
        NoticeCode::EnforcementChanges => Code::AnnouncedEnforcement,
        NoticeCode::PolicyRenamed => Code::RenamedPolicy,
        NoticeCode::PolicyDeprecated => Code::DeprecatedPolicy,
        NoticeCode::ParameterUnused => Code::UnusedParameter,
    }
}

fn diagnostic(code: Code, problem: guard_loader::Problem) -> Diagnostic {
    let place = match problem.span {
        Some(span) => Location::new(problem.file, span),
        None => Location::whole_file(problem.file),
    };
    let diagnostic = Diagnostic::new(code, problem.message).at(place);
    match problem.help {
        Some(help) => diagnostic.with_help(help),
        None => diagnostic,
    }
}

/// What reporters tell of the policies that run.
fn policies(rules: &Rules) -> BTreeMap<Arc<str>, PolicyInfo> {
    let policies = rules.bundle.policies().iter().enumerate();
    let running = policies.filter_map(|(index, policy)| Some((policy, rules.config.policy(index)?)));
    let info = running.map(|(policy, config)| {
        let metadata = &policy.metadata;
        let info = PolicyInfo {
            title: metadata.title.clone(),
            description: metadata.description.clone(),
            severity: metadata.severity,
            action: config.base.action(rules.today).unwrap_or_else(|| metadata.severity.default_action()),
            category: metadata.category.clone(),
            remediation: metadata.remediation.clone(),
            references: metadata.references.clone(),
        };
        (Arc::clone(&policy.name), info)
    });
    info.collect()
}
