//! Who a resource is: its kind, its place, the workload it belongs to.

mod scope;
mod template;
mod workload;

use std::sync::Arc;

use serde_json::Value;

pub use scope::is_cluster_scoped;
pub(crate) use template::at;
pub use template::{container_of, in_pod_template, pod_template};
pub use workload::Workload;

use crate::request::{Kind, Namespace, Operation, Request};

impl Kind {
    /// The kind that an object says it is of.
    #[must_use]
    pub fn of(object: &Value) -> Option<Self> {
        let api_version = object.get("apiVersion")?.as_str()?;
        let kind = object.get("kind")?.as_str()?;
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Some(Self { group: group.to_owned(), version: version.to_owned(), kind: kind.to_owned() })
    }

    /// `apps/v1`; the core group's is `v1`.
    #[must_use]
    pub fn group_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }
}

impl Request {
    /// An object of a file as the request that would create it. None where it has no `apiVersion` or `kind`.
    ///
    /// `default_namespace` is where an object goes that names no namespace; its kind may be cluster-scoped, which is known
    /// of Kubernetes' own kinds alone.
    #[must_use]
    pub fn create(object: Arc<Value>, default_namespace: Option<&str>) -> Option<Self> {
        let kind = Kind::of(&object)?;
        let metadata = |key| {
            let value = object.get("metadata")?.get(key)?.as_str()?;
            (!value.is_empty()).then(|| value.to_owned())
        };
        let namespace = if is_cluster_scoped(&kind) {
            Namespace::ClusterScoped
        } else {
            metadata("namespace")
                .or_else(|| default_namespace.map(str::to_owned))
                .map_or(Namespace::Unknown, Namespace::Named)
        };
        Some(Self {
            operation: Operation::Create,
            name: metadata("name"),
            kind,
            namespace,
            object,
            old_object: Arc::new(Value::Null),
            user_info: None,
            dry_run: false,
            sub_resource: None,
            namespace_object: None,
        })
    }

    /// The object that is judged: on DELETE the one that goes.
    #[must_use]
    pub fn judged(&self) -> &Value {
        if self.object.is_null() { &self.old_object } else { &self.object }
    }
}

#[cfg(test)]
mod tests;
