//! Reads the `match` blocks of guard.yaml: of a policy, an override, an exemption.

use std::collections::BTreeMap;

use crate::{
    matching::{Match, Operator, Patterns, Requirement, Selector},
    problem::Problem,
    reader::{Block, Field, Reader},
};

/// What every match may say.
pub(crate) const KEYS: [&str; 7] =
    ["namespaces", "excludedNamespaces", "namespaceSelector", "kinds", "names", "users", "groups"];

pub(crate) const OPERATORS: [(&str, Operator); 4] = [
    ("In", Operator::In),
    ("NotIn", Operator::NotIn),
    ("Exists", Operator::Exists),
    ("DoesNotExist", Operator::DoesNotExist),
];

/// Reads the match of a policy or of an override.
pub(super) fn of_policy(field: &Field<'_>, reader: &mut Reader) -> Option<Match> {
    read(field, &KEYS, reader)
}

/// Reads the match of an exemption, which alone can name containers.
pub(super) fn of_exemption(field: &Field<'_>, reader: &mut Reader) -> Option<Match> {
    let keys: Vec<&str> = KEYS.into_iter().chain(["containers"]).collect();
    read(field, &keys, reader)
}

/// Reads a match that says something.
fn read(field: &Field<'_>, known: &[&str], reader: &mut Reader) -> Option<Match> {
    let block = reader.block(field, "a match", known)?;
    if block.entries().next().is_none() {
        reader.report(
            Problem::key(field.path.clone(), "the match is empty, so it takes in everything")
                .help(format!("say at least one of {}", known.join(", "))),
        );
        return None;
    }
    let mut list =
        |key: &str| block.get(key).and_then(|field| patterns(&field, &format!("match.{key}"), reader));
    let (namespaces, excluded_namespaces, names) =
        (list("namespaces"), list("excludedNamespaces"), list("names"));
    let (users, groups, containers) = (list("users"), list("groups"), list("containers"));
    Some(Match {
        namespaces,
        excluded_namespaces,
        namespace_selector: block.get("namespaceSelector").and_then(|field| selector(&field, reader)),
        kinds: block.get("kinds").and_then(|field| reader.texts(&field, "match.kinds")),
        names,
        users,
        groups,
        containers,
    })
}

/// Reads a list of glob patterns.
pub(super) fn patterns(field: &Field<'_>, what: &str, reader: &mut Reader) -> Option<Patterns> {
    let texts = reader.texts(field, what)?;
    match Patterns::new(&texts) {
        Ok(patterns) => Some(patterns),
        Err((index, reason)) => {
            let pattern = texts.get(index).map(String::as_str).unwrap_or_default();
            let message = format!("{what} has {pattern:?}, which is no pattern: {reason}");
            reader.report(Problem::value(field.path.join(index), message).help(
                "`*` stands for any characters, `?` for one, `[ab]` for either, `{a,b}` for either text",
            ));
            None
        }
    }
}

/// Reads a label selector, in Kubernetes' own form.
fn selector(field: &Field<'_>, reader: &mut Reader) -> Option<Selector> {
    let block = reader.block(field, "namespaceSelector", &["matchLabels", "matchExpressions"])?;
    let labels = block.get("matchLabels").and_then(|field| reader.mapping(&field, "matchLabels"));
    let mut match_labels = BTreeMap::new();
    for (label, field) in labels.iter().flat_map(Block::entries) {
        if let Some(value) = reader.text(&field, &format!("the value of label {label}")) {
            match_labels.insert(label.to_owned(), value);
        }
    }
    let expressions = block.get("matchExpressions").and_then(|field| reader.list(&field, "matchExpressions"));
    let match_expressions: Vec<Requirement> =
        expressions.iter().flatten().filter_map(|field| requirement(field, reader)).collect();
    let says_nothing = expressions.is_none() && labels.iter().flat_map(Block::entries).next().is_none();
    if says_nothing && block.get("matchExpressions").is_none() {
        reader.report(
            Problem::key(
                field.path.clone(),
                "the namespaceSelector is empty, so it takes in every namespace",
            )
            .help("say labels: matchLabels: {tier: production}"),
        );
        return None;
    }
    Some(Selector { match_labels, match_expressions })
}

fn requirement(field: &Field<'_>, reader: &mut Reader) -> Option<Requirement> {
    let block = reader.block(field, "an item of matchExpressions", &["key", "operator", "values"])?;
    let mut required = |key: &str| {
        let found = block.get(key);
        if found.is_none() {
            let message = format!("an item of matchExpressions without `{key}`");
            reader.report(
                Problem::value(field.path.clone(), message)
                    .help("{key: tier, operator: In, values: [production]}"),
            );
        }
        found
    };
    let (key, operator) = (required("key"), required("operator"));
    let key = key.and_then(|field| reader.text(&field, "key"))?;
    let operator = operator.and_then(|field| reader.word(&field, "operator", &OPERATORS))?;
    let values = block.get("values");
    let values = match (operator, values) {
        (Operator::In | Operator::NotIn, Some(field)) => reader.texts(&field, "values")?,
        (Operator::In | Operator::NotIn, None) => {
            reader.report(
                Problem::value(field.path.clone(), "In and NotIn need `values`").help("values: [production]"),
            );
            return None;
        }
        (Operator::Exists | Operator::DoesNotExist, Some(field)) => {
            reader.report(
                Problem::key(field.path, "Exists and DoesNotExist take no `values`").help("leave them out"),
            );
            return None;
        }
        (Operator::Exists | Operator::DoesNotExist, None) => Vec::new(),
    };
    Some(Requirement { key, operator, values })
}
