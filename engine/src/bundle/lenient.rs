//! Loads what can be loaded. For a server that has to answer: one policy that does not load must not take the others with it, and must
//! not be gone either.

use std::sync::Arc;

use super::{
    Bundle, BundleError, Role, Source,
    load::{self, Checked},
};
use crate::{metadata::Metadata, policy::Policy};

/// Checks the sources together without those that have a mistake, until none is left that has one. A policy that falls is broken where
/// its METADATA says what it judges; where nobody can know that, its error is all that is left of it.
pub(super) fn load(sources: &[Source]) -> Result<(Bundle, Vec<BundleError>), Vec<BundleError>> {
    let mut sound: Vec<&Source> = sources.iter().collect();
    let mut broken: Vec<Policy> = Vec::new();
    let mut errors = Vec::new();
    loop {
        let Checked { policies, parsed, errors: wrong, clashes } = Checked::new(&sound, &broken);
        // Who of two that clash is wrong shows once those are gone that are wrong in themselves.
        let found = if wrong.is_empty() { clashes } else { wrong };
        let (fallen, rest): (Vec<_>, Vec<_>) = sound
            .into_iter()
            .map(|source| (source, found.iter().find(|error| error.file == source.module.file)))
            .partition(|(_, error)| error.is_some());
        sound = rest.into_iter().map(|(source, _)| source).collect();
        if !fallen.is_empty() {
            broken.extend(fallen.into_iter().filter_map(|(source, error)| as_broken(source, error?)));
            errors.extend(found);
            continue;
        }
        // That no policy is left is no news where errors say why.
        let is_news = errors.is_empty();
        errors.extend(found.into_iter().filter(|error| is_news || !error.file.is_empty()));
        load::sort(&mut errors);
        let policies = one_of_each_name(policies, broken);
        if policies.is_empty() || parsed.len() < sound.len() {
            return Err(errors);
        }
        return Ok((load::bundle(policies, parsed, sources), errors));
    }
}

/// A policy that does not load, if it says what it judges.
fn as_broken(source: &Source, error: &BundleError) -> Option<Policy> {
    let Role::Policy { folder, metadata } = &source.role else { return None };
    Some(Policy {
        name: Arc::clone(folder),
        origin: source.origin,
        file: Arc::clone(&source.module.file),
        metadata: Metadata::salvage(metadata.as_ref()?)?,
        broken: Some(format!("it does not load: {error}").into()),
    })
}

/// Of two policies of one name that which loads, else the first.
fn one_of_each_name(sound: Vec<Policy>, broken: Vec<Policy>) -> Vec<Policy> {
    let mut policies: Vec<Policy> = sound.into_iter().chain(broken).collect();
    policies
        .sort_by(|a, b| (&a.name, a.broken.is_some(), &a.file).cmp(&(&b.name, b.broken.is_some(), &b.file)));
    policies.dedup_by(|a, b| a.name == b.name);
    policies
}
