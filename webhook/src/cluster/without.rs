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

#[cfg(test)]
mod tests {
    use guard_loader::{Library, load_bundle};
    use jiff::civil::date;
    use serde_json::{Value, json};

    use super::*;

    fn lines(guard_yaml: &Value) -> Vec<String> {
        let bundle = load_bundle(&Library::default()).unwrap();
        let config = Config::from_value(guard_yaml, &bundle, date(2026, 11, 21)).unwrap();
        what_is_not_known(&bundle, &config)
    }

    #[test]
    fn the_default_packs_need_no_cluster() {
        assert_eq!(lines(&json!({})), [""; 0]);
    }

    #[test]
    fn what_needs_a_cluster_is_told_policy_by_policy() {
        let selector = json!({"namespaceSelector": {"matchLabels": {"stage": "prod"}}});
        let guard_yaml = json!({
            "packs": {"network-ingress": {}},
            "policies": {
                "host-namespace": {"match": selector},
                "root-user": {"overrides": [{"match": selector, "enforcement": "audit"}]},
                "unpinned-image": {"match": {"namespaces": ["shop"]}},
            },
            "exemptions": [
                {"policies": ["root-user"], "match": {"names": ["web"]}, "reason": "r", "owner": "o"},
                {"policies": ["host-namespace", "root-user"], "match": selector, "reason": "r", "owner": "o"},
            ],
        });
        let expected = [
            "policy duplicate-ingress-route cannot be judged (it looks at Ingress): it fails as its onError says",
            "policy host-namespace judges every namespace: its namespaceSelector cannot be asked",
            "overrides of policy root-user that have a namespaceSelector do not apply",
            "exemptions[1] (of host-namespace, root-user) does not apply: it has a namespaceSelector",
        ];
        assert_eq!(lines(&guard_yaml), expected);
    }
}
