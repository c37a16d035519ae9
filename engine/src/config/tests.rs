//! What guard.yaml comes to. What each mistake in it is answered with is tested with the loader's fixtures.

use std::sync::Arc;

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::{Config, Existing, NoticeCode, WhyOff};
use crate::{
    bundle::{Bundle, Role, Source},
    enforcement::EnforcementAction::{Audit, Deny, Warn},
    matching::Match,
    policy::Origin,
    rego::Module,
};

const TODAY: Date = date(2026, 12, 31);

/// `loud` (high) and `quiet` (low) in pack workload, `strict` (medium) in pack extra, `own` (medium) in none and from a
/// folder of one's own; `needy` (critical) needs a parameter.
fn bundle() -> Bundle {
    let parameters = json!({
        "type": "object",
        "properties": {"label": {"type": "string", "default": "owner"}, "limit": {"type": "integer"}},
    });
    let needs =
        json!({"type": "object", "required": ["labels"], "properties": {"labels": {"type": "array"}}});
    Bundle::new(&[
        source(
            "loud",
            Origin::Default,
            json!({"severity": "high", "packs": ["workload"], "parameters": parameters}),
        ),
        source(
            "quiet",
            Origin::Default,
            json!({"severity": "low", "packs": ["workload"], "aliases": ["silent"]}),
        ),
        source(
            "strict",
            Origin::Default,
            json!({"severity": "medium", "packs": ["extra"], "parameters": parameters}),
        ),
        source("own", Origin::Folder, json!({"severity": "medium"})),
        source(
            "needy",
            Origin::Default,
            json!({"severity": "critical", "packs": ["workload"], "parameters": needs}),
        ),
    ])
    .unwrap()
}

fn source(name: &str, origin: Origin, custom: Value) -> Source {
    let mut custom = custom;
    custom["category"] = json!("tests");
    custom["kinds"] = json!([{"group": "", "kind": "Pod"}]);
    custom["remediation"] = json!("Remove it.");
    let reads = match custom.get("parameters") {
        Some(_) => format!("import input.parameters[\"{name}\"] as parameters\n"),
        None => String::new(),
    };
    let uses = if reads.is_empty() { "" } else { "\tparameters\n" };
    let text = format!(
        "package guard.policies[\"{name}\"]\n\nimport future.keywords.not\n{reads}\n\
         violation contains {{\"message\": \"wrong\", \"path\": []}} if {{\n\tinput.object.wrong\n{uses}}}\n"
    );
    Source {
        module: Module { file: Arc::from(format!("{name}/policy.rego")), text: Arc::from(text) },
        origin,
        role: Role::Policy {
            folder: Arc::from(name),
            metadata: Some(json!({"title": "T", "description": "D", "custom": custom})),
        },
    }
}

fn config(value: Value) -> Config {
    Config::from_value(&value, &bundle(), TODAY).unwrap()
}

/// What is done about a violation of each policy, where no override matches.
fn actions(config: &Config, today: Date) -> Vec<String> {
    let states = config.states(&bundle(), today);
    states.iter().map(|state| format!("{} {}", state.policy, state.enforcement)).collect()
}

fn index(name: &str) -> usize {
    bundle().policies().iter().position(|policy| &*policy.name == name).unwrap()
}

#[test]
fn nothing_written_runs_the_default_packs_by_severity_and_ones_own_policies() {
    let config = config(Value::Null);
    assert_eq!(actions(&config, TODAY), ["loud deny", "needy off", "own warn", "quiet audit", "strict off"]);
    assert!(config.excluded_namespaces().matches("kube-system"));
    assert!(!config.excluded_namespaces().matches("shop"));
    let settings = &config.policy(index("loud")).unwrap().base;
    assert_eq!(
        (settings.existing, settings.controller_pods, settings.self_exempt),
        (Existing::Warn, Warn, false)
    );
    assert_eq!(settings.on_error(TODAY), Deny);
}

#[test]
fn a_policy_says_why_it_is_off() {
    let why = |value| {
        let states = config(value).states(&bundle(), TODAY);
        states
            .into_iter()
            .filter_map(|state| Some(format!("{}: {}", state.policy, state.why_off?)))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        why(Value::Null),
        ["needy: needs parameters: labels", "strict: its pack is not chosen: extra"]
    );
    assert_eq!(
        why(
            json!({"packs": {}, "policies": {"own": {"enforcement": "off"}, "quiet": null, "needy": {"parameters": {"labels": []}}}})
        ),
        [
            "loud: its pack is not chosen: workload",
            "own: enforcement is off",
            "strict: its pack is not chosen: extra"
        ]
    );
    assert_eq!(WhyOff::NotChosen(Vec::new()).to_string(), "in no pack, and not named under policies");
}

#[test]
fn what_is_written_packs_replace_the_default_ones() {
    assert_eq!(
        actions(&config(json!({"packs": {"extra": null}})), TODAY),
        ["loud off", "needy off", "own warn", "quiet off", "strict warn"]
    );
}

#[test]
fn the_stronger_level_counts_for_each_setting_by_itself() {
    let value = json!({
        "packs": {"workload": {"enforcement": "warn", "existing": "deny"}, "extra": {}},
        "policies": {
            "*": {"enforcement": "audit", "onError": "warn", "controllerPods": "deny"},
            "loud": {"enforcement": "deny", "selfExempt": true},
        },
    });
    let config = config(value);
    assert_eq!(
        actions(&config, TODAY),
        ["loud deny", "needy off", "own audit", "quiet warn", "strict audit"]
    );
    let settings = &config.policy(index("loud")).unwrap().base;
    assert_eq!(
        (settings.existing, settings.controller_pods, settings.self_exempt),
        (Existing::Deny, Deny, true)
    );
    assert_eq!(settings.on_error(TODAY), Warn);
}

#[test]
fn the_last_override_that_matches_counts_alone() {
    let value = json!({"policies": {"loud": {
        "parameters": {"label": "team"},
        "overrides": [
            {"match": {"kinds": ["Pod"]}, "enforcement": "warn", "parameters": {"limit": 3}},
            {"match": {"kinds": ["Job"]}, "onError": "audit"},
        ],
    }}});
    let config = config(value);
    let loud = config.policy(index("loud")).unwrap();
    let of = |kinds: &'static [&str]| {
        loud.settings(move |r#match: &Match| {
            r#match.kinds.as_ref().unwrap().iter().any(|kind| kinds.contains(&kind.as_str()))
        })
    };
    assert_eq!(of(&[]).action(TODAY), Some(Deny));
    assert_eq!(*of(&[]).parameters, json!({"label": "team"}));
    assert_eq!(of(&["Pod"]).action(TODAY), Some(Warn));
    assert_eq!(*of(&["Pod"]).parameters, json!({"label": "team", "limit": 3}));
    assert_eq!((of(&["Pod", "Job"]).action(TODAY), of(&["Pod", "Job"]).on_error(TODAY)), (Some(Deny), Audit));
    assert!(Arc::ptr_eq(&of(&["Pod", "Job"]).parameters, &of(&[]).parameters));
}

#[test]
fn parameters_are_taken_together_by_name_over_the_defaults() {
    let value = json!({
        "packs": {"workload": {"parameters": {"limit": 3}}, "extra": null},
        "policies": {"loud": {"parameters": {"label": "team"}}},
    });
    let config = config(value);
    let parameters = |name| config.policy(index(name)).unwrap().base.parameters.clone();
    assert_eq!(*parameters("loud"), json!({"label": "team", "limit": 3}));
    assert_eq!(*parameters("strict"), json!({"label": "owner"}));
    assert_eq!(*parameters("quiet"), json!({}));
}

#[test]
fn a_policy_whose_override_alone_gives_what_it_needs_runs_there_alone() {
    let value = json!({"policies": {"needy": {"overrides": [
        {"match": {"namespaces": ["shop"]}, "parameters": {"labels": ["owner"]}},
    ]}}});
    let config = config(value);
    let needy = config.policy(index("needy")).unwrap();
    assert_eq!(needy.settings(|_| false).action(TODAY), None);
    assert_eq!(needy.settings(|_| true).action(TODAY), Some(Deny));
}

#[test]
fn an_announced_enforcement_counts_from_its_day_on_and_is_noticed_before() {
    let value = json!({"policies": {"quiet": {"enforcement": "warn", "then": {"enforcement": "deny", "on": "2027-01-08"}}}});
    let config = config(value);
    let quiet = &config.policy(index("quiet")).unwrap().base;
    assert_eq!(quiet.action(date(2027, 1, 7)), Some(Warn));
    assert_eq!(quiet.action(date(2027, 1, 8)), Some(Deny));
    let notices = |today| config.notices(&bundle(), today);
    assert_eq!(notices(date(2026, 12, 24)), []);
    assert_eq!(notices(date(2027, 1, 8)), []);
    let notices = notices(date(2027, 1, 7));
    assert_eq!(notices[0].code, NoticeCode::EnforcementChanges);
    assert_eq!(notices[0].problem.message, "the enforcement of quiet becomes deny tomorrow, on 2027-01-08");
    assert_eq!(notices[0].problem.path.to_string(), "policies.quiet.enforcement");
}

#[test]
fn an_old_name_counts_and_is_noticed() {
    let config = config(json!({"policies": {"silent": {"enforcement": "deny"}}}));
    assert_eq!(actions(&config, TODAY)[3], "quiet deny");
    let notice = &config.notices(&bundle(), TODAY)[0];
    assert_eq!(notice.code, NoticeCode::PolicyRenamed);
    assert_eq!(notice.problem.message, "the policy \"silent\" is now called \"quiet\"");
}

#[test]
fn an_exemption_is_noticed_when_it_ends_has_ended_or_covers_nothing() {
    let exemption = |expires| {
        json!({
            "policies": ["loud", "silent"], "match": {"namespaces": ["shop"]}, "reason": "moves", "owner": "team-shop", "expires": expires,
        })
    };
    let config = config(json!({"exemptions": [
        exemption("2026-12-30"), exemption("2026-12-31"), exemption("2027-01-14"), exemption("2027-01-15"),
    ]}));
    assert!(config.exemptions()[0].names("quiet") && !config.exemptions()[0].names("strict"));
    let notices: Vec<String> = config
        .notices(&bundle(), TODAY)
        .into_iter()
        .filter(|notice| notice.code != NoticeCode::PolicyRenamed)
        .map(|notice| format!("{:?} {}", notice.code, notice.problem))
        .collect();
    insta::assert_snapshot!(notices.join("\n"), @"
    ExemptionExpired exemptions[0].expires: the exemption of team-shop from loud, quiet ended on 2026-12-30
    ExemptionExpires exemptions[1].expires: the exemption of team-shop from loud, quiet ends today, on 2026-12-31
    ExemptionExpires exemptions[2].expires: the exemption of team-shop from loud, quiet ends in 14 days, on 2027-01-14
    ");
    let unused = config.unused_exemptions(&[2].into(), TODAY);
    let unused: Vec<String> = unused.iter().map(|notice| notice.problem.path.to_string()).collect();
    assert_eq!(unused, ["exemptions[1]", "exemptions[3]"]);
}

#[test]
fn a_bound_on_exemptions_is_counted_from_today() {
    let value = |expires| {
        json!({"maxExemptionDays": 31, "exemptions": [
            {"policies": ["loud"], "match": {"namespaces": ["shop"]}, "reason": "moves", "owner": "team-shop", "expires": expires},
        ]})
    };
    assert!(Config::from_value(&value("2027-01-31"), &bundle(), TODAY).is_ok());
    assert!(Config::from_value(&value("2027-02-01"), &bundle(), TODAY).is_err());
}

#[test]
fn the_digest_is_of_what_is_said_and_not_of_how() {
    let digest = |text: &str| config(serde_json::from_str(text).unwrap()).digest().to_owned();
    let one = digest(r#"{"packs": {"extra": {"enforcement": "deny"}}, "excludedNamespaces": ["a", "b"]}"#);
    assert_eq!(one.len(), 64);
    assert_eq!(
        one,
        digest(r#"{"excludedNamespaces": ["a", "b"], "packs": {"extra": {"enforcement": "deny"}}}"#)
    );
    assert_ne!(
        one,
        digest(r#"{"excludedNamespaces": ["b", "a"], "packs": {"extra": {"enforcement": "deny"}}}"#)
    );
}
