//! docs/policies/: a page for each policy of the default library, from its METADATA and its documents, and an index.

use std::{fmt::Write, fs, path::Path};

use guard_engine::{metadata::KindSelector, policy::Policy};
use serde_json::Value;

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
    let metadata = &policy.metadata;
    let mut page = format!("# {}\n\n{}\n\n", policy.name, metadata.description.trim());
    let mut row = |what: &str, value: String| writeln!(page, "| {what} | {value} |").unwrap();
    row("Title", metadata.title.clone());
    row("---", "---".to_owned());
    row("Severity", metadata.severity.as_str().to_owned());
    row("Without guard.yaml", without_configuration(policy).to_owned());
    row("Category", metadata.category.clone());
    row("Packs", metadata.packs.join(", "));
    row("Judges", metadata.kinds.iter().map(kind).collect::<Vec<_>>().join(", "));
    if !metadata.inventory.is_empty() {
        row("Looks at", metadata.inventory.iter().map(kind).collect::<Vec<_>>().join(", "));
    }
    if !metadata.replaces.is_empty() {
        row("Takes over from", metadata.replaces.join(", "));
    }
    metadata.since.iter().for_each(|since| row("Since", since.clone()));
    writeln!(page, "\n## What to do\n\n{}\n", metadata.remediation.trim()).unwrap();
    metadata.parameters.iter().for_each(|schema| write_parameters(schema, &mut page));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies").join(&*policy.name);
    for (title, file) in [("A violation", "deny.yaml"), ("No violation", "allow.yaml")] {
        let documents = fs::read_to_string(folder.join(file)).unwrap();
        let first = documents.split("\n---").next().unwrap().trim_start_matches("---").trim();
        writeln!(page, "## {title}\n\n```yaml\n{first}\n```\n").unwrap();
    }
    if !metadata.references.is_empty() {
        let links: Vec<_> = metadata.references.iter().map(|link| format!("- <{link}>\n")).collect();
        write!(page, "## Read more\n\n{}", links.concat()).unwrap();
    }
    page.trim_end().to_owned() + "\n"
}

fn without_configuration(policy: &Policy) -> &'static str {
    let needs = policy.metadata.parameters.as_ref().is_some_and(|schema| {
        let given =
            |name: &Value| schema["properties"][name.as_str().unwrap_or_default()].get("default").is_some();
        schema["required"].as_array().is_some_and(|required| !required.iter().all(given))
    });
    if needs { "off" } else { policy.metadata.severity.default_action().as_str() }
}

fn kind(selector: &KindSelector) -> String {
    let KindSelector { group, kind, .. } = selector;
    if group.is_empty() { format!("`{kind}`") } else { format!("`{kind}.{group}`") }
}

fn write_parameters(schema: &Value, page: &mut String) {
    let Some(properties) = schema["properties"].as_object() else { return };
    writeln!(page, "## Parameters\n").unwrap();
    let required: Vec<_> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, property) in properties {
        let kind = property["type"].as_str().map(|kind| format!(" ({kind})")).unwrap_or_default();
        let description = property["description"].as_str().unwrap_or_default().trim();
        write!(page, "- `{name}`{kind}: {description}").unwrap();
        match property.get("default") {
            Some(default) => write!(page, " Default: `{default}`.").unwrap(),
            None if required.contains(&name.as_str()) => write!(page, " Required.").unwrap(),
            None => {}
        }
        if let Some(example) = property["examples"].get(0) {
            write!(page, " For example `{example}`.").unwrap();
        }
        writeln!(page).unwrap();
    }
    writeln!(page).unwrap();
}
