//! Every document of every policy and every fixture manifest: `guard check` and the webhook say the same of it.

#![cfg(test)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use guard_e2e::{
    programs::root,
    verdict::{Bench, Compared},
};

#[tokio::test]
async fn guard_check_and_the_webhook_say_the_same_of_every_document_and_fixture() {
    let bench = Bench::start(&[]).await.unwrap();
    bench.install(&root().join("e2e/crds")).await.unwrap();
    let mut compared = Compared::default();
    for file in documents(&root().join("policies")) {
        let of_file = bench.compare(&[file]).await.unwrap();
        assert_eq!(of_file.refused, [""; 0], "documents of the library that the API server refuses");
        assert_eq!(
            of_file.left_out, [""; 0],
            "documents that were not compared; a kind needs a definition in e2e/crds"
        );
        compared += of_file;
    }
    for folder in folders(&root().join("fixtures/manifests")) {
        compared += bench.compare(&[folder]).await.unwrap();
    }
    println!("{compared}");
    assert_eq!(compared.differences, [""; 0]);
    assert!(compared.objects > 100 && compared.findings > 200, "little was compared");
}

/// deny.yaml and allow.yaml of each policy.
fn documents(policies: &Path) -> Vec<PathBuf> {
    let files = ["deny.yaml", "allow.yaml"]
        .map(|name| folders(policies).into_iter().map(move |folder| folder.join(name)));
    let mut files: Vec<_> = files.into_iter().flatten().filter(|file| file.exists()).collect();
    files.sort();
    files
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<_> = fs::read_dir(parent).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}
