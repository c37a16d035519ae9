//! Patterns, selectors, and what three-valued answers come to.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::{fixtures::create, violation::Assumption};

fn patterns(texts: &[&str]) -> Patterns {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    Patterns::new(&texts).unwrap()
}

#[test]
fn patterns_are_globs_over_the_whole_name() {
    let legacy = patterns(&["legacy-*", "a?", "b[12]", "{shop,bank}-prod", "team/*"]);
    for name in ["legacy-", "legacy-shop", "legacy-a/b.c", "ab", "b1", "bank-prod", "team/a/b"] {
        assert!(legacy.matches(name), "{name}");
    }
    for name in ["my-legacy-shop", "Legacy-shop", "a", "b3", "shop", "shop-prod-2", ""] {
        assert!(!legacy.matches(name), "{name}");
    }
    assert!(!patterns(&[]).matches("any"));
    assert!(patterns(&["*"]).matches("any"));
}

#[test]
fn the_first_pattern_that_is_none_is_named() {
    let texts = ["fine-*", "[a", "{a"].map(str::to_owned);
    let (index, why) = Patterns::new(&texts).unwrap_err();
    assert_eq!(index, 1);
    assert!(why.contains("unclosed"), "{why}");
}

#[test]
fn a_selector_selects_as_kubernetes_does() {
    let requirement = |operator, values: &[&str]| Requirement {
        key: "tier".into(),
        operator,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    let selects = |requirement: Requirement, labels: Value| {
        let selector = Selector { match_expressions: vec![requirement], ..Selector::default() };
        selector.selects(labels.as_object().unwrap())
    };
    let table = [
        (Operator::In, &["web", "api"][..], [true, false, false]),
        (Operator::NotIn, &["web", "api"][..], [false, true, true]),
        (Operator::Exists, &[][..], [true, true, false]),
        (Operator::DoesNotExist, &[][..], [false, false, true]),
    ];
    for (operator, values, expected) in table {
        let labels = [json!({"tier": "web"}), json!({"tier": "db"}), json!({})];
        assert_eq!(
            labels.map(|labels| selects(requirement(operator, values), labels)),
            expected,
            "{operator:?}"
        );
    }
    assert!(Selector::default().selects(&Map::new()));
    let labels = BTreeMap::from([("a".to_owned(), "1".to_owned())]);
    let selector = Selector { match_labels: labels, ..Selector::default() };
    assert!(selector.selects(json!({"a": "1", "b": "2"}).as_object().unwrap()));
    assert!(!selector.selects(json!({"a": "2"}).as_object().unwrap()));
}

#[test]
fn no_is_stronger_than_unknown_and_unknowns_add_up() {
    let request = create(json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}));
    let subject = Subject::new(&request);
    let patterns = |text: &str| Some(Patterns::new(&[text.to_owned()]).unwrap());
    let unknown = Match { namespaces: patterns("shop"), users: patterns("jane"), ..Match::default() };
    let Coverage::Unknown(assumptions) = unknown.covers(&subject) else { panic!("nobody knows") };
    assert_eq!(assumptions.to_vec(), [Assumption::Namespace, Assumption::User]);
    for (name, expected) in [("web", Ok(assumptions)), ("api", Err(MatchKey::Names))] {
        let also = Match { names: patterns(name), ..unknown.clone() };
        assert_eq!(also.check(&subject), expected);
        assert_eq!(also.covers(&subject) == Coverage::No, expected.is_err());
    }
    assert_eq!(Match::default().covers(&subject), Coverage::Yes);
    assert_eq!(!Coverage::Unknown(assumptions), Coverage::Unknown(assumptions));
}

#[test]
fn a_kind_may_name_its_group() {
    let workload =
        crate::resource::Workload { group: "apps", kind: "Deployment", name: None, by_controller: false };
    assert!(workload.is_a("Deployment"));
    assert!(workload.is_a("Deployment.apps"));
    assert!(!workload.is_a("Deployment.example.com"));
    assert!(!workload.is_a("deployment"));
}

fn subject(namespace: NamespaceOf<'static>, name: &'static str) -> Subject<'static> {
    let workload = crate::resource::Workload {
        group: "apps",
        kind: "Deployment",
        name: Some(name),
        by_controller: false,
    };
    Subject { workload, namespace, user: None }
}

/// The ways in which a match of names and namespaces can be written, over few enough words that they often meet.
fn matches() -> impl Strategy<Value = Match> {
    let word = || {
        prop::sample::subsequence(vec!["a", "ab", "a*", "?b", "*"], 0..3).prop_map(|words| patterns(&words))
    };
    (prop::option::of(word()), prop::option::of(word()), prop::option::of(word())).prop_map(
        |(namespaces, excluded_namespaces, names)| Match {
            namespaces,
            excluded_namespaces,
            names,
            ..Match::default()
        },
    )
}

proptest! {
    #[test]
    fn unknown_is_said_only_where_the_namespace_can_decide(r#match in matches(), name in "[ab]{1,2}") {
        let name: &'static str = String::leak(name);
        let known = ["a", "ab", "b", "cc"].map(|namespace| r#match.covers(&subject(NamespaceOf::Named(namespace, None), name)));
        match r#match.covers(&subject(NamespaceOf::Unknown, name)) {
            // What is said without knowing the namespace holds in every one.
            Coverage::No => prop_assert!(known.iter().all(|coverage| *coverage == Coverage::No)),
            Coverage::Yes => prop_assert!(known.iter().all(|coverage| *coverage == Coverage::Yes)),
            Coverage::Unknown(_) => prop_assert!(r#match.namespaces.is_some() || r#match.excluded_namespaces.is_some()),
        }
    }

    #[test]
    fn a_plain_name_matches_itself_alone(name in "[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?", other in "[a-z0-9-]{1,22}") {
        prop_assert!(patterns(&[&name]).matches(&name));
        prop_assert_eq!(patterns(&[&name]).matches(&other), name == other);
    }

    #[test]
    fn any_text_is_a_pattern_or_an_error(text in ".{0,40}", name in ".{0,40}") {
        let texts = [text];
        match Patterns::new(&texts) {
            Ok(patterns) => prop_assert_eq!(patterns.matches(&name), patterns.clone().matches(&name)),
            Err((index, why)) => prop_assert!(index == 0 && !why.is_empty()),
        }
    }
}
