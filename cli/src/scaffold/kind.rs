//! Kinds as they are typed: Kubernetes' own by their name, others with version and group.

use std::str::FromStr;

use guard_engine::problem::closest;

/// A kind, and what an object of it looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) kind: String,
    /// What stands below `metadata`; none where the kind holds a pod.
    pub(crate) body: Option<&'static str>,
    /// Whether it is one of Kubernetes' own.
    pub(crate) is_built_in: bool,
}

/// Those that hold a pod: `body` is the documents' business.
const WORKLOADS: [(&str, &str); 9] = [
    ("", "Pod"),
    ("", "PodTemplate"),
    ("", "ReplicationController"),
    ("apps", "ReplicaSet"),
    ("apps", "Deployment"),
    ("apps", "StatefulSet"),
    ("apps", "DaemonSet"),
    ("batch", "Job"),
    ("batch", "CronJob"),
];

/// Group, version, kind, and what an API server asks for below `metadata`.
const OTHERS: [(&str, &str, &str, &str); 20] = [
    ("", "v1", "ConfigMap", "data:\n  mode: plain\n"),
    (
        "",
        "v1",
        "LimitRange",
        "spec:\n  limits:\n    - type: Container\n      default:\n        memory: 128Mi\n",
    ),
    ("", "v1", "Namespace", ""),
    (
        "",
        "v1",
        "PersistentVolume",
        "spec:\n  capacity:\n    storage: 1Gi\n  accessModes: [ReadWriteOnce]\n  csi:\n    driver: csi.example.com\n    volumeHandle: web\n",
    ),
    (
        "",
        "v1",
        "PersistentVolumeClaim",
        "spec:\n  accessModes: [ReadWriteOnce]\n  resources:\n    requests:\n      storage: 1Gi\n",
    ),
    ("", "v1", "ResourceQuota", "spec:\n  hard:\n    pods: \"10\"\n"),
    ("", "v1", "Secret", "stringData:\n  mode: plain\n"),
    ("", "v1", "Service", "spec:\n  selector:\n    app: web\n  ports:\n    - port: 80\n"),
    ("", "v1", "ServiceAccount", ""),
    (
        "autoscaling",
        "v2",
        "HorizontalPodAutoscaler",
        "spec:\n  maxReplicas: 3\n  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: Deployment\n    name: web\n",
    ),
    (
        "networking.k8s.io",
        "v1",
        "Ingress",
        "spec:\n  rules:\n    - host: web.example.com\n      http:\n        paths:\n          - path: /\n            pathType: Prefix\n            backend:\n              service:\n                name: web\n                port:\n                  number: 80\n",
    ),
    ("networking.k8s.io", "v1", "IngressClass", "spec:\n  controller: example.com/ingress-controller\n"),
    ("networking.k8s.io", "v1", "NetworkPolicy", "spec:\n  podSelector: {}\n  policyTypes: [Ingress]\n"),
    (
        "policy",
        "v1",
        "PodDisruptionBudget",
        "spec:\n  minAvailable: 1\n  selector:\n    matchLabels:\n      app: web\n",
    ),
    (
        "rbac.authorization.k8s.io",
        "v1",
        "ClusterRole",
        "rules:\n  - apiGroups: [\"\"]\n    resources: [pods]\n    verbs: [get]\n",
    ),
    (
        "rbac.authorization.k8s.io",
        "v1",
        "ClusterRoleBinding",
        "roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: ClusterRole\n  name: web\nsubjects:\n  - kind: ServiceAccount\n    name: web\n    namespace: shop\n",
    ),
    (
        "rbac.authorization.k8s.io",
        "v1",
        "Role",
        "rules:\n  - apiGroups: [\"\"]\n    resources: [pods]\n    verbs: [get]\n",
    ),
    (
        "rbac.authorization.k8s.io",
        "v1",
        "RoleBinding",
        "roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: Role\n  name: web\nsubjects:\n  - kind: ServiceAccount\n    name: web\n    namespace: shop\n",
    ),
    ("scheduling.k8s.io", "v1", "PriorityClass", "value: 1000\n"),
    ("storage.k8s.io", "v1", "StorageClass", "provisioner: csi.example.com\n"),
];

impl Kind {
    /// Pods and what makes them.
    pub(crate) fn workloads() -> Vec<Self> {
        let workload = |(group, kind): (&str, &str)| Self::built_in(group, "v1", kind, None);
        WORKLOADS.into_iter().map(workload).collect()
    }

    /// `apps/v1`.
    pub(crate) fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// Whether it holds a pod.
    pub(crate) fn is_workload(&self) -> bool {
        self.body.is_none()
    }

    /// The plural that the API server most probably uses.
    pub(crate) fn resource(&self) -> String {
        let kind = self.kind.to_lowercase();
        match kind.strip_suffix('y') {
            Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
            _ if kind.ends_with(['s', 'x', 'z']) || kind.ends_with("ch") || kind.ends_with("sh") => {
                format!("{kind}es")
            }
            _ => format!("{kind}s"),
        }
    }

    fn built_in(group: &str, version: &str, kind: &str, body: Option<&'static str>) -> Self {
        let [group, version, kind] = [group, version, kind].map(str::to_owned);
        Self { group, version, kind, body, is_built_in: true }
    }

    fn all() -> Vec<Self> {
        let other = |(group, version, kind, body): (&str, &str, &str, &'static str)| {
            Self::built_in(group, version, kind, Some(body))
        };
        Self::workloads().into_iter().chain(OTHERS.into_iter().map(other)).collect()
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, rest) = text.split_once('.').unwrap_or((text, ""));
        let known = Self::all();
        let named = known.iter().find(|known| known.kind == kind && (rest.is_empty() || known.group == rest));
        if let Some(known) = named {
            return Ok(known.clone());
        }
        let is_name = |text: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
        };
        if rest.is_empty() || !is_name(rest) || !is_name(kind) {
            let names = known.iter().map(|known| known.kind.as_str());
            return Err(match closest(kind, names) {
                Some(meant) => format!("did you mean {meant}? A kind that is not Kubernetes' own is written Widget.v1.example.com"),
                None => "a kind that is not Kubernetes' own is written with version and group: Widget.v1.example.com".to_owned(),
            });
        }
        let (version, group) = match rest.split_once('.') {
            Some((version, group)) if is_version(version) => (version, group),
            _ => ("v1", rest),
        };
        let [group, version, kind] = [group, version, kind].map(str::to_owned);
        Ok(Self { group, version, kind, body: Some("spec: {}\n"), is_built_in: false })
    }
}

/// `v1`, `v2beta3`.
fn is_version(text: &str) -> bool {
    text.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_named_alone_or_with_version_and_group() {
        for (text, api_version, resource) in [
            ("Pod", "v1", "pods"),
            ("Deployment.apps", "apps/v1", "deployments"),
            ("Ingress", "networking.k8s.io/v1", "ingresses"),
            ("NetworkPolicy", "networking.k8s.io/v1", "networkpolicies"),
            ("HorizontalPodAutoscaler", "autoscaling/v2", "horizontalpodautoscalers"),
            ("Widget.v1beta1.example.com", "example.com/v1beta1", "widgets"),
            ("Gateway.gateway.networking.k8s.io", "gateway.networking.k8s.io/v1", "gateways"),
            ("Ingress.voyager.example.com", "voyager.example.com/v1", "ingresses"),
        ] {
            let kind: Kind = text.parse().unwrap();
            assert_eq!(
                (kind.api_version().as_str(), kind.resource().as_str()),
                (api_version, resource),
                "{text}"
            );
        }
    }

    #[test]
    fn a_kind_that_nobody_knows_is_answered_with_the_form() {
        for (text, expected) in [
            ("Ingres", "did you mean Ingress?"),
            ("ingress", "did you mean Ingress?"),
            ("Widget", "Widget.v1.example.com"),
            ("Widget.", "Widget.v1.example.com"),
            ("apps/Deployment", "Widget.v1.example.com"),
        ] {
            let error = text.parse::<Kind>().unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
