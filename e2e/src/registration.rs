//! A webhook's place in an API server: the ValidatingWebhookConfiguration that guard-webhook prints, for a test's own namespaces.

use anyhow::Context;
use guard_manifest::Content;
use k8s_openapi::api::{admissionregistration::v1::ValidatingWebhookConfiguration, core::v1::ConfigMap};
use kube::{
    Api,
    api::{DeleteParams, PostParams},
};
use serde_json::{Value, json};

use crate::{
    cluster::{Cluster, User},
    poll,
    webhook::{self, Webhook},
};

/// How a webhook is registered.
#[derive(Debug, Clone)]
pub struct Registration<'a> {
    /// The configuration's name, which no other test uses.
    pub name: &'a str,
    /// Whose requests are sent: those for objects in these namespaces. Empty: everybody's.
    pub namespaces: &'a [&'a str],
    /// Where requests are sent, if not to the webhook itself.
    pub port: Option<u16>,
    /// What becomes of requests while the webhook cannot be reached: `fail` or `ignore`.
    pub failure_policy: &'a str,
}

/// Registers a running webhook, which may be several replicas, and waits until the API server sends one of them what it should.
///
/// # Errors
/// The webhook's configuration is refused, or nothing is sent.
pub async fn register(
    cluster: &Cluster,
    replicas: &[&Webhook],
    registration: &Registration<'_>,
) -> anyhow::Result<ValidatingWebhookConfiguration> {
    let webhook = replicas.first().context("no webhook to register")?;
    let configuration = serde_json::from_value(configuration(webhook, registration)?)?;
    let api: Api<ValidatingWebhookConfiguration> = Api::all(cluster.client(User::Admin)?);
    let configuration = api.create(&PostParams::default(), &configuration).await?;
    let namespace = registration.namespaces.first().copied().unwrap_or("default");
    await_traffic(cluster, replicas, namespace).await?;
    Ok(configuration)
}

/// Takes a configuration away.
///
/// # Errors
/// It is not there.
pub async fn unregister(cluster: &Cluster, name: &str) -> anyhow::Result<()> {
    let api: Api<ValidatingWebhookConfiguration> = Api::all(cluster.client(User::Admin)?);
    api.delete(name, &DeleteParams::default()).await?;
    Ok(())
}

fn configuration(webhook: &Webhook, registration: &Registration<'_>) -> anyhow::Result<Value> {
    let authority = webhook.authority();
    let authority = authority.to_str().context("a folder that is not Unicode")?;
    let url = webhook::url(registration.port.unwrap_or(webhook.port()));
    let printed = webhook.run(&[
        "--print-configuration",
        "--webhook-configuration",
        registration.name,
        "--url",
        &url,
        "--ca-bundle",
        authority,
        "--failure-policy",
        registration.failure_policy,
    ])?;
    let mut configuration = object(&printed).with_context(|| format!("no configuration: {printed}"))?;
    let webhooks = configuration.pointer_mut("/webhooks").and_then(Value::as_array_mut);
    for webhook in webhooks.context("a configuration without webhooks")? {
        // What `await_traffic` asks for.
        let canary = json!({"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"], "scope": "*"});
        list(webhook, "/rules")?.push(canary);
        if !registration.namespaces.is_empty() {
            let own = json!({"key": "kubernetes.io/metadata.name", "operator": "In", "values": registration.namespaces});
            let selector = webhook.as_object_mut().context("a webhook is a mapping")?;
            selector.entry("namespaceSelector").or_insert_with(|| json!({"matchExpressions": []}));
            list(webhook, "/namespaceSelector/matchExpressions")?.push(own);
        }
    }
    Ok(configuration)
}

fn list<'a>(value: &'a mut Value, pointer: &str) -> anyhow::Result<&'a mut Vec<Value>> {
    value.pointer_mut(pointer).and_then(Value::as_array_mut).with_context(|| format!("no list at {pointer}"))
}

fn object(yaml: &str) -> Option<Value> {
    guard_manifest::read(yaml.as_bytes()).documents.into_iter().find_map(|document| match document.content {
        Content::Resources(resources) => resources.into_iter().next().map(|resource| resource.value),
        _ => None,
    })
}

/// An API server hears of a webhook a moment after it has been registered.
async fn await_traffic(cluster: &Cluster, replicas: &[&Webhook], namespace: &str) -> anyhow::Result<()> {
    let count = || -> anyhow::Result<usize> {
        let decisions = replicas.iter().map(|webhook| webhook.decisions());
        Ok(decisions.collect::<anyhow::Result<Vec<_>>>()?.iter().map(Vec::len).sum())
    };
    let before = count()?;
    let api: Api<ConfigMap> = Api::namespaced(cluster.client(User::Admin)?, namespace);
    let canary: ConfigMap = serde_json::from_value(json!({"metadata": {"generateName": "canary-"}}))?;
    let dry_run = PostParams { dry_run: true, ..PostParams::default() };
    poll::until("the API server to call the webhook", async || {
        // Whether it is let in is not the question.
        api.create(&dry_run, &canary).await.ok();
        Ok((count()? > before).then_some(()))
    })
    .await
}
