//! What the API server calls a kind: its group and its plural, as rules of a webhook name them.

use guard_engine::metadata::KindSelector;
use k8s_openapi::{
    Resource as KubernetesResource,
    api::{
        admissionregistration::v1 as admissionregistration, apps::v1 as apps,
        authentication::v1 as authentication, authorization::v1 as authorization,
        autoscaling::v2 as autoscaling, batch::v1 as batch, certificates::v1 as certificates,
        coordination::v1 as coordination, core::v1 as core, discovery::v1 as discovery, events::v1 as events,
        flowcontrol::v1 as flowcontrol, networking::v1 as networking, node::v1 as node, policy::v1 as policy,
        rbac::v1 as rbac, resource::v1 as resource, scheduling::v1 as scheduling, storage::v1 as storage,
    },
    apiextensions_apiserver::pkg::apis::apiextensions::v1 as apiextensions,
    kube_aggregator::pkg::apis::apiregistration::v1 as apiregistration,
};

/// A resource or a subresource, as a rule names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Resource {
    pub(super) group: String,
    /// `pods`, or `pods/exec`.
    pub(super) resource: String,
}

/// Group, kind and plural of types.
macro_rules! kinds {
    ($($module:ident::{$($kind:ident),* $(,)?}),* $(,)?) => {
        [$($((
            <$module::$kind as KubernetesResource>::GROUP,
            <$module::$kind as KubernetesResource>::KIND,
            <$module::$kind as KubernetesResource>::URL_PATH_SEGMENT,
        ),)*)*]
    };
}

/// Kubernetes' own kinds.
const KINDS: &[(&str, &str, &str)] = &kinds![
    admissionregistration::{
        MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, MutatingWebhookConfiguration,
        ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, ValidatingWebhookConfiguration,
    },
    apiextensions::{CustomResourceDefinition},
    apiregistration::{APIService},
    apps::{ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet},
    authentication::{SelfSubjectReview, TokenReview},
    authorization::{
        LocalSubjectAccessReview, SelfSubjectAccessReview, SelfSubjectRulesReview, SubjectAccessReview,
    },
    autoscaling::{HorizontalPodAutoscaler},
    batch::{CronJob, Job},
    certificates::{CertificateSigningRequest},
    coordination::{Lease},
    core::{
        Binding, ConfigMap, Endpoints, Event, LimitRange, Namespace, Node, PersistentVolume,
        PersistentVolumeClaim, Pod, PodTemplate, ReplicationController, ResourceQuota, Secret, Service, ServiceAccount,
    },
    discovery::{EndpointSlice},
    events::{Event},
    flowcontrol::{FlowSchema, PriorityLevelConfiguration},
    networking::{IPAddress, Ingress, IngressClass, NetworkPolicy, ServiceCIDR},
    node::{RuntimeClass},
    policy::{PodDisruptionBudget},
    rbac::{ClusterRole, ClusterRoleBinding, Role, RoleBinding},
    resource::{DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice},
    scheduling::{PriorityClass},
    storage::{CSIDriver, CSINode, CSIStorageCapacity, StorageClass, VolumeAttachment, VolumeAttributesClass},
];

/// The kinds that are sent as a subresource of another: group and kind, and the group and subresource they come as.
const SUBRESOURCES: [(&str, &str, &str, &str); 10] = [
    ("", "Binding", "", "pods/binding"),
    ("", "NodeProxyOptions", "", "nodes/proxy"),
    ("", "PodAttachOptions", "", "pods/attach"),
    ("", "PodExecOptions", "", "pods/exec"),
    ("", "PodPortForwardOptions", "", "pods/portforward"),
    ("", "PodProxyOptions", "", "pods/proxy"),
    ("", "ServiceProxyOptions", "", "services/proxy"),
    ("authentication.k8s.io", "TokenRequest", "", "serviceaccounts/token"),
    ("autoscaling", "Scale", "*", "*/scale"),
    ("policy", "Eviction", "", "pods/eviction"),
];

/// The resources as which a kind is sent to a policy that also judges these subresources; none where nobody knows its plural.
pub(super) fn resources(selector: &KindSelector, subresources: &[String]) -> Option<Vec<Resource>> {
    let KindSelector { group, kind, resource } = selector;
    let made = |resource: String| Resource { group: group.clone(), resource };
    if kind == "*" {
        // Without subresources: a wildcard never takes them in.
        return Some(vec![made("*".to_owned())]);
    }
    let mut sent: Vec<Resource> = SUBRESOURCES
        .iter()
        .filter(|(known, name, _, path)| {
            let subresource = path.rsplit('/').next().unwrap_or_default();
            *known == group && *name == kind && subresources.iter().any(|name| name == subresource)
        })
        .map(|(_, _, group, path)| Resource { group: (*group).to_owned(), resource: (*path).to_owned() })
        .collect();
    if SUBRESOURCES.iter().any(|(known, name, ..)| *known == group && *name == kind) {
        sent.extend(plural(group, kind).map(|plural| made(plural.to_owned())));
        return Some(sent);
    }
    let plural = resource.clone().or_else(|| plural(group, kind).map(str::to_owned))?;
    sent.push(made(plural.clone()));
    // What comes as `exec` or `scale` is of another kind.
    let own = |name: &&String| !SUBRESOURCES.iter().any(|(.., path)| path.rsplit('/').next() == Some(name));
    sent.extend(subresources.iter().filter(own).map(|name| made(format!("{plural}/{name}"))));
    if group.is_empty() && kind == "Pod" {
        sent.push(made("pods/ephemeralcontainers".to_owned()));
    }
    sent.sort();
    sent.dedup();
    Some(sent)
}

/// The plural of one of Kubernetes' own kinds. `*` is any group.
fn plural(group: &str, kind: &str) -> Option<&'static str> {
    let mut known =
        KINDS.iter().filter(|(known, name, _)| (group == "*" || *known == group) && *name == kind);
    known.next().map(|(_, _, plural)| *plural)
}
