//! A stronger policy takes over the finding of a weaker one.

use super::*;

fn guard(guard_yaml: Value) -> Guard {
    let rules = r#"
violation contains {"message": "stronger", "path": ["metadata", "name"]}
violation contains {"message": "stronger", "path": ["spec"]}
"#;
    let weaker = r#"
violation contains {"message": "weaker", "path": ["metadata", "name"]}
violation contains {"message": "weaker", "path": ["metadata"]}
"#;
    let stronger = policy("stronger", with(metadata(&["Pod"]), &json!({"replaces": ["weaker"]})), rules);
    Guard::new(&[stronger, policy("weaker", metadata(&["Pod"]), weaker)], &guard_yaml)
}

#[test]
fn a_stronger_policy_takes_over_the_finding_at_the_same_path_alone() {
    assert_eq!(
        guard(json!({})).says(&create(pod("shop", "web"))),
        ["stronger deny metadata.name", "stronger deny spec", "weaker deny metadata"]
    );
}

#[test]
fn a_policy_that_is_enforced_less_takes_over_no_denial() {
    assert_eq!(
        guard(json!({"policies": {"stronger": {"enforcement": "audit"}}})).says(&create(pod("shop", "web"))),
        [
            "stronger audit metadata.name",
            "stronger audit spec",
            "weaker deny metadata",
            "weaker deny metadata.name"
        ]
    );
}

#[test]
fn what_the_stronger_policy_is_exempted_from_it_does_not_take_over() {
    let exemption =
        json!({"policies": ["stronger"], "match": {"names": ["web"]}, "reason": "R", "owner": "O"});
    assert_eq!(
        guard(json!({"exemptions": [exemption]})).says(&create(pod("shop", "web"))),
        ["weaker deny metadata", "weaker deny metadata.name"]
    );
}
