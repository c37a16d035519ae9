//! A policy that `replaces` a weaker one takes over its finding at the same path: one defect, one violation.

use super::verdict::Judged;

/// Leaves out what a stronger policy says too. The stronger one has to be enforced at least as strictly, or a denial would
/// get lost.
pub(super) fn apply(judged: Vec<Judged<'_>>) -> Vec<Judged<'_>> {
    let taken_over: Vec<bool> =
        judged.iter().map(|weaker| judged.iter().any(|stronger| takes_over(stronger, weaker))).collect();
    judged
        .into_iter()
        .zip(taken_over)
        .filter_map(|(judged, taken_over)| (!taken_over).then_some(judged))
        .collect()
}

fn takes_over(stronger: &Judged<'_>, weaker: &Judged<'_>) -> bool {
    let replaces = &stronger.call.policy.metadata.replaces;
    replaces.iter().any(|name| **name == *weaker.call.policy.name)
        && stronger.action >= weaker.action
        && stronger.finding.path == weaker.finding.path
}
