//! One report with everything in it, for the tests of every format.

use std::sync::Arc;

use guard_engine::{
    enforcement::{EnforcementAction, Severity},
    exemption::Grounds,
    path::Path,
    violation::Assumption,
};
use serde_json::{Value, json};

use super::*;
use crate::fingerprint::Fingerprint;

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      hostNetwork: true
      containers:
        - name: app
          image: registry.example/app:latest
          securityContext:
            privileged: true
        - name: proxy
          image: registry.example/proxy@sha256:0000
";

/// A tab, wide characters, an escape sequence and a line that is too long for any terminal.
const ODD: &str = "\
# 起動時に一度だけ
apiVersion: batch/v1
kind: Job
metadata: {generateName: überprüfung-}
spec: {template: {spec: {containers: [{name: \"日本\", image: \"école\u{1b}[31m:latest\", env: [{name: TOKEN, value: hunter2hunter2hunter2hunter2hunter2hunter2hunter2hunter2hunter2hunter2hunter2}]}]}}}
";

const ODD_FILE: &str = "jobs/über, 100%: <alles> & \"mehr\".yaml";

/// Everything a report can hold.
pub(crate) fn rich() -> Report {
    let web = Builder::new("deploy/web.yaml", resource("apps", "Deployment", Some("shop"), Some("web")));
    let odd = Builder::new(ODD_FILE, resource("batch", "Job", None, None));
    let bucket =
        Builder::new("infra/bucket.json", resource("s3.aws.upbound.io", "Bucket", None, Some("logs")));
    let container = |index| json!(["spec", "template", "spec", "containers", index]);
    let privileged = json!(["spec", "template", "spec", "containers", 0, "securityContext", "privileged"]);
    let report = Report {
        violations: vec![
            odd.finding(
                "secret-in-env",
                "environment variable \"TOKEN\" holds a secret: 100% <certain>\nand a second line",
                container(0),
            )
            .at(5, 107, 184)
            .build(),
            odd.finding("unpinned-image", "image \"école:latest\" is not pinned", container(0))
                .at(5, 59, 78)
                .build(),
            web.finding("missing-resource-limits", "container \"app\" has no memory limit", container(0))
                .at(9, 11, 20)
                .build(),
            web.finding("missing-resource-limits", "container \"app\" has no CPU limit", container(0))
                .at(9, 11, 20)
                .build(),
            web.finding("missing-resource-limits", "container \"proxy\" has no memory limit", container(1))
                .at(13, 11, 22)
                .build(),
            web.finding("privileged-container", "container \"app\" runs privileged", privileged)
                .at(12, 25, 29)
                .build(),
            web.finding(
                "unpinned-image",
                "image \"registry.example/app:latest\" is not pinned",
                container(0),
            )
            .at(10, 18, 45)
            .build(),
            web.finding(
                "required-labels",
                "label \"owner\" is missing",
                json!(["metadata", "labels", "owner"]),
            )
            .spanning((3, 1), (4, 1))
            .build(),
        ],
        exempted: vec![Exempted {
            finding: web
                .finding(
                    "host-namespace",
                    "the pod shares the node's network",
                    json!(["spec", "template", "spec", "hostNetwork"]),
                )
                .at(7, 20, 24)
                .build(),
            exemption: Arc::new(Grounds {
                reason: "the edge proxy binds the node's ports".into(),
                owner: "team-edge".into(),
                expires: Some(jiff::civil::date(2027, 1, 31)),
            }),
        }],
        undetermined: vec![
            bucket
                .finding("public-bucket", "acl is only known later", json!(["spec", "forProvider", "acl"]))
                .at(1, 1, 2)
                .build(),
        ],
        diagnostics: diagnostics(),
        policies: policies(),
        sources: [("deploy/web.yaml", WEB), (ODD_FILE, ODD)]
            .into_iter()
            .map(|(file, text)| (file.into(), text.into()))
            .collect(),
        ..Report::default()
    };
    let scanned = Scanned { files: 5, documents: 7, resources: 4, policies: 6, evaluations: 19 };
    report.finish(scanned, digests())
}

/// A run that found nothing.
pub(crate) fn clean() -> Report {
    let report = Report { policies: policies(), ..Report::default() };
    report.finish(Scanned { files: 2, documents: 3, resources: 3, policies: 6, evaluations: 12 }, digests())
}

/// `count` findings of one file, of which every container has four.
pub(crate) fn large(count: usize) -> Report {
    let containers = count.div_ceil(4);
    let text: String =
        (0..containers).map(|i| format!("        - name: c{i}\n          image: app:latest\n")).collect();
    let builder = Builder::new("all.yaml", resource("apps", "Deployment", Some("shop"), Some("web")));
    let violations = (0..count).map(|i| {
        let policy =
            ["privilege-escalation", "root-user", "missing-resource-limits", "unpinned-image"][i % 4];
        let line = u32::try_from(i / 4 * 2 + 1).unwrap();
        let path = json!(["spec", "template", "spec", "containers", i / 4]);
        let message = format!("container \"c{}\" breaks {policy}", i / 4);
        builder.finding(policy, &message, path).at(line, 11, 15).build()
    });
    let report = Report {
        violations: violations.collect(),
        policies: policies(),
        sources: [("all.yaml".into(), text.into())].into(),
        ..Report::default()
    };
    let scanned = Scanned { files: 1, documents: 1, resources: 1, policies: 6, evaluations: count };
    report.finish(scanned, digests())
}

fn diagnostics() -> Vec<Diagnostic> {
    let at = |file: &str, line, column, end_column| Location {
        file: file.into(),
        line,
        column,
        end_line: line,
        end_column,
    };
    vec![
        Diagnostic::new(Code::UnreadableDocument, "mapping values are not allowed here, in \"a: b: c\"")
            .at(at("deploy/broken.yaml", 4, 12, 13)),
        Diagnostic::new(Code::NotKubernetes, "no apiVersion and no kind")
            .at(Location::whole_file("values.yaml".into())),
        Diagnostic::new(Code::BooleanWord, "`on` is read as true").at(at("deploy/web.yaml", 7, 20, 24)),
        Diagnostic::new(
            Code::UnknownNamespace,
            "2 resources have no namespace: what depends on it was assumed",
        )
        .with_help("give it with `--namespace NAME`"),
        Diagnostic::new(Code::UnusedExemption, "the exemption of root-user for team-data covered nothing")
            .at(at("guard.yaml", 12, 5, 13))
            .with_help("remove it"),
    ]
}

fn policies() -> BTreeMap<Arc<str>, PolicyInfo> {
    let info = |title: &str, severity: Severity| PolicyInfo {
        title: title.to_owned(),
        description: format!("{title}. It matters because of *this*."),
        severity,
        action: severity.default_action(),
        category: "workload".to_owned(),
        remediation: "Change `this` to that.\n\nThen look again.".to_owned(),
        references: vec!["https://kubernetes.io/docs/concepts/security/pod-security-standards/".to_owned()],
    };
    [
        ("host-namespace", info("A pod shares a namespace of its node", Severity::High)),
        ("missing-resource-limits", info("A container without requests or limits", Severity::Medium)),
        ("privileged-container", info("A privileged container", Severity::Critical)),
        (
            "required-labels",
            PolicyInfo { references: Vec::new(), ..info("A label is missing", Severity::Low) },
        ),
        ("secret-in-env", info("A secret in an environment variable", Severity::High)),
        ("unpinned-image", info("An image that can change", Severity::Medium)),
    ]
    .into_iter()
    .map(|(name, info)| (name.into(), info))
    .collect()
}

pub(crate) fn digests() -> Digests {
    Digests { bundle: "b".repeat(64), configuration: "c".repeat(64) }
}

fn resource(group: &str, kind: &str, namespace: Option<&str>, name: Option<&str>) -> Arc<Resource> {
    Arc::new(Resource {
        source: Source::Kubernetes,
        group: group.to_owned(),
        version: "v1".to_owned(),
        kind: kind.to_owned(),
        namespace: namespace.map(str::to_owned),
        name: name.map(str::to_owned),
    })
}

/// Findings of one resource of one file.
struct Builder {
    file: Arc<str>,
    resource: Arc<Resource>,
}

struct Placeless(Finding);

impl Builder {
    fn new(file: &str, resource: Arc<Resource>) -> Self {
        Self { file: file.into(), resource }
    }

    fn finding(&self, policy: &str, message: &str, path: Value) -> Placeless {
        let path: Path = serde_json::from_value(path).unwrap();
        let severity = policies().get(policy).map_or(Severity::Low, |info| info.severity);
        Placeless(Finding {
            policy: policy.into(),
            severity,
            action: if policy == "unpinned-image" {
                EnforcementAction::Audit
            } else {
                severity.default_action()
            },
            message: message.to_owned(),
            fingerprint: Fingerprint::new(policy, &self.file, &self.resource, &Value::Null, &path),
            path,
            resource: Arc::clone(&self.resource),
            location: Location::whole_file(Arc::clone(&self.file)),
            assumed: if self.resource.namespace.is_none() { vec![Assumption::Namespace] } else { Vec::new() },
        })
    }
}

impl Placeless {
    fn at(self, line: u32, column: u32, end_column: u32) -> Self {
        self.spanning((line, column), (line, end_column))
    }

    fn spanning(mut self, (line, column): (u32, u32), (end_line, end_column): (u32, u32)) -> Self {
        self.0.location = Location { line, column, end_line, end_column, ..self.0.location };
        self
    }

    fn build(self) -> Finding {
        self.0
    }
}
