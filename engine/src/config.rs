//! guard.yaml: which policies run, how they are enforced, and who is exempted. One file for CI and cluster.
//!
//! ```text
//! severity default < "*" < pack < policy < the last override that matches
//! ```
//!
//! A policy runs when it is in a chosen pack, comes from a folder of one's own, or is named under `policies`; so nothing
//! written at all works. Everything is checked against the [`Bundle`] when it is read, and all mistakes are reported at
//! once: a configuration that was read never fails later.

pub(crate) mod exemptions;
pub(crate) mod matches;
mod notice;
pub mod parameters;
mod policy;
pub(crate) mod settings;
mod state;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;
use sha2::{Digest, Sha256};

pub use notice::{Notice, NoticeCode};
pub use policy::{Override, PolicyConfig, WhyOff};
pub use settings::{Enforcement, Existing, Settings, Then};
pub use state::{Change, PolicyState};

use crate::{
    bundle::Bundle,
    exemption::Exemption,
    matching::Patterns,
    path::Path,
    problem::Problem,
    reader::{Block, Field, Reader},
};

/// The packs that run where guard.yaml names none.
pub const DEFAULT_PACKS: [&str; 4] = ["cloud-storage", "pss-baseline", "pss-restricted", "workload"];

/// The namespaces whose objects are not judged where guard.yaml does not say otherwise.
pub const DEFAULT_EXCLUDED_NAMESPACES: [&str; 4] =
    ["kube-system", "kube-public", "kube-node-lease", "guard-system"];

pub(crate) const KEYS: [&str; 6] =
    ["packs", "policies", "exemptions", "excludedNamespaces", "bundles", "maxExemptionDays"];

/// guard.yaml, checked against a bundle.
#[derive(Debug, Clone)]
pub struct Config {
    /// By the policy's index in the bundle.
    policies: Vec<Result<PolicyConfig, WhyOff>>,
    excluded_namespaces: Patterns,
    exemptions: Vec<Exemption>,
    /// What was read and is not as it should be.
    notices: Vec<Notice>,
    digest: String,
}

impl Config {
    /// Checks guard.yaml, read as a value, against a bundle. Null is the configuration of somebody who wrote none.
    ///
    /// `today` bounds the exemptions where `maxExemptionDays` is written; nothing else depends on it.
    ///
    /// # Errors
    ///
    /// Every mistake that was found, by its path.
    pub fn from_value(value: &Value, bundle: &Bundle, today: Date) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader::default();
        let config = Self::read(value, bundle, today, &mut reader);
        let problems = reader.into_problems();
        config.filter(|_| problems.is_empty()).ok_or(problems)
    }

    /// Checks guard.yaml as [`Config::from_value`] does, for a server that has to answer: what does not fit to the policies that
    /// are loaded stands beside the configuration. A policy, a pack or a parameter that nobody has is without effect; a policy
    /// whose parameters cannot be used fails whenever it is called.
    ///
    /// # Errors
    ///
    /// What is wrong in guard.yaml itself, by its path, with the rest.
    pub fn from_value_leniently(
        value: &Value,
        bundle: &Bundle,
        today: Date,
    ) -> Result<(Self, Vec<Problem>), Vec<Problem>> {
        let mut reader = Reader::default();
        let config = Self::read(value, bundle, today, &mut reader);
        let (mut problems, mismatches) = reader.into_problems_and_mismatches();
        match config.filter(|_| problems.is_empty()) {
            Some(config) => Ok((config, mismatches)),
            None => {
                problems.extend(mismatches);
                Err(problems)
            }
        }
    }

    fn read(value: &Value, bundle: &Bundle, today: Date, reader: &mut Reader) -> Option<Self> {
        let root = Field::new(value, Path::default());
        let block = reader.block(&root, "guard.yaml", &KEYS)?;
        let names = policy::Names::new(bundle);
        let mut notices = Vec::new();
        let policies = policy::read(&block, bundle, &names, &mut notices, reader);
        let exemptions = exemptions::read(&block, &names, today, &mut notices, reader);
        let excluded_namespaces = read_excluded_namespaces(&block, reader);
        if let Some(field) = block.get("bundles") {
            reader.texts(&field, "bundles");
        }
        let excluded_namespaces = excluded_namespaces?;
        Some(Self { policies, excluded_namespaces, exemptions, notices, digest: digest(value) })
    }

    /// How a policy runs, by its index in the bundle; none where it never does.
    #[must_use]
    pub fn policy(&self, index: usize) -> Option<&PolicyConfig> {
        self.policies.get(index)?.as_ref().ok()
    }

    /// Why a policy never runs, by its index in the bundle; none where it does.
    #[must_use]
    pub fn why_off(&self, index: usize) -> Option<&WhyOff> {
        self.policies.get(index)?.as_ref().err()
    }

    /// The namespaces whose objects are not judged.
    #[must_use]
    pub fn excluded_namespaces(&self) -> &Patterns {
        &self.excluded_namespaces
    }

    /// The exemptions, in guard.yaml's order.
    #[must_use]
    pub fn exemptions(&self) -> &[Exemption] {
        &self.exemptions
    }

    /// The SHA-256 of what guard.yaml says, in hexadecimal: of its canonical JSON, so that comments and the order of keys
    /// do not count.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

/// The folders of policies that guard.yaml names under `bundles`, each with its path there: what has to be loaded before
/// the rest of guard.yaml can be judged.
///
/// # Errors
///
/// `bundles` is not a list of texts.
pub fn bundles(value: &Value) -> Result<Vec<(Path, String)>, Vec<Problem>> {
    let mut reader = Reader::default();
    let path = Path::default().join("bundles");
    let field =
        value.get("bundles").filter(|value| !value.is_null()).map(|value| Field::new(value, path.clone()));
    let folders = field.and_then(|field| reader.texts(&field, "bundles")).unwrap_or_default();
    let problems = reader.into_problems();
    if problems.is_empty() {
        Ok(folders.into_iter().enumerate().map(|(index, folder)| (path.join(index), folder)).collect())
    } else {
        Err(problems)
    }
}

fn read_excluded_namespaces(root: &Block<'_>, reader: &mut Reader) -> Option<Patterns> {
    match root.get("excludedNamespaces") {
        None => {
            let default = DEFAULT_EXCLUDED_NAMESPACES.map(str::to_owned);
            Patterns::new(&default).ok()
        }
        // Empty is meant: nothing is excluded.
        Some(field) if field.value.as_array().is_some_and(Vec::is_empty) => Some(Patterns::default()),
        Some(field) => matches::patterns(&field, "excludedNamespaces", reader),
    }
}

/// The SHA-256 of a value's JSON with sorted keys.
fn digest(value: &Value) -> String {
    fn write(value: &Value, hasher: &mut Sha256) {
        match value {
            Value::Object(fields) => {
                let sorted: BTreeMap<&String, &Value> = fields.iter().collect();
                hasher.update("{");
                for (key, value) in sorted {
                    hasher.update(Value::from(key.as_str()).to_string());
                    hasher.update(":");
                    write(value, hasher);
                    hasher.update(",");
                }
                hasher.update("}");
            }
            Value::Array(items) => {
                hasher.update("[");
                for item in items {
                    write(item, hasher);
                    hasher.update(",");
                }
                hasher.update("]");
            }
            scalar => hasher.update(scalar.to_string()),
        }
    }
    let mut hasher = Sha256::new();
    write(value, &mut hasher);
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
