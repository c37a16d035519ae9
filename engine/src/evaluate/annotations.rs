//! The exemptions that a resource carries itself, as annotations.
//!
//! One in the pod's template is for what is found there, because that is what the pod will carry; one of the object's own
//! is for everything else.

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::calls::Call;
use crate::{
    bundle::Bundle,
    exemption::{ANNOTATION_PREFIX, Grounds},
    path::Path,
    policy::Policy,
    problem::{Problem, closest},
    request::Request,
    resource::{at, in_pod_template, pod_template},
};

/// Where annotations can stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// On the object, which is no pod.
    Object,
    /// In the pod's template, or on the pod.
    Pod,
}

/// The exemption from a policy that a resource carries for what is found at a path.
pub(super) fn exemption(policy: &Policy, request: &Request, path: &Path) -> Option<Grounds> {
    exemption_at(policy, request, place_of(request, path))
}

/// The exemption from a policy that a resource carries wherever something can be found in it.
pub(super) fn exemption_of_everything(policy: &Policy, request: &Request, today: Date) -> Option<Grounds> {
    let template = pod_template(&request.kind);
    let is_there = |place: &&Place| **place == Place::Object || at(request.judged(), template).is_some();
    let places = places(request).iter().filter(is_there);
    let holding =
        |place: &Place| exemption_at(policy, request, *place).filter(|grounds| !grounds.has_expired(today));
    places.map(holding).collect::<Option<Vec<Grounds>>>()?.into_iter().next()
}

fn exemption_at(policy: &Policy, request: &Request, place: Place) -> Option<Grounds> {
    let mut names = annotations(request, place).filter(|(name, _)| policy.is_called(name));
    names.find_map(|(_, value)| Grounds::parse(value.as_str()?).ok())
}

/// Where the annotations of a request's object can stand.
fn places(request: &Request) -> &'static [Place] {
    if pod_template(&request.kind).is_empty() { &[Place::Pod] } else { &[Place::Object, Place::Pod] }
}

/// What is wrong with the exemptions that a resource carries. `unexempted` are the findings that none covers.
pub(super) fn notices<'a>(
    request: &Request,
    bundle: &Bundle,
    calls: &[Option<Call<'_>>],
    unexempted: impl Iterator<Item = (&'a Policy, &'a Path)> + Clone,
) -> Vec<Problem> {
    let mut notices = Vec::new();
    for place in places(request) {
        for (name, value) in annotations(request, *place) {
            let path = path_to(request, *place).join(format!("{ANNOTATION_PREFIX}{name}").as_str());
            let Some(policy) = bundle.policies().iter().find(|policy| policy.is_called(name)) else {
                notices.push(unknown(name, path, bundle));
                continue;
            };
            let Some(call) = calls.iter().flatten().find(|call| call.policy.name == policy.name) else {
                continue;
            };
            let elsewhere = || {
                let mut findings = unexempted.clone().filter(|(other, _)| other.name == policy.name);
                findings.any(|(_, path)| place_of(request, path) != *place)
            };
            notices.extend(fault(call, value, path, *place, request, elsewhere));
        }
    }
    notices
}

/// Why an annotation does not exempt its resource.
fn fault(
    call: &Call<'_>,
    value: &Value,
    path: Path,
    place: Place,
    request: &Request,
    found_elsewhere: impl Fn() -> bool,
) -> Option<Problem> {
    let name = &call.policy.name;
    if !call.settings.self_exempt {
        let message = format!("guard.yaml does not let a resource exempt itself from {name}");
        return Some(
            Problem::key(path, message)
                .help("ask for an exemption in guard.yaml, or for selfExempt: true on the policy"),
        );
    }
    if let Err(error) = Grounds::parse(value.as_str().unwrap_or_default()) {
        return Some(Problem::value(path, error.to_string()));
    }
    if !found_elsewhere() {
        return None;
    }
    let (message, other) = match place {
        Place::Object => ("stands on the workload, and what it is for is in its pod template", Place::Pod),
        Place::Pod => ("stands in the pod template, and what it is for is outside", Place::Object),
    };
    let message = format!("the exemption from {name} {message}");
    Some(Problem::key(path, message).help(format!("write it in {}", path_to(request, other))))
}

fn unknown(name: &str, path: Path, bundle: &Bundle) -> Problem {
    let problem = Problem::key(path, format!("an exemption from an unknown policy {name:?}"));
    match closest(name, bundle.policies().iter().map(|policy| &*policy.name)) {
        Some(meant) => problem.help(format!("did you mean {meant:?}?")),
        None => problem.help("`guard policies` lists the policies that are loaded"),
    }
}

fn place_of(request: &Request, path: &Path) -> Place {
    if in_pod_template(&request.kind, path).is_some() { Place::Pod } else { Place::Object }
}

/// The exempting annotations of a place: the policy's name, and what is said.
fn annotations(request: &Request, place: Place) -> impl Iterator<Item = (&str, &Value)> {
    let holder = match place {
        Place::Object => Some(request.judged()),
        Place::Pod => at(request.judged(), pod_template(&request.kind)),
    };
    let annotations = holder.and_then(|holder| at(holder, &["metadata", "annotations"]));
    let annotations = annotations.and_then(Value::as_object).into_iter().flat_map(Map::iter);
    annotations.filter_map(|(key, value)| Some((key.strip_prefix(ANNOTATION_PREFIX)?, value)))
}

fn path_to(request: &Request, place: Place) -> Path {
    let template = match place {
        Place::Object => &[],
        Place::Pod => pod_template(&request.kind),
    };
    Path(template.iter().chain(&["metadata", "annotations"]).map(|key| (*key).into()).collect())
}
