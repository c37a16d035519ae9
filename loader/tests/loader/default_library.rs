//! The default library: every document gets the verdict that its file's name says, and no manifest, however odd, makes a policy fail.

use std::{iter, path::Path, sync::Arc};

use guard_engine::{
    bundle::Bundle,
    config::Config,
    evaluate::Evaluator,
    evaluation::Evaluation,
    inventory::{Inventory, Store},
    policy::Policy,
    request::Request,
};
use guard_loader::{
    Library, load_bundle,
    suite::{Suites, Verdict, examples, load_suites},
};
use serde_json::{Map, Value, json};

use crate::support::TODAY;

/// What raw YAML can have in any field's place.
fn odd_values() -> Vec<Value> {
    vec![
        json!(null),
        json!({}),
        json!([]),
        json!("x"),
        json!(1),
        json!(true),
        json!([null]),
        json!(["x"]),
        json!([{}]),
        json!({"a": null}),
        json!({"a": "x"}),
        json!({"a": {}}),
    ]
}

/// The library, with every policy on.
struct Subject {
    bundle: Arc<Bundle>,
    config: Config,
    evaluator: Evaluator,
}

impl Subject {
    fn new() -> Self {
        let bundle = Arc::new(load_bundle(&Library::default()).unwrap());
        let guard_yaml = json!({"policies": bundle.policies().iter().map(given).collect::<Map<_, _>>()});
        let config = Config::from_value(&guard_yaml, &bundle, TODAY).unwrap();
        Self { evaluator: Evaluator::new(Arc::clone(&bundle)), bundle, config }
    }

    fn judge(&mut self, object: Value, inventory: &Inventory) -> Evaluation {
        let request = Request::create(Arc::new(object), None).unwrap();
        self.evaluator.evaluate(&self.config, &request, inventory, TODAY)
    }
}

/// The library's tests.
fn suites() -> Suites {
    load_suites(Path::new("../policies")).unwrap()
}

/// What guard.yaml gives a policy.
fn given(policy: &Policy) -> (String, Value) {
    (policy.name.to_string(), json!({"parameters": examples(policy)}))
}

/// The manifests of a policy that get a verdict.
fn documents(suites: &Suites, policy: &Policy, verdict: Verdict) -> Vec<Value> {
    let suite = suites.suites.iter().find(|suite| suite.name == policy.name).unwrap();
    assert_eq!(suite.mistakes, []);
    let documents = suite.documents.iter().filter(|document| document.verdict == verdict);
    documents.map(|document| (*document.request.object).clone()).collect()
}

/// The documents of one file are each other's inventory.
fn inventory(documents: &[Value]) -> Inventory {
    let mut store = Store::default();
    for object in documents {
        store.insert_request(&Request::create(Arc::new(object.clone()), None).unwrap());
    }
    store.snapshot()
}

/// Every node beneath the object's root that is not its kind or version, as a JSON pointer.
fn nodes(value: &Value, at: &str) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, child)| (format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), child))
            .collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(i, child)| (format!("{at}/{i}"), child)).collect()
        }
        _ => Vec::new(),
    };
    children
        .into_iter()
        .filter(|(pointer, _)| pointer != "/kind" && pointer != "/apiVersion")
        .flat_map(|(pointer, child)| {
            let below = nodes(child, &pointer);
            iter::once(pointer).chain(below)
        })
        .collect()
}

#[test]
fn every_document_gets_the_verdict_that_its_file_says_beside_all_other_policies() {
    let (mut subject, suites) = (Subject::new(), suites());
    let bundle = Arc::clone(&subject.bundle);
    for policy in bundle.policies() {
        for verdict in [Verdict::Deny, Verdict::Allow] {
            let documents = documents(&suites, policy, verdict);
            let inventory = inventory(&documents);
            for object in documents {
                let name = format!("{} {verdict:?}: {} {}", policy.name, object["kind"], object["metadata"]);
                let evaluation = subject.judge(object, &inventory);
                assert_eq!(evaluation.failures, [], "{name}");
                let mut own = evaluation.violations.iter().filter(|found| found.policy == policy.name);
                assert_eq!(own.next().is_some(), verdict == Verdict::Deny, "{name}");
            }
        }
    }
}

#[test]
fn every_violation_is_one_line_and_stands_somewhere_in_its_object() {
    let (mut subject, suites) = (Subject::new(), suites());
    let bundle = Arc::clone(&subject.bundle);
    for policy in bundle.policies() {
        let documents = documents(&suites, policy, Verdict::Deny);
        let inventory = inventory(&documents);
        for object in documents {
            for found in subject.judge(object, &inventory).violations {
                assert!(!found.message.contains('\n'), "{}", found.message);
                let root = found.path.to_string();
                let known = ["spec", "template", "metadata"].iter().any(|field| root.starts_with(field));
                assert!(known, "{}: {root}", found.policy);
            }
        }
    }
}

#[test]
fn no_policy_fails_on_a_field_of_another_type() {
    let (mut subject, suites) = (Subject::new(), suites());
    let bundle = Arc::clone(&subject.bundle);
    let mut odd = odd_values().into_iter().cycle();
    let mut judged = 0;
    for policy in bundle.policies() {
        let verdicts = [Verdict::Deny, Verdict::Allow].into_iter();
        let documents: Vec<Value> =
            verdicts.flat_map(|verdict| documents(&suites, policy, verdict)).collect();
        let inventory = inventory(&documents);
        for object in documents {
            for pointer in nodes(&object, "") {
                let mut changed = object.clone();
                *changed.pointer_mut(&pointer).unwrap() = odd.next().unwrap();
                let evaluation = subject.judge(changed.clone(), &inventory);
                assert_eq!(evaluation.failures, [], "{pointer} of {changed}");
                judged += 1;
            }
        }
    }
    assert!(judged > 1000);
}

#[test]
fn a_registry_is_no_pattern_and_has_no_scheme_or_tag() {
    let bundle = load_bundle(&Library::default()).unwrap();
    let accepted = |registry: &str| {
        let parameters = json!({"registries": [registry]});
        let guard_yaml = json!({"policies": {"untrusted-registry": {"parameters": parameters}}});
        Config::from_value(&guard_yaml, &bundle, TODAY).is_ok()
    };
    for registry in
        ["ghcr.io", "ghcr.io/", "ghcr.io/example/web", "localhost:5000", "registry.example.com:443/a"]
    {
        assert!(accepted(registry), "{registry}");
    }
    for registry in ["", "*", "*.example.com", "ghcr.io/example/*", "https://ghcr.io", "ghcr.io/example:1"] {
        assert!(!accepted(registry), "{registry}");
    }
}
