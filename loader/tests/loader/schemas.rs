//! The JSON Schemas of guard.yaml and METADATA, and the readers: what a reader accepts no schema refuses, and of what a reader refuses the
//! schema sees what a schema can.

use std::{collections::BTreeSet, fs, path::Path};

use guard_engine::{metadata, schema};
use guard_loader::{GuardYaml, Library, load, load_bundle};
use guard_manifest::yaml;
use jsonschema::Validator;
use serde_json::Value;

use crate::support::{TODAY, fixtures, name, only};

/// What no schema can see, by why.
const BEYOND_A_SCHEMA: [(&str, &[&str]); 2] = [
    (
        "guard.yaml",
        &[
            // What the file system has, and what day it is.
            "bundle-missing",
            "exemption-too-long",
            // What two places say together.
            "packs-disagree",
            "parameter-missing",
            "policy-by-two-names",
            // The evaluator's own patterns.
            "parameter-with-bad-pattern",
        ],
    ),
    ("METADATA", &[]),
];

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::new(schema).unwrap()
}

/// The files that the reader refuses and the schema does not.
fn unseen(what: &str) -> BTreeSet<&'static str> {
    BEYOND_A_SCHEMA
        .iter()
        .filter(|(of, _)| *of == what)
        .flat_map(|(_, files)| files.iter().copied())
        .collect()
}

#[test]
fn every_guard_yaml_that_loads_is_valid_and_others_are_not_where_a_schema_can_see_it() {
    let sound = load_bundle(&only("../fixtures/bundles/sound")).unwrap();
    let validator = validator(&schema::guard_yaml(&sound));
    let mut unseen_here = BTreeSet::new();
    let mut accepted = 0;
    for file in fixtures("configs").iter().filter(|file| file.is_file()) {
        // What is no YAML, or says a key twice, comes to no value.
        let Ok(guard_yaml) = GuardYaml::open(file) else { continue };
        let problem = validator
            .validate(guard_yaml.value())
            .err()
            .map(|error| format!("{}: {error}", error.instance_path()));
        match load(guard_yaml, &only("../fixtures/bundles/sound"), TODAY) {
            Ok(_) => {
                accepted += 1;
                assert_eq!(problem, None, "{} loads", file.display());
            }
            Err(_) if problem.is_none() => drop(unseen_here.insert(name(file).to_owned())),
            Err(_) => {}
        }
    }
    assert!(accepted > 10, "{accepted}");
    assert_eq!(unseen_here.iter().map(String::as_str).collect::<BTreeSet<_>>(), unseen("guard.yaml"));
}

#[test]
fn the_guard_yaml_of_a_repository_with_policies_of_its_own_is_valid() {
    let guard_yaml = GuardYaml::open(Path::new("../fixtures/configs/library/guard.yaml")).unwrap();
    let value = guard_yaml.value().clone();
    let bundle = load(guard_yaml, &Library::default(), TODAY).unwrap().bundle;
    let problem =
        validator(&schema::guard_yaml(&bundle)).validate(&value).err().map(|error| error.to_string());
    assert_eq!(problem, None);
}

#[test]
fn every_metadata_that_is_read_is_valid_and_others_are_not_where_a_schema_can_see_it() {
    let validator = validator(&schema::metadata());
    let mut unseen_here = BTreeSet::new();
    let folders = fixtures("bundles").into_iter().chain(fixtures("policies")).chain(fixtures("../policies"));
    let files =
        folders.flat_map(|folder| [folder.join("policy.rego"), folder.join("missing-owner/policy.rego")]);
    let mut read = 0;
    for file in files.filter(|file| file.is_file()) {
        let Some(block) = metadata::block(&fs::read_to_string(&file).unwrap()) else { continue };
        let Ok(decoded) = yaml::decode(&block) else { continue };
        read += 1;
        let problem = validator.validate(&decoded.value).err().map(|error| error.to_string());
        match metadata::Metadata::from_value(&decoded.value) {
            Ok(_) => assert_eq!(problem, None, "{} is read", file.display()),
            Err(_) if problem.is_none() => drop(unseen_here.insert(file.display().to_string())),
            Err(_) => {}
        }
    }
    assert!(read > 20, "{read}");
    assert_eq!(unseen_here.iter().map(String::as_str).collect::<BTreeSet<_>>(), unseen("METADATA"));
}
