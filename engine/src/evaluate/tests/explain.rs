//! The reasons of a verdict: they are those of the verdict that `evaluate` gives, in every test of it.

use std::collections::BTreeMap;

use super::*;
use crate::account::{Account, Called, Fate, Judgement};

/// The reasons speak of the same policies and findings as an evaluation.
pub(super) fn agrees(account: &Account, evaluation: &Evaluation) {
    assert_eq!(account.evaluation, *evaluation);
    let called: BTreeMap<&str, &Called> = account
        .policies
        .iter()
        .filter_map(|policy| Some((&*policy.policy, policy.outcome.as_ref().ok()?)))
        .collect();
    assert_eq!(called.len(), evaluation.evaluated);
    let findings: Vec<&Judgement> = called.values().flat_map(|called| &called.findings).collect();
    let of = |is: fn(&Fate) -> bool| findings.iter().filter(|judgement| is(&judgement.fate)).count();
    assert_eq!(of(|fate| matches!(fate, Fate::Counts | Fate::Lessened(_))), evaluation.violations.len());
    assert_eq!(of(|fate| matches!(fate, Fate::Exempted(..))), evaluation.exempted.len());
    assert_eq!(of(|fate| matches!(fate, Fate::TakenOver(_))), evaluation.taken_over.len());
    let undetermined: usize = called.values().map(|called| called.undetermined.len()).sum();
    assert_eq!(undetermined, evaluation.undetermined.len());
    assert_eq!(called.values().filter(|called| called.failure.is_some()).count(), evaluation.failures.len());
}

/// Why each policy was called or not: its action and its override, or the reason.
fn outcomes(guard_yaml: &Value, request: &Request) -> Vec<String> {
    let mut sources = two_policies();
    let optional = json!({"packs": ["p"], "parameters": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}});
    sources.push(policy("needy", with(metadata(&["Pod"]), &optional), ALWAYS));
    let deletes = json!({"operations": ["DELETE"]});
    sources.push(policy("deletes", with(metadata(&["Pod"]), &deletes), ALWAYS));
    let bundle = bundle_of(&sources);
    let config = Config::from_value(guard_yaml, &bundle, TODAY).unwrap();
    let account = Evaluator::new(bundle).explain(&config, request, &Inventory::default(), TODAY);
    let outcome = |policy: &crate::account::PolicyAccount| match &policy.outcome {
        Ok(called) => {
            let path = called.choice.settings.enforcement_path().map(ToString::to_string);
            let fates = called
                .findings
                .iter()
                .map(|judgement| format!("{:?} {:?}", judgement.fate, judgement.misses));
            format!(
                "{} {:?} {path:?} {:?} {:?}",
                called.action.as_str(),
                called.choice.r#override,
                called.assumed,
                fates.collect::<Vec<_>>()
            )
        }
        Err(crate::account::NotCalled::Off(choice)) => {
            format!(
                "off {:?} {:?}",
                choice.r#override,
                choice.settings.enforcement_path().map(ToString::to_string)
            )
        }
        Err(why) => format!("{why:?}"),
    };
    account.policies.iter().map(|policy| format!("{}: {}", policy.policy, outcome(policy))).collect()
}

#[test]
fn a_policy_that_is_not_called_says_why() {
    let guard_yaml = json!({"policies": {"always": {"match": {"names": ["api-*"]}}, "privileged": {"enforcement": "off"}}});
    insta::assert_debug_snapshot!(outcomes(&guard_yaml, &create(pod("shop", "web"))));
    insta::assert_debug_snapshot!(outcomes(&json!({}), &create(pod("kube-system", "web"))));
    let scale = Request { sub_resource: Some("scale".to_owned()), ..create(deployment("shop", "web")) };
    insta::assert_debug_snapshot!(outcomes(&json!({}), &scale));
}

#[test]
fn what_one_policy_reaches_is_recorded_alone() {
    let mut guard = Guard::new(&two_policies(), &json!({}));
    let recorder = guard.evaluator.bundle.recorder().unwrap();
    let index = |name: &str| {
        guard.evaluator.bundle.policies().iter().position(|policy| &*policy.name == name).unwrap()
    };
    let (always, privileged) = (index("always"), index("privileged"));
    let reached = |recorder: &crate::rego::Recorder| {
        let modules = recorder.modules().into_iter();
        let reached = modules.filter(|module| module.lines().values().any(|reached| *reached));
        reached.map(|module| module.file.to_string()).collect::<Vec<_>>()
    };
    guard.evaluator.record_policy(&recorder, privileged);
    guard.judge(&create(privileged_pod("shop", "web")));
    assert_eq!(reached(&recorder), ["policies/privileged/policy.rego"]);
    guard.evaluator.record_policy(&recorder, always);
    guard.judge(&create(pod("kube-system", "web")));
    assert_eq!(reached(&recorder), ["policies/privileged/policy.rego"]);
    guard.evaluator.record(&recorder);
    guard.judge(&create(pod("shop", "web")));
    assert_eq!(reached(&recorder).len(), 2);
    assert_eq!(recorder.difference(), None);
}

#[test]
fn an_enforcement_says_where_it_is_written() {
    let guard_yaml = json!({"policies": {
        "*": {"enforcement": "audit"},
        "always": {"overrides": [
            {"match": {"names": ["x"]}, "enforcement": "deny"},
            {"match": {"namespaces": ["shop"]}, "enforcement": "off"},
        ]},
        "privileged": {"enforcement": "warn", "then": {"enforcement": "deny", "on": "2026-11-21"}},
    }});
    insta::assert_debug_snapshot!(outcomes(&guard_yaml, &create(privileged_pod("shop", "web"))));
}

#[test]
fn a_finding_says_what_became_of_it_and_which_exemptions_missed_it() {
    let exemption = |r#match: Value, expires: &str| json!({"policies": ["always", "privileged"], "match": r#match, "reason": "r", "owner": "o", "expires": expires});
    let guard_yaml = json!({"exemptions": [
        exemption(json!({"names": ["api"]}), "2027-01-01"),
        exemption(json!({"containers": ["app"]}), "2027-01-01"),
        exemption(json!({"containers": ["side"]}), "2027-01-01"),
        exemption(json!({"names": ["web"]}), "2026-01-01"),
        exemption(json!({"users": ["jane"]}), "2027-01-01"),
    ]});
    insta::assert_debug_snapshot!(outcomes(&guard_yaml, &create(privileged_pod("shop", "web"))));
}

#[test]
fn what_an_update_finds_there_already_says_that_it_is_lessened() {
    let request = update(privileged_pod("shop", "web"), privileged_pod("shop", "web"));
    insta::assert_debug_snapshot!(outcomes(&json!({}), &request));
    let mut terminating = privileged_pod("shop", "web");
    terminating["metadata"]["deletionTimestamp"] = json!("2026-11-21T00:00:00Z");
    let request = update(terminating, privileged_pod("shop", "web"));
    insta::assert_debug_snapshot!(outcomes(&json!({"policies": {"always": {"existing": "deny"}}}), &request));
}
