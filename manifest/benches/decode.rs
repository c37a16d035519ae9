//! How fast bytes become resources with spans, on one thread, and that no input takes more than its share.

use std::{fmt::Write, hint::black_box};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use guard_manifest::{Content, read};

/// Documents of the size and the mix that repositories of manifests have: 2.3 KB on average, comments among them.
fn manifests(documents: usize) -> String {
    let mut text = String::new();
    for index in 0..documents {
        let name = format!("service-{index}");
        match index % 4 {
            0 => deployment(&mut text, &name, 2),
            1 => config_map(&mut text, &name),
            2 => deployment(&mut text, &name, 3),
            _ => service(&mut text, &name),
        }
    }
    text
}

fn deployment(text: &mut String, name: &str, containers: usize) {
    let head = format!(
        "---\n# {name}: owned by team-{name}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n  \
         namespace: shop\n  labels:\n    app.kubernetes.io/name: {name}\n    app.kubernetes.io/version: \"1.{}\"\n  \
         annotations:\n    description: >-\n      Serves what customers look at,\n      and what they pay for.\nspec:\n  \
         replicas: 3\n  selector:\n    matchLabels: {{app.kubernetes.io/name: {name}}}\n  template:\n    metadata:\n      \
         labels: {{app.kubernetes.io/name: {name}}}\n    spec:\n      serviceAccountName: {name}\n      containers:\n",
        name.len()
    );
    text.push_str(&head);
    for container in 0..containers {
        let _ = write!(
            text,
            "        - name: app-{container}\n          image: registry.example.com/shop/{name}:v1.{container}.0\n          \
             args: [\"--port=8080\", \"--log-level=info\"]\n          ports:\n            - containerPort: 8080\n              \
             name: http\n          env:\n            - name: DATABASE_URL\n              valueFrom:\n                \
             secretKeyRef: {{name: {name}, key: url}}\n            - name: FEATURE\n              value: 'on'\n          \
             resources:\n            requests:\n              cpu: 100m\n              memory: 128Mi\n            limits:\n              \
             memory: 256Mi\n          securityContext:\n            runAsNonRoot: true\n            readOnlyRootFilesystem: true\n            \
             allowPrivilegeEscalation: false\n            capabilities:\n              drop:\n                - ALL\n          \
             livenessProbe:\n            httpGet:\n              path: /healthz\n              port: http\n            \
             initialDelaySeconds: 5\n            periodSeconds: 10\n          volumeMounts:\n            - name: config\n              \
             mountPath: /etc/{name}\n"
        );
    }
    let _ = write!(text, "      volumes:\n        - name: config\n          configMap: {{name: {name}}}\n");
}

fn config_map(text: &mut String, name: &str) {
    let _ = write!(
        text,
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  config.toml: |\n"
    );
    for line in 0..24 {
        let _ = writeln!(text, "    [section-{line}]\n    address = \"0.0.0.0:80{line:02}\"\n    # workers");
    }
}

fn service(text: &mut String, name: &str) {
    let _ = write!(
        text,
        "---\napiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n  namespace: shop\nspec:\n  type: ClusterIP\n  \
         selector:\n    app.kubernetes.io/name: {name}\n  ports:\n    - name: http\n      port: 80\n      targetPort: http\n      \
         protocol: TCP\n"
    );
}

/// The same documents as one JSON value each.
fn json(text: &str) -> String {
    let documents = read(text.as_bytes()).documents.into_iter();
    let resources = documents.filter_map(|document| match document.content {
        Content::Resources(resources) => Some(resources),
        _ => None,
    });
    resources.flatten().map(|resource| format!("{:#}\n", resource.value)).collect()
}

fn throughput(criterion: &mut Criterion) {
    let yaml = manifests(400);
    let json = json(&yaml);
    let mut group = criterion.benchmark_group("decode");
    for (name, text) in [("yaml", &yaml), ("json", &json)] {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(name), text, |bencher, text| {
            bencher.iter(|| black_box(read(text.as_bytes())));
        });
    }
    group.finish();
}

/// Inputs with which readers of YAML have been stopped.
fn hard(criterion: &mut Criterion) {
    const HEAD: &str = "apiVersion: v1\nkind: T\nmetadata: {name: x}\n";
    let keys: String = (0..200_000).map(|key| format!("key{key}: 1\n")).collect();
    let laughs: String = (1..9)
        .map(|level| format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(",")))
        .collect();
    let cases = [
        ("brackets", "[".repeat(1 << 20)),
        ("braces", "{a: ".repeat(1 << 18)),
        ("dashes", "- ".repeat(1 << 19)),
        ("questions", "? ".repeat(1 << 19)),
        ("lines of questions", "? \n".repeat(20_000)),
        ("keys", format!("{HEAD}{keys}")),
        ("aliases", format!("{HEAD}a: &a x\nv: [{}]\n", "*a, ".repeat(100_000))),
        ("laughs", format!("{HEAD}a0: &a0 [lol,lol,lol]\n{laughs}")),
        ("block nesting", (0..2000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect()),
        ("plain scalar", format!("{HEAD}v: {}\n", "word ".repeat(1 << 18))),
        ("folded lines", format!("{HEAD}v: a\n{}", "  b\n".repeat(1 << 18))),
        ("quotes", format!("{HEAD}v: '{}'\n", "''".repeat(1 << 19))),
        (
            "anchors",
            format!("{HEAD}v:\n{}", (0..50_000).map(|i| format!("- &a{i} x\n- *a{i}\n")).collect::<String>()),
        ),
        ("shallow brackets", format!("{HEAD}v: [{}]\n", "[], ".repeat(1 << 18))),
        ("brackets in a row", format!("{HEAD}v: {}{}\n", "[".repeat(1000), "], ".repeat(1000))),
        ("merges", format!("{HEAD}a: &a {{b: 1}}\nv:\n{}", "  <<: *a\n".repeat(50_000))),
        ("separators", "---\n".repeat(1 << 18)),
        ("values on a line", "{\"kind\":\"T\"}".repeat(1 << 16)),
        ("twice on a line", format!("{HEAD}v: {{{}}}\n", "é: 1, ".repeat(1 << 17))),
        ("tags", format!("{HEAD}v: !{}\n", "a".repeat(1 << 20))),
    ];
    let mut group = criterion.benchmark_group("hard");
    group.sample_size(10);
    for (name, text) in &cases {
        group.bench_with_input(BenchmarkId::from_parameter(name), text, |bencher, text| {
            bencher.iter(|| black_box(read(text.as_bytes())));
        });
    }
    group.finish();
}

criterion_group!(benches, throughput, hard);
criterion_main!(benches);
