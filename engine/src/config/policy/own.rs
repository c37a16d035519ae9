//! What guard.yaml says about policies under their own names, and under `"*"` about all.

use std::collections::BTreeMap;

use super::{names::Names, said::Said};
use crate::{
    config::{
        matches,
        notice::Notice,
        settings::{Level, SETTINGS},
    },
    matching::Match,
    path::Path,
    problem::Problem,
    reader::{Block, Field, Reader},
};

/// A policy's own block.
#[derive(Default)]
pub(super) struct Own {
    /// Where it stands; none where guard.yaml does not name the policy.
    pub(super) path: Option<Path>,
    pub(super) said: Said,
    pub(super) r#match: Match,
    pub(super) overrides: Vec<(Match, Said)>,
}

/// Reads `policies`: what it says about all, and about each by its index.
pub(super) fn read(
    root: &Block<'_>,
    names: &Names<'_>,
    notices: &mut Vec<Notice>,
    reader: &mut Reader,
) -> (Said, BTreeMap<usize, Own>) {
    let mut all = Said::default();
    let mut own: BTreeMap<usize, Own> = BTreeMap::new();
    let block = root.get("policies").and_then(|field| reader.mapping(&field, "policies"));
    for (name, field) in block.iter().flat_map(Block::entries) {
        if name == "*" {
            let block = reader.block(&field, "the settings of all policies (\"*\")", &SETTINGS);
            all.level = block.map(|block| Level::read(&block, reader)).unwrap_or_default();
            continue;
        }
        let at = |message: String| Problem::key(field.path.clone(), message);
        let resolved = names.resolve(name, at, notices, reader);
        let said = read_own(name, &field, reader);
        let Some((index, policy)) = resolved else { continue };
        if own.contains_key(&index) {
            reader.report(at(format!(
                "the policy {:?} stands here twice: by its name and by an old one",
                policy.name
            )));
        }
        own.insert(index, said);
    }
    (all, own)
}

fn read_own(name: &str, field: &Field<'_>, reader: &mut Reader) -> Own {
    let keys: Vec<&str> = SETTINGS.into_iter().chain(["parameters", "match", "overrides"]).collect();
    let Some(block) = reader.block(field, &format!("policy {name}"), &keys) else { return Own::default() };
    let mut own = Own { path: Some(field.path.clone()), said: Said::read(&block, reader), ..Own::default() };
    if let Some(field) = block.get("match") {
        own.r#match = matches::of_policy(&field, reader).unwrap_or_default();
    }
    let overrides = block.get("overrides").and_then(|field| reader.list(&field, "overrides"));
    own.overrides = overrides.iter().flatten().filter_map(|field| read_override(field, reader)).collect();
    own
}

fn read_override(field: &Field<'_>, reader: &mut Reader) -> Option<(Match, Said)> {
    let keys: Vec<&str> = ["match"].into_iter().chain(SETTINGS).chain(["parameters"]).collect();
    let block = reader.block(field, "an override", &keys)?;
    let said = Said::read(&block, reader);
    if block.entries().all(|(key, _)| key == "match") {
        reader.report(
            Problem::value(field.path.clone(), "the override says nothing but a match")
                .help("say what is different there: enforcement: audit"),
        );
    }
    let Some(field) = block.get("match") else {
        reader.report(Problem::value(block.path().clone(), "an override without a match").help(
            "say what it is for: match: {namespaces: [sandbox-*]}; or write its settings on the policy",
        ));
        return None;
    };
    Some((matches::of_policy(&field, reader)?, said))
}
