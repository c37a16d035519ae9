//! What is reached: heads, `else`, nested statements; and what is not.

use std::time::Duration;

use serde_json::json;

use super::*;
use crate::rego::{Budget, Document, Prepared, Target, parse};

const POLICY: &str = r#"package guard.policies["p"]

import future.keywords.not

violation contains {"message": m, "path": []} if {
	some name in input.names
	m := grade(name)
	m != "fine"
}

grade(name) := "long" if {
	count(name) > 3
} else := "x" if name == "x"

else := "fine"

small if {
	every name in input.names {
		count(name) < 9
		count(name) < 2
	}
	never == true
}

never := [name |
	name := input.names[_]
	name == "?"
	count(name) == 7
]

undetermined contains {"message": "small", "path": []} if small

shared(a) if { a == 1; a != 2 }

default fallback := 1

text contains `quoted`
"#;

/// A policy that was asked about these inputs, one after the other.
fn recorded(text: &str, inputs: &[serde_json::Value]) -> Recorder {
    let module = Module { file: "p/policy.rego".into(), text: text.into() };
    let parsed = parse(&[module]).unwrap();
    let recorder = Recorder::new(&parsed).unwrap();
    let package = ["guard", "policies", "p"].map(str::to_owned).to_vec();
    let target = Target { name: "p".into(), package, selectable: false };
    let plain = Prepared::new(&parsed, std::slice::from_ref(&target)).unwrap();
    let instrumented = Prepared::new(recorder.instrumented(), &[target]).unwrap();
    let (mut plain, mut instrumented) = (plain, instrumented.recorded_by(&recorder).unwrap());
    for input in inputs {
        let (input, budget) = (Document::from(input), Budget::new(Duration::from_secs(60)));
        assert_eq!(plain.evaluate(&input, budget), instrumented.evaluate(&input, budget));
    }
    recorder
}

/// The module with `+` before each line that was reached, `-` before each that was not.
fn marked(recorder: &Recorder) -> String {
    let [module] = &*recorder.modules() else { panic!("one module") };
    let lines = module.lines();
    let marked = module.text.lines().zip(1..).map(|(text, line)| {
        let mark = lines.get(&line).map_or(' ', |reached| if *reached { '+' } else { '-' });
        format!("{mark} {text}").replace('\t', "    ").trim_end().to_owned()
    });
    marked.skip(4).collect::<Vec<_>>().join("\n")
}

#[test]
fn before_an_evaluation_nothing_is_reached() {
    let lines = recorded(POLICY, &[]).modules().remove(0).lines();
    assert!(lines.len() > 15 && lines.values().all(|reached| !reached), "{lines:?}");
}

#[test]
fn what_an_evaluation_reaches_is_told_line_by_line() {
    insta::assert_snapshot!(marked(&recorded(POLICY, &[json!({"names": ["ab"]})])));
}

#[test]
fn what_several_evaluations_reach_adds_up() {
    let inputs = [json!({"names": ["ab"]}), json!({"names": ["x", "abcd"]}), json!({"names": ["?"]})];
    insta::assert_snapshot!(marked(&recorded(POLICY, &inputs)));
}

#[test]
fn a_rule_knows_its_statements_and_which_are_nested() {
    let modules = recorded(POLICY, &[]).modules();
    let rules = modules[0].rules.iter().map(|rule| {
        let statements: Vec<_> = rule
            .statements
            .iter()
            .map(|point| format!("{}{}", point.line, if point.nested { "n" } else { "" }))
            .collect();
        format!(
            "{}{} {}: {}",
            rule.name,
            if rule.is_else { " else" } else { "" },
            rule.head.line,
            statements.join(" ")
        )
    });
    insta::assert_snapshot!(rules.collect::<Vec<_>>().join("\n"));
}

#[test]
fn an_error_ends_what_is_reached_and_loses_nothing_of_it() {
    let text = r#"package guard.policies["p"]

import future.keywords.not

violation contains {"message": "m", "path": []} if {
	input.a
	startswith(input.a, "a")
	input.b
}
"#;
    insta::assert_snapshot!(marked(&recorded(text, &[json!({"a": 1})])), @r#"
    - violation contains {"message": "m", "path": []} if {
    +     input.a
    +     startswith(input.a, "a")
    -     input.b
      }
    "#);
}

#[test]
fn recorders_of_one_bundle_know_of_each_other_only_when_cloned() {
    let recorder = recorded(POLICY, &[json!({"names": ["ab"]})]);
    assert_eq!(recorder.clone().modules(), recorder.modules());
    assert_ne!(recorded(POLICY, &[]).modules(), recorder.modules());
}
