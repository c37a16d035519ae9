//! Manifests to begin with, of any kind.

use super::Kind;

/// What makes a manifest one that the example of a new policy finds, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// A container keeps its standard input open.
    OpenInput,
    /// An annotation is missing.
    NoAnnotation,
    /// Nothing: what the example of a workload asks for is there.
    NoOpenInput,
    /// Nothing: the annotation is there.
    Annotation,
}

/// A manifest, with a comment over it.
pub(super) fn document(kind: &Kind, fault: Fault) -> String {
    let comment = match fault {
        Fault::OpenInput => {
            format!("{} with a container that keeps its standard input open.", article(&kind.kind))
        }
        Fault::NoAnnotation => format!("{} without the annotation.", article(&kind.kind)),
        Fault::NoOpenInput => {
            format!("{} whose container says nothing of its standard input.", article(&kind.kind))
        }
        Fault::Annotation => format!("{} with the annotation.", article(&kind.kind)),
    };
    let annotations =
        if fault == Fault::Annotation { "  annotations:\n    example.com/owner: team-shop\n" } else { "" };
    let body = kind.body.map_or_else(|| workload(&kind.kind, fault), str::to_owned);
    let (api_version, kind) = (kind.api_version(), &kind.kind);
    format!(
        "# {comment}\napiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: web\n{annotations}{body}"
    )
}

/// What stands below the `metadata` of a kind that holds a pod.
fn workload(kind: &str, fault: Fault) -> String {
    let stdin = if fault == Fault::OpenInput { "    stdin: true\n" } else { "" };
    let containers =
        format!("containers:\n  - name: web\n    image: registry.example.com/web:1.0.0\n{stdin}");
    let labels = "metadata:\n  labels:\n    app: web\n";
    let job = format!("template:\n  spec:\n    restartPolicy: Never\n{}", indented(&containers, 4));
    let template = format!("template:\n{}  spec:\n{}", indented(labels, 2), indented(&containers, 4));
    let selected = |before: &str| {
        format!("spec:\n{before}  selector:\n    matchLabels:\n      app: web\n{}", indented(&template, 2))
    };
    match kind {
        "Pod" => format!("spec:\n{}", indented(&containers, 2)),
        "PodTemplate" => template,
        "ReplicationController" => format!("spec:\n  selector:\n    app: web\n{}", indented(&template, 2)),
        "StatefulSet" => selected("  serviceName: web\n"),
        "Job" => format!("spec:\n{}", indented(&job, 2)),
        "CronJob" => {
            format!("spec:\n  schedule: \"0 6 * * *\"\n  jobTemplate:\n    spec:\n{}", indented(&job, 6))
        }
        _ => selected(""),
    }
}

fn indented(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{:by$}{line}\n", "")).collect()
}

fn article(kind: &str) -> String {
    let article = if kind.starts_with(['A', 'E', 'I', 'O']) { "An" } else { "A" };
    format!("{article} {kind}")
}
