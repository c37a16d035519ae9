//! Every way in which a bundle does not load.

use serde_json::{Value, json};

use super::*;
use crate::fixtures::{metadata, policy, with};

const RULES: &str = r#"violation contains {"message": "m", "path": []}"#;

fn plain(name: &str) -> Source {
    policy(name, metadata(&["Pod"]), RULES)
}

fn custom(name: &str, custom: &Value) -> Source {
    policy(name, with(metadata(&["Pod"]), custom), RULES)
}

fn library(file: &str, text: &str) -> Source {
    Source {
        module: Module { file: file.into(), text: text.into() },
        origin: Origin::Folder,
        role: Role::Library,
    }
}

/// Each error and, after an arrow, what to do about it.
fn errors(sources: &[Source]) -> String {
    let errors = Bundle::new(sources).unwrap_err();
    let lines = errors.iter().map(|error| format!("{error} -> {}", error.help.as_deref().unwrap_or("?")));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn policies_are_sorted_by_name() {
    let bundle =
        Bundle::new(&[plain("b"), plain("a"), library("lib/x.rego", "package guard.lib.x\n\nx := 1\n")])
            .unwrap();
    let names: Vec<&str> = bundle.policies().iter().map(|policy| &*policy.name).collect();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn an_empty_bundle_is_an_error() {
    insta::assert_snapshot!(errors(&[]), @": the bundle has no policy -> a policy is a folder with a policy.rego; name the folder above it");
}

#[test]
fn two_policies_of_one_name_are_an_error() {
    let mut other = plain("p");
    other.module.file = "more/p/policy.rego".into();
    insta::assert_snapshot!(errors(&[plain("p"), other]), @r#"policies/p/policy.rego: two policies are called "p": the other is more/p/policy.rego -> rename one: its folder and its package"#);
}

#[test]
fn a_folder_and_its_package_have_one_name() {
    let mut source = plain("p");
    source.role = Role::Policy { folder: "q".into(), metadata: Some(metadata(&["Pod"])) };
    insta::assert_snapshot!(errors(&[source]), @r#"policies/p/policy.rego: the package is guard.policies.p, and the folder "q" -> write: package guard.policies["q"]"#);
}

#[test]
fn a_policy_without_metadata_is_an_error() {
    let mut source = plain("p");
    source.role = Role::Policy { folder: "p".into(), metadata: None };
    insta::assert_snapshot!(errors(&[source]), @"policies/p/policy.rego: the policy has no METADATA -> write a comment that starts with `# METADATA` above `package`, as docs/writing-policies.md says");
}

#[test]
fn a_policy_has_violations() {
    insta::assert_snapshot!(errors(&[policy("p", metadata(&["Pod"]), "deny := true\n")]), @r#"policies/p/policy.rego: the policy has no partial set `violation` -> write: violation contains {"message": message, "path": path} if { … }"#);
}

#[test]
fn a_library_has_its_package() {
    insta::assert_snapshot!(errors(&[plain("p"), library("lib/x.rego", "package x\n\ny := 1\n")]), @"lib/x.rego: the package x is no library's -> write: package guard.lib.<name>");
}

#[test]
fn two_libraries_of_one_name_are_an_error() {
    let text = "package guard.lib.x\n\ny := 1\n";
    insta::assert_snapshot!(errors(&[plain("p"), library("lib/x.rego", text), library("more/lib/x.rego", text)]), @"more/lib/x.rego: two libraries are called guard.lib.x: the other is lib/x.rego -> rename one: its file and its package");
}

#[test]
fn what_does_not_parse_is_an_error_where_it_stands() {
    insta::assert_snapshot!(errors(&[plain("a"), policy("p", metadata(&["Pod"]), "violation contains {\n")]), @"policies/p/policy.rego:5:1: expecting expression -> ?");
}

#[test]
fn a_mistake_in_metadata_is_an_error_at_its_path() {
    insta::assert_snapshot!(errors(&[custom("p", &json!({"severty": "high"}))]), @r#"policies/p/policy.rego: METADATA custom.severty: unknown key "severty" in custom -> did you mean "severity"?"#);
}

#[test]
fn parameters_that_are_read_are_declared() {
    let mut source = plain("p");
    let text = "package guard.policies.p\n\nimport input.parameters.p as parameters\n\nviolation contains {\"message\": parameters.word, \"path\": []}\n";
    source.module.text = text.into();
    insta::assert_snapshot!(errors(&[source.clone()]), @"policies/p/policy.rego:3:1: the policy reads parameters that METADATA does not name -> say in METADATA what they are: custom.parameters, a JSON Schema with defaults");
    source.module.text = text.replace("parameters.p ", "parameters.q ").into();
    insta::assert_snapshot!(errors(&[source]), @r#"policies/p/policy.rego:3:1: the policy imports the parameters of "q" -> write: import input.parameters["p"] as parameters"#);
}

#[test]
fn a_parameter_that_is_read_is_one_that_metadata_names() {
    let parameters = json!({"parameters": {"type": "object", "additionalProperties": false, "properties": {"words": {"type": "array"}}}});
    let rules = "violation contains {\"message\": \"m\", \"path\": []} if input.object.metadata.name in parameters.word\n";
    let source = policy("p", with(metadata(&["Pod"]), &parameters), rules);
    insta::assert_snapshot!(errors(&[source]), @r#"policies/p/policy.rego:5:82: METADATA names no parameter "word", so it is never there -> did you mean "words"?"#);
    let direct = "violation contains {\"message\": \"m\", \"path\": []} if input.parameters.p.word\n";
    insta::assert_snapshot!(errors(&[policy("p", metadata(&["Pod"]), direct)]), @r#"policies/p/policy.rego:4:52: METADATA names no parameter "word", so it is never there -> describe it in METADATA: custom.parameters.properties"#);
    let open = json!({"parameters": {"type": "object", "properties": {"words": {"type": "array"}}}});
    assert!(Bundle::new(&[policy("p", with(metadata(&["Pod"]), &open), rules)]).is_ok());
}

#[test]
fn a_field_of_the_input_is_one_that_a_request_has() {
    let reads = |reference: &str| {
        let rules = format!("violation contains {{\"message\": \"m\", \"path\": []}} if {reference}\n");
        errors(&[policy("p", metadata(&["Pod"]), &rules)])
    };
    insta::assert_snapshot!(reads("input.review.object.spec"), @"policies/p/policy.rego:4:52: no request has the field input.review -> the object is input.object; docs/writing-policies.md lists the other fields");
    insta::assert_snapshot!(reads("input.oldobject.spec"), @"policies/p/policy.rego:4:52: no request has the field input.oldobject -> did you mean input.oldObject?");
    insta::assert_snapshot!(reads("input.kind.knd == \"Pod\""), @"policies/p/policy.rego:4:52: no request has the field input.kind.knd -> did you mean input.kind.kind?");
    let library = library("lib/x.rego", "package guard.lib.x\n\nr if input.request.object\n");
    insta::assert_snapshot!(errors(&[plain("p"), library]), @"lib/x.rego:3:6: no request has the field input.request -> the object is input.object; docs/writing-policies.md lists the other fields");
}

#[test]
fn a_schema_of_parameters_is_checked_in_folders_of_ones_own() {
    let mut source =
        custom("p", &json!({"parameters": {"type": "object", "properties": {"a": {"type": "sting"}}}}));
    source.module.text = plain("p").module.text;
    insta::assert_snapshot!(errors(&[source]), @r#"policies/p/policy.rego: METADATA custom.parameters.properties.a.type: not a JSON Schema: "sting" is not valid under any of the schemas listed in the 'anyOf' keyword -> ?"#);
}

#[test]
fn an_alias_leads_to_one_policy() {
    insta::assert_snapshot!(
        errors(&[custom("a", &json!({"aliases": ["old", "b"]})), custom("b", &json!({"aliases": ["old"]}))]),
        @r#"
    policies/a/policy.rego: METADATA custom.aliases[1]: the alias "b" is the name of a policy (policies/b/policy.rego) too -> an old name leads to one policy: remove it here or there
    policies/b/policy.rego: METADATA custom.aliases[0]: the alias "old" is an alias of a too -> an old name leads to one policy: remove it here or there
    "#
    );
}

#[test]
fn what_is_replaced_has_to_be_there() {
    insta::assert_snapshot!(
        errors(&[custom("root-user", &json!({"replaces": ["privilged-container"]})), plain("privileged-container")]),
        @r#"policies/root-user/policy.rego: METADATA custom.replaces[0]: unknown policy "privilged-container" -> did you mean "privileged-container"?"#
    );
    let alone = custom("mine", &json!({"replaces": ["privileged-container"]}));
    assert!(Bundle::new(&[alone]).is_ok(), "the default library need not be loaded");
}

#[test]
fn two_policies_do_not_replace_each_other() {
    let sources = [
        custom("a", &json!({"replaces": ["b"]})),
        custom("b", &json!({"replaces": ["c"]})),
        custom("c", &json!({"replaces": ["a"]})),
        custom("d", &json!({"replaces": ["a"]})),
    ];
    insta::assert_snapshot!(errors(&sources), @r#"
    policies/a/policy.rego: METADATA custom.replaces[0]: "b" is replaced by the policy that it replaces -> one of the two is the stronger: leave it in that one
    policies/b/policy.rego: METADATA custom.replaces[0]: "c" is replaced by the policy that it replaces -> one of the two is the stronger: leave it in that one
    policies/c/policy.rego: METADATA custom.replaces[0]: "a" is replaced by the policy that it replaces -> one of the two is the stronger: leave it in that one
    "#);
}

#[test]
fn the_digest_is_of_the_texts_and_not_of_their_order_or_places() {
    let digest = |sources: &[Source]| Bundle::new(sources).unwrap().digest().to_owned();
    let mut moved = plain("a");
    moved.module.file = "elsewhere/a/policy.rego".into();
    let before = digest(&[plain("a"), plain("b")]);
    assert_eq!(before.len(), 64);
    assert_eq!(before, digest(&[plain("b"), moved]));
    assert_ne!(before, digest(&[plain("a")]));
    let mut changed = plain("b");
    changed.module.text = format!("{}\n", changed.module.text).into();
    assert_ne!(before, digest(&[plain("a"), changed]));
}

/// Each policy of a bundle that was loaded leniently, with a cross where it is broken; and the number of errors.
fn leniently(sources: &[Source]) -> (Vec<String>, usize) {
    let (bundle, errors) = Bundle::load_leniently(sources).unwrap();
    let policies = bundle.policies().iter();
    let mark = |policy: &crate::policy::Policy| if policy.broken.is_some() { " x" } else { "" };
    (policies.map(|policy| format!("{}{}", policy.name, mark(policy))).collect(), errors.len())
}

#[test]
fn what_is_wrong_takes_nothing_with_it_that_is_sound() {
    let unparsed = policy("unparsed", metadata(&["Pod"]), "violation contains");
    let needs = policy("needs", metadata(&["Pod"]), &format!("import data.guard.lib.x\n{RULES}\ny := x.z"));
    let refused = library("lib/x.rego", "package guard.lib.x\n\nz := http.send({})\n");
    let sources = [plain("a"), unparsed, needs, refused];
    assert_eq!(leniently(&sources), (["a", "needs x", "unparsed x"].map(str::to_owned).to_vec(), 3));
    assert_eq!(
        Bundle::load_leniently(&[plain("a")]).unwrap().0.digest(),
        Bundle::new(&[plain("a")]).unwrap().digest()
    );
}

#[test]
fn of_two_policies_of_one_name_that_which_is_sound_runs() {
    let at = |folder: &str, source: Source| {
        let file = format!("{folder}/p/policy.rego").into();
        Source { module: Module { file, ..source.module.clone() }, ..source }
    };
    let broken =
        || policy("p", metadata(&["Pod"]), "violation contains {\"message\": http.send({}), \"path\": []}");
    assert_eq!(leniently(&[at("a", broken()), at("b", plain("p"))]), (vec!["p".to_owned()], 1));
    assert_eq!(leniently(&[at("a", plain("p")), at("b", broken())]), (vec!["p".to_owned()], 1));
    assert_eq!(leniently(&[at("a", plain("p")), at("b", plain("p"))]), (vec!["p".to_owned()], 1));
    assert_eq!(leniently(&[at("a", broken()), at("b", broken())]), (vec!["p x".to_owned()], 2));
}

#[test]
fn a_broken_policy_can_still_be_named_by_others() {
    let replaced = policy("weak", metadata(&["Pod"]), "violation contains");
    let sources = [replaced, custom("strong", &json!({"replaces": ["weak"]}))];
    assert_eq!(leniently(&sources), (["strong", "weak x"].map(str::to_owned).to_vec(), 1));
}

#[test]
fn nothing_that_says_what_it_judges_is_an_error_leniently_too() {
    let nothing = custom("p", &json!({"kinds": []}));
    assert_eq!(Bundle::load_leniently(&[nothing]).unwrap_err().len(), 1);
    assert_eq!(Bundle::load_leniently(&[]).unwrap_err().len(), 1);
}
