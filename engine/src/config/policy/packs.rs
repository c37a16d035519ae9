//! The packs that guard.yaml chooses, and what they say about their policies.

use std::collections::BTreeSet;

use super::said::Said;
use crate::{
    config::{
        DEFAULT_PACKS,
        notice::{Notice, NoticeCode},
        parameters,
        settings::SETTINGS,
    },
    path::Path,
    policy::Policy,
    problem::Problem,
    reader::{Block, Reader},
};

/// A chosen pack.
pub(super) struct Pack {
    pub(super) name: String,
    said: Said,
}

/// Reads `packs`; the default ones where nothing is written.
pub(super) fn read(
    root: &Block<'_>,
    policies: &[Policy],
    notices: &mut Vec<Notice>,
    reader: &mut Reader,
) -> Vec<Pack> {
    let Some(field) = root.get("packs") else {
        return DEFAULT_PACKS
            .iter()
            .map(|name| Pack { name: (*name).to_owned(), said: Said::default() })
            .collect();
    };
    let Some(block) = reader.mapping(&field, "packs") else { return Vec::new() };
    let known: BTreeSet<&str> =
        policies.iter().flat_map(|policy| &policy.metadata.packs).map(String::as_str).collect();
    let mut packs = Vec::new();
    for (name, field) in block.entries() {
        if !known.contains(name) {
            let message = format!("unknown pack {name:?}: no policy that is loaded is in it");
            reader
                .report_mismatch(Problem::key(field.path, message).did_you_mean(name, known.iter().copied()));
            continue;
        }
        let keys: Vec<&str> = SETTINGS.into_iter().chain(["parameters"]).collect();
        if let Some(block) = reader.block(&field, &format!("pack {name}"), &keys) {
            let said = Said::read(&block, reader);
            check_pack_parameters(name, &said, policies, notices, reader);
            packs.push(Pack { name: name.to_owned(), said });
        }
    }
    packs
}

/// A pack's parameter goes to those of its policies that have it. One that none of them has is without effect where another
/// loaded policy has it (the library may not have grown that policy yet), and a mistake where none has it at all.
fn check_pack_parameters(
    pack: &str,
    said: &Said,
    policies: &[Policy],
    notices: &mut Vec<Notice>,
    reader: &mut Reader,
) {
    let is_member = |policy: &&Policy| policy.metadata.packs.iter().any(|name| name == pack);
    let members = policies.iter().filter(is_member);
    let known: BTreeSet<&str> = members.flat_map(declared).collect();
    for (name, (_, path)) in said.parameters.iter().filter(|(name, _)| !known.contains(name.as_str())) {
        let problem =
            Problem::key(path.clone(), format!("no policy of pack {pack} has a parameter {name:?}"));
        if policies.iter().flat_map(declared).any(|known| known == name) {
            let problem = problem.help("it has no effect here; give it to the pack or policy that has it");
            notices.push(Notice { code: NoticeCode::ParameterUnused, problem });
        } else {
            reader.report_mismatch(problem.did_you_mean(name, known.iter().copied()));
        }
    }
}

/// The names of a policy's parameters.
fn declared(policy: &Policy) -> impl Iterator<Item = &str> {
    parameters::names(policy.metadata.parameters.as_ref())
}

/// What the chosen packs of a policy say about it, and where two say different things that the policy's own block does
/// not settle.
pub(super) fn agree(policy: &Policy, packs: &[&Pack], own: &Said, reader: &mut Reader) -> Said {
    let declared: BTreeSet<&str> = declared(policy).collect();
    let mut together = Said::default();
    for (n, pack) in packs.iter().enumerate() {
        for other in packs.iter().take(n) {
            for (key, path) in disagreements(&other.said, &pack.said, own, &declared) {
                let (one, two, name) = (&other.name, &pack.name, &policy.name);
                let message = format!("packs {one} and {two} disagree on {key} of policy {name}");
                let problem = Problem::key(path.clone(), message);
                reader.report(problem.help(format!("say which counts under policies: {name}")));
            }
        }
        together = together.over(&pack.said);
    }
    together.parameters.retain(|name, _| declared.contains(name.as_str()));
    together
}

/// The settings, and the parameters of a policy, that two packs say differently and `own` does not settle; and where the
/// second says them.
fn disagreements<'a>(
    one: &'a Said,
    two: &'a Said,
    own: &'a Said,
    declared: &'a BTreeSet<&str>,
) -> impl Iterator<Item = (&'a str, &'a Path)> {
    let parameters = two.parameters.iter().filter_map(|(name, (value, path))| {
        let (other, _) = one.parameters.get(name)?;
        let open = declared.contains(name.as_str()) && !own.parameters.contains_key(name);
        (other != value && open).then_some((name.as_str(), path))
    });
    one.level.disagreements(&two.level, &own.level).chain(parameters)
}
