//! What an UPDATE finds there already.

use std::{borrow::Cow, collections::HashSet};

use serde_json::Value;

use super::calls::Call;
use crate::{
    path::named_steps,
    rego::{Answer, Finding},
    request::{Operation, Request},
};

/// Whether an object is only waiting for its finalizers. The old object says so, which is the API server's own word: a new
/// one could claim it.
pub(super) fn is_terminating(request: &Request) -> bool {
    request.operation == Operation::Update
        && request
            .old_object
            .pointer("/metadata/deletionTimestamp")
            .is_some_and(|timestamp| !timestamp.is_null())
}

/// What policies find in the old object: the policy, the path with a list's items called by their key, and the message.
pub(super) struct Known(HashSet<(String, Vec<String>, String)>);

impl Known {
    pub(super) fn new<'a>(answers: impl Iterator<Item = (&'a Call<'a>, Answer)>, old_object: &Value) -> Self {
        let findings = answers.filter_map(|(call, answer)| Some((call, answer.ok()?)));
        let findings = findings.flat_map(|(call, findings)| {
            findings.violations.into_iter().map(|finding| (&call.policy.name, finding))
        });
        Self(findings.map(|(policy, finding)| identity(policy, &finding, old_object)).collect())
    }

    pub(super) fn has(&self, policy: &str, finding: &Finding, object: &Value) -> bool {
        self.0.contains(&identity(policy, finding, object))
    }
}

fn identity(policy: &str, finding: &Finding, object: &Value) -> (String, Vec<String>, String) {
    let steps = named_steps(object, &finding.path).map(Cow::into_owned).collect();
    (policy.to_owned(), steps, finding.message.clone())
}
