//! The guard.yaml under which everything is judged and nothing is kept out.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::bail;
use guard_engine::metadata::KindSelector;
use guard_loader::{Library, load_bundle, suite::examples};
use serde_json::{Map, Value, json};

use super::{Finding, manifests::Manifest};

/// What both judge by.
pub(super) struct Audit {
    /// Every policy in audit, with the first example of each parameter that has to be given. JSON, which is YAML too.
    pub(super) guard_yaml: String,
    /// The policies that look at other objects too, and what they judge.
    pub(super) looking: BTreeMap<String, Vec<KindSelector>>,
}

impl Audit {
    /// Of the default library and the policies of further folders.
    pub(super) fn of(bundles: &[PathBuf]) -> anyhow::Result<Self> {
        let library = Library { folders: bundles.to_vec(), ..Library::default() };
        let bundle = match load_bundle(&library) {
            Ok(bundle) => bundle,
            Err(problems) => {
                bail!("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
            }
        };
        let policies = bundle.policies().iter().map(|policy| {
            let settings = json!({"enforcement": "audit", "parameters": examples(policy)});
            (policy.name.to_string(), settings)
        });
        let policies: Map<String, Value> = policies.collect();
        let guard_yaml = serde_json::to_string_pretty(&json!({"policies": policies}))?;
        let looking = bundle.policies().iter().filter(|policy| !policy.metadata.inventory.is_empty());
        let looking =
            looking.map(|policy| (policy.name.to_string(), policy.metadata.kinds.clone())).collect();
        Ok(Self { guard_yaml, looking })
    }

    /// Whether what is said of an object may depend on others.
    pub(super) fn is_looked_around(&self, object: &Manifest) -> bool {
        let group = object.text("/apiVersion").split_once('/').map_or("", |(group, _)| group);
        let mut kinds = self.looking.values().flatten();
        kinds.any(|kind| kind.group == group && kind.kind == object.text("/kind"))
    }

    /// Whether a finding may depend on other objects.
    pub(super) fn looks_around(&self, finding: &Finding) -> bool {
        self.looking.contains_key(&finding.policy)
    }
}
