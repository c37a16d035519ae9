//! Reads a METADATA block, and says everything that is wrong with it.

use serde_json::Value;

use super::{KindSelector, Metadata};
use crate::{
    enforcement::Severity,
    path::Path,
    problem::Problem,
    reader::{Block, Field, Reader},
    request::Operation,
};

/// OPA's own keys.
pub(crate) const KEYS: [&str; 10] = [
    "authors",
    "compile",
    "custom",
    "description",
    "entrypoint",
    "organizations",
    "related_resources",
    "schemas",
    "scope",
    "title",
];

pub(crate) const CUSTOM_KEYS: [&str; 14] = [
    "aliases",
    "category",
    "deprecated",
    "inventory",
    "kinds",
    "operations",
    "packs",
    "parameters",
    "references",
    "remediation",
    "replaces",
    "severity",
    "since",
    "subresources",
];

pub(crate) const SEVERITIES: [(&str, Severity); 4] = [
    ("low", Severity::Low),
    ("medium", Severity::Medium),
    ("high", Severity::High),
    ("critical", Severity::Critical),
];

/// What is called where `operations` is not written.
const DEFAULT_OPERATIONS: [Operation; 2] = [Operation::Create, Operation::Update];

pub(super) fn read(value: &Value) -> Result<Metadata, Vec<Problem>> {
    let mut reader = Reader::default();
    let metadata = read_annotations(&Field::new(value, Path::default()), &mut reader);
    let problems = reader.into_problems();
    match metadata {
        Some(metadata) if problems.is_empty() => Ok(metadata),
        _ => Err(problems),
    }
}

/// What can be read of a block that has mistakes, if that is what the policy judges.
pub(super) fn salvage(value: &Value) -> Option<Metadata> {
    read_annotations(&Field::new(value, Path::default()), &mut Reader::default())
}

/// What the block says, where it says at least what the policy judges.
fn read_annotations(root: &Field<'_>, reader: &mut Reader) -> Option<Metadata> {
    let block = reader.mapping(root, "METADATA")?;
    for (key, field) in block.entries().filter(|(key, _)| !KEYS.contains(key)) {
        if CUSTOM_KEYS.contains(&key) {
            reader.report(
                Problem::key(field.path, format!("{key} stands beside custom")).help("move it under custom"),
            );
        } else {
            reader.unknown_key(key, field.path, "METADATA", &KEYS);
        }
    }
    let help = "say in a few words what is wrong: title: Public bucket";
    let title = reader.required(&block, "METADATA", "title", help);
    let help = "say what is wrong and why it matters; documentation and reports show it";
    let description = reader.required(&block, "METADATA", "description", help);
    let help = "guard's own keys stand under it: category, severity, kinds, remediation";
    let custom = reader.required(&block, "METADATA", "custom", help);
    let title = title.and_then(|field| reader.text(&field, "title"));
    let description = description.and_then(|field| reader.text(&field, "description"));
    let custom = custom.and_then(|field| reader.block(&field, "custom", &CUSTOM_KEYS))?;
    read_custom(&custom, title, description, reader)
}

fn read_custom(
    custom: &Block<'_>,
    title: Option<String>,
    description: Option<String>,
    reader: &mut Reader,
) -> Option<Metadata> {
    let mut required = |key: &str, help: &str| reader.required(custom, "custom", key, help);
    let category = required("category", "say what it is about: category: pod-security");
    let severity =
        required("severity", "say how bad a violation is: severity: low, medium, high or critical");
    let kinds = required("kinds", "say what the policy judges: kinds: [{group: apps, kind: Deployment}]");
    let remediation = required("remediation", "say what to do about a violation");
    let category = category.and_then(|field| reader.text(&field, "category"));
    let severity = severity.and_then(|field| reader.word(&field, "severity", &SEVERITIES));
    let kinds = kinds.and_then(|field| read_kinds(&field, "kinds", reader));
    let remediation = remediation.and_then(|field| reader.text(&field, "remediation"));
    let operations = custom.get("operations").map(|field| read_operations(&field, reader));
    let operations = operations.filter(|read| !read.is_empty()).unwrap_or(DEFAULT_OPERATIONS.to_vec());
    let inventory = custom.get("inventory").and_then(|field| read_kinds(&field, "inventory", reader));
    let mut texts =
        |key: &str| custom.get(key).and_then(|field| reader.texts(&field, key)).unwrap_or_default();
    let [subresources, references, packs, replaces, aliases] =
        ["subresources", "references", "packs", "replaces", "aliases"].map(&mut texts);
    let mut text = |key: &str| custom.get(key).and_then(|field| reader.text(&field, key));
    let [since, deprecated] = ["since", "deprecated"].map(&mut text);
    let parameters = read_parameters(custom, reader);
    no_wildcard(custom, &subresources, reader);
    Some(Metadata {
        title: title.unwrap_or_default(),
        description: description.unwrap_or_default(),
        category: category.unwrap_or_default(),
        // Denies where nobody says otherwise.
        severity: severity.unwrap_or(Severity::High),
        kinds: kinds?,
        operations,
        subresources,
        inventory: inventory.unwrap_or_default(),
        parameters,
        remediation: remediation.unwrap_or_default(),
        references,
        packs,
        replaces,
        since,
        aliases,
        deprecated,
    })
}

fn read_kinds(field: &Field<'_>, what: &str, reader: &mut Reader) -> Option<Vec<KindSelector>> {
    let items = reader.list(field, what)?;
    let kinds: Vec<KindSelector> = items.iter().filter_map(|item| read_kind(item, what, reader)).collect();
    (kinds.len() == items.len()).then_some(kinds)
}

fn read_kind(field: &Field<'_>, what: &str, reader: &mut Reader) -> Option<KindSelector> {
    let item = format!("an item of {what}");
    let block = reader.block(field, &item, &["group", "kind", "resource"])?;
    let help = "name both; the core group is \"\": {group: \"\", kind: Pod}";
    let group = reader.required(&block, &item, "group", help);
    let kind = reader.required(&block, &item, "kind", help);
    let group = group.and_then(|field| match field.value.as_str() {
        Some("") => Some(String::new()),
        _ => reader.text(&field, "group"),
    });
    let kind = kind.and_then(|field| reader.text(&field, "kind"));
    let resource = block.get("resource").and_then(|field| reader.text(&field, "resource"));
    Some(KindSelector { group: group?, kind: kind?, resource })
}

fn read_operations(field: &Field<'_>, reader: &mut Reader) -> Vec<Operation> {
    let items = reader.list(field, "operations").unwrap_or_default();
    items.iter().filter_map(|item| reader.word(item, "an operation", &Operation::WORDS)).collect()
}

/// A subresource is named, one by one.
fn no_wildcard(custom: &Block<'_>, subresources: &[String], reader: &mut Reader) {
    for (index, _) in subresources.iter().enumerate().filter(|(_, name)| name.contains('*')) {
        let path = custom.path().join("subresources").join(index);
        let message =
            "a wildcard takes in no subresource: judging pods/binding by accident would stop a scheduler";
        reader.report(Problem::value(path, message).help("name each subresource: subresources: [scale]"));
    }
}

fn read_parameters(custom: &Block<'_>, reader: &mut Reader) -> Option<Value> {
    let field = custom.get("parameters")?;
    reader.mapping(&field, "parameters")?;
    Some(field.value.clone())
}
