//! One verdict: what the door answers of a document of the library is what `evaluate` says of it.

use std::path::Path;

use guard_engine::{
    evaluate::Evaluator,
    inventory::Store,
    request::{Namespace, Request},
};
use guard_loader::suite::{self, Document};

use super::*;

/// A document's request as an API server would send it.
fn sent(request: &Request) -> Review {
    let operation = serde_json::to_value(request.operation).unwrap();
    let namespace = match &request.namespace {
        Namespace::Named(name) => Some(name.clone()),
        Namespace::ClusterScoped => None,
        // Every namespaced object of a cluster is in a namespace.
        Namespace::Unknown => Some("shop".to_owned()),
    };
    Review::from_value(json!({
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": "1",
            "kind": request.kind,
            "operation": operation,
            "name": request.name,
            "namespace": namespace,
            "subResource": request.sub_resource,
            "userInfo": request.user_info,
            "object": *request.object,
            "oldObject": *request.old_object,
        },
    }))
    .unwrap()
}

#[test]
fn the_answer_about_every_document_of_the_library_is_what_evaluate_says_of_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
    let suites = suite::load_suites(&folder).unwrap();
    let mut compared = 0;
    for suite in &suites.suites {
        let Some(policy) = suite.policy.and_then(|index| suites.bundle.policies().get(index)) else {
            continue;
        };
        let config = Arc::new(suite::alone(policy, &suites.bundle, TODAY).unwrap());
        let guardrails = Guardrails {
            bundle: Arc::clone(&suites.bundle),
            config: Arc::clone(&config),
            problems: vec![],
            texts: None,
        };
        let mut door = Door::new(state(guardrails));
        let mut evaluator = Evaluator::new(Arc::clone(&suites.bundle));
        // The documents of one file are each other's inventory.
        let inventories = [suite::Verdict::Deny, suite::Verdict::Allow].map(|verdict| {
            let mut store = Store::default();
            for document in suite.documents.iter().filter(|document| document.verdict == verdict) {
                store.insert_request(&document.request);
            }
            (verdict, store.snapshot())
        });
        for Document { name, verdict, request, .. } in &suite.documents {
            let (_, inventory) = inventories.iter().find(|(of, _)| of == verdict).unwrap();
            let review = sent(request);
            let deadline = Instant::now() + Duration::from_secs(600);
            let answered = door.answer(&review, inventory, TODAY, deadline);
            let expected = evaluator.evaluate(&config, request, inventory, TODAY);
            let key = |violation: &guard_engine::violation::Violation| {
                (violation.policy.clone(), violation.path.clone(), violation.message.clone())
            };
            let keys = |evaluation: &Evaluation| evaluation.violations.iter().map(key).collect::<Vec<_>>();
            assert_eq!(keys(&answered.evaluation), keys(&expected), "{}: {verdict:?} {name}", suite.name);
            let response = response(&answered);
            let lines: Vec<&str> =
                response["status"]["message"].as_str().unwrap_or_default().lines().collect();
            assert_eq!(lines.len(), expected.violations.len(), "{}: {verdict:?} {name}", suite.name);
            for (line, violation) in lines.iter().zip(&expected.violations) {
                let start = format!("{}: {}", violation.policy, violation.message);
                assert!(line.starts_with(&start), "{line}");
            }
            assert_eq!(answered.verdict == Verdict::Denied, *verdict == suite::Verdict::Deny, "{name}");
            compared += 1;
        }
    }
    assert!(compared > 100, "only {compared} documents were compared");
}
