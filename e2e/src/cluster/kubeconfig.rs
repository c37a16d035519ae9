//! The file by which kubectl and the webhook find the API server.

use std::fs;

use serde_json::json;

use super::{Cluster, User};

/// Writes it, as JSON, which is YAML too.
pub(super) fn write(cluster: &Cluster) -> anyhow::Result<()> {
    let users = User::ALL.map(|user| json!({"name": user.name(), "user": {"token": user.name()}}));
    let contexts = User::ALL.map(|user| {
        json!({"name": user.name(), "context": {"cluster": "e2e", "user": user.name(), "namespace": "default"}})
    });
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{
            "name": "e2e",
            "cluster": {"server": cluster.url(), "certificate-authority": cluster.folder.path().join("ca.crt")},
        }],
        "users": users,
        "contexts": contexts,
        "current-context": User::Admin.name(),
    });
    fs::write(cluster.kubeconfig(), serde_json::to_vec_pretty(&config)?)?;
    Ok(())
}
