//! docs/writing-policies.md: its example is the policy of the fixtures, and loads.

use std::fs;

use guard_loader::load_bundle;

use crate::support::only;

#[test]
fn the_policy_of_the_documentation_is_the_one_of_the_fixtures() {
    let page = fs::read_to_string("../docs/writing-policies.md").unwrap();
    let policy = fs::read_to_string("../fixtures/policies/exposed-service/policy.rego").unwrap();
    let shown = page.split("```rego\n").nth(1).unwrap().split("```").next().unwrap();
    assert_eq!(shown, policy);
}

#[test]
fn the_policy_of_the_documentation_loads() {
    let bundle = load_bundle(&only("../fixtures/policies")).unwrap();
    let names: Vec<&str> = bundle.policies().iter().map(|policy| &*policy.name).collect();
    assert_eq!(names, ["exposed-service"]);
}
