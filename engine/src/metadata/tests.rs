//! METADATA that is right, and every way in which it is not.

use serde_json::json;

use super::*;
use crate::fixtures::{metadata, with};

fn problems(value: &Value) -> String {
    let problems = Metadata::from_value(value).unwrap_err();
    let lines =
        problems.iter().map(|problem| format!("{problem} -> {}", problem.help.as_deref().unwrap_or("?")));
    lines.collect::<Vec<_>>().join("\n")
}

fn custom(custom: &Value) -> Value {
    with(metadata(&["Pod"]), custom)
}

#[test]
fn all_keys_are_read() {
    let mut value = custom(&json!({
        "category": "pod-security",
        "severity": "critical",
        "kinds": [{"group": "s3.aws.upbound.io", "kind": "Bucket", "resource": "buckets"}],
        "operations": ["CREATE", "DELETE"],
        "subresources": ["scale"],
        "inventory": [{"group": "", "kind": "Service"}],
        "parameters": {"type": "object"},
        "references": ["https://example.com"],
        "packs": ["pss-baseline"],
        "replaces": ["weaker"],
        "since": "0.1.0",
        "aliases": ["old"],
        "deprecated": "use another",
    }));
    value["authors"] = json!(["Jane"]);
    let metadata = Metadata::from_value(&value).unwrap();
    assert_eq!(metadata.severity, Severity::Critical);
    assert_eq!(metadata.kinds[0].resource.as_deref(), Some("buckets"));
    assert_eq!(metadata.operations, [Operation::Create, Operation::Delete]);
    assert_eq!(metadata.inventory[0].kind, "Service");
    assert_eq!(metadata.parameters, Some(json!({"type": "object"})));
    let lists = [
        &metadata.subresources,
        &metadata.references,
        &metadata.packs,
        &metadata.replaces,
        &metadata.aliases,
    ];
    assert_eq!(
        lists.map(|list| list.join(" ")),
        ["scale", "https://example.com", "pss-baseline", "weaker", "old"]
    );
    assert_eq!(
        (metadata.since.as_deref(), metadata.deprecated.as_deref()),
        (Some("0.1.0"), Some("use another"))
    );
}

#[test]
fn what_is_not_written_has_its_default() {
    let metadata = Metadata::from_value(&metadata(&["Pod"])).unwrap();
    assert_eq!(metadata.operations, [Operation::Create, Operation::Update]);
    assert_eq!(metadata.parameters, None);
    assert!(metadata.subresources.is_empty() && metadata.inventory.is_empty() && metadata.packs.is_empty());
}

#[test]
fn an_unknown_key_is_an_error_with_the_key_that_was_meant() {
    let mut value = custom(&json!({"severty": "high"}));
    value["titel"] = json!("T");
    value["kinds"] = json!([]);
    insta::assert_snapshot!(problems(&value), @r#"
    custom.severty: unknown key "severty" in custom -> did you mean "severity"?
    kinds: kinds stands beside custom -> move it under custom
    titel: unknown key "titel" in METADATA -> did you mean "title"?
    "#);
}

#[test]
fn what_is_missing_is_named_with_an_example() {
    insta::assert_snapshot!(problems(&json!({})), @r#"
    : METADATA without custom -> guard's own keys stand under it: category, severity, kinds, remediation
    : METADATA without description -> say what is wrong and why it matters; documentation and reports show it
    : METADATA without title -> say in a few words what is wrong: title: Public bucket
    "#);
    insta::assert_snapshot!(problems(&json!({"title": "T", "description": "D", "custom": {}})), @r#"
    custom: custom without category -> say what it is about: category: pod-security
    custom: custom without kinds -> say what the policy judges: kinds: [{group: apps, kind: Deployment}]
    custom: custom without remediation -> say what to do about a violation
    custom: custom without severity -> say how bad a violation is: severity: low, medium, high or critical
    "#);
}

#[test]
fn a_wrong_type_is_named_with_what_was_found() {
    insta::assert_snapshot!(
        problems(&custom(&json!({
            "severity": "hihg",
            "category": 7,
            "kinds": [{"group": "apps"}, {"kind": "Pod"}, "Pod", {"group": "", "kind": "Pod", "name": "x"}],
            "operations": ["PATCH"],
            "subresources": ["*"],
            "packs": "pss-baseline",
            "parameters": [],
        }))),
        @r#"
    custom.category: category is the number 7, expected a text -> ?
    custom.kinds[0]: an item of kinds without kind -> name both; the core group is "": {group: "", kind: Pod}
    custom.kinds[1]: an item of kinds without group -> name both; the core group is "": {group: "", kind: Pod}
    custom.kinds[2]: an item of kinds is "Pod", expected a mapping -> ?
    custom.kinds[3].name: unknown key "name" in an item of kinds -> known are: group, kind, resource
    custom.operations[0]: an operation is "PATCH", expected one of CREATE, UPDATE, DELETE, CONNECT -> ?
    custom.packs: packs is "pss-baseline", expected a list -> ?
    custom.parameters: parameters is a list, expected a mapping -> ?
    custom.severity: severity is "hihg", expected one of low, medium, high, critical -> did you mean "high"?
    custom.subresources[0]: a wildcard takes in no subresource: judging pods/binding by accident would stop a scheduler -> name each subresource: subresources: [scale]
    "#
    );
    insta::assert_snapshot!(problems(&json!("T")), @r#": METADATA is "T", expected a mapping -> ?"#);
    insta::assert_snapshot!(problems(&custom(&json!({"kinds": []}))), @"custom.kinds: kinds is an empty list -> name at least one, or leave the key out");
}

#[test]
fn of_a_block_with_mistakes_is_read_what_can_be_where_it_says_what_the_policy_judges() {
    let mut value =
        custom(&json!({"severity": "awful", "operations": ["DELET"], "packs": ["own"], "nope": 1}));
    value.as_object_mut().unwrap().remove("title");
    assert!(Metadata::from_value(&value).is_err());
    let metadata = Metadata::salvage(&value).unwrap();
    assert_eq!((metadata.severity, metadata.title.as_str()), (Severity::High, ""));
    assert_eq!(metadata.operations, [Operation::Create, Operation::Update]);
    assert_eq!((metadata.kinds[0].kind.as_str(), metadata.packs), ("Pod", vec!["own".to_owned()]));
    for kinds in [json!([]), json!("Pod"), json!([{"kind": "Pod"}])] {
        assert_eq!(Metadata::salvage(&custom(&json!({"kinds": kinds}))), None, "{kinds}");
    }
}
