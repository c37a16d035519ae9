//! What loaded policies would judge and the API server would never send: the rules of the installed webhook configuration,
//! against the kinds, operations and subresources of the policies.
//!
//! A rule is read as the API server reads it (k8s.io/apiserver, `pkg/admission/plugin/webhook/predicates/rules`). Selectors and
//! match conditions are not looked at: what they leave out, somebody left out on purpose, object by object.

use std::{fmt, sync::Arc};

use guard_engine::{
    policy::Policy,
    request::{Kind, Operation},
};
use k8s_openapi::api::admissionregistration::v1::{RuleWithOperations, ValidatingWebhook};

use super::served::{Served, ServedKind};

/// Something that a policy judges and that is never sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// The kind whose resource it is about.
    pub kind: Kind,
    /// Of which subresource; none for the object itself.
    pub subresource: Option<String>,
    /// Which operation.
    pub operation: Operation,
    /// The policies that wait for it.
    pub policies: Vec<Arc<str>>,
}

/// One request that the API server could get.
struct Asked<'a> {
    group: &'a str,
    version: &'a str,
    plural: &'a str,
    subresource: &'a str,
    namespaced: bool,
    operation: Operation,
}

/// The subresources that are connected to, whatever verbs discovery gives them.
const CONNECTED: [&str; 4] = ["attach", "exec", "portforward", "proxy"];

const OPERATIONS: [Operation; 4] =
    [Operation::Create, Operation::Update, Operation::Delete, Operation::Connect];

/// The API server never asks a webhook about these: a webhook must not keep itself from being removed.
const NEVER_ASKED: (&str, [&str; 6]) = (
    "admissionregistration.k8s.io",
    [
        "mutatingadmissionpolicies",
        "mutatingadmissionpolicybindings",
        "mutatingwebhookconfigurations",
        "validatingadmissionpolicies",
        "validatingadmissionpolicybindings",
        "validatingwebhookconfigurations",
    ],
);

/// What `policies` judge and no rule of `webhooks` sends, in the order of the API server's kinds. A kind that is not served has
/// no requests.
pub(super) fn unsent(policies: &[&Policy], served: &Served, webhooks: &[ValidatingWebhook]) -> Vec<Unsent> {
    let mut missing = Vec::new();
    for kind in &served.kinds {
        for Face { subresource, kind: sent, verbs } in faces(kind) {
            let judging = |operation: Operation| -> Vec<Arc<str>> {
                let name = (!subresource.is_empty()).then_some(subresource);
                let judging = policies.iter().filter(|policy| policy.metadata.judges(sent, operation, name));
                judging.map(|policy| Arc::clone(&policy.name)).collect()
            };
            for operation in
                OPERATIONS.into_iter().filter(|operation| is_possible(*operation, subresource, verbs))
            {
                let policies = judging(operation);
                if !policies.is_empty() && !is_sent(kind, subresource, operation, served, webhooks) {
                    let subresource = (!subresource.is_empty()).then(|| subresource.to_owned());
                    missing.push(Unsent {
                        kind: kind.resource.kind.clone(),
                        subresource,
                        operation,
                        policies,
                    });
                }
            }
        }
    }
    missing
}

/// A resource or one of its subresources.
struct Face<'a> {
    /// Empty for the resource itself.
    subresource: &'a str,
    /// Of what kind a request for it is.
    kind: &'a Kind,
    verbs: &'a [String],
}

fn faces(kind: &ServedKind) -> impl Iterator<Item = Face<'_>> {
    let whole = Face { subresource: "", kind: &kind.resource.kind, verbs: &kind.verbs };
    let below = kind.subresources.iter();
    let below = below.map(|sub| Face { subresource: &sub.name, kind: &sub.kind, verbs: &sub.verbs });
    std::iter::once(whole).chain(below)
}

fn is_possible(operation: Operation, subresource: &str, verbs: &[String]) -> bool {
    if CONNECTED.contains(&subresource) {
        return operation == Operation::Connect;
    }
    let any: &[&str] = match operation {
        Operation::Create => &["create"],
        Operation::Update => &["update", "patch"],
        Operation::Delete => &["delete", "deletecollection"],
        Operation::Connect => &[],
    };
    verbs.iter().any(|verb| any.contains(&verb.as_str()))
}

fn is_sent(
    kind: &ServedKind,
    subresource: &str,
    operation: Operation,
    served: &Served,
    webhooks: &[ValidatingWebhook],
) -> bool {
    let Kind { group, .. } = &kind.resource.kind;
    let plural = kind.resource.plural.as_str();
    if *group == NEVER_ASKED.0 && NEVER_ASKED.1.contains(&plural) {
        return false;
    }
    let asked = |kind: &ServedKind, webhook: &ValidatingWebhook| {
        let asked = Asked {
            group: &kind.resource.kind.group,
            version: &kind.resource.kind.version,
            plural,
            subresource,
            namespaced: kind.namespaced,
            operation,
        };
        webhook.rules.iter().flatten().any(|rule| asked.matches(rule))
    };
    webhooks.iter().any(|webhook| {
        let exact = webhook.match_policy.as_deref() == Some("Exact");
        asked(kind, webhook) || !exact && equivalents(kind, served).any(|other| asked(other, webhook))
    })
}

/// The other ways to the same objects: a rule for one of them takes in requests for all, unless its `matchPolicy` is `Exact`.
fn equivalents<'a>(kind: &'a ServedKind, served: &'a Served) -> impl Iterator<Item = &'a ServedKind> {
    // Of the kinds that once had two homes, only events still have.
    let is_event = |kind: &ServedKind| {
        kind.resource.plural == "events" && ["", "events.k8s.io"].contains(&kind.resource.kind.group.as_str())
    };
    served.kinds.iter().filter(move |other| {
        let same_group = other.resource.kind.group == kind.resource.kind.group;
        same_group && other.resource.plural == kind.resource.plural || is_event(kind) && is_event(other)
    })
}

impl Asked<'_> {
    fn matches(&self, rule: &RuleWithOperations) -> bool {
        let is = |list: &Option<Vec<String>>, word: &str| {
            list.iter().flatten().any(|item| item == "*" || item == word)
        };
        is(&rule.operations, self.operation_name())
            && is(&rule.api_groups, self.group)
            && is(&rule.api_versions, self.version)
            && rule.resources.iter().flatten().any(|pattern| self.is_named(pattern))
            && self.is_in_scope(rule.scope.as_deref())
    }

    /// `pods`, `pods/exec`, `pods/*`, `*`, `*/scale`, `*/*`.
    fn is_named(&self, pattern: &str) -> bool {
        let (resource, subresource) = pattern.split_once('/').unwrap_or((pattern, ""));
        let is = |pattern: &str, name: &str| pattern == "*" || pattern == name;
        is(resource, self.plural) && is(subresource, self.subresource)
    }

    fn is_in_scope(&self, scope: Option<&str>) -> bool {
        match scope {
            Some("Namespaced") => self.namespaced,
            Some("Cluster") => !self.namespaced,
            _ => true,
        }
    }

    fn operation_name(&self) -> &'static str {
        name(self.operation)
    }
}

fn name(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "CREATE",
        Operation::Update => "UPDATE",
        Operation::Delete => "DELETE",
        Operation::Connect => "CONNECT",
    }
}

/// `UPDATE Deployment.apps/v1 (scale)`.
impl fmt::Display for Unsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Kind { group, version, kind } = &self.kind;
        let dot = if group.is_empty() { "" } else { "." };
        write!(f, "{} {kind}{dot}{group}/{version}", name(self.operation))?;
        self.subresource.as_ref().map_or(Ok(()), |name| write!(f, " ({name})"))
    }
}

#[cfg(test)]
mod tests;
