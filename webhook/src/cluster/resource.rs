//! One kind of object as the API server serves it, and the form in which guard keeps its objects.

use std::fmt;

use guard_engine::request::Kind;
use serde_json::Value;

/// A resource that can be listed and watched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Resource {
    /// What its objects are.
    pub(super) kind: Kind,
    /// What it is called in addresses: `ingresses`.
    pub(super) plural: String,
}

/// An object as it was seen.
#[derive(Debug)]
pub(super) struct Observed<T> {
    /// None for a cluster-scoped object.
    pub(super) namespace: Option<String>,
    pub(super) name: String,
    /// Its `resourceVersion`: two objects of one identity and version are the same.
    pub(super) version: String,
    pub(super) object: T,
}

/// What the API server writes into an object that nobody declared and no policy reads: of most objects it is the larger part.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

impl Resource {
    /// A resource of Kubernetes' own.
    pub(super) fn new(group: &str, version: &str, kind: &str, plural: &str) -> Self {
        let kind = Kind { group: group.to_owned(), version: version.to_owned(), kind: kind.to_owned() };
        Self { kind, plural: plural.to_owned() }
    }

    /// The path under which all objects are listed, of all namespaces.
    pub(super) fn path(&self) -> String {
        let root = if self.kind.group.is_empty() { "/api" } else { "/apis" };
        format!("{root}/{}/{}", self.kind.group_version(), self.plural)
    }

    /// The rule of a ClusterRole that guard needs for it.
    pub(super) fn rbac_rule(&self) -> String {
        format!(
            "{{apiGroups: [{:?}], resources: [{:?}], verbs: [get, list, watch]}}",
            self.kind.group, self.plural
        )
    }

    /// An object of this resource, without what nobody reads; none where it has no name. Items of a list do not say of which
    /// kind they are, so the list does.
    pub(super) fn observe<T>(&self, mut object: Value, keep: fn(Value) -> T) -> Option<Observed<T>> {
        let fields = object.as_object_mut()?;
        fields.insert("apiVersion".to_owned(), self.kind.group_version().into());
        fields.insert("kind".to_owned(), self.kind.kind.clone().into());
        let metadata = fields.get_mut("metadata")?.as_object_mut()?;
        metadata.remove("managedFields");
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            annotations.remove(LAST_APPLIED);
            if annotations.is_empty() {
                metadata.remove("annotations");
            }
        }
        let text = |key: &str| Some(metadata.get(key)?.as_str()?.to_owned());
        let (name, namespace) = (text("name")?, text("namespace"));
        let version = text("resourceVersion").unwrap_or_default();
        Some(Observed { namespace, name, version, object: keep(object) })
    }
}

/// `ingresses.networking.k8s.io`, as kubectl names it.
impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let group = &self.kind.group;
        write!(f, "{}{}{group}", self.plural, if group.is_empty() { "" } else { "." })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_resource_is_addressed_and_named_as_by_kubectl() {
        let ingresses = Resource::new("networking.k8s.io", "v1", "Ingress", "ingresses");
        assert_eq!(ingresses.path(), "/apis/networking.k8s.io/v1/ingresses");
        assert_eq!(ingresses.to_string(), "ingresses.networking.k8s.io");
        assert_eq!(
            ingresses.rbac_rule(),
            r#"{apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: [get, list, watch]}"#
        );
        let pods = Resource::new("", "v1", "Pod", "pods");
        assert_eq!((pods.path(), pods.to_string()), ("/api/v1/pods".to_owned(), "pods".to_owned()));
    }

    #[test]
    fn an_object_is_kept_without_what_nobody_reads() {
        let services = Resource::new("", "v1", "Service", "services");
        let object = json!({
            "metadata": {
                "name": "web", "namespace": "shop", "resourceVersion": "7",
                "managedFields": [{"manager": "kubectl"}],
                "annotations": {LAST_APPLIED: "{}", "team": "a"},
            },
            "spec": {"ports": []},
        });
        let observed = services.observe(object, |object| object).unwrap();
        assert_eq!(
            (observed.namespace.as_deref(), &*observed.name, &*observed.version),
            (Some("shop"), "web", "7")
        );
        let kept = json!({
            "apiVersion": "v1", "kind": "Service",
            "metadata": {"name": "web", "namespace": "shop", "resourceVersion": "7", "annotations": {"team": "a"}},
            "spec": {"ports": []},
        });
        assert_eq!(observed.object, kept);
    }

    #[test]
    fn annotations_that_are_only_bookkeeping_leave_none_behind() {
        let services = Resource::new("", "v1", "Service", "services");
        let object = json!({"metadata": {"name": "web", "annotations": {LAST_APPLIED: "{}"}}});
        let observed = services.observe(object, |object| object).unwrap();
        assert_eq!(observed.object["metadata"], json!({"name": "web"}));
        assert_eq!(observed.namespace, None);
    }

    #[test]
    fn what_has_no_name_is_no_object() {
        let services = Resource::new("", "v1", "Service", "services");
        for object in [json!(null), json!({}), json!({"metadata": {"namespace": "shop"}})] {
            assert!(services.observe(object, |object| object).is_none());
        }
    }
}
