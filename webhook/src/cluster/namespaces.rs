//! The namespaces of the cluster, by name.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use kube::{Client, api::GetParams, core::Request};
use serde_json::Value;

use super::{health::Health, resource::Resource, state::KindView, watch::Change};

/// The namespaces of the cluster. Readers never wait for more than one change.
pub(super) struct Namespaces {
    resource: Resource,
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    health: Health,
    objects: HashMap<String, Kept>,
}

struct Kept {
    version: String,
    object: Arc<Value>,
}

impl Default for Namespaces {
    fn default() -> Self {
        Self { resource: Resource::new("", "v1", "Namespace", "namespaces"), known: RwLock::default() }
    }
}

impl Namespaces {
    pub(super) fn resource(&self) -> &Resource {
        &self.resource
    }

    pub(super) fn get(&self, name: &str) -> Option<Arc<Value>> {
        self.read().objects.get(name).map(|kept| Arc::clone(&kept.object))
    }

    /// Takes in what became known.
    pub(super) fn change(&self, change: Change<Value>) {
        let mut known = self.write();
        known.health.note(&self.resource, &change);
        match change {
            Change::Listed(objects) => {
                let mut before = mem::take(&mut known.objects);
                for namespace in objects {
                    let same =
                        before.remove(&namespace.name).filter(|kept| kept.version == namespace.version);
                    let kept = same.unwrap_or_else(|| Kept {
                        version: namespace.version,
                        object: Arc::new(namespace.object),
                    });
                    known.objects.insert(namespace.name, kept);
                }
            }
            Change::Applied(namespace) => {
                let kept = Kept { version: namespace.version, object: Arc::new(namespace.object) };
                known.objects.insert(namespace.name, kept);
            }
            Change::Deleted(namespace) => {
                known.objects.remove(&namespace.name);
            }
            Change::Alive | Change::Trouble(_) => {}
        }
        known.health.objects = known.objects.len();
    }

    /// Asks the API server for one.
    pub(super) async fn ask(&self, client: &Client, name: &str) -> Option<Arc<Value>> {
        let request = Request::new(self.resource.path()).get(name, &GetParams::default()).ok()?;
        let answer = match client.request_text(request).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::debug!(name, "the namespace is not known and was asked for: {error}");
                return None;
            }
        };
        let object = serde_json::from_str(&answer).ok()?;
        Some(Arc::new(self.resource.observe(object, |object| object)?.object))
    }

    /// Whether changes come in at the moment.
    pub(super) fn are_followed(&self) -> bool {
        self.read().health.is_followed()
    }

    /// Why not all are known; none where they are.
    pub(super) fn why_not_synced(&self) -> Option<String> {
        self.read().health.why_not_synced(&self.resource)
    }

    pub(super) fn view(&self) -> KindView {
        self.read().health.view(&self.resource)
    }

    // A thread that panicked while it held the lock left no half of a change behind: the map is whole at each step.
    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}
