//! Where a workload keeps the pod that it makes, and which container a path leads into.

use serde_json::Value;

use crate::{
    path::{Path, Segment},
    request::{Kind, Request},
};

const CONTAINER_LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// The way to the pod template of a kind: to what has the pod's `metadata` and `spec`. A pod is its own; kinds that are not
/// Kubernetes' keep it where most of Kubernetes' do, if they have one.
#[must_use]
pub fn pod_template(kind: &Kind) -> &'static [&'static str] {
    match (kind.group.as_str(), kind.kind.as_str()) {
        ("", "Pod") => &[],
        ("", "PodTemplate") => &["template"],
        ("batch", "CronJob") => &["spec", "jobTemplate", "spec", "template"],
        _ => &["spec", "template"],
    }
}

/// The rest of a path that leads into the pod template of a kind.
#[must_use]
pub fn in_pod_template<'a>(kind: &Kind, path: &'a Path) -> Option<&'a [Segment]> {
    let template = pod_template(kind);
    let (start, rest) = path.0.split_at_checked(template.len())?;
    start.iter().zip(template).all(|(segment, key)| is_key(segment, key)).then_some(rest)
}

/// The name of the container that a path of a request's object passes through.
#[must_use]
pub fn container_of<'a>(request: &'a Request, path: &Path) -> Option<&'a str> {
    let [spec, Segment::Key(list), Segment::Index(index), ..] = in_pod_template(&request.kind, path)? else {
        return None;
    };
    if !is_key(spec, "spec") || !CONTAINER_LISTS.contains(&list.as_str()) {
        return None;
    }
    let template = at(request.judged(), pod_template(&request.kind))?;
    template.get("spec")?.get(list)?.get(index)?.get("name")?.as_str()
}

/// The value that keys lead to.
#[must_use]
pub(crate) fn at<'a>(value: &'a Value, keys: &[&str]) -> Option<&'a Value> {
    keys.iter().try_fold(value, |value, key| value.get(key))
}

fn is_key(segment: &Segment, key: &str) -> bool {
    matches!(segment, Segment::Key(name) if name == key)
}
