//! What every start of a program costs: the embedded library, and a guard.yaml with parameters beside it.

#![expect(clippy::expect_used, reason = "a bench without its inputs has nothing to measure")]

use criterion::{Criterion, criterion_group, criterion_main};
use guard_loader::{GuardYaml, Library, load, load_bundle};
use jiff::civil::date;

fn load_everything(criterion: &mut Criterion) {
    criterion.bench_function("the embedded library", |bencher| {
        bencher.iter(|| load_bundle(&Library::default()).expect("the embedded library loads"));
    });
    let file = std::env::temp_dir().join("guard-load-bench.yaml");
    let text = "policies:\n  required-labels: {parameters: {labels: [{key: owner, pattern: \"^team-\"}]}}\n";
    std::fs::write(&file, text).expect("the folder for temporary files can be written");
    criterion.bench_function("the embedded library and guard.yaml with parameters", |bencher| {
        bencher.iter(|| {
            let guard_yaml = GuardYaml::open(&file).expect("guard.yaml can be read");
            load(guard_yaml, &Library::default(), date(2026, 12, 31)).expect("guard.yaml loads")
        });
    });
}

criterion_group!(benches, load_everything);
criterion_main!(benches);
