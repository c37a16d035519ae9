//! Kinds that look like Kubernetes objects and are read by a tool, never by an API server.

use serde_json::Value;

/// Which tool's file a document is, such as `a kustomization`; none where an API server may know the kind.
#[must_use]
pub fn local_only(value: &Value) -> Option<&'static str> {
    let field = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let (api_version, kind) = (field("apiVersion"), field("kind"));
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    Some(match (group, kind) {
        // Flux has a kind of the same name, which a server does know.
        ("kustomize.config.k8s.io", "Kustomization" | "Component") => "a kustomization",
        ("", "Kustomization") if version.is_empty() => "a kustomization",
        ("", "Config")
            if version == "v1"
                && ["clusters", "contexts", "users"].iter().any(|key| value.get(key).is_some()) =>
        {
            "a kubeconfig"
        }
        ("kind.x-k8s.io", _) => "the configuration of a kind cluster",
        ("k3d.io", _) => "the configuration of a k3d cluster",
        ("eksctl.io", _) => "the configuration of an eksctl cluster",
        ("kubeadm.k8s.io" | "output.kubeadm.k8s.io", _) => "a configuration of kubeadm",
        ("kubelet.config.k8s.io", _) => "a configuration of the kubelet",
        ("kubeproxy.config.k8s.io", _) => "a configuration of kube-proxy",
        ("kubescheduler.config.k8s.io", _) => "a configuration of kube-scheduler",
        ("kubecontrollermanager.config.k8s.io", _) => "a configuration of kube-controller-manager",
        ("apiserver.config.k8s.io" | "apiserver.k8s.io", _) => "a configuration of kube-apiserver",
        ("pod-security.admission.config.k8s.io" | "eventratelimit.admission.k8s.io", _) => {
            "a configuration of kube-apiserver"
        }
        ("audit.k8s.io", _) => "an audit policy or event",
        ("client.authentication.k8s.io", "ExecCredential") => "a credential",
        ("skaffold", _) => "a configuration of Skaffold",
        _ if version.is_empty() => "without `apiVersion`",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_tool_reads_is_told_from_what_a_server_knows() {
        for (api_version, kind, expected) in [
            ("kustomize.config.k8s.io/v1beta1", "Kustomization", Some("a kustomization")),
            ("kustomize.config.k8s.io/v1alpha1", "Component", Some("a kustomization")),
            ("kustomize.toolkit.fluxcd.io/v1", "Kustomization", None),
            ("kind.x-k8s.io/v1alpha4", "Cluster", Some("the configuration of a kind cluster")),
            ("cluster.x-k8s.io/v1beta1", "Cluster", None),
            ("kubeadm.k8s.io/v1beta4", "InitConfiguration", Some("a configuration of kubeadm")),
            ("audit.k8s.io/v1", "Policy", Some("an audit policy or event")),
            ("", "Pod", Some("without `apiVersion`")),
            ("v1", "Pod", None),
            ("apps/v1", "Deployment", None),
        ] {
            let value = json!({"apiVersion": api_version, "kind": kind});
            assert_eq!(local_only(&value), expected, "{api_version} {kind}");
        }
    }

    #[test]
    fn a_kubeconfig_is_known_by_its_clusters_and_users() {
        assert_eq!(
            local_only(&json!({"apiVersion": "v1", "kind": "Config", "clusters": []})),
            Some("a kubeconfig")
        );
        assert_eq!(local_only(&json!({"apiVersion": "v1", "kind": "Config"})), None);
    }

    #[test]
    fn a_kustomization_needs_no_version() {
        assert_eq!(local_only(&json!({"kind": "Kustomization"})), Some("a kustomization"));
    }
}
