//! What a finding is recognised by from run to run, wherever its lines have moved.
//!
//! A fingerprint is taken from the policy, the file, the resource's identity and the path in which list items are named
//! by their key where they have one. Lines inserted above, reordered containers and a new apiVersion change nothing.
//! Findings that are equal in all of this are numbered in their order.

use std::{collections::HashMap, fmt};

use guard_engine::path::{Path, named_steps};
use serde::{Serialize, Serializer};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::report::{Finding, Resource};

/// The first 128 bits of a SHA-256, written as 32 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Fingerprint(u128);

impl Fingerprint {
    /// The fingerprint of a policy's finding at `path` of `object`, which stands in `file`.
    pub(crate) fn new(policy: &str, file: &str, resource: &Resource, object: &Value, path: &Path) -> Self {
        let mut fields = Fields::default();
        [policy, file, &resource.group, &resource.kind].into_iter().for_each(|field| fields.add(field));
        fields.add(resource.namespace.as_deref().unwrap_or_default());
        fields.add(resource.name.as_deref().unwrap_or_default());
        named_steps(object, path).for_each(|step| fields.add(&step));
        fields.finish()
    }

    /// The fingerprint of anything that these fields tell from everything else.
    pub(crate) fn of(fields: &[&str]) -> Self {
        let mut all = Fields::default();
        fields.iter().for_each(|field| all.add(field));
        all.finish()
    }

    /// The fingerprint of the `ordinal`th finding that has this one, from 0.
    fn nth(self, ordinal: u32) -> Self {
        if ordinal == 0 {
            return self;
        }
        let mut hash = Sha256::new();
        hash.update(self.0.to_be_bytes());
        hash.update(ordinal.to_be_bytes());
        Self::truncate(&hash.finalize())
    }

    fn truncate(digest: &[u8]) -> Self {
        Self(digest.iter().take(16).fold(0, |bits, byte| bits << 8 | u128::from(*byte)))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Hashes fields so that none can run into the next.
#[derive(Default)]
struct Fields(Sha256);

impl Fields {
    fn add(&mut self, field: &str) {
        self.0.update((field.len() as u64).to_le_bytes());
        self.0.update(field);
    }

    fn finish(self) -> Fingerprint {
        Fingerprint::truncate(&self.0.finalize())
    }
}

/// Tells equal fingerprints apart by the order they come in.
#[derive(Default)]
pub(crate) struct Ordinals(HashMap<Fingerprint, u32>);

impl Ordinals {
    /// The fingerprint itself when it comes for the first time, another one every time after.
    pub(crate) fn next(&mut self, fingerprint: Fingerprint) -> Fingerprint {
        let ordinal = self.0.entry(fingerprint).or_default();
        let unique = fingerprint.nth(*ordinal);
        *ordinal += 1;
        unique
    }
}

/// Numbers findings of equal fingerprint by place, so that every fingerprint of a report stands once. An exemption
/// moves a finding from one list to another and must not renumber it: all lists of a report are numbered together.
pub(crate) fn tell_apart(mut findings: Vec<&mut Finding>) {
    findings.sort_by(|a, b| a.by_place(b));
    let mut ordinals = Ordinals::default();
    for finding in findings {
        finding.fingerprint = ordinals.next(finding.fingerprint);
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, sync::Arc};

    use serde_json::json;

    use super::*;
    use crate::report::{Location, Report, Scanned, Source};

    fn resource() -> Resource {
        Resource {
            source: Source::Kubernetes,
            group: "apps".into(),
            version: "v1".into(),
            kind: "Deployment".into(),
            namespace: Some("shop".into()),
            name: Some("web".into()),
        }
    }

    fn path(steps: Value) -> Path {
        serde_json::from_value(steps).unwrap()
    }

    fn fingerprint(object: &Value, steps: Value) -> Fingerprint {
        Fingerprint::new("privileged-container", "deploy/web.yaml", &resource(), object, &path(steps))
    }

    #[test]
    fn reordering_containers_keeps_a_fingerprint() {
        let before = json!({"spec": {"containers": [{"name": "app"}, {"name": "proxy"}]}});
        let after = json!({"spec": {"containers": [{"name": "proxy"}, {"name": "log"}, {"name": "app"}]}});
        assert_eq!(
            fingerprint(&before, json!(["spec", "containers", 0, "securityContext"])),
            fingerprint(&after, json!(["spec", "containers", 2, "securityContext"])),
        );
        assert_ne!(
            fingerprint(&before, json!(["spec", "containers", 0])),
            fingerprint(&before, json!(["spec", "containers", 1])),
        );
    }

    #[test]
    fn a_new_version_of_the_api_keeps_a_fingerprint() {
        let object = json!({});
        let newer = Resource { version: "v2".into(), ..resource() };
        let of = |resource: &Resource| Fingerprint::new("p", "f.yaml", resource, &object, &Path::default());
        assert_eq!(of(&resource()), of(&newer));
        assert_ne!(of(&resource()), of(&Resource { name: None, ..resource() }));
    }

    #[test]
    fn fields_cannot_run_into_each_other() {
        let of = |policy, file| Fingerprint::new(policy, file, &resource(), &Value::Null, &Path::default());
        assert_ne!(of("ab", "c"), of("a", "bc"));
    }

    #[test]
    fn a_fingerprint_never_changes_between_releases() {
        let object = json!({"spec": {"containers": [{"name": "app"}]}});
        let fingerprint = fingerprint(&object, json!(["spec", "containers", 0, "image"]));
        insta::assert_snapshot!(fingerprint, @"bfefa91a0e968a6c199d0707d1efb375");
    }

    fn finding(line: u32, message: &str) -> Finding {
        let resource = resource();
        Finding {
            policy: "privileged-container".into(),
            severity: guard_engine::enforcement::Severity::Critical,
            action: guard_engine::enforcement::EnforcementAction::Deny,
            message: message.to_owned(),
            path: Path::default(),
            location: Location { line, end_line: line, ..Location::whole_file("web.yaml".into()) },
            assumed: Vec::new(),
            fingerprint: Fingerprint::new("p", "web.yaml", &resource, &Value::Null, &Path::default()),
            resource: Arc::new(resource),
        }
    }

    fn finished(violations: Vec<Finding>, undetermined: Vec<Finding>) -> Report {
        let report = Report { violations, undetermined, ..Report::default() };
        report.finish(Scanned::default(), crate::report::Digests::default())
    }

    #[test]
    fn equal_findings_are_numbered_over_all_lists_by_place() {
        let together = finished(vec![finding(9, "c"), finding(1, "a"), finding(5, "b")], Vec::new());
        let fingerprints: Vec<_> = together.violations.iter().map(|finding| finding.fingerprint).collect();
        assert_eq!(fingerprints.iter().collect::<BTreeSet<_>>().len(), 3);
        assert_eq!(fingerprints[0], finding(1, "a").fingerprint);

        let apart = finished(vec![finding(9, "c"), finding(1, "a")], vec![finding(5, "b")]);
        assert_eq!(apart.violations[0].fingerprint, fingerprints[0]);
        assert_eq!(apart.undetermined[0].fingerprint, fingerprints[1]);
        assert_eq!(apart.violations[1].fingerprint, fingerprints[2]);
    }

    #[test]
    fn lines_inserted_above_keep_a_fingerprint() {
        let before = finished(vec![finding(1, "a"), finding(5, "b")], Vec::new());
        let after = finished(vec![finding(101, "a"), finding(105, "b")], Vec::new());
        for (before, after) in before.violations.iter().zip(&after.violations) {
            assert_eq!(before.fingerprint, after.fingerprint);
        }
    }
}
