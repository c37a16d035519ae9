//! Kinds that look like Kubernetes objects and are read by a tool, never by an API server.

use serde_json::Value;

/// The groups that no API server serves, and what their objects are.
const GROUPS: &[(&str, &str)] = &[
    ("apiserver.config.k8s.io", "a configuration of kube-apiserver"),
    ("apiserver.k8s.io", "a configuration of kube-apiserver"),
    ("audit.k8s.io", "an audit policy"),
    ("backstage.io", "an entry of a Backstage catalogue"),
    ("chainsaw.kyverno.io", "a test for Chainsaw"),
    ("cli.kyverno.io", "a test for the Kyverno CLI"),
    ("client.authentication.k8s.io", "a credential"),
    ("controller-runtime.sigs.k8s.io", "a configuration of a controller"),
    ("eksctl.io", "the configuration of an eksctl cluster"),
    ("eventratelimit.admission.k8s.io", "a configuration of kube-apiserver"),
    ("k0sctl.k0sproject.io", "the configuration of a k0s cluster"),
    ("k3d.io", "the configuration of a k3d cluster"),
    ("kind.x-k8s.io", "the configuration of a kind cluster"),
    ("kops.k8s.io", "the configuration of a kops cluster"),
    ("kubeadm.k8s.io", "a configuration of kubeadm"),
    ("kubecontrollermanager.config.k8s.io", "a configuration of kube-controller-manager"),
    ("kubelet.config.k8s.io", "a configuration of the kubelet"),
    ("kubeproxy.config.k8s.io", "a configuration of kube-proxy"),
    ("kubescheduler.config.k8s.io", "a configuration of kube-scheduler"),
    ("kustomize.config.k8s.io", "a kustomization"),
    ("kuttl.dev", "a test for KUTTL"),
    ("output.kubeadm.k8s.io", "a configuration of kubeadm"),
    ("pod-security.admission.config.k8s.io", "a configuration of kube-apiserver"),
    ("skaffold", "a configuration of Skaffold"),
];

/// Which tool's file a document is, such as `a kustomization`; none where an API server may know the kind.
#[must_use]
pub fn local_only(value: &Value) -> Option<&'static str> {
    let field = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let (api_version, kind) = (field("apiVersion"), field("kind"));
    let holds_clusters = || ["clusters", "contexts", "users"].iter().any(|key| value.get(key).is_some());
    match (api_version, kind) {
        ("", "Kustomization" | "Component") => Some("a kustomization"),
        ("builtin", _) => Some("a plugin of kustomize"),
        ("v1", "Config") if holds_clusters() => Some("a kubeconfig"),
        _ => {
            let (group, _) = api_version.split_once('/')?;
            GROUPS.iter().find(|(name, _)| *name == group).map(|(_, what)| *what)
        }
    }
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
            ("audit.k8s.io/v1", "Policy", Some("an audit policy")),
            ("skaffold/v4beta1", "Config", Some("a configuration of Skaffold")),
            ("builtin", "PrefixTransformer", Some("a plugin of kustomize")),
            ("", "Pod", None),
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
