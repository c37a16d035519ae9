//! Every key that the readers know is described. What they accept is compared in guard-loader, which reads files.

use super::*;
use crate::fixtures::{metadata as policy_metadata, policy, with};

/// The places in a schema whose meaning nobody wrote down.
fn undescribed(schema: &Value, path: &str) -> Vec<String> {
    let named = ["properties", "$defs"].iter().filter_map(|keyword| schema.get(keyword)?.as_object());
    let inside = named.flatten().flat_map(|(key, value)| {
        let path = format!("{path}.{key}");
        let own = if value == &json!({}) { vec![path.clone()] } else { vec![] };
        own.into_iter().chain(undescribed(value, &path)).collect::<Vec<_>>()
    });
    inside
        .chain(schema.get("items").into_iter().flat_map(|items| undescribed(items, &format!("{path}[]"))))
        .collect()
}

#[test]
fn every_key_has_a_schema_of_its_own() {
    let custom =
        json!({"parameters": {"type": "object", "properties": {"a": {"type": "string"}}}, "packs": ["p"]});
    let rules = "violation contains {\"message\": \"m\", \"path\": []} if input.object.x == parameters.a\n";
    let bundle = Bundle::new(&[policy("p", with(policy_metadata(&["Pod"]), &custom), rules)]).unwrap();
    assert_eq!(undescribed(&guard_yaml(&bundle), ""), [""; 0]);
    assert_eq!(undescribed(&metadata(), ""), [""; 0]);
}

#[test]
fn the_keys_of_guard_yaml_are_those_of_its_reader() {
    let bundle = Bundle::new(&[policy(
        "p",
        policy_metadata(&["Pod"]),
        "violation contains {\"message\": \"m\", \"path\": []}\n",
    )])
    .unwrap();
    let schema = guard_yaml(&bundle);
    let mut keys: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut known = config::KEYS.to_vec();
    keys.sort_unstable();
    known.sort_unstable();
    assert_eq!(keys, known);
}
