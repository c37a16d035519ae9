//! The text of a denial: every violation a line, with its way out.

use std::{collections::BTreeMap, sync::Arc};

use guard_engine::{
    enforcement::EnforcementAction,
    evaluation::{Evaluation, Failure},
    exemption::ANNOTATION_PREFIX,
    path::Path,
    resource::{in_pod_template, pod_template},
    violation::Violation,
};

use super::{
    Asked, Status,
    lines::{one_line, sentence},
};

/// The most that a denial says, in bytes: what a person, a terminal and an audit log can still take.
const MAX_BYTES: usize = 256 << 10;

/// So many policies that fail alike are named, the others counted.
const NAMED_POLICIES: usize = 5;

/// The status of a denial. Where policies only failed it is the server's error and not the user's, as where the webhook as a whole fails.
pub(super) fn status<'a>(evaluation: &Evaluation, message: &'a str) -> Status<'a> {
    let violated = evaluation.violations.iter().any(|violation| violation.action == EnforcementAction::Deny);
    let (code, reason) = if violated { (403, "Forbidden") } else { (500, "InternalError") };
    Status { api_version: None, kind: None, status: "Failure", code, reason, message }
}

/// What denies: first the violations, then the policies that could not run.
pub(super) fn message(evaluation: &Evaluation, asked: &Asked<'_>) -> String {
    let denies = |violation: &&Violation| violation.action == EnforcementAction::Deny;
    let violations = evaluation.violations.iter().filter(denies).map(|violation| line(violation, asked));
    let failures = failures(evaluation, EnforcementAction::Deny);
    let mut message = String::new();
    let mut left_out = 0_usize;
    for line in violations.chain(failures) {
        if message.len() + line.len() > MAX_BYTES && !message.is_empty() {
            left_out += 1;
            continue;
        }
        if !message.is_empty() {
            message.push('\n');
        }
        message.push_str(&line);
    }
    if left_out > 0 {
        message.push_str(&format!("\nand {left_out} more"));
    }
    message
}

/// The policies that failed with an action, a line for all that failed alike.
pub(super) fn failures(evaluation: &Evaluation, action: EnforcementAction) -> impl Iterator<Item = String> {
    let mut alike: BTreeMap<&str, Vec<&Arc<str>>> = BTreeMap::new();
    for Failure { policy, message, .. } in
        evaluation.failures.iter().filter(|failure| failure.action == action)
    {
        alike.entry(message).or_default().push(policy);
    }
    alike.into_iter().map(|(message, policies)| {
        let named: Vec<&str> = policies.iter().take(NAMED_POLICIES).map(|policy| &***policy).collect();
        let others = match policies.len() - named.len() {
            0 => String::new(),
            others => format!(" and {others} more"),
        };
        let message = one_line(message);
        format!("{}{others}: could not judge this request: {message}", named.join(", "))
    })
}

fn line(violation: &Violation, asked: &Asked<'_>) -> String {
    let way = match annotation(violation, asked) {
        Some(annotation) => format!("exempt: {annotation}: \"reason (owner, until YYYY-MM-DD)\""),
        None => "exempt: guard.yaml".to_owned(),
    };
    sentence(violation, Some(&way))
}

/// The annotation by which the resource could exempt itself, where guard.yaml lets it.
fn annotation(violation: &Violation, asked: &Asked<'_>) -> Option<Path> {
    let allowed = asked.settings(&violation.policy).is_some_and(|settings| settings.self_exempt);
    let holder = match in_pod_template(&asked.request.kind, &violation.path) {
        Some(_) => pod_template(&asked.request.kind),
        None => &[],
    };
    let steps = holder.iter().chain(&["metadata", "annotations"]).map(|key| (*key).into());
    let path = Path(steps.collect()).join(format!("{ANNOTATION_PREFIX}{}", violation.policy).as_str());
    allowed.then_some(path)
}
