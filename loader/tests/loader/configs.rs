//! guard.yaml: `fixtures/configs`, judged against `fixtures/bundles/sound`.

use std::{collections::BTreeSet, fmt::Write, path::Path};

use guard_engine::config::{DEFAULT_PACKS, parameters::check_schema};
use guard_loader::{GuardYaml, Library, Loaded, Problem, load, load_bundle};

use crate::support::{TODAY, fixtures, name, only, text};

fn answer(file: &Path) -> Result<Loaded, Vec<Problem>> {
    load(GuardYaml::open(file)?, &only("../fixtures/bundles/sound"), TODAY)
}

#[test]
fn every_guard_yaml_is_answered_with_its_faults_or_with_what_it_comes_to() {
    let mut answers = String::new();
    for file in fixtures("configs").iter().filter(|file| file.is_file()) {
        let answer = match answer(file) {
            Ok(loaded) => describe(&loaded),
            Err(problems) => text(&problems),
        };
        writeln!(answers, "== {}\n{answer}", name(file)).unwrap();
    }
    insta::assert_snapshot!(answers.replace("../fixtures/configs/", ""));
}

/// Each policy's state in a line, and the notices.
fn describe(loaded: &Loaded) -> String {
    let mut text = String::new();
    for state in loaded.config.states(&loaded.bundle, TODAY) {
        let then =
            state.then.map(|then| format!(", {} on {}", then.enforcement, then.on)).unwrap_or_default();
        let why = state.why_off.map(|why| format!(" ({why})")).unwrap_or_default();
        writeln!(text, "{}: {}{then}{why} {}", state.policy, state.enforcement, state.parameters).unwrap();
    }
    for notice in loaded.config.notices(&loaded.bundle, TODAY) {
        writeln!(text, "[{:?}] {}", notice.code, loaded.guard_yaml.locate(&notice.problem)).unwrap();
    }
    for (code, warning) in loaded.guard_yaml.warnings() {
        writeln!(text, "[{code:?}] {warning}").unwrap();
    }
    text
}

#[test]
fn a_whole_guard_yaml_stands_beside_the_embedded_library_and_a_folder_of_ones_own() {
    let guard_yaml = GuardYaml::open(Path::new("../fixtures/configs/library/guard.yaml")).unwrap();
    let loaded =
        load(guard_yaml, &Library::default(), TODAY).unwrap_or_else(|problems| panic!("{}", text(&problems)));
    insta::assert_snapshot!(describe(&loaded).replace("../fixtures/configs/", ""));
}

#[test]
fn every_policy_of_the_embedded_library_is_in_a_pack_that_is_known_here() {
    let bundle = load_bundle(&Library::default()).unwrap();
    let packs: BTreeSet<&str> =
        bundle.policies().iter().flat_map(|policy| &policy.metadata.packs).map(String::as_str).collect();
    // What has to be chosen.
    let others = ["network-ingress"];
    assert_eq!(packs, DEFAULT_PACKS.into_iter().chain(others).collect());
    assert!(bundle.policies().iter().all(|policy| !policy.metadata.packs.is_empty()));
}

#[test]
fn the_schemas_of_the_embedded_library_are_sound() {
    for policy in load_bundle(&Library::default()).unwrap().policies() {
        let problems = policy.metadata.parameters.as_ref().and_then(|schema| check_schema(schema).err());
        assert_eq!(problems, None, "{}", policy.name);
    }
}
