//! What one request costs: the ten policies of the bench together, fifty of their kind, the embedded library together, and each of its
//! policies alone. The conversion of the object is part of it; reading its text is not.

#![expect(clippy::expect_used, reason = "a bench without its inputs has nothing to measure")]

use std::{
    ffi::OsStr,
    fs,
    hint::black_box,
    path::{Path, PathBuf},
    sync::Arc,
};

use criterion::{Criterion, criterion_group};
use guard_engine::{
    bundle::Bundle,
    config::Config,
    evaluate::{Evaluator, STACK_SIZE},
    inventory::Inventory,
    request::Request,
};
use guard_loader::{Library, load_bundle};
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use tempfile::TempDir;

/// As in the programs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TODAY: Date = date(2026, 12, 31);

const DOCUMENTS: [(&str, &str); 2] = [
    ("one container", include_str!("one_container.yaml")),
    ("three containers", include_str!("three_containers.yaml")),
];

fn request(text: &str) -> Request {
    let document = guard_manifest::yaml::decode(text).expect("the document can be read");
    Request::create(Arc::new(document.value), None).expect("the document has a kind")
}

fn bundle(library: &Library) -> Arc<Bundle> {
    Arc::new(load_bundle(library).expect("the policies load"))
}

/// The parameters without which a policy is off.
fn parameters(policy: &str) -> Value {
    match policy {
        "required-labels" => json!({"labels": [{"key": "owner", "pattern": "^team-"}]}),
        "untrusted-registry" => json!({"registries": ["registry.example.com/shop"]}),
        _ => json!({}),
    }
}

fn measure(criterion: &mut Criterion, name: &str, bundle: &Arc<Bundle>, guard_yaml: &Value) {
    let config = Config::from_value(guard_yaml, bundle, TODAY).expect("guard.yaml is right");
    let mut evaluator = Evaluator::new(Arc::clone(bundle));
    for (document, text) in DOCUMENTS {
        let request = request(text);
        let inventory = Inventory::default();
        criterion.bench_function(&format!("{name}, {document}"), |bencher| {
            bencher.iter(|| evaluator.evaluate(&config, black_box(&request), &inventory, TODAY));
        });
    }
}

fn bench_policies() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/policies")
}

/// The ten policies of the bench five times, under other names.
fn fifty() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let entries = fs::read_dir(bench_policies()).expect("the policies are there");
    for entry in entries.map(|entry| entry.expect("the folder can be read").path()) {
        let name = entry.file_name().and_then(OsStr::to_str).expect("the name is text").to_owned();
        if name == "lib" {
            write(&folder.path().join("lib/bench.rego"), &read(&entry.join("bench.rego")));
            continue;
        }
        let text = read(&entry.join("policy.rego"));
        for n in 1..=5 {
            let again = format!("{name}-{n}");
            let text = text.replace(&format!("[{name:?}]"), &format!("[{again:?}]"));
            write(&folder.path().join(again).join("policy.rego"), &text);
        }
    }
    folder
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).expect("the policy can be read")
}

fn write(file: &Path, text: &str) {
    fs::create_dir_all(file.parent().expect("the file is in a folder")).expect("the folder can be made");
    fs::write(file, text).expect("the file can be written");
}

fn all(criterion: &mut Criterion) {
    let ten = bundle(&Library { folders: vec![bench_policies()], default_library: false });
    measure(criterion, "the ten policies of the bench", &ten, &Value::Null);
    let fifty = fifty();
    let fifty = bundle(&Library { folders: vec![fifty.path().to_owned()], default_library: false });
    measure(criterion, "fifty policies of the bench", &fifty, &Value::Null);
    let library = bundle(&Library::default());
    let names = library.policies().iter().map(|policy| &*policy.name);
    let policies: serde_json::Map<String, Value> =
        names.clone().map(|name| (name.to_owned(), json!({"parameters": parameters(name)}))).collect();
    measure(criterion, "the embedded library", &library, &json!({"policies": policies}));
    for name in names {
        let policy = json!({"packs": {}, "policies": {name: {"parameters": parameters(name)}}});
        measure(criterion, &format!("policy {name}"), &library, &policy);
    }
}

criterion_group!(benches, all);

/// On a thread with the stack that evaluation needs.
fn main() {
    let run = || {
        benches();
        Criterion::default().configure_from_args().final_summary();
    };
    let bench = std::thread::Builder::new().stack_size(STACK_SIZE).spawn(run);
    bench.expect("a thread can be made").join().expect("the bench ends");
}
