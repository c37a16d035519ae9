//! docs/policies/: a page for each policy of the default library, from its METADATA and its documents, and an index.

use std::fmt::Write;

use guard_engine::policy::Policy;
use guard_loader::Documents;
use jiff::civil::date;
use serde_json::Value;

use crate::explanation::{Block, Explanation, Fact};

const OPENING: &str = "\
# Policies

The default library. Generated from the policies' METADATA: `UPDATE_DOCS=1 cargo test` rewrites these pages.

| policy | why | severity | without guard.yaml | packs |
|---|---|---|---|---|
";

const CLOSING: &str = "
A policy that has a required parameter is off until guard.yaml gives it. [configuration.md](../configuration.md) says how policies are chosen,
enforced and exempted; `guard policies` says what holds where you are.
";

#[test]
fn policy_pages_are_current() {
    let bundle = guard_loader::load_bundle(&guard_loader::Library::default()).unwrap();
    let mut index = OPENING.to_owned();
    for policy in bundle.policies() {
        super::assert_current(&format!("policies/{}.md", policy.name), &page(policy));
        let metadata = &policy.metadata;
        let (severity, action) = (metadata.severity.as_str(), without_configuration(policy));
        let (name, why, packs) =
            (&policy.name, first_sentence(&metadata.description), metadata.packs.join(", "));
        writeln!(index, "| [{name}]({name}.md) | {why} | {severity} | {action} | {packs} |").unwrap();
    }
    super::assert_current("policies/README.md", &(index + CLOSING));
    super::assert_no_other_pages(
        "policies",
        bundle.policies().iter().map(|policy| &*policy.name).chain(["README"]),
    );
}

fn first_sentence(text: &str) -> String {
    let end = text.find(". ").map_or(text.trim_end().len(), |stop| stop + 1);
    text.split_at(end).0.replace('|', "\\|")
}

fn page(policy: &Policy) -> String {
    let documents = Documents::of(policy).unwrap();
    let enforcement = Fact::new("Without guard.yaml", vec![without_configuration(policy).to_owned()]);
    let explanation = Explanation::new(policy, &documents, enforcement, date(2027, 1, 31));
    let mut page = format!("# {}\n\n{}\n\n", explanation.name, explanation.description);
    for (index, fact) in explanation.facts.iter().enumerate() {
        writeln!(page, "| {} | {} |", fact.what, fact.values.join(", ")).unwrap();
        if index == 0 {
            writeln!(page, "| --- | --- |").unwrap();
        }
    }
    for section in &explanation.sections {
        writeln!(page, "\n## {}", section.title).unwrap();
        section.blocks.iter().for_each(|block| write!(page, "\n{}", markdown(block)).unwrap());
    }
    page
}

fn markdown(block: &Block) -> String {
    match block {
        Block::Text(text) => format!("{text}\n"),
        Block::List(items) => items.iter().map(|item| format!("- {item}\n")).collect(),
        Block::Links(links) => links.iter().map(|link| format!("- <{link}>\n")).collect(),
        Block::Yaml(yaml) => format!("```yaml\n{yaml}\n```\n"),
    }
}

fn without_configuration(policy: &Policy) -> &'static str {
    let needs = policy.metadata.parameters.as_ref().is_some_and(|schema| {
        let given =
            |name: &Value| schema["properties"][name.as_str().unwrap_or_default()].get("default").is_some();
        schema["required"].as_array().is_some_and(|required| !required.iter().all(given))
    });
    if needs { "off" } else { policy.metadata.severity.default_action().as_str() }
}
