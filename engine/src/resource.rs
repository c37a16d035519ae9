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
        Some(Self {
            operation: Operation::Create,
            name: name_in(&object),
            namespace: namespace_in(&object, &kind, default_namespace),
            kind,
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

/// The name that an object says it has.
pub(crate) fn name_in(object: &Value) -> Option<String> {
    metadata(object, "name").map(str::to_owned)
}

/// The namespace that an object of a kind says it is in; else the usual one.
pub(crate) fn namespace_in(object: &Value, kind: &Kind, usual: Option<&str>) -> Namespace {
    if is_cluster_scoped(kind) {
        return Namespace::ClusterScoped;
    }
    let name = metadata(object, "namespace").or(usual);
    name.map_or(Namespace::Unknown, |name| Namespace::Named(name.to_owned()))
}

fn metadata<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object.get("metadata")?.get(key)?.as_str().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests;
