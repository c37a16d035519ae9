//! What guard.yaml can say about packs, policies and their exemptions: the names and parameters of a bundle.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{
    matches,
    words::{day, described, list, nullable, object, set, shared, text, word},
};
use crate::{
    bundle::Bundle,
    config::{
        exemptions,
        parameters::names,
        settings::{ACTIONS, ENFORCEMENTS, EXISTING, SETTINGS, THEN},
    },
    policy::Policy,
};

/// `packs`.
pub(super) fn packs(bundle: &Bundle) -> Value {
    let packs: BTreeSet<&str> =
        bundle.policies().iter().flat_map(|policy| &policy.metadata.packs).map(String::as_str).collect();
    let pack = |name: &'_ str| {
        let members: Vec<&str> = bundle
            .policies()
            .iter()
            .filter(|policy| is_in(policy, name))
            .map(|policy| &*policy.name)
            .collect();
        let more = [("parameters", pack_parameters(bundle, name))];
        described(nullable(settings(more)), format!("{}.", members.join(", ")))
    };
    nullable(object(packs.into_iter().map(|name| (name, pack(name))), &[]))
}

/// `policies`.
pub(super) fn policies(bundle: &Bundle) -> Value {
    let mut properties: BTreeMap<&str, Value> = BTreeMap::new();
    for policy in bundle.policies() {
        for alias in &policy.metadata.aliases {
            let mut old = own(policy);
            set(&mut old, "deprecated", json!(true));
            properties.insert(alias, described(old, format!("Now called {}.", policy.name)));
        }
    }
    // A name is stronger than another policy's alias.
    for policy in bundle.policies() {
        let mut own = described(own(policy), policy.metadata.description.trim());
        if policy.metadata.deprecated.is_some() {
            set(&mut own, "deprecated", json!(true));
        }
        properties.insert(&policy.name, own);
    }
    properties.insert("*", described(nullable(settings([])), "All policies."));
    nullable(object(properties, &[]))
}

/// `exemptions`.
pub(super) fn exemptions(bundle: &Bundle) -> Value {
    let aliases = bundle.policies().iter().flat_map(|policy| &policy.metadata.aliases).map(String::as_str);
    let names = bundle.policies().iter().map(|policy| &*policy.name).chain(aliases);
    let value = |key: &str| match key {
        "policies" => described(list(word(names.clone())), "The names of the policies."),
        "match" => described(matches::of_exemption(), "What is exempted."),
        "reason" => described(text(), "Why, for those who will ask."),
        "owner" => described(text(), "Who answers for it."),
        "expires" => described(nullable(day()), "The last day, in UTC."),
        _ => json!({}),
    };
    let exemption =
        object(exemptions::KEYS.map(|key| (key, value(key))), &["policies", "match", "reason", "owner"]);
    json!({"type": ["array", "null"], "items": exemption})
}

/// What several places in guard.yaml have, by its name under `$defs`: the settings, and the match of a policy.
pub(super) fn definitions() -> Value {
    let settings = SETTINGS.into_iter().map(|key| (key.to_owned(), setting(key)));
    let matching = described(nullable(matches::of_policy()), "What it is meant for.");
    settings.chain([("match".to_owned(), matching)]).collect()
}

/// What stands under a policy's name.
fn own(policy: &Policy) -> Value {
    let mut r#override = settings([("match", shared("match")), ("parameters", parameters(policy))]);
    set(&mut r#override, "required", json!(["match"]));
    set(&mut r#override, "minProperties", json!(2));
    nullable(settings([
        ("parameters", described(parameters(policy), "What is not written has its default.")),
        ("match", shared("match")),
        (
            "overrides",
            described(
                nullable(list(r#override)),
                "What is different somewhere: the last that matches counts.",
            ),
        ),
    ]))
}

/// The settings that every level has, and what it has more.
fn settings<const N: usize>(more: [(&str, Value); N]) -> Value {
    let mut schema = object(SETTINGS.map(|key| (key, shared(key))).into_iter().chain(more), &[]);
    // Whoever announces a change says what is done until then.
    set(&mut schema, "dependentRequired", json!({"then": ["enforcement"]}));
    schema
}

fn setting(key: &str) -> Value {
    let enforcement = || word(ENFORCEMENTS.map(|(word, _)| word));
    match key {
        "enforcement" => {
            described(nullable(enforcement()), "What is done about a violation. Not written: by severity.")
        }
        "then" => {
            let value = |key: &str| if key == "on" { day() } else { enforcement() };
            let then = object(THEN.map(|key| (key, value(key))), &THEN);
            described(nullable(then), "Another enforcement from a day on, the first day included.")
        }
        "onError" => described(
            nullable(word(ACTIONS.map(|(word, _)| word))),
            "What is done where the policy itself fails. Not written: as its enforcement.",
        ),
        "existing" => described(
            nullable(word(EXISTING.map(|(word, _)| word))),
            "What an update is given for a denied violation that the object had before. Not written: warn.",
        ),
        "controllerPods" => described(
            nullable(word(ACTIONS.map(|(word, _)| word))),
            "At most this for what one of Kubernetes' own controllers creates. Not written: warn.",
        ),
        "selfExempt" => described(
            json!({"type": ["boolean", "null"]}),
            "Whether a resource may carry its own exemption. Not written: false.",
        ),
        _ => json!({}),
    }
}

/// A policy's own schema; levels give its parameters together, so none is required of one.
fn parameters(policy: &Policy) -> Value {
    let Some(mut schema) = policy.metadata.parameters.clone() else {
        return nullable(object([], &[]));
    };
    if let Some(keywords) = schema.as_object_mut() {
        keywords.remove("required");
    }
    nullable(schema)
}

/// A pack's parameters go to those of its policies that have them. One that only another policy has is a notice, and no mistake.
fn pack_parameters(bundle: &Bundle, pack: &str) -> Value {
    let mut properties: Map<String, Value> = Map::new();
    let (members, others): (Vec<&Policy>, Vec<&Policy>) =
        bundle.policies().iter().partition(|policy| is_in(policy, pack));
    for policy in members {
        let own =
            policy.metadata.parameters.as_ref().and_then(|schema| schema.get("properties")?.as_object());
        for (name, schema) in own.into_iter().flatten() {
            // Where two policies mean two things by one name, each checks its own.
            properties
                .entry(name)
                .and_modify(|known| {
                    if known != schema {
                        *known = json!({})
                    }
                })
                .or_insert_with(|| schema.clone());
        }
    }
    for name in others.iter().flat_map(|policy| names(policy.metadata.parameters.as_ref())) {
        properties.entry(name).or_insert(json!({}));
    }
    json!({"type": ["object", "null"], "properties": properties, "additionalProperties": false})
}

fn is_in(policy: &Policy, pack: &str) -> bool {
    policy.metadata.packs.iter().any(|name| name == pack)
}
