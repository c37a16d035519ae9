//! snapshot.yaml: written on request, and compared with from then on.

use super::*;

/// As [`sound`], with a snapshot.
fn with_snapshot() -> CliTest {
    let test = sound();
    update(&test, "");
    test
}

fn update(test: &CliTest, more: &str) -> String {
    let output = test.guard(&format!("test rules --update {more}")).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_is_written_is_what_the_repository_holds_and_passes() {
    let test = with_snapshot();
    assert_eq!(
        test.read(SNAPSHOT),
        std::fs::read_to_string(root().join("fixtures/policies/exposed-service/snapshot.yaml")).unwrap()
    );
    let output = test.guard("test rules").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn every_policy_of_the_repository_has_a_snapshot() {
    for library in ["policies", "fixtures/policies"] {
        for folder in std::fs::read_dir(root().join(library)).unwrap() {
            let folder = folder.unwrap().path();
            assert_eq!(
                folder.join("policy.rego").exists(),
                folder.join("snapshot.yaml").exists(),
                "{folder:?}"
            );
        }
    }
}

#[test]
fn a_snapshot_is_written_once_and_only_where_something_changed() {
    let test = sound();
    assert!(update(&test, "").contains("\nwrote rules/exposed-service/snapshot.yaml\n"));
    assert!(!update(&test, "").contains("wrote"));
    // Somebody else's line ends are no change.
    let text = test.read(SNAPSHOT).replace('\n', "\r\n");
    test.write(SNAPSHOT, &text);
    assert!(!update(&test, "").contains("wrote"));
    let output = test.guard("test rules").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn a_message_and_a_path_that_change_are_told_with_what_they_were() {
    let test = with_snapshot();
    let policy = test.read(POLICY);
    test.write(POLICY, policy.replace("publish it by", "use").replace("[\"spec\", \"type\"]", "[\"spec\"]"));
    std::fs::remove_file(test.path().join("rules/exposed-service/cases.yaml")).unwrap();
    std::fs::remove_file(test.path().join(TESTS)).unwrap();
    assert_cmd_snapshot!(test.guard("test rules"));
    update(&test, "");
    let output = test.guard("test rules").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn a_document_that_is_new_and_one_that_is_gone_are_told() {
    let test = with_snapshot();
    test.write(DENY, SERVICE.replace("web", "api"));
    assert_cmd_snapshot!(test.guard("test rules"));
    update(&test, "");
    let output = test.guard("test rules").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn what_a_file_with_mistakes_does_not_show_is_not_told_as_gone() {
    let test = with_snapshot();
    for deny in
        [SERVICE.replace("kind: Service", "kind: [Service"), format!("{SERVICE}\t- x\n"), String::new()]
    {
        test.write(DENY, deny);
        let output = test.guard("test rules").output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("deny.yaml:") && !text.contains("is called"), "{text}");
    }
}

#[test]
fn a_filter_compares_and_renews_what_it_leaves() {
    let test = sound();
    let two = format!("{SERVICE}---\n{}", SERVICE.replace("web", "api"));
    test.write(DENY, &two);
    update(&test, "");
    let policy = test.read(POLICY);
    test.write(POLICY, policy.replace("publish it by", "use"));
    update(&test, "--filter deny.yaml:1");
    let text = test.read(SNAPSHOT);
    assert!(
        text.contains("Service web:\n    - message: \"the Service is of type NodePort: use an"),
        "{text}"
    );
    assert!(
        text.contains("Service api:\n    - message: \"the Service is of type NodePort: publish it"),
        "{text}"
    );
    let code =
        |filter: &str| test.guard(&format!("test rules --filter {filter}")).output().unwrap().status.code();
    assert_eq!((code("deny.yaml:1"), code("deny.yaml:6")), (Some(0), Some(1)));
}

#[test]
fn a_document_that_could_not_be_judged_keeps_what_was_said_of_it() {
    let test = with_snapshot();
    let before = test.read(SNAPSHOT);
    let policy = test.read(POLICY);
    test.write(
        POLICY,
        policy.replace("type in parameters.types", "type in parameters.types\n\tstartswith(1, \"a\")"),
    );
    assert_eq!(test.guard("test rules --update").output().unwrap().status.code(), Some(1));
    assert_eq!(test.read(SNAPSHOT), before);
}

#[test]
fn a_snapshot_that_cannot_be_read_is_a_mistake_until_it_is_written_anew() {
    let test = with_snapshot();
    let before = test.read(SNAPSHOT);
    for broken in ["deny.yaml: [\n", "deny.yaml: 7\n", "deny.yaml: {}\ndeny.yaml: {}\n"] {
        test.write(SNAPSHOT, broken);
        let output = test.guard("test rules").output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(
            text.contains("exposed-service/snapshot.yaml") && text.contains("guard test --update"),
            "{text}"
        );
        test.guard("test rules --update").output().unwrap();
        assert_eq!(test.read(SNAPSHOT), before);
    }
    // What somebody wrote by hand is about nothing.
    test.write(SNAPSHOT, format!("{before}denny.yaml:\n  Service web: []\n"));
    let output = test.guard("test rules").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("snapshot.yaml:7:3: no document of denny.yaml is called \"Service web\""),
        "{text}"
    );
}

#[test]
fn a_place_that_cannot_be_written_to_is_an_error() {
    let test = sound();
    std::fs::create_dir(test.path().join(SNAPSHOT)).unwrap();
    let output = test.guard("test rules --update").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}
