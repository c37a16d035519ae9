//! What the webhook says of objects that are created.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail};
use guard_engine::request::Operation;
use http::{Request, StatusCode};
use k8s_openapi::api::admissionregistration::v1::ValidatingWebhookConfiguration;
use kube::{
    Client,
    core::GroupVersionKind,
    discovery::{ApiResource, Scope, oneshot},
};
use serde_json::{Value, json};

use super::{Finding, manifests::Manifest};
use crate::{
    cluster::{Cluster, User},
    poll,
    webhook::{Decision, Webhook},
};

/// How an object fared.
#[derive(Debug)]
pub enum Fate {
    /// The webhook has judged it.
    Judged {
        /// What it has found.
        findings: Vec<Finding>,
        /// Where the object is.
        url: String,
    },
    /// It was created and never sent to the webhook: of a kind or in a namespace that no policy is about.
    NotSent,
    /// The API server refuses it, before any webhook is asked: why.
    Refused(String),
    /// The API server does not know the kind.
    UnknownKind,
}

/// Where objects are created.
pub struct Door<'a> {
    client: Client,
    webhook: &'a Webhook,
    configuration: &'a ValidatingWebhookConfiguration,
    /// The namespace of objects that name none.
    namespace: &'a str,
    kinds: BTreeMap<(String, String), Option<(ApiResource, Scope)>>,
    namespaces: BTreeSet<String>,
    created: Vec<String>,
    read: usize,
}

impl<'a> Door<'a> {
    /// A way to the API server, and to what the webhook notes.
    ///
    /// # Errors
    /// There is no client.
    pub fn new(
        cluster: &Cluster,
        webhook: &'a Webhook,
        configuration: &'a ValidatingWebhookConfiguration,
        namespace: &'a str,
    ) -> anyhow::Result<Self> {
        let client = cluster.client(User::Admin)?;
        let (_, read) = webhook.decisions_from(0)?;
        Ok(Self {
            client,
            webhook,
            configuration,
            namespace,
            kinds: BTreeMap::new(),
            namespaces: BTreeSet::new(),
            created: vec![],
            read,
        })
    }

    /// Creates an object, and reads what the webhook says of it.
    ///
    /// # Errors
    /// The API server or the webhook does not answer.
    pub async fn create(&mut self, object: &Manifest) -> anyhow::Result<Fate> {
        let Some((resource, scope)) = self.resource(object).await? else { return Ok(Fate::UnknownKind) };
        let namespace = match object.text("/metadata/namespace") {
            "" => self.namespace.to_owned(),
            name => name.to_owned(),
        };
        let namespace = (scope == Scope::Namespaced).then_some(namespace);
        if let Some(namespace) = &namespace {
            self.ensure_namespace(namespace).await?;
        }
        let collection = collection(&resource, namespace.as_deref());
        let url = format!("{collection}?fieldValidation=Strict");
        let (status, answer) = self.send("POST", &url, &object.value).await?;
        let text = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str);
        // An object that exists has been judged like one that does not.
        let exists = status == StatusCode::CONFLICT && text("/reason") == Some("AlreadyExists");
        if !status.is_success() && !exists {
            let message = text("/message").unwrap_or_default().to_owned();
            if message.contains("failed calling webhook") {
                bail!(message);
            }
            return Ok(Fate::Refused(message));
        }
        let name = text("/metadata/name").unwrap_or_else(|| object.text("/metadata/name"));
        let url = format!("{collection}/{name}");
        let mut within = namespace.as_deref();
        if resource.kind == "Namespace" {
            self.namespaces.insert(name.to_owned());
            within = Some(name);
        } else {
            self.created.push(url.clone());
        }
        if !self.is_sent(&resource.group, &resource.plural, within) {
            return Ok(Fate::NotSent);
        }
        Ok(Fate::Judged { findings: findings(self.decision(&resource.kind, name).await?), url })
    }

    /// Has an object that is there judged again, among all the others: an update, as a dry run, that changes nothing.
    ///
    /// # Errors
    /// The API server or the webhook does not answer.
    pub async fn again(&mut self, url: &str) -> anyhow::Result<Vec<Finding>> {
        let (_, object) = self.send("GET", url, &Value::Null).await?;
        let (status, answer) = self.send("PUT", &format!("{url}?dryRun=All"), &object).await?;
        if !status.is_success() {
            bail!("{url} cannot be updated: {answer}");
        }
        let updated = |decision: &Decision| decision.operation == Operation::Update && decision.dry_run;
        Ok(findings(self.next(&format!("the decision record of {url}"), updated).await?))
    }

    /// Removes what was created, but for namespaces.
    ///
    /// # Errors
    /// An object stays.
    pub async fn clean(&mut self) -> anyhow::Result<()> {
        for url in std::mem::take(&mut self.created) {
            let now = json!({"gracePeriodSeconds": 0, "propagationPolicy": "Background"});
            self.send("DELETE", &url, &now).await?;
            // Nobody else is there to do what finalizers wait for. An object that has none is gone.
            self.send("PATCH", &url, &json!({"metadata": {"finalizers": null}})).await?;
            let (status, _) = self.send("GET", &url, &Value::Null).await?;
            if status != StatusCode::NOT_FOUND {
                bail!("{url} cannot be deleted: {status}");
            }
        }
        (_, self.read) = self.webhook.decisions_from(self.read)?;
        Ok(())
    }

    /// The resource of a kind, where the API server has it.
    async fn resource(&mut self, object: &Manifest) -> anyhow::Result<Option<(ApiResource, Scope)>> {
        let key = (object.text("/apiVersion").to_owned(), object.text("/kind").to_owned());
        if let Some(known) = self.kinds.get(&key) {
            return Ok(known.clone());
        }
        let (group, version) = key.0.split_once('/').unwrap_or(("", &key.0));
        let found =
            match oneshot::pinned_kind(&self.client, &GroupVersionKind::gvk(group, version, &key.1)).await {
                Ok((resource, capabilities)) => Some((resource, capabilities.scope)),
                Err(kube::Error::Discovery(_)) => None,
                Err(kube::Error::Api(status)) if status.code == 404 => None,
                Err(error) => return Err(error.into()),
            };
        self.kinds.insert(key, found.clone());
        Ok(found)
    }

    async fn ensure_namespace(&mut self, name: &str) -> anyhow::Result<()> {
        if self.namespaces.insert(name.to_owned()) {
            let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
            let (status, answer) = self.send("POST", "/api/v1/namespaces", &object).await?;
            if !status.is_success() && status != StatusCode::CONFLICT {
                bail!("namespace {name} cannot be created: {answer}");
            }
            if self.is_sent("", "namespaces", Some(name)) {
                self.decision("Namespace", name).await?;
            }
        }
        Ok(())
    }

    /// Whether the configuration has the API server send what is created.
    fn is_sent(&self, group: &str, resource: &str, namespace: Option<&str>) -> bool {
        let has = |list: &Option<Vec<String>>, wanted: &str| {
            list.iter().flatten().any(|item| item == "*" || item == wanted)
        };
        let rules =
            self.configuration.webhooks.iter().flatten().flat_map(|webhook| webhook.rules.iter().flatten());
        let mut rules = rules.filter(|rule| has(&rule.operations, "CREATE"));
        rules.any(|rule| has(&rule.api_groups, group) && has(&rule.resources, resource))
            && namespace.is_none_or(|namespace| !NEVER_SENT.contains(&namespace))
    }

    /// What the webhook notes of an object that has just been created.
    async fn decision(&mut self, kind: &str, name: &str) -> anyhow::Result<Decision> {
        let created = |decision: &Decision| {
            decision.operation == Operation::Create
                && !decision.dry_run
                && decision.kind.kind == kind
                // A name that the API server makes is made after its webhooks were asked.
                && decision.name.as_deref().is_none_or(|given| given == name)
        };
        self.next(&format!("the decision record of {kind} {name}"), created).await
    }

    /// The latest new record of its sort. Others are of objects that were refused after they were judged.
    async fn next(&mut self, what: &str, is_of_sort: impl Fn(&Decision) -> bool) -> anyhow::Result<Decision> {
        poll::until(what, async || {
            let (decisions, read) = self.webhook.decisions_from(self.read)?;
            self.read = read;
            Ok(decisions.into_iter().rfind(&is_of_sort))
        })
        .await
    }

    async fn send(&self, method: &str, url: &str, body: &Value) -> anyhow::Result<(StatusCode, Value)> {
        let content = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
        let body = if body.is_null() { Vec::new() } else { serde_json::to_vec(body)? };
        let request = Request::builder().method(method).uri(url).header("Content-Type", content);
        let response = self.client.send(request.body(body.into())?).await?;
        let status = response.status();
        let text = response.into_body().collect_bytes().await?;
        let answer =
            serde_json::from_slice(&text).with_context(|| format!("{method} {url}: {status}, no JSON"))?;
        Ok((status, answer))
    }
}

fn findings(decision: Decision) -> Vec<Finding> {
    let failures = decision.failures.iter().map(|failure| Finding::failure(&failure.policy));
    decision.violations.into_iter().chain(failures.collect::<Vec<_>>()).collect()
}

/// The namespaces that the configuration's conditions keep out.
const NEVER_SENT: [&str; 2] = ["kube-system", "guard-system"];

fn collection(resource: &ApiResource, namespace: Option<&str>) -> String {
    let ApiResource { group, version, plural, .. } = resource;
    let version =
        if group.is_empty() { format!("/api/{version}") } else { format!("/apis/{group}/{version}") };
    match namespace {
        Some(namespace) => format!("{version}/namespaces/{namespace}/{plural}"),
        None => format!("{version}/{plural}"),
    }
}
