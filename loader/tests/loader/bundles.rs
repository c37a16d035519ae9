//! Folders of policies: `fixtures/bundles`.

use std::fmt::Write;

use guard_loader::{Library, load_bundle};

use crate::support::{fixtures, name, only, text};

#[test]
fn every_faulty_folder_is_answered_with_its_fault() {
    let mut answers = String::new();
    for folder in fixtures("bundles").iter().filter(|folder| name(folder) != "sound") {
        let Err(problems) = load_bundle(&only(folder)) else { panic!("{} loads", name(folder)) };
        writeln!(answers, "== {}\n{}", name(folder), text(&problems)).unwrap();
    }
    insta::assert_snapshot!(answers.replace("../fixtures/bundles/", ""));
}

#[test]
fn a_sound_folder_loads_without_its_tests() {
    let bundle = load_bundle(&only("../fixtures/bundles/sound")).unwrap();
    let names: Vec<&str> = bundle.policies().iter().map(|policy| &*policy.name).collect();
    assert_eq!(names, ["foreign-image", "latest-image", "missing-owner"]);
}

#[test]
fn one_policy_can_be_named_by_its_own_folder() {
    let bundle = load_bundle(&only("../fixtures/bundles/sound/missing-owner")).unwrap();
    assert_eq!(bundle.policies().len(), 1);
}

#[test]
fn the_embedded_library_is_the_folder_policies() {
    let embedded = load_bundle(&Library::default()).unwrap();
    let folder = load_bundle(&only("../policies")).unwrap();
    let names = |bundle: &guard_engine::bundle::Bundle| {
        bundle.policies().iter().map(|policy| policy.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(&embedded), names(&folder));
    assert_eq!(embedded.digest(), folder.digest());
}

#[test]
fn a_folder_named_twice_is_loaded_once() {
    let folders = ["../fixtures/bundles/sound", "../fixtures/bundles/../bundles/sound"];
    let library = Library { folders: folders.map(Into::into).to_vec(), default_library: false };
    assert_eq!(load_bundle(&library).unwrap().policies().len(), 3);
}

#[test]
fn a_folder_that_does_not_exist_is_a_problem() {
    let problems = load_bundle(&only("../fixtures/bundles/nowhere")).unwrap_err();
    insta::assert_snapshot!(text(&problems), @"../fixtures/bundles/nowhere: no such folder of policies");
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_those_that_lead_back_or_nowhere_are_problems() {
    let folder = tempfile::tempdir().unwrap();
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
    let sound = std::fs::canonicalize("../fixtures/bundles/sound").unwrap();
    link(sound.to_str().unwrap(), "sound");
    assert_eq!(load_bundle(&only(folder.path())).unwrap().policies().len(), 3);
    link(".", "again");
    link("gone", "broken");
    let problems = load_bundle(&only(folder.path())).unwrap_err();
    let answers = text(&problems).replace(folder.path().to_str().unwrap(), "FOLDER");
    insta::assert_snapshot!(answers, @"
    FOLDER/again: this link leads back to FOLDER
      help: remove the link
    FOLDER/broken: this link leads nowhere
    ");
}

#[test]
fn a_module_that_is_not_utf8_is_a_problem_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("odd")).unwrap();
    std::fs::write(folder.path().join("odd/policy.rego"), b"# one\n# two \xff\n").unwrap();
    let problems = load_bundle(&only(folder.path())).unwrap_err();
    let answers = text(&problems).replace(folder.path().to_str().unwrap(), "FOLDER");
    insta::assert_snapshot!(answers, @"
    FOLDER/odd/policy.rego:2:7: this byte is not UTF-8 text
      help: save the file as UTF-8
    ");
}
