//! The ValidatingWebhookConfiguration that sends guard what its policies judge, and nothing that must never be held up.

mod command;
mod plural;
mod rules;
mod yaml;

use std::str::FromStr;

use guard_engine::{bundle::Bundle, config::Config};
use hyper::Uri;
use k8s_openapi::ByteString;
use serde_json::{Value, json};

pub use command::run;
use plural::Resource;
pub use rules::{Rule, Rules, UnknownResource, rules};

/// The webhook's name in the API server's messages and audit annotations.
pub const WEBHOOK_NAME: &str = "validate.guard.policy";

/// Where reviews are sent to.
const PATH: &str = "/validate";

/// What an API server has to know besides the rules.
#[derive(Debug, Clone)]
pub struct Options {
    /// The configuration's own name.
    pub name: String,
    /// Where the API server finds the webhook.
    pub client: Client,
    /// The certificates that the webhook's own must come from, as PEM; none where it comes from the API server's own roots.
    pub ca_bundle: Option<Vec<u8>>,
    /// What the API server does where the webhook does not answer.
    pub failure_policy: FailurePolicy,
    /// How long the API server waits, in seconds.
    pub timeout_seconds: u8,
}

/// Where the API server finds the webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Client {
    /// At an address of its own.
    Url(Url),
    /// As a Service of the cluster.
    Service(Service),
}

/// An address that API servers can call: `https://10.0.0.1:8443/validate`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url(String);

/// A Service of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its namespace, which is guard's own.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its port.
    pub port: u16,
}

/// What the API server does where the webhook does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FailurePolicy {
    /// Refuse what would have been judged.
    Fail,
    /// Let it pass unjudged.
    Ignore,
}

/// A text that is no address of a webhook.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected https://HOST:PORT or https://HOST:PORT/validate: API servers call nothing else")]
pub struct NoUrl;

impl FromStr for Url {
    type Err = NoUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.parse().map_err(|_| NoUrl)?;
        let host = uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or(NoUrl)?;
        let goes = uri.scheme_str() == Some("https") && uri.query().is_none() && !text.contains('#');
        match uri.path() {
            "" | "/" if goes => Ok(Self(format!("https://{host}{PATH}"))),
            _ if goes => Ok(Self(text.to_owned())),
            _ => Err(NoUrl),
        }
    }
}

/// A text that names no Service.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected NAMESPACE/NAME or NAMESPACE/NAME:PORT")]
pub struct NoService;

impl FromStr for Service {
    type Err = NoService;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (namespace, name) = text.split_once('/').ok_or(NoService)?;
        let (name, port) = match name.split_once(':') {
            Some((name, port)) => (name, port.parse().map_err(|_| NoService)?),
            None => (name, 443),
        };
        // Both stand in an expression between quotes.
        let is_name = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        let service = Self { namespace: namespace.to_owned(), name: name.to_owned(), port };
        if is_name(namespace) && is_name(name) { Ok(service) } else { Err(NoService) }
    }
}

/// The namespace in which guard runs where nothing else says.
const OWN_NAMESPACE: &str = "guard-system";

/// The configuration as YAML.
///
/// # Errors
/// The kinds of which nobody knows what the API server calls them.
pub fn configuration(
    bundle: &Bundle,
    config: &Config,
    options: &Options,
) -> Result<String, Vec<UnknownResource>> {
    let Rules { sent, kept_out: _ } = rules(bundle, config)?;
    let mut client = match &options.client {
        Client::Url(Url(url)) => json!({"url": url}),
        Client::Service(Service { namespace, name, port }) => {
            json!({"service": {"namespace": namespace, "name": name, "path": PATH, "port": port}})
        }
    };
    if let (Some(ca_bundle), Some(client)) = (&options.ca_bundle, client.as_object_mut()) {
        client.insert("caBundle".into(), json!(ByteString(ca_bundle.clone())));
    }
    let webhook = json!({
        "name": WEBHOOK_NAME,
        "clientConfig": client,
        "rules": sent,
        "failurePolicy": match options.failure_policy {
            FailurePolicy::Fail => "Fail",
            FailurePolicy::Ignore => "Ignore",
        },
        // An object of another version of a kind is converted and sent too.
        "matchPolicy": "Equivalent",
        "sideEffects": "None",
        "timeoutSeconds": options.timeout_seconds,
        "admissionReviewVersions": ["v1"],
        "matchConditions": match_conditions(options),
    });
    Ok(yaml::document(&json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": options.name},
        "webhooks": [webhook],
    })))
}

/// The resources that are never sent, by their groups, under the name of their condition.
const KEPT_OUT: [(&str, &[(&str, &str)]); 4] = [
    ("not-leases", &[("coordination.k8s.io", "leases")]),
    ("not-nodes", &[("", "nodes")]),
    ("not-events", &[("", "events"), ("events.k8s.io", "events")]),
    ("not-certificate-requests", &[("certificates.k8s.io", "certificatesigningrequests")]),
];

/// The groups of which nothing is ever sent.
const GROUPS_KEPT_OUT: [&str; 2] = ["authentication.k8s.io", "authorization.k8s.io"];

/// Whether the conditions below keep a resource out, with its subresources.
fn is_kept_out(Resource { group, resource }: &Resource) -> bool {
    let whole = resource.split('/').next().unwrap_or_default();
    GROUPS_KEPT_OUT.contains(&group.as_str())
        || KEPT_OUT.iter().any(|(_, resources)| resources.contains(&(group, whole)))
}

/// What is never sent, whatever policies judge: what a cluster cannot come back without. All of the conditions must hold for a request to
/// be sent. An absent field is an error in CEL, which the failurePolicy would decide: hence `has`.
fn match_conditions(options: &Options) -> Vec<Value> {
    let own = match &options.client {
        Client::Service(service) => service.namespace.as_str(),
        Client::Url(_) => OWN_NAMESPACE,
    };
    let condition = |name: &str, expression: String| json!({"name": name, "expression": expression});
    let namespaces = format!("!has(request.namespace) || !(request.namespace in ['kube-system', '{own}'])");
    let neither = |resources: &[(&str, &str)]| {
        let is = |(group, resource): &(&str, &str)| {
            format!("request.resource.group == '{group}' && request.resource.resource == '{resource}'")
        };
        let any: Vec<String> = resources.iter().map(is).collect();
        format!("!({})", any.join(" || "))
    };
    let groups = format!("!(request.resource.group in ['{}'])", GROUPS_KEPT_OUT.join("', '"));
    let mut conditions = vec![condition("not-in-system-namespaces", namespaces)];
    conditions.extend(KEPT_OUT.map(|(name, resources)| condition(name, neither(resources))));
    conditions.push(condition("not-access-reviews", groups));
    conditions
}

#[cfg(test)]
mod tests;
