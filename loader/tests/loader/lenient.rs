//! What a server runs of policies and of a guard.yaml that have mistakes.

use std::{fmt::Write, path::Path};

use guard_engine::{
    bundle::Bundle,
    evaluate::Evaluator,
    evaluation::{Cause, Evaluation},
    inventory::Inventory,
    policy::Origin,
    request::Request,
};
use guard_loader::{GuardYaml, Lenient, Library, load, load_bundle, load_leniently};
use serde_json::json;

use crate::support::{TODAY, fixtures, name, text};

/// A folder beside the default library.
fn beside(folder: &Path) -> Library {
    Library { folders: vec![folder.to_owned()], default_library: true }
}

/// The guard.yaml of this text.
fn guard_yaml(text: &str) -> GuardYaml {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("guard.yaml");
    std::fs::write(&file, text).unwrap();
    GuardYaml::open(&file).unwrap()
}

fn broken(bundle: &Bundle) -> Vec<&str> {
    let broken = bundle.policies().iter().filter(|policy| policy.broken.is_some());
    broken.map(|policy| &*policy.name).collect()
}

#[test]
fn a_faulty_policy_beside_sound_ones_is_broken_or_said_to_be_missing_and_they_run() {
    let sound = load_bundle(&Library::default()).unwrap();
    let mut answers = String::new();
    for folder in fixtures("bundles").iter().filter(|folder| name(folder) != "sound") {
        let answer = load_leniently(guard_yaml(""), &beside(folder), TODAY);
        writeln!(answers, "== {}", name(folder)).unwrap();
        match answer {
            Ok(Lenient { loaded, problems }) => {
                let default_library =
                    loaded.bundle.policies().iter().filter(|policy| policy.origin == Origin::Default);
                let running = default_library.filter(|policy| policy.broken.is_none());
                assert_eq!(running.count(), sound.policies().len(), "{}", name(folder));
                assert_ne!(problems, [], "{}", name(folder));
                writeln!(answers, "broken: {:?}, problems: {}", broken(&loaded.bundle), problems.len())
                    .unwrap();
            }
            Err(problems) => writeln!(answers, "error: {}", text(&problems)).unwrap(),
        }
    }
    insta::assert_snapshot!(answers.replace("../fixtures/bundles/", ""));
}

#[test]
fn what_is_sound_loads_as_it_does_strictly() {
    let library = Library::default();
    let Lenient { loaded, problems } = load_leniently(guard_yaml(""), &library, TODAY).unwrap();
    let strict = load(guard_yaml(""), &library, TODAY).unwrap();
    assert_eq!(problems, []);
    assert_eq!(broken(&loaded.bundle), [""; 0]);
    assert_eq!(loaded.bundle.digest(), strict.bundle.digest());
    assert_eq!(loaded.config.digest(), strict.config.digest());
}

fn judge(loaded: guard_loader::Loaded) -> Evaluation {
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "shop"}, "spec": {}});
    let request = Request::create(pod.into(), None).unwrap();
    Evaluator::new(loaded.bundle.into()).evaluate(&loaded.config, &request, &Inventory::default(), TODAY)
}

#[test]
fn a_library_that_does_not_load_breaks_the_policies_that_need_it_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        std::fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
        std::fs::write(folder.path().join(path), text).unwrap();
    };
    let sound = std::fs::read_to_string("../fixtures/bundles/sound/missing-owner/policy.rego").unwrap();
    let needs = sound
        .replace("[\"missing-owner\"]", "[\"needs\"]")
        .replace("import future.keywords.not\n", "import future.keywords.not\nimport data.guard.lib.own\n");
    write("alone/missing-owner/policy.rego", &sound);
    write("needs/policy.rego", &format!("{needs}\nviolation contains own.x if own.x\n"));
    write("lib/own.rego", "package guard.lib.own\n\nx := \n");
    let library = Library { folders: vec![folder.path().to_owned()], default_library: false };
    let settings = "policies: {needs: {enforcement: warn}}";
    let Lenient { loaded, problems } = load_leniently(guard_yaml(settings), &library, TODAY).unwrap();
    assert_eq!(broken(&loaded.bundle), ["needs"]);
    let problems = text(&problems).replace(folder.path().to_str().unwrap(), "FOLDER");
    insta::assert_snapshot!(problems);
    let evaluation = judge(loaded);
    let [failure] = evaluation.failures.as_slice() else { panic!("{evaluation:?}") };
    assert_eq!((&*failure.policy, failure.cause, failure.action.as_str()), ("needs", Cause::Load, "warn"));
    assert!(failure.message.starts_with("it does not load: "), "{failure:?}");
    assert_eq!(evaluation.violations.len(), 1);
}

#[test]
fn a_folder_that_is_missing_or_empty_is_an_error_however_many_there_are() {
    for folder in ["../fixtures/bundles/nowhere", "../fixtures/bundles/empty"] {
        let problems = load_leniently(guard_yaml(""), &beside(Path::new(folder)), TODAY).unwrap_err();
        assert_eq!(problems.len(), 1, "{folder}");
    }
}

#[test]
fn what_guard_yaml_says_of_policies_that_are_not_there_stands_beside_it() {
    let library = Library::default();
    let text_of = |settings: &str| {
        assert!(load(guard_yaml(settings), &library, TODAY).is_err(), "{settings}");
        let Lenient { loaded, problems } = load_leniently(guard_yaml(settings), &library, TODAY).unwrap();
        let text = text(&problems);
        // The file is in a folder that has another name each time.
        (text.split_once("guard.yaml:").unwrap().1.to_owned(), loaded)
    };
    insta::assert_snapshot!(text_of("policies: {privileged-containr: {enforcement: deny}}").0);
    insta::assert_snapshot!(text_of("packs: {workload: {}, wrkload: {}}").0);
    insta::assert_snapshot!(text_of("packs: {workload: {parameters: {nope: 1}}}").0);
    let exemption = "{policies: [gone], match: {names: [x]}, reason: r, owner: o}";
    let kept = "{policies: [root-user], match: {names: [x]}, reason: r, owner: o}";
    let (problems, loaded) = text_of(&format!("exemptions: [{exemption}, {kept}]"));
    insta::assert_snapshot!(problems);
    assert_eq!(loaded.config.exemptions().len(), 2);
    assert!(loaded.config.exemptions()[1].names("root-user"));
}

#[test]
fn a_policy_with_parameters_that_cannot_be_used_fails_and_one_with_too_many_runs() {
    let outcome = |settings: &str| {
        let loaded = load_leniently(guard_yaml(settings), &Library::default(), TODAY).unwrap();
        assert_eq!(loaded.problems.len(), 1, "{settings}");
        let failures = judge(loaded.loaded).failures.into_iter();
        failures
            .map(|failure| format!("{} {:?}: {}", failure.policy, failure.cause, failure.message))
            .collect::<Vec<_>>()
    };
    insta::assert_debug_snapshot!(outcome("policies: {unpinned-image: {parameters: {movingTags: latest}}}"));
    insta::assert_debug_snapshot!(outcome("policies: {required-labels: {}}"));
    assert_eq!(outcome("policies: {unpinned-image: {parameters: {movngTags: [latest]}}}"), [""; 0]);
}

#[test]
fn a_guard_yaml_that_is_wrong_in_itself_is_an_error() {
    for settings in ["policies: {root-user: {enforcement: dney}}", "polices: {}", "[1]", "exemptions: [{}]"] {
        assert!(load_leniently(guard_yaml(settings), &Library::default(), TODAY).is_err(), "{settings}");
    }
}
