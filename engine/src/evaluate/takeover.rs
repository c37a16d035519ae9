//! A policy that `replaces` a weaker one takes over its finding at the same path: one defect, one violation.

use std::sync::Arc;

use super::verdict::Judged;

/// For each finding the stronger policy that says it too, if there is one. That has to be enforced at least as strictly, or a denial would get
/// lost.
pub(super) fn apply(judged: &[Judged<'_>]) -> Vec<Option<Arc<str>>> {
    let by = |weaker: &Judged<'_>| {
        let stronger = judged.iter().find(|stronger| takes_over(stronger, weaker))?;
        Some(Arc::clone(&stronger.call.policy.name))
    };
    judged.iter().map(by).collect()
}

fn takes_over(stronger: &Judged<'_>, weaker: &Judged<'_>) -> bool {
    let replaces = &stronger.call.policy.metadata.replaces;
    replaces.iter().any(|name| **name == *weaker.call.policy.name)
        && stronger.action >= weaker.action
        && stronger.finding.path == weaker.finding.path
}
