//! The tasks that keep a view: one that asks what is served and starts and stops the others, one for each resource that is
//! followed, one that publishes snapshots.

use std::{collections::HashMap, sync::Arc, time::Duration};

use guard_engine::rego::Document;
use k8s_openapi::api::admissionregistration::v1::{ValidatingWebhook, ValidatingWebhookConfiguration};
use kube::Client;
use serde_json::Value;
use tokio::{
    task::AbortHandle,
    time::{sleep, timeout},
};

use super::{
    Shared,
    backoff::Backoff,
    health::Health,
    resource::Resource,
    served::Served,
    trouble::{Trouble, sentence},
    watch::{Change, Source},
};

/// How often it is asked again what is served, where a declared kind is not: its definition may come.
const SEARCH: Duration = Duration::from_secs(60);

/// How often it is asked where nothing is missing.
const REFRESH: Duration = Duration::from_secs(600);

/// How long the two answers about what is served may take.
const DISCOVERY_LIMIT: Duration = Duration::from_secs(30);

/// At most so often is a snapshot published: a cluster in motion has thousands of changes a second, and each one that is seen costs
/// every worker a little.
const PUBLISHING: Duration = Duration::from_millis(250);

/// Starts everything; the tasks live as long as the runtime.
pub(super) fn start(client: &Client, shared: &Arc<Shared>, configuration: String) {
    let of = Arc::clone(shared);
    let namespaces = source(client, shared.namespaces.resource(), |object| object.to_string().into());
    tokio::spawn(namespaces.follow(move |change| {
        of.namespaces.change(change);
        of.changed.notify_one();
    }));
    tokio::spawn(follow_configuration(client.clone(), Arc::clone(shared), configuration));
    tokio::spawn(publish(Arc::clone(shared)));
    tokio::spawn(keep(client.clone(), Arc::clone(shared)));
}

/// Follows what is declared, as far as it is served.
async fn keep(client: Client, shared: Arc<Shared>) {
    let mut tasks: HashMap<Resource, AbortHandle> = HashMap::new();
    let mut backoff = Backoff::default();
    loop {
        let served = discover(&client).await;
        let mut wait = match &served {
            Ok(_) => {
                backoff.reset();
                REFRESH
            }
            Err(_) => backoff.next(),
        };
        let (start, stop, all_served) = {
            let mut state = shared.state();
            state.discovered(
                served.map_err(|why| format!("the API server does not say what it serves: {why}")),
            );
            let (start, stop) = state.reconcile();
            (start, stop, state.not_served().is_empty())
        };
        for resource in stop {
            tracing::info!(%resource, "followed no longer");
            tasks.remove(&resource).iter().for_each(AbortHandle::abort);
        }
        for resource in start {
            let task = tokio::spawn(follow(client.clone(), Arc::clone(&shared), resource.clone()));
            tasks.insert(resource, task.abort_handle());
        }
        if !all_served {
            wait = wait.min(SEARCH);
        }
        shared.changed.notify_one();
        tokio::select! {
            () = shared.wanted.notified() => {}
            () = sleep(wait) => {}
        }
    }
}

async fn follow(client: Client, shared: Arc<Shared>, resource: Resource) {
    let source = source(&client, &resource, |object| Document::from(&object));
    let follow = source.follow(|change| {
        let removed = matches!(change, Change::Trouble(Trouble::NotServed));
        shared.state().change(&resource, change);
        shared.changed.notify_one();
        if removed {
            shared.wanted.notify_one();
        }
    });
    follow.await;
}

/// Follows the one webhook configuration that sends requests here.
async fn follow_configuration(client: Client, shared: Arc<Shared>, name: String) {
    let resource = Resource::new(
        "admissionregistration.k8s.io",
        "v1",
        "ValidatingWebhookConfiguration",
        "validatingwebhookconfigurations",
    );
    let source = Source { name: Some(name.clone()), ..source(&client, &resource, webhooks_of) };
    let mut health = Health::default();
    let mut webhooks = None;
    let follow = source.follow(|change| {
        health.note(&resource, &change);
        match change {
            Change::Page(found, _) => {
                webhooks = found.into_iter().find(|found| found.name == name).map(|found| found.object);
                health.objects = webhooks.iter().len();
            }
            Change::Listed => {
                if webhooks.is_none() {
                    tracing::warn!(
                        "there is no ValidatingWebhookConfiguration {name:?}: nothing is sent here by it"
                    );
                }
                shared.state().configured(webhooks.take().unwrap_or_default());
            }
            Change::Applied(found) => shared.state().configured(found.object),
            Change::Deleted(_) => {
                tracing::warn!(
                    "the ValidatingWebhookConfiguration {name:?} was deleted: nothing is sent here by it"
                );
                shared.state().configured(Vec::new());
            }
            Change::Alive | Change::Trouble(_) => {}
        }
    });
    follow.await;
}

/// The webhooks of a configuration. The API server lets no other shape through.
fn webhooks_of(configuration: Value) -> Vec<ValidatingWebhook> {
    let configuration: Result<ValidatingWebhookConfiguration, _> = serde_json::from_value(configuration);
    configuration.ok().and_then(|configuration| configuration.webhooks).unwrap_or_default()
}

async fn discover(client: &Client) -> Result<Served, String> {
    let both = async {
        let core = client.list_core_api_versions_aggregated().await?;
        let groups = client.list_api_groups_aggregated().await?;
        Ok(Served::new(core, groups))
    };
    match timeout(DISCOVERY_LIMIT, both).await {
        Ok(outcome) => outcome.map_err(|error: kube::Error| sentence(&error)),
        Err(_) => Err(Trouble::Silent(DISCOVERY_LIMIT).to_string()),
    }
}

/// Publishes a snapshot after a change, and then pauses.
async fn publish(shared: Arc<Shared>) {
    loop {
        shared.changed.notified().await;
        shared.publish();
        sleep(PUBLISHING).await;
    }
}

fn source<T>(client: &Client, resource: &Resource, keep: fn(Value) -> T) -> Source<T> {
    Source { client: client.clone(), resource: resource.clone(), name: None, keep }
}
