//! Kinds that look like Kubernetes objects and are read by a tool, never by an API server.

use serde_json::Value;

/// Which tool's file a document is, such as `a kustomization`; none where an API server may know the kind.
#[must_use]
pub fn local_only(_value: &Value) -> Option<&'static str> {
    todo!()
}
