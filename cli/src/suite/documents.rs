//! Documents: what a policy says of each, and whether that is what its file says.

use std::{collections::BTreeMap, sync::Arc};

use guard_engine::{
    config::Config,
    evaluate::Evaluator,
    evaluation::Evaluation,
    inventory::{Inventory, Store},
    path::Segment,
    policy::Policy,
    violation::Violation,
};
use guard_loader::suite::{Document, Said, Verdict};
use serde_json::Value;

use super::{
    ANY_DAY,
    finding::shown,
    result::{Failure, Kind, TestResult},
    snapshots,
};
use crate::report::Location;

/// Judges documents by one policy.
pub(super) struct Judge<'a> {
    pub(super) policy: &'a Policy,
    pub(super) config: &'a Config,
    pub(super) evaluator: &'a mut Evaluator,
    /// What the policy may look at beside a document: where it reads an inventory, the other documents of its file.
    inventories: BTreeMap<Verdict, Inventory>,
}

/// A document that was judged.
pub(super) struct Judged<'a> {
    pub(super) document: &'a Document,
    pub(super) result: TestResult,
    /// What the policy says of it; none where it could not run.
    pub(super) said: Option<Vec<Said>>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        policy: &'a Policy,
        config: &'a Config,
        documents: &[Document],
        evaluator: &'a mut Evaluator,
    ) -> Self {
        let mut inventories = BTreeMap::new();
        for verdict in [Verdict::Deny, Verdict::Allow] {
            let mut store = Store::default();
            let beside = documents.iter().filter(|document| document.verdict == verdict);
            for Document { request, .. } in
                beside.filter(|beside| policy.metadata.inventories(&beside.request.kind))
            {
                store.insert_request(request);
            }
            inventories.insert(verdict, store.snapshot());
        }
        Self { policy, config, evaluator, inventories }
    }

    /// Whether the policy says of a document what it is to say.
    pub(super) fn judge<'d>(&mut self, document: &'d Document) -> Judged<'d> {
        let nothing = Inventory::default();
        let inventory = self.inventories.get(&document.verdict).unwrap_or(&nothing);
        let evaluation = self.evaluator.evaluate(self.config, &document.request, inventory, ANY_DAY);
        let (kind, expected) = match document.verdict {
            Verdict::Deny => (Kind::Deny, format!("a violation of {}", self.policy.name)),
            Verdict::Allow => (Kind::Allow, format!("no violation of {}", self.policy.name)),
        };
        let verdict = verdict(document, &evaluation);
        let failure = |got| Failure::at(location(document), &*document.name).instead(expected, got);
        let said = evaluation.failures.is_empty().then(|| snapshots::said(&evaluation));
        let result = TestResult {
            kind,
            name: format!("{}: {}", document.verdict.file(), document.name),
            location: location(document),
            failures: verdict.err().map(failure).into_iter().collect(),
            prints: self.evaluator.take_prints().into_iter().map(Into::into).collect(),
        };
        Judged { document, result, said }
    }
}

/// Where a document stands.
pub(super) fn location(document: &Document) -> Location {
    Location::new(Arc::clone(&document.file), document.span())
}

/// Whether a document has its verdict; else what came out.
fn verdict(document: &Document, evaluation: &Evaluation) -> Result<(), String> {
    if let Some(failure) = evaluation.failures.first() {
        return Err(format!("the policy could not run: {}", failure.message));
    }
    match document.verdict {
        Verdict::Deny => denied(document, evaluation),
        Verdict::Allow => match evaluation.violations.as_slice() {
            [] => Ok(()),
            found => Err(listed(found, document)),
        },
    }
}

/// A deny document is violated at a place that it has: elsewhere a reader would be pointed at nothing.
fn denied(document: &Document, evaluation: &Evaluation) -> Result<(), String> {
    let found = &evaluation.violations;
    if found.iter().any(|violation| has_place(document.request.judged(), &violation.path.0)) {
        Ok(())
    } else if evaluation.evaluated == 0 {
        Err(super::NOT_JUDGED.to_owned())
    } else if found.is_empty() {
        Err("none".to_owned())
    } else {
        Err(format!("none at a place that the manifest has: {}", listed(found, document)))
    }
}

/// Whether a path leads to a field, or to where one could be written: below what exists only keys are missing, and not its first step.
fn has_place(object: &Value, path: &[Segment]) -> bool {
    let mut value = object;
    for (depth, segment) in path.iter().enumerate() {
        let next = match segment {
            Segment::Key(key) => value.get(key),
            Segment::Index(index) => value.get(index),
        };
        let Some(next) = next else {
            let is_key = |segment: &Segment| matches!(segment, Segment::Key(_));
            return (value.is_object() || value.is_null())
                && path.iter().skip(depth).all(is_key)
                && (depth > 0 || path.len() == 1);
        };
        value = next;
    }
    true
}

/// Violations with their places, one after the other.
fn listed(violations: &[Violation], document: &Document) -> String {
    let one = |violation: &Violation| {
        let line = document.locate(&violation.path).span.start.line;
        format!("{} (at {}, line {line})", violation.message, shown(&violation.path))
    };
    violations.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use guard_engine::path::Path;

    use super::*;

    #[test]
    fn a_place_is_a_field_or_where_one_could_be_written() {
        let object = json!({"metadata": {"labels": null}, "spec": {"containers": [{"name": "web"}]}});
        for (path, expected) in [
            (json!([]), true),
            (json!(["spec", "containers", 0, "name"]), true),
            (json!(["spec", "containers", 0, "securityContext", "privileged"]), true),
            (json!(["metadata", "labels", "owner"]), true),
            (json!(["data"]), true),
            (json!(["spc", "containers"]), false),
            (json!(["spec", "containers", 1]), false),
            (json!(["spec", "containers", "0", "name"]), false),
            (json!(["spec", "containers", 0, "name", "first"]), false),
            (json!(["spec", "volumes", 0]), false),
        ] {
            let path: Path = serde_json::from_value(path).unwrap();
            assert_eq!(has_place(&object, &path.0), expected, "{path}");
        }
    }
}
