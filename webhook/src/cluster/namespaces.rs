//! The namespaces of the cluster, by name.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use kube::{Client, api::GetParams, core::Request};
use serde_json::Value;

use super::{
    health::Health,
    resource::{Observed, Resource},
    state::KindView,
    watch::Change,
};

/// The namespaces of the cluster. Readers never wait for more than one change.
pub(super) struct Namespaces {
    resource: Resource,
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    health: Health,
    objects: HashMap<String, Kept>,
    /// Counts the lists that were begun.
    list: u32,
    /// Those that somebody asked for, as a value: eight times the size of its text.
    read: HashMap<String, Arc<Value>>,
}

/// A namespace as it is kept.
struct Kept {
    /// As JSON.
    text: Box<str>,
    /// The newest list that had it.
    list: u32,
}

/// How many namespaces are kept as values. Beyond it all are forgotten, and read again from their texts.
const MAX_READ: usize = 512;

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
        let known = self.lock_to_read();
        if let Some(object) = known.read.get(name) {
            return Some(Arc::clone(object));
        }
        known.objects.get(name)?;
        drop(known);
        self.lock().read(name)
    }

    /// Takes in what became known.
    pub(super) fn change(&self, change: Change<Box<str>>) {
        let mut known = self.lock();
        known.health.note(&self.resource, &change);
        match change {
            Change::Page(namespaces, is_first) => {
                known.list = known.list.wrapping_add(is_first.into());
                namespaces.into_iter().for_each(|namespace| known.keep(namespace));
            }
            Change::Listed => {
                let list = known.list;
                known.objects.retain(|_, kept| kept.list == list);
                known.read.clear();
            }
            Change::Applied(namespace) => known.keep(namespace),
            Change::Deleted(namespace) => {
                known.read.remove(&namespace.name);
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
        self.lock_to_read().health.is_followed()
    }

    /// Why not all are known; none where they are.
    pub(super) fn why_not_synced(&self) -> Option<String> {
        self.lock_to_read().health.why_not_synced(&self.resource)
    }

    pub(super) fn view(&self) -> KindView {
        self.lock_to_read().health.view(&self.resource)
    }

    // A thread that panicked while it held the lock left no half of a change behind: the map is whole at each step.
    fn lock_to_read(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn keep(&mut self, namespace: Observed<Box<str>>) {
        self.read.remove(&namespace.name);
        self.objects.insert(namespace.name, Kept { text: namespace.object, list: self.list });
    }

    fn read(&mut self, name: &str) -> Option<Arc<Value>> {
        let object: Arc<Value> = Arc::new(serde_json::from_str(&self.objects.get(name)?.text).ok()?);
        if self.read.len() >= MAX_READ {
            self.read.clear();
        }
        self.read.insert(name.to_owned(), Arc::clone(&object));
        Some(object)
    }
}
