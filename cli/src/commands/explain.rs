//! `guard explain`: one policy in full, and what becomes of it here.

use std::io::{self, Write};

use anyhow::{Context, Result, anyhow};
use guard_engine::{bundle::Bundle, config::PolicyState, policy::Policy, problem::closest};
use guard_loader::{Documents, GuardYaml};
use jiff::ToSpan;

use super::{load::load, policies::remarks};
use crate::{
    args::{Color, ExplainArguments},
    exit::Exit,
    explanation::{Explanation, Fact},
    scan::Rules,
};

/// Prints what there is to say about a policy.
pub(crate) fn run(arguments: &ExplainArguments) -> Result<Exit> {
    let Some(rules) = load(&arguments.policies, arguments.date, Color::Auto)? else {
        return Ok(Exit::Failed);
    };
    let policy = find(&arguments.policy, &rules.bundle)?;
    let documents = Documents::of(policy)?;
    let here = Fact::new("Here", vec![here(policy, &rules)?]);
    // Long enough to do something about it, short enough for most bounds.
    let expires = rules.today.saturating_add(30.days());
    let explanation = Explanation::new(policy, &documents, here, expires);
    // Control characters in a document could rewrite a terminal.
    let text = annotate_snippets::normalize_untrusted_str(&explanation.to_string());
    io::stdout().lock().write_all(text.as_bytes()).context("cannot write to the standard output")?;
    Ok(Exit::Clean)
}

/// The policy of a name; a name is stronger than another policy's old one.
pub(super) fn find<'a>(name: &str, bundle: &'a Bundle) -> Result<&'a Policy> {
    let policies = bundle.policies();
    let named = policies.iter().find(|policy| &*policy.name == name);
    named.or_else(|| policies.iter().find(|policy| policy.is_called(name))).ok_or_else(|| {
        let help = match closest(name, policies.iter().map(|policy| &*policy.name)) {
            Some(meant) => format!("did you mean {meant:?}?"),
            None => "`guard policies` lists the policies that are loaded".to_owned(),
        };
        anyhow!("unknown policy {name:?}\n  help: {help}")
    })
}

fn here(policy: &Policy, rules: &Rules) -> Result<String> {
    let states = rules.config.states(&rules.bundle, rules.today);
    let state = states.iter().find(|state| state.policy == policy.name).context("a policy has no state")?;
    Ok(sentence(state, &rules.guard_yaml))
}

fn sentence(state: &PolicyState, guard_yaml: &GuardYaml) -> String {
    let under = match guard_yaml.file() {
        Some(file) => format!("under {file}"),
        None => "without guard.yaml".to_owned(),
    };
    match remarks(state) {
        none if none.is_empty() => format!("{} {under}", state.enforcement),
        remarks => format!("{} {under}: {remarks}", state.enforcement),
    }
}
