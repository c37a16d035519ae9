//! The other resources that a policy may look at: the scanned files, or what a cluster holds.

use std::{
    mem,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{
    metadata::KindSelector,
    rego::Document,
    request::{Kind, Namespace, Request},
};

/// A snapshot of resources, in the form in which policies see it:
/// `data.inventory.namespace[namespace][groupVersion][kind][name]` and `data.inventory.cluster[groupVersion][kind][name]`.
/// Cloning it copies nothing.
#[derive(Debug, Clone)]
pub struct Inventory {
    version: u64,
    document: Document,
    lacking: Arc<[(KindSelector, String)]>,
}

/// Resources as they come and go. A snapshot shares with the next one all that did not change in between.
#[derive(Debug)]
pub struct Store {
    namespace: Document,
    cluster: Document,
    lacking: Arc<[(KindSelector, String)]>,
    version: u64,
    /// Something changed since the last snapshot.
    changed: bool,
}

/// The version of the newest snapshot of any store: it tells snapshots apart and decides no verdict.
static LAST_VERSION: AtomicU64 = AtomicU64::new(0);

impl Inventory {
    /// What tells this snapshot from any other.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    pub(crate) fn document(&self) -> &Document {
        &self.document
    }

    /// Why one of these kinds is not known, if one is not.
    pub(crate) fn lacks(&self, kinds: &[KindSelector]) -> Option<&str> {
        let same =
            |one: &KindSelector, two: &KindSelector| (&one.group, &one.kind) == (&two.group, &two.kind);
        let mut lacking = self.lacking.iter();
        lacking.find(|(lacking, _)| kinds.iter().any(|kind| same(kind, lacking))).map(|(_, why)| why.as_str())
    }
}

impl Default for Inventory {
    /// Nothing, as version 0.
    fn default() -> Self {
        Store::default().snapshot()
    }
}

impl Default for Store {
    /// Nothing, and nothing lacks.
    fn default() -> Self {
        let nothing = Document::object([]);
        Self {
            namespace: nothing.clone(),
            cluster: nothing,
            lacking: Arc::default(),
            version: 0,
            changed: false,
        }
    }
}

impl Store {
    /// Puts in the object of a request. One whose namespace is unknown stands under the namespace `""`; one without a name,
    /// which the API server will make up, nobody can refer to and is left out.
    ///
    /// False where a resource of the same identity was there before; the later one counts.
    pub fn insert_request(&mut self, request: &Request) -> bool {
        let Some(name) = &request.name else { return true };
        let namespace = match &request.namespace {
            Namespace::ClusterScoped => None,
            Namespace::Named(namespace) => Some(namespace.as_str()),
            Namespace::Unknown => Some(""),
        };
        self.insert(&request.kind, namespace, name, Document::from(&*request.object))
    }

    /// Puts in a resource; `namespace` is none for a cluster-scoped one. False where one of the same identity was there before.
    pub fn insert(&mut self, kind: &Kind, namespace: Option<&str>, name: &str, object: Document) -> bool {
        self.changed = true;
        let version = kind.group_version();
        match namespace {
            Some(namespace) => self.namespace.put(&[namespace, &version, &kind.kind, name], object),
            None => self.cluster.put(&[&version, &kind.kind, name], object),
        }
    }

    /// Takes out a resource. False where it is not there.
    pub fn remove(&mut self, kind: &Kind, namespace: Option<&str>, name: &str) -> bool {
        let version = kind.group_version();
        let removed = match namespace {
            Some(namespace) => self.namespace.remove(&[namespace, &version, &kind.kind, name]),
            None => self.cluster.remove(&[&version, &kind.kind, name]),
        };
        self.changed |= removed;
        removed
    }

    /// Says of which kinds the resources are not known, and why: a sentence without a full stop. A policy that reads them fails
    /// with [`Cause::Inventory`](crate::evaluation::Cause::Inventory), whatever else was put in.
    pub fn set_lacking(&mut self, lacking: Vec<(KindSelector, String)>) {
        if *self.lacking != *lacking {
            self.lacking = lacking.into();
            self.changed = true;
        }
    }

    /// What is in it now. Its version is higher than the last snapshot's where something changed, and the same where nothing
    /// did; no two stores share one, but for 0, which is nothing.
    #[must_use]
    pub fn snapshot(&mut self) -> Inventory {
        if mem::take(&mut self.changed) {
            self.version = LAST_VERSION.fetch_add(1, Ordering::Relaxed) + 1;
        }
        let parts = [("namespace", self.namespace.clone()), ("cluster", self.cluster.clone())];
        Inventory {
            version: self.version,
            document: Document::object(parts),
            lacking: Arc::clone(&self.lacking),
        }
    }
}
