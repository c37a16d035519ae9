//! The four files of a new policy.

use std::path::Path;

use super::{
    File, Kind, PolicyName,
    documents::{Fault, document},
};

/// An example for each family of kinds: its rules, its tests, and what its documents show.
struct Example {
    policy: &'static str,
    test: &'static str,
    deny: Fault,
    allow: Fault,
}

const OF_WORKLOADS: Example = Example {
    policy: include_str!("templates/workload.rego"),
    test: include_str!("templates/workload_test.rego"),
    deny: Fault::OpenInput,
    allow: Fault::NoOpenInput,
};

const OF_OBJECTS: Example = Example {
    policy: include_str!("templates/object.rego"),
    test: include_str!("templates/object_test.rego"),
    deny: Fault::NoAnnotation,
    allow: Fault::Annotation,
};

/// The files of a policy on these kinds, in a folder of its own under `folder`.
pub(crate) fn files(name: &PolicyName, kinds: &[Kind], folder: &Path) -> Vec<File> {
    let Example { policy, test, deny, allow } =
        if kinds.iter().all(Kind::is_workload) { OF_WORKLOADS } else { OF_OBJECTS };
    let selectors: Vec<_> = kinds.iter().map(selector).collect();
    let filled = |text: &str| {
        text.replace("NAME", name.as_str())
            .replace("TITLE", &name.title())
            .replace("KINDS", &selectors.join("\n"))
    };
    let documents = |kinds: &[Kind], fault| {
        kinds.iter().map(|kind| document(kind, fault)).collect::<Vec<_>>().join("---\n")
    };
    let file = |file: &str, text: String, purpose| File {
        path: folder.join(name.as_str()).join(file),
        text,
        purpose,
    };
    vec![
        file("policy.rego", filled(policy), "METADATA and rules"),
        file("policy_test.rego", filled(test), "tests in Rego"),
        file("deny.yaml", documents(kinds, deny), "manifests that must violate the policy: one of each kind"),
        file("allow.yaml", documents(kinds.get(..1).unwrap_or_default(), allow), "manifests that must not"),
    ]
}

fn selector(kind: &Kind) -> String {
    let group = if kind.group.is_empty() { "\"\"" } else { &kind.group };
    let resource = if kind.is_built_in { String::new() } else { format!(", resource: {}", kind.resource()) };
    format!("#     - {{group: {group}, kind: {}{resource}}}", kind.kind)
}
