//! Documents of kind AdmissionReview: the request itself.

use super::*;

fn review(request: &str) -> String {
    format!("apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\nrequest:\n{request}")
}

const UPDATE: &str = r"  operation: UPDATE
  namespace: shop
  userInfo: {username: jane}
  object:
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec: {type: NodePort}
  oldObject:
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec: {type: ClusterIP}
";

#[test]
fn a_review_is_judged_as_its_request() {
    let test = sound();
    test.write(DENY, review(UPDATE));
    // What goes is no longer exposed: the policy is not asked.
    let delete = UPDATE.replace("UPDATE", "DELETE").replace("  object:", "  object: null\n  ignored:");
    test.write(ALLOW, review(&delete));
    let output = test.guard("test rules").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn a_reviews_failure_is_shown_where_the_object_is() {
    let test = sound();
    test.write(ALLOW, review(UPDATE));
    test.write(DENY, review(&UPDATE.replace("NodePort", "ClusterIP")));
    assert_cmd_snapshot!(test.guard("test rules"));
}

#[test]
fn who_asks_and_what_stays_as_it_is_is_part_of_the_request() {
    let test = with_policy(
        "type in parameters.types",
        "type in parameters.types\n\tinput.userInfo.username == \"jane\"",
    );
    test.write(DENY, review(UPDATE));
    test.write(ALLOW, review(&UPDATE.replace("jane", "controller")));
    std::fs::remove_file(test.path().join("rules/exposed-service/cases.yaml")).unwrap();
    let output = test.guard("test rules --filter yaml:").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn a_review_that_no_api_server_would_send_is_told() {
    let test = sound();
    test.write(DENY, review(&UPDATE.replace("UPDATE", "PATCH")));
    test.write(ALLOW, review(&UPDATE.replace("  namespace: shop\n", "")));
    assert_cmd_snapshot!(test.guard("test rules"));
}
