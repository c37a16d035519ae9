//! Which requests the policies judge, in the API server's terms.

use std::collections::{BTreeMap, BTreeSet};

use guard_engine::{
    bundle::Bundle,
    config::Config,
    metadata::{KindSelector, Metadata},
    request::Operation,
};
use serde::Serialize;

use super::{
    is_kept_out,
    plural::{Resource, resources},
};

/// One of `rules` of a webhook: what is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// The resources' groups.
    pub api_groups: Vec<String>,
    /// Their versions: all, for policies judge a kind whatever its version.
    pub api_versions: Vec<&'static str>,
    /// What is done to them.
    pub operations: Vec<Operation>,
    /// Resources, and subresources behind a slash.
    pub resources: Vec<String>,
    /// In namespaces, outside of them, or both.
    pub scope: &'static str,
}

/// A kind of which nobody knows what the API server calls it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{file}: the API server's name for {kind} is not known, so it would never be sent: add `resource` to the kind, the plural that `kubectl api-resources` shows"
)]
pub struct UnknownResource {
    /// The policy's file.
    pub file: String,
    /// The kind, as `Kind.group`.
    pub kind: String,
}

/// What the policies that are on judge: a rule for each group and set of operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// What is sent to them.
    pub sent: Vec<Rule>,
    /// What never is, for no cluster comes back without it.
    pub kept_out: Vec<Rule>,
}

/// What the policies that are on judge.
///
/// # Errors
/// The kinds of which nobody knows what the API server calls them.
pub fn rules(bundle: &Bundle, config: &Config) -> Result<Rules, Vec<UnknownResource>> {
    let mut judged: BTreeMap<Resource, BTreeSet<Order>> = BTreeMap::new();
    let mut unknown = Vec::new();
    let policies = bundle.policies().iter().enumerate();
    for (_, policy) in policies.filter(|(index, _)| config.policy(*index).is_some()) {
        for selector in &policy.metadata.kinds {
            let Some(resources) = resources(selector, &policy.metadata.subresources) else {
                let kind = name(selector);
                unknown.push(UnknownResource { file: policy.file.to_string(), kind });
                continue;
            };
            for resource in resources {
                let operations: Vec<Order> = operations(&policy.metadata, &resource).collect();
                judged.entry(resource).or_default().extend(operations);
            }
        }
    }
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let (kept_out, sent) = judged.into_iter().partition(|(resource, _)| is_kept_out(resource));
    Ok(Rules { sent: grouped(sent), kept_out: grouped(kept_out) })
}

/// The operations of a policy that a resource can have.
fn operations(metadata: &Metadata, resource: &Resource) -> impl Iterator<Item = Order> {
    let only_update = resource.resource == "pods/ephemeralcontainers";
    let operations = metadata.operations.iter().copied().map(Order);
    operations.filter(move |order| !only_update || order.0 == Operation::Update)
}

/// Operations in the order in which people name them.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Order(Operation);

impl Ord for Order {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0 as u8).cmp(&(other.0 as u8))
    }
}

impl PartialOrd for Order {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// A rule for each group and set of operations.
fn grouped(judged: BTreeMap<Resource, BTreeSet<Order>>) -> Vec<Rule> {
    let mut rules: BTreeMap<(String, Vec<Order>), Vec<String>> = BTreeMap::new();
    for (Resource { group, resource }, operations) in judged {
        if !operations.is_empty() {
            rules.entry((group, operations.into_iter().collect())).or_default().push(resource);
        }
    }
    let rule = |((group, operations), resources): ((String, Vec<Order>), Vec<String>)| Rule {
        api_groups: vec![group],
        api_versions: vec!["*"],
        operations: operations.into_iter().map(|order| order.0).collect(),
        resources,
        scope: "*",
    };
    rules.into_iter().map(rule).collect()
}

fn name(selector: &KindSelector) -> String {
    match selector.group.as_str() {
        "" => selector.kind.clone(),
        group => format!("{}.{group}", selector.kind),
    }
}
