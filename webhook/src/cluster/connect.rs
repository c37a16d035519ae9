//! Finds the cluster.

use std::{path::Path, time::Duration};

use kube::{
    Client, Config,
    config::{InferConfigError, KubeConfigOptions, Kubeconfig, KubeconfigError},
};

/// How long a connection may take to come about.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// Why there is no client for a cluster.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Neither a kubeconfig nor a service account.
    #[error(
        "no cluster is configured: give --kubeconfig, run in a pod with a service account, or say --no-cluster"
    )]
    Nowhere(#[source] Box<InferConfigError>),
    /// The kubeconfig that was named.
    #[error("the kubeconfig {0} cannot be used")]
    Kubeconfig(String, #[source] Box<KubeconfigError>),
    /// What they say cannot be used: a certificate, an address.
    #[error("the cluster's configuration cannot be used")]
    Unusable(#[source] Box<kube::Error>),
}

/// A client that gives up in time, and leaves it to its user to try again.
pub(super) async fn client(kubeconfig: Option<&Path>) -> Result<Client, ConnectError> {
    let mut config = match kubeconfig {
        Some(path) => {
            let unusable = |error| ConnectError::Kubeconfig(path.display().to_string(), Box::new(error));
            let file = Kubeconfig::read_from(path).map_err(unusable)?;
            Config::from_custom_kubeconfig(file, &KubeConfigOptions::default()).await.map_err(unusable)?
        }
        None => Config::infer().await.map_err(|error| ConnectError::Nowhere(Box::new(error)))?,
    };
    config.connect_timeout = Some(CONNECT_LIMIT);
    config.default_retry = false;
    Client::try_from(config).map_err(|error| ConnectError::Unusable(Box::new(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_kubeconfig_that_is_not_there_is_named() {
        let error = client(Some(Path::new("missing/kubeconfig"))).await.err().unwrap();
        assert_eq!(error.to_string(), "the kubeconfig missing/kubeconfig cannot be used");
        assert!(std::error::Error::source(&error).is_some());
    }

    #[tokio::test]
    async fn a_kubeconfig_leads_to_its_cluster() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        let text = "
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
users: [{name: u, user: {}}]
current-context: c
";
        std::fs::write(&path, text).unwrap();
        assert!(client(Some(&path)).await.is_ok());
        std::fs::write(&path, "clusters: 1").unwrap();
        assert!(matches!(client(Some(&path)).await, Err(ConnectError::Kubeconfig(..))));
    }
}
