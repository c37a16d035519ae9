//! What one policy says of one object, in the words that `guard check` and the webhook's decision record share.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

/// A violation, or a policy that failed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Finding {
    /// Which policy.
    pub policy: String,
    /// What it says.
    pub message: String,
    /// Where: keys and indices from the object's root.
    #[serde(default)]
    pub path: Vec<Value>,
}

impl Finding {
    /// A policy that could not judge.
    #[must_use]
    pub fn failure(policy: &str) -> Self {
        Self { policy: policy.to_owned(), message: "could not run".to_owned(), path: Vec::new() }
    }

    fn key(&self) -> (&str, String, &str) {
        (&self.policy, serde_json::Value::from(self.path.clone()).to_string(), &self.message)
    }
}

impl PartialOrd for Finding {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Finding {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (policy, path, message) = self.key();
        write!(f, "{policy} {path}: {message}")
    }
}
