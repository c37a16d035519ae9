//! The webhook's decision records, as far as tests read them.

use std::{fs, path::Path};

use anyhow::Context;
use guard_engine::request::Operation;
use serde::Deserialize;

use crate::verdict::Finding;

/// What was decided about one request.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// The admission request's own.
    pub uid: String,
    /// `allow`, `deny`, …
    pub decision: String,
    /// What was done.
    pub operation: Operation,
    /// Nothing was stored.
    pub dry_run: bool,
    /// Group, version and kind.
    pub kind: guard_engine::request::Kind,
    /// `scale`, `exec`, …
    pub sub_resource: Option<String>,
    /// Where the object lives; none for a cluster-scoped one.
    pub namespace: Option<String>,
    /// What it is called.
    pub name: Option<String>,
    /// Who asked.
    pub user: Option<String>,
    /// What was found.
    pub violations: Vec<Finding>,
    /// What was found and is exempted.
    pub exempted: Vec<Finding>,
    /// Policies that could not judge.
    pub failures: Vec<Finding>,
}

/// The records from a byte on, and the byte behind them. The line that is being written is left for the next time.
pub(super) fn read(file: &Path, from: usize) -> anyhow::Result<(Vec<Decision>, usize)> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
    };
    let new = text.get(from..).unwrap_or_default();
    let end = new.rfind('\n').map_or(0, |end| end + 1);
    let lines = new.get(..end).unwrap_or_default().lines();
    let decision =
        |line: &str| serde_json::from_str(line).with_context(|| format!("no decision record: {line}"));
    Ok((lines.map(decision).collect::<anyhow::Result<_>>()?, from + end))
}
