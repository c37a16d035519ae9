//! The contract of the decision record, from both sides.

use std::sync::Arc;

use guard_engine::evaluation::Cause;
use serde_json::{Value, json};

use super::*;
use crate::{
    admission,
    fixtures::{TODAY, container_policy, guardrails, judge, new_pod, policy, review},
};

const SCHEMA: &str = include_str!("../../../docs/decision.schema.json");

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

fn record(review: &Review, answered: &Answered) -> Value {
    let time: Timestamp = "2026-11-21T12:00:00.25Z".parse().unwrap();
    let line = Record::new(review, answered, time).to_line();
    assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
    serde_json::from_slice(&line).unwrap()
}

/// A review that has a violation, an exemption and a value that is only known later.
fn rich() -> (Review, Answered) {
    let rules = r#"violation contains {"message": "m", "path": []}

undetermined contains {"message": "u", "path": ["spec"]}"#;
    let policies =
        [("loud", container_policy("loud", "high", "loud")), ("odd", policy("odd", "low", &["Pod"], rules))];
    let guard_yaml = "exemptions: [{policies: [odd], match: {namespaces: [shop]}, reason: r, owner: o, expires: 2027-01-31}]";
    let review = new_pod(json!({"loud": true}));
    let answered = judge(&guardrails(&policies, guard_yaml), &review);
    (review, answered)
}

/// All that a record can be.
fn records() -> Vec<Value> {
    let (review_of_pod, answered) = rich();
    let guardrails = Arc::new(guardrails(&[("loud", container_policy("loud", "high", "loud"))], ""));
    let odd = review(
        "CONNECT",
        "PodExecOptions",
        json!({"name": null, "namespace": "", "resource": null, "userInfo": null, "subResource": "exec", "dryRun": true}),
    );
    let mut records = vec![record(&review_of_pod, &answered), record(&odd, &judge(&guardrails, &odd))];
    records.extend(Cause::ALL.map(|cause| {
        record(&review_of_pod, &admission::unjudged(&guardrails, &review_of_pod, cause, "m", TODAY))
    }));
    records
}

#[test]
fn every_record_keeps_the_contract() {
    for record in records() {
        let errors: Vec<_> = validator()
            .iter_errors(&record)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(errors, [""; 0], "{record:#}");
    }
}

/// The schema would not notice a key that the documentation lacks if it let any key pass.
#[test]
fn the_contract_refuses_what_it_does_not_name() {
    let (review, answered) = rich();
    let record = record(&review, &answered);
    for pointer in
        ["", "/kind", "/resource", "/violations/0", "/exempted/0", "/exempted/0/exemption", "/digests"]
    {
        let mut odd = record.clone();
        odd.pointer_mut(pointer).unwrap().as_object_mut().unwrap().insert("odd".into(), json!(1));
        assert!(!validator().is_valid(&odd), "a key more at {pointer:?}");
    }
    for (pointer, value) in [
        ("/version", json!(2)),
        ("/time", json!("yesterday")),
        ("/uid", json!("")),
        ("/decision", json!("passed")),
        ("/operation", json!("PATCH")),
        ("/violations/0/path/0", json!(-1)),
        ("/exempted/0/exemption/expires", json!("tomorrow")),
        ("/evaluationTime", json!(-1)),
        ("/digests/bundle", json!("abc")),
    ] {
        let mut odd = record.clone();
        *odd.pointer_mut(pointer).unwrap() = value;
        assert!(!validator().is_valid(&odd), "another value at {pointer}");
    }
}

#[test]
fn a_record_is_written_as_documented() {
    let (review, answered) = rich();
    let mut record = record(&review, &answered);
    assert!(record["evaluationTime"].as_f64().unwrap() > 0.0);
    record["evaluationTime"] = json!(0.000_25);
    record["digests"] = json!("…");
    insta::assert_snapshot!(serde_json::to_string(&record).unwrap(), @r#"{"decision":"denied","digests":"…","dryRun":false,"evaluated":2,"evaluationTime":0.00025,"exempted":[{"action":"audit","assumed":[],"exemption":{"expires":"2027-01-31","owner":"o","reason":"r"},"message":"m","path":[],"policy":"odd","severity":"low"}],"failures":[],"kind":{"group":"","kind":"Pod","version":"v1"},"name":"web","namespace":"shop","operation":"CREATE","resource":{"group":"","resource":"pods","version":"v1"},"subResource":null,"time":"2026-11-21T12:00:00.25Z","uid":"705ab4f5-6393-11e8-b7cc-42010a800002","undetermined":[{"action":"audit","assumed":[],"message":"u","path":["spec"],"policy":"odd","severity":"low"}],"user":"jane","version":1,"violations":[{"action":"deny","assumed":[],"message":"container app sets loud: remove it","path":["spec","containers",0,"loud"],"policy":"loud","severity":"high"}]}"#);
}

#[test]
fn nothing_of_an_object_is_in_a_record_but_what_policies_say() {
    let review = new_pod(json!({"loud": true, "env": [{"name": "PASSWORD", "value": "hunter2"}]}));
    let answered = judge(&guardrails(&[("loud", container_policy("loud", "high", "loud"))], ""), &review);
    assert!(!record(&review, &answered).to_string().contains("hunter2"));
}

/// The denial and the record of docs/webhook.md are what the default library makes of this pod.
#[test]
fn the_documentation_shows_a_real_denial_and_its_record() {
    let page = include_str!("../../../docs/webhook.md");
    let block = |language: &str| {
        let (_, rest) = page.split_once(&format!("```{language}\n")).unwrap();
        rest.split_once("\n```").unwrap().0
    };
    let yaml = guard_loader::GuardYaml::default();
    let loaded = guard_loader::load(yaml, &guard_loader::Library::default(), TODAY).unwrap();
    let guardrails = crate::state::Guardrails {
        bundle: Arc::new(loaded.bundle),
        config: Arc::new(loaded.config),
        problems: vec![],
        texts: None,
    };
    let review = new_pod(
        json!({"image": "a.example/b@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "securityContext": {"privileged": true}}),
    );
    let answered = judge(&guardrails, &review);
    let message = crate::fixtures::response(&answered)["status"]["message"].clone();
    assert_eq!(message, block("text"));
    let mut shown: Value = serde_json::from_str(block("json")).unwrap();
    assert!(validator().is_valid(&shown));
    let mut real = record(&review, &answered);
    for value in [&mut shown, &mut real] {
        let denied = |violation: &Value| violation["action"] == "deny";
        value["violations"].as_array_mut().unwrap().retain(denied);
        let fields = value.as_object_mut().unwrap();
        for changing in ["evaluated", "evaluationTime", "digests"] {
            fields.remove(changing);
        }
    }
    assert_eq!(shown, real);
}
