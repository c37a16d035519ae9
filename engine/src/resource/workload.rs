//! The workload that an object is or belongs to: what `kinds` and `names` of a match are about.
//!
//! A Deployment's pods carry names that nobody writes into an exemption, and the verdict on them must be the Deployment's.
//! So what one of Kubernetes' own controllers creates is matched as what it creates it for. An owner that anyone else
//! claims counts for nothing: whoever may create a pod could claim any.

use serde_json::Value;

use crate::request::Request;

/// The workload that an object is or belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload<'a> {
    /// Its group.
    pub group: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// Its name; none where the API server will make one up.
    pub name: Option<&'a str>,
    /// One of Kubernetes' own controllers created the object for this workload.
    pub by_controller: bool,
}

/// Which account of kube-system creates things for which kind, by group and kind. The names are those of Kubernetes'
/// bootstrap policy (`controller_policy.go`).
const CONTROLLERS: [(&str, &str, &str); 7] = [
    ("cronjob-controller", "batch", "CronJob"),
    ("daemon-set-controller", "apps", "DaemonSet"),
    ("deployment-controller", "apps", "Deployment"),
    ("job-controller", "batch", "Job"),
    ("replicaset-controller", "apps", "ReplicaSet"),
    ("replication-controller", "", "ReplicationController"),
    ("statefulset-controller", "apps", "StatefulSet"),
];

/// All controllers at once, where they have no accounts of their own.
const CONTROLLER_MANAGER: &str = "system:kube-controller-manager";

const ACCOUNTS: &str = "system:serviceaccount:kube-system:";

impl<'a> Workload<'a> {
    /// The workload of a request's object.
    #[must_use]
    pub fn of(request: &'a Request) -> Self {
        Self::of_owner(request).unwrap_or_else(|| Self {
            group: &request.kind.group,
            kind: &request.kind.kind,
            name: request.name.as_deref(),
            by_controller: false,
        })
    }

    /// Whether it is of a kind as written in guard.yaml: `Deployment`, or `Deployment.apps`.
    #[must_use]
    pub fn is_a(&self, kind: &str) -> bool {
        match kind.split_once('.') {
            Some((kind, group)) => kind == self.kind && group == self.group,
            None => kind == self.kind,
        }
    }

    fn of_owner(request: &'a Request) -> Option<Self> {
        let user = request.user_info.as_ref()?.get("username")?.as_str()?;
        let object = request.judged();
        let owners = object.pointer("/metadata/ownerReferences")?.as_array()?;
        let owner = owners.iter().find(|owner| owner.get("controller") == Some(&Value::Bool(true)))?;
        let text = |key| owner.get(key).and_then(Value::as_str);
        let (owner_kind, name) = (text("kind")?, text("name")?);
        let owner_group = text("apiVersion")?.split_once('/').map_or("", |(group, _)| group);
        let (_, group, kind) = CONTROLLERS.into_iter().find(|(account, group, kind)| {
            let speaks = user == CONTROLLER_MANAGER || user.strip_prefix(ACCOUNTS) == Some(*account);
            speaks && (*group, *kind) == (owner_group, owner_kind)
        })?;
        let (kind, name) = match kind {
            "ReplicaSet" => deployment(object, name).map_or((kind, name), |name| ("Deployment", name)),
            "Job" => cron_job(name).map_or((kind, name), |name| ("CronJob", name)),
            _ => (kind, name),
        };
        Some(Self { group, kind, name: Some(name), by_controller: true })
    }
}

/// The Deployment of a ReplicaSet: its name and the `pod-template-hash` that the deployment controller gives to both the
/// ReplicaSet and its pods make the ReplicaSet's name.
fn deployment<'a>(pod: &Value, replica_set: &'a str) -> Option<&'a str> {
    let hash = pod.pointer("/metadata/labels/pod-template-hash")?.as_str()?;
    let name = replica_set.strip_suffix(hash)?.strip_suffix('-')?;
    (!hash.is_empty() && !name.is_empty()).then_some(name)
}

/// The CronJob of a Job: its name and the scheduled time, in minutes since 1970 (seconds, in Kubernetes before 1.21).
fn cron_job(job: &str) -> Option<&str> {
    let (name, time) = job.rsplit_once('-')?;
    let is_time = matches!(time.len(), 8 | 10) && time.bytes().all(|byte| byte.is_ascii_digit());
    (is_time && !name.is_empty()).then_some(name)
}
