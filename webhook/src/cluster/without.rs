//! What cannot be judged where there is no cluster to look at.

use std::sync::Arc;

use guard_engine::{bundle::Bundle, config::Config, matching::Match};

use super::state::running;

/// Which policies and which parts of guard.yaml need a cluster, a sentence each.
///
/// The labels of namespaces are as unknown as to `guard check`, and the verdict is the same: what is unknown satisfies a
/// policy's match and fails an override or an exemption.
pub(super) fn what_is_not_known(bundle: &Bundle, config: &Config) -> Vec<String> {
    let mut lines = Vec::new();
    for policy in running(bundle, config).filter(|policy| !policy.metadata.inventory.is_empty()) {
        let kinds: Vec<&str> = policy.metadata.inventory.iter().map(|kind| kind.kind.as_str()).collect();
        let (name, kinds) = (&policy.name, kinds.join(", "));
        lines.push(format!(
            "policy {name} cannot be judged (it looks at {kinds}): it fails as its onError says"
        ));
    }
    let selects = |r#match: &Match| r#match.namespace_selector.is_some();
    for (index, policy) in bundle.policies().iter().enumerate() {
        let Some(config) = config.policy(index) else { continue };
        let name: &Arc<str> = &policy.name;
        if selects(&config.r#match) {
            lines
                .push(format!("policy {name} judges every namespace: its namespaceSelector cannot be asked"));
        }
        if config.overrides.iter().any(|over| selects(&over.r#match)) {
            lines.push(format!("overrides of policy {name} that have a namespaceSelector do not apply"));
        }
    }
    for (index, exemption) in config.exemptions().iter().enumerate().filter(|(_, it)| selects(&it.r#match)) {
        let policies = exemption.policies.join(", ");
        lines.push(format!("exemptions[{index}] (of {policies}) does not apply: it has a namespaceSelector"));
    }
    lines
}
