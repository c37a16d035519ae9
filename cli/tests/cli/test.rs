//! `guard test`: what passes, and each way to fail.

mod cases;
mod formats;
mod reviews;
mod snapshots;

use insta_cmd::assert_cmd_snapshot;

use crate::{CliTest, copy, root};

const DENY: &str = "rules/exposed-service/deny.yaml";
const ALLOW: &str = "rules/exposed-service/allow.yaml";
const POLICY: &str = "rules/exposed-service/policy.rego";
const SNAPSHOT: &str = "rules/exposed-service/snapshot.yaml";
const TESTS: &str = "rules/exposed-service/policy_test.rego";

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: NodePort}\n";
const CLUSTER_IP: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec: {type: ClusterIP}\n";

/// The policy of docs/writing-policies.md, whose tests pass, in rules/; without its snapshot.
fn sound() -> CliTest {
    let test = CliTest::new();
    copy(&root().join("fixtures/policies"), &test.path().join("rules"));
    std::fs::remove_file(test.path().join(SNAPSHOT)).unwrap();
    test
}

/// As [`sound`], with a test module of these rules.
fn with_tests(rules: &str) -> CliTest {
    let test = sound();
    let head = "package guard.policies[\"exposed-service_test\"]\n\nimport data.guard.policies[\"exposed-service\"] as policy\nimport future.keywords.not\n\n";
    test.write(TESTS, format!("{head}{rules}\n"));
    test
}

/// As [`sound`], with a word of the policy replaced.
fn with_policy(from: &str, to: &str) -> CliTest {
    let test = sound();
    let policy = test.read(POLICY);
    assert!(policy.contains(from));
    test.write(POLICY, policy.replace(from, to));
    test
}

#[test]
fn what_passes_is_one_line_a_policy() {
    assert_cmd_snapshot!(sound().guard("test rules"));
}

#[test]
fn files_that_begin_with_a_byte_order_mark_and_have_the_line_ends_of_windows_pass() {
    let test = sound();
    for file in [POLICY, TESTS, DENY, ALLOW, "rules/exposed-service/cases.yaml"] {
        let text = format!("\u{feff}{}", test.read(file).replace('\n', "\r\n"));
        test.write(file, text);
    }
    let output = test.guard("test rules").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn a_mistake_that_nobody_reads_is_an_error_all_the_same() {
    let test = with_policy("severity: medium", "severity: some");
    for arguments in ["test rules", "check --bundle rules .", "test nowhere"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let status =
            test.guard(arguments).stdout(writer.try_clone().unwrap()).stderr(writer).status().unwrap();
        assert_eq!(status.code(), Some(2), "{arguments}");
    }
}

#[test]
fn the_default_library_passes() {
    let test = CliTest::new();
    copy(&root().join("policies"), &test.path().join("policies"));
    let output = test.guard("test").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn a_filter_names_policies_tests_and_documents() {
    let test = sound();
    let counts = |filter: &str| {
        let output = test.guard(&format!("test rules --filter {filter}")).output().unwrap();
        String::from_utf8(output.stdout).unwrap().lines().last().unwrap_or_default().to_owned()
    };
    assert_eq!(counts("exposed"), "3 tests in 1 suite, 2 documents, 2 cases: all passed");
    assert_eq!(counts("test_an_empty"), "1 test in 1 suite, 0 documents: all passed");
    assert_eq!(counts("deny.yaml:"), "0 tests in 1 suite, 1 document: all passed");
    assert_eq!(counts("cases.yaml:3"), "0 tests in 1 suite, 0 documents, 1 case: all passed");
    assert_eq!(counts("LoadBalancer"), "0 tests in 1 suite, 0 documents, 1 case: all passed");
}

#[test]
fn a_filter_that_leaves_nothing_is_an_error() {
    assert_cmd_snapshot!(sound().guard("test rules --filter elsewhere"));
}

#[test]
fn a_folder_without_policies_is_an_error() {
    let test = CliTest::new();
    assert_cmd_snapshot!(test.guard("test"));
}

#[test]
fn a_file_is_no_folder_of_policies() {
    assert_cmd_snapshot!(sound().guard("test rules/exposed-service/policy.rego"), @r"
    success: false
    exit_code: 2
    ----- stdout -----

    ----- stderr -----
    error: this is a file, expected a folder of policies
    --> rules/exposed-service/policy.rego
     = help: name the folder that it is in
    ");
}

#[test]
fn policies_without_any_test_are_an_error() {
    let test = CliTest::with_policy("clean");
    assert_cmd_snapshot!(test.guard("test .policies"));
}

#[test]
fn tests_that_fail_or_err_are_told_each() {
    let test = with_tests(
        "test_undefined if policy.violation == {1} with input as {\"object\": {}}\n\
         test_passes if true\n\
         test_value := \"a\"\n\
         test_errs if startswith(1, \"a\")",
    );
    assert_cmd_snapshot!(test.guard("test rules"));
}

#[test]
fn a_test_of_nothing_that_is_loaded_does_not_load() {
    let test = with_tests("test_typo if not data.guard.policies[\"exposed-servce\"].violation");
    assert_cmd_snapshot!(test.guard("test rules"));
}

#[test]
fn two_tests_of_one_name_do_not_load() {
    let test = with_tests("test_a if true\n\ntest_a if false");
    assert_cmd_snapshot!(test.guard("test rules"));
}

#[test]
fn a_policy_that_does_not_load_is_an_error() {
    assert_cmd_snapshot!(with_policy("severity: medium", "severity: hi").guard("test rules"));
}

#[test]
fn documents_with_another_verdict_are_told_each() {
    let test = sound();
    test.write(DENY, format!("# Nothing is wrong here.\n{CLUSTER_IP}---\n{SERVICE}"));
    test.write(ALLOW, format!("{CLUSTER_IP}---\n{SERVICE}"));
    assert_cmd_snapshot!(test.guard("test rules"));
}

#[test]
fn a_violation_at_a_place_that_is_not_there_is_none() {
    assert_cmd_snapshot!(with_policy("[\"spec\", \"type\"]", "[\"spc\", \"type\"]").guard("test rules"));
}

#[test]
fn a_file_whose_name_is_almost_right_is_told() {
    let test = sound();
    for name in ["case.yaml", "snapshots.yml", "deny.yml", "values.yaml", "base.yaml"] {
        test.write(&format!("rules/exposed-service/{name}"), "a: 1\n");
    }
    assert_cmd_snapshot!(test.guard("test rules"));
}

#[test]
fn a_policy_by_itself_has_the_shared_code_of_its_library() {
    let test = CliTest::new();
    copy(&root().join("policies"), &test.path().join("policies"));
    std::fs::create_dir(test.path().join(".git")).unwrap();
    for (folder, file) in
        [("policies/root-user", "policies/lib/workload.rego"), (".", "../lib/workload.rego")]
    {
        let guard = |arguments: &str| {
            let mut command = test.guard(arguments);
            command.current_dir(test.path().join(if folder == "." { "policies/root-user" } else { "" }));
            command.output().unwrap()
        };
        let output = guard(&format!("test {folder}"));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.starts_with("root-user  ok") && text.contains("in 1 suite"), "{text}");
        // It is that code and not the program's own.
        let library = test.read("policies/lib/workload.rego");
        test.write("policies/lib/workload.rego", library.replace("\npackage", "\nbroken\npackage"));
        let output = guard(&format!("test {folder}"));
        assert_eq!(output.status.code(), Some(2));
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains(file), "{text}");
        test.write("policies/lib/workload.rego", library);
    }
}

#[test]
fn a_lib_above_that_is_something_else_is_none() {
    let test = sound();
    test.write("lib/other.rego", "package other\n\nallow = true { input.x }\n");
    let output = test.guard("test rules").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn what_a_failing_test_and_a_failing_document_print_is_shown() {
    let test = with_policy(
        "type in parameters.types",
        "type in parameters.types\n\tprint(\"type\", type, input.name)",
    );
    let tests = test.read(TESTS);
    test.write(TESTS, tests.replace("== {[\"spec\", \"type\"]}", "== {[]}"));
    test.write(ALLOW, format!("{CLUSTER_IP}---\n{SERVICE}"));
    assert_cmd_snapshot!(test.guard("test rules"));
}

#[test]
fn a_document_of_another_kind_is_not_judged() {
    let test = sound();
    test.write(DENY, "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n");
    assert_cmd_snapshot!(test.guard("test rules"));
}

#[test]
fn a_policy_that_fails_on_a_document_fails_the_test() {
    let test = with_policy("type in parameters.types", "startswith(type, \"N\")");
    test.write(ALLOW, "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: 1}\n");
    assert_cmd_snapshot!(test.guard("test rules"));
}

#[test]
fn documents_that_are_missing_empty_or_no_manifests_are_told_each() {
    let test = sound();
    std::fs::remove_file(test.path().join(DENY)).unwrap();
    test.write(ALLOW, "# nothing yet\n");
    assert_cmd_snapshot!(test.guard("test rules"));
    test.write(DENY, "a: 1\n---\nkind: [\n");
    assert_cmd_snapshot!(test.guard("test rules"));
}

#[test]
fn what_no_document_shows_and_nothing_reads_is_told_each() {
    let test = with_policy("input.object.spec.type\n", "input.object.spec.tpye\n");
    let policy = test.read(POLICY);
    let kinds = "{group: \"\", kind: Service}\n";
    let policy = policy
        .replace(kinds, &format!("{kinds}#     - {{group: gateway.networking.k8s.io, kind: Gateway}}\n"));
    let unread =
        "#       ports:\n#         description: Never read.\n#         type: array\n#   remediation:";
    test.write(POLICY, policy.replace("#   remediation:", unread));
    assert_cmd_snapshot!(test.guard("test rules --filter exposed-service"));
}

#[test]
fn a_field_that_no_request_has_and_a_parameter_that_metadata_does_not_name_do_not_load() {
    let test = with_policy("input.object.spec.type\n", "input.request.object.spec.type\n");
    let policy = test.read(POLICY);
    test.write(POLICY, policy.replace("in parameters.types", "in parameters.type"));
    assert_cmd_snapshot!(test.guard("test rules"));
}

#[test]
fn a_required_parameter_has_its_first_example_and_needs_one() {
    let default = "default: [NodePort, LoadBalancer]";
    let required = "properties:\n#       types:";
    let test = with_policy(required, "required: [types]\n#     properties:\n#       types:");
    let policy = test.read(POLICY);
    test.write(POLICY, policy.replace(default, "examples: [[NodePort, LoadBalancer], [ExternalName]]"));
    let output = test.guard("test rules").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    test.write(POLICY, policy.replace(&format!("\n#         {default}"), ""));
    assert_cmd_snapshot!(test.guard("test rules"));
}

#[test]
fn shared_code_of_the_folder_and_of_the_default_library_is_there() {
    let test = sound();
    test.write(
        "rules/lib/service_test.rego",
        "package guard.lib.service_test\n\nimport data.guard.lib.image\nimport data.guard.lib.service\nimport future.keywords.not\n\ntest_own if service.own\n\ntest_default if image.tag(\"nginx\") == \"latest\"\n",
    );
    test.write(
        "rules/lib/service.rego",
        "package guard.lib.service\n\nimport future.keywords.not\n\nown := true\n",
    );
    assert_cmd_snapshot!(test.guard("test rules"));
}
