//! The verdict's rules, each with small policies of its own.

mod exemptions;
mod explain;
mod failures;
mod inventory;
mod matching;
mod prints;
mod selection;
mod takeover;
mod update;

use std::{fmt::Write as _, sync::Arc};

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{
    bundle::{Bundle, Source},
    config::Config,
    evaluate::Evaluator,
    evaluation::Evaluation,
    fixtures::{create, deployment, metadata, pod, policy, privileged_pod, update, with},
    inventory::Inventory,
    request::{Operation, Request},
    violation::Violation,
};

/// The day on which tests judge.
const TODAY: Date = date(2026, 11, 21);

/// Finds containers that are called privileged, wherever a kind keeps them.
const PRIVILEGED: &str = r#"
violation contains {"message": "privileged", "path": array.concat(path, ["containers", i, "privileged"])} if {
    [path, pod] := pods[_]
    pod.containers[i].privileged == true
}

pods contains [["spec"], input.object.spec] if input.kind.kind == "Pod"
pods contains [["spec", "template", "spec"], input.object.spec.template.spec] if input.kind.kind != "Pod"
"#;

/// Finds every object.
const ALWAYS: &str = r#"violation contains {"message": "always", "path": ["metadata", "name"]}"#;

fn bundle_of(sources: &[Source]) -> Arc<Bundle> {
    Arc::new(Bundle::new(sources).unwrap())
}

/// One evaluator and one configuration.
struct Guard {
    config: Config,
    evaluator: Evaluator,
}

impl Guard {
    fn new(sources: &[Source], guard_yaml: &Value) -> Self {
        let bundle = bundle_of(sources);
        let config = Config::from_value(guard_yaml, &bundle, TODAY).unwrap();
        Self { config, evaluator: Evaluator::new(bundle) }
    }

    fn judge(&mut self, request: &Request) -> Evaluation {
        self.judge_on(request, TODAY)
    }

    fn judge_on(&mut self, request: &Request, today: Date) -> Evaluation {
        let Self { config, evaluator } = self;
        let evaluation = evaluator.evaluate(config, request, &Inventory::default(), today);
        explain::agrees(&evaluator.explain(config, request, &Inventory::default(), today), &evaluation);
        evaluator.evaluate(config, request, &Inventory::default(), today)
    }

    /// The violations, each as `policy action path`, with what was assumed.
    fn says(&mut self, request: &Request) -> Vec<String> {
        let evaluation = self.judge(request);
        assert_eq!(evaluation.failures, []);
        evaluation.violations.iter().map(line).collect()
    }
}

fn line(violation: &Violation) -> String {
    let Violation { policy, action, path, assumed, .. } = violation;
    let mut line = format!("{policy} {} {path}", action.as_str());
    if !assumed.is_empty() {
        write!(line, " {assumed:?}").unwrap();
    }
    line
}

/// A policy `always` on Pods and Deployments, and a policy `privileged` on the same.
fn two_policies() -> Vec<Source> {
    let kinds =
        ["Pod", "Deployment.apps", "ReplicaSet.apps", "Namespace", "ClusterRole.rbac.authorization.k8s.io"];
    vec![policy("always", metadata(&kinds), ALWAYS), policy("privileged", metadata(&kinds), PRIVILEGED)]
}
