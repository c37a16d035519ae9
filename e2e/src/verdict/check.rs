//! What `guard check` says.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail};
use serde::Deserialize;

use super::{Finding, manifests::Manifest};
use crate::programs::programs;

/// `guard check --format json`, as far as it is compared.
#[derive(Debug, Deserialize)]
struct Report {
    violations: Vec<Violation>,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Debug, Deserialize)]
struct Violation {
    #[serde(flatten)]
    finding: Finding,
    resource: Resource,
    location: Location,
}

#[derive(Debug, Deserialize)]
struct Resource {
    kind: String,
    name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Diagnostic {
    code: String,
    message: String,
    location: Option<Location>,
}

#[derive(Debug, Deserialize)]
struct Location {
    file: PathBuf,
    line: u32,
    column: u32,
}

/// By what to judge.
#[derive(Debug, Clone)]
pub struct Rules {
    /// guard.yaml.
    pub guard_yaml: PathBuf,
    /// Folders of policies beside the default library.
    pub bundles: Vec<PathBuf>,
    /// The namespace of objects that name none.
    pub namespace: String,
}

/// Judges files; the findings of each of their objects, in the objects' order.
///
/// # Errors
/// `guard check` does not run, or says something of no object.
pub fn check(rules: &Rules, paths: &[PathBuf], objects: &[Manifest]) -> anyhow::Result<Vec<Vec<Finding>>> {
    let mut command = Command::new(programs()?.guard);
    command.args(["check", "--format=json", "--no-fail", "--namespace", &rules.namespace]);
    command.arg("--config").arg(&rules.guard_yaml);
    for bundle in &rules.bundles {
        command.arg("--bundle").arg(bundle);
    }
    // Files below the working folder would be called by their place in it.
    let output =
        command.args(paths).current_dir(rules.guard_yaml.parent().unwrap_or(Path::new("/"))).output()?;
    let report: Report = serde_json::from_slice(&output.stdout).with_context(|| {
        format!("{command:?} wrote no report: {}", String::from_utf8_lossy(&output.stderr))
    })?;
    let mut findings = vec![Vec::new(); objects.len()];
    for violation in report.violations {
        let index =
            whose(&violation, objects).with_context(|| format!("no object for {}", violation.finding))?;
        findings.get_mut(index).context("an object's place")?.push(violation.finding);
    }
    for Diagnostic { code, message, location } in report.diagnostics {
        if code == "policy-failed" {
            let Some((policy, _)) =
                message.strip_prefix("policy ").and_then(|rest| rest.split_once(" could not run"))
            else {
                bail!("a policy that failed, and which? {message}");
            };
            let location = location.context("a policy failed on nothing")?;
            let index = objects.iter().position(|object| is_in(&location, object));
            let place = index.and_then(|index| findings.get_mut(index));
            place.with_context(|| format!("no object for: {message}"))?.push(Finding::failure(policy));
        }
    }
    Ok(findings)
}

/// The object that a violation is of. What an alias stands for may be written in another object: then its name decides.
fn whose(violation: &Violation, objects: &[Manifest]) -> Option<usize> {
    let within = |object: &Manifest| is_in(&violation.location, object);
    let named = |object: &Manifest| {
        object.file == violation.location.file
            && object.text("/kind") == violation.resource.kind
            && violation.resource.name.as_deref().is_none_or(|name| object.text("/metadata/name") == name)
    };
    let first = |is: &dyn Fn(&Manifest) -> bool| objects.iter().position(is);
    first(&|object| within(object) && named(object)).or_else(|| first(&named))
}

fn is_in(location: &Location, object: &Manifest) -> bool {
    let (start, end) = (object.span.start, object.span.end);
    let place = (location.line, location.column);
    location.file == object.file && (start.line, start.column) <= place && place < (end.line, end.column)
}
