//! The API server's audit log: what it noted of each request, among it the audit annotations of webhooks.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Context;
use serde::Deserialize;

/// What is logged: changes, by everybody but the control plane itself.
pub(super) const POLICY: &str = "\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: None
    users: ['system:apiserver']
  - level: Metadata
    verbs: [create, update, patch, delete]
  - level: None
";

/// One answered request.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    /// `create`, `update`, …
    pub verb: String,
    /// What was asked for.
    #[serde(default)]
    pub object_ref: ObjectRef,
    /// What was answered.
    #[serde(default)]
    pub response_status: ResponseStatus,
    /// What authorization and admission noted, by `plugin/key`.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
}

/// An object by its address in the API.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ObjectRef {
    /// `pods`, …
    pub resource: String,
    /// Where it is.
    pub namespace: String,
    /// What it is called.
    pub name: String,
    /// `exec`, `scale`, …; empty for the object itself.
    pub subresource: String,
}

/// How a request was answered.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ResponseStatus {
    /// The HTTP status.
    pub code: u16,
}

/// The events of one namespace. The line that is being written is left for the next time.
pub(super) fn read(log: &Path, namespace: &str) -> anyhow::Result<Vec<AuditEvent>> {
    let text = fs::read_to_string(log).with_context(|| format!("cannot read {}", log.display()))?;
    let complete = text.rfind('\n').and_then(|end| text.get(..end)).unwrap_or_default();
    let mut events = Vec::new();
    for line in complete.lines() {
        let event: AuditEvent =
            serde_json::from_str(line).with_context(|| format!("no audit event: {line}"))?;
        if event.object_ref.namespace == namespace {
            events.push(event);
        }
    }
    Ok(events)
}
