//! Where guard.yaml is found.

use std::{fs, path::Path};

use guard_loader::GuardYaml;
use serde_json::Value;

use crate::support::text;

fn write(root: &Path, file: &str, text: &str) {
    let file = root.join(file);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

#[test]
fn it_is_found_in_the_folder_itself_or_above_up_to_the_repository_root() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "guard.yaml", "packs: {above: {}}");
    write(root.path(), "repository/.git", "gitdir: elsewhere");
    write(root.path(), "repository/deploy/shop/app.yaml", "");
    let find = |folder: &str| GuardYaml::find(&root.path().join(folder)).unwrap();
    assert_eq!(find("repository/deploy/shop").file(), None);
    assert_eq!(*find("repository/deploy/shop").value(), Value::Null);
    write(root.path(), "repository/guard.yaml", "packs: {root: {}}");
    assert_eq!(find("repository/deploy/shop").file(), Some("../../guard.yaml"));
    assert!(find("repository").value()["packs"]["root"].is_object());
    write(root.path(), "repository/deploy/guard.yaml", "packs: {deploy: {}}");
    assert!(find("repository/deploy/shop").value()["packs"]["deploy"].is_object());
}

#[test]
fn outside_a_repository_only_the_folder_itself_is_looked_at() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "guard.yaml", "packs: {}");
    write(root.path(), "deploy/app.yaml", "");
    assert_eq!(GuardYaml::find(&root.path().join("deploy")).unwrap().file(), None);
    assert_eq!(GuardYaml::find(root.path()).unwrap().file(), Some("guard.yaml"));
}

#[test]
fn another_spelling_of_the_name_is_not_passed_over() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "guard.yml", "packs: {}");
    let problems = GuardYaml::find(root.path()).unwrap_err();
    insta::assert_snapshot!(text(&problems), @"
    guard.yml: this file is not read, expected guard.yaml
      help: rename it to guard.yaml
    ");
}

#[test]
fn a_folder_or_a_link_to_nothing_of_that_name_is_a_problem() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("guard.yaml")).unwrap();
    let problems = GuardYaml::find(root.path()).unwrap_err();
    insta::assert_snapshot!(text(&problems), @"guard.yaml: cannot be read: Is a directory (os error 21)");
    #[cfg(unix)]
    {
        fs::remove_dir(root.path().join("guard.yaml")).unwrap();
        std::os::unix::fs::symlink("gone", root.path().join("guard.yaml")).unwrap();
        let problems = GuardYaml::find(root.path()).unwrap_err();
        insta::assert_snapshot!(text(&problems), @"guard.yaml: cannot be read: No such file or directory (os error 2)");
    }
}

#[test]
fn a_file_that_was_named_and_is_not_there_is_a_problem() {
    let problems = GuardYaml::open(Path::new("nowhere/guard.yaml")).unwrap_err();
    insta::assert_snapshot!(text(&problems), @"nowhere/guard.yaml: cannot be read: No such file or directory (os error 2)");
}
