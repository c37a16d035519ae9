//! The other resources that a policy may look at: the scanned files, or what a cluster holds.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    metadata::KindSelector,
    rego::Document,
    request::{Namespace, Request},
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

/// Collects the resources of a snapshot.
#[derive(Debug, Default)]
pub struct InventoryBuilder {
    namespace: BTreeMap<String, Versions>,
    cluster: Versions,
    lacking: Vec<(KindSelector, String)>,
}

/// By groupVersion, kind and name.
type Versions = BTreeMap<String, BTreeMap<String, BTreeMap<String, Document>>>;

impl Inventory {
    /// What tells this snapshot from another of the same source.
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
        InventoryBuilder::default().build(0)
    }
}

impl InventoryBuilder {
    /// Adds the object of a request. One whose namespace is unknown stands under the namespace `""`; one without a name,
    /// which the API server will make up, nobody can refer to and is left out.
    ///
    /// False where a resource of the same identity was there before; the later one counts.
    pub fn insert(&mut self, request: &Request) -> bool {
        let Some(name) = &request.name else { return true };
        let versions = match &request.namespace {
            Namespace::ClusterScoped => &mut self.cluster,
            Namespace::Named(namespace) => self.namespace.entry(namespace.clone()).or_default(),
            Namespace::Unknown => self.namespace.entry(String::new()).or_default(),
        };
        let kinds = versions.entry(request.kind.group_version()).or_default();
        let names = kinds.entry(request.kind.kind.clone()).or_default();
        names.insert(name.clone(), Document::from(&*request.object)).is_none()
    }

    /// Says that the resources of a kind are not known, and why: a sentence without a full stop. A policy that reads them fails
    /// with [`Cause::Inventory`](crate::evaluation::Cause::Inventory), whatever else was inserted.
    pub fn lack(&mut self, kind: &KindSelector, why: impl Into<String>) {
        self.lacking.push((kind.clone(), why.into()));
    }

    /// The snapshot. `version` must differ from that of any other snapshot that the same evaluator sees.
    #[must_use]
    pub fn build(self, version: u64) -> Inventory {
        let namespaces =
            self.namespace.into_iter().map(|(name, versions)| (name, document(versions))).collect();
        let parts = [("namespace", object(namespaces)), ("cluster", document(self.cluster))];
        Inventory { version, document: Document::object(parts), lacking: self.lacking.into() }
    }
}

fn document(versions: Versions) -> Document {
    let kinds = |kinds: BTreeMap<String, BTreeMap<String, Document>>| {
        object(kinds.into_iter().map(|(kind, names)| (kind, object(names))).collect())
    };
    object(versions.into_iter().map(|(version, by_kind)| (version, kinds(by_kind))).collect())
}

fn object(entries: BTreeMap<String, Document>) -> Document {
    Document::object(entries.iter().map(|(key, value)| (key.as_str(), value.clone())))
}
