//! Whether an exemption covers a finding: one of guard.yaml, or one that the resource carries.

use jiff::civil::Date;

use super::{annotations, calls::Call};
use crate::{
    account::{Miss, MissReason},
    config::Config,
    exemption::{Exemption, Grounds},
    matching::{Assumptions, Coverage, MatchKey, Subject},
    path::Path,
    request::Request,
    resource::container_of,
};

/// What exemptions are asked about besides a finding.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) config: &'a Config,
    pub(super) request: &'a Request,
    pub(super) subject: &'a Subject<'a>,
    pub(super) today: Date,
}

/// What exemptions say about a finding.
#[derive(Default)]
pub(super) struct Exemptions {
    /// The one that covers it: its index in guard.yaml, none where the resource carries it.
    pub(super) covering: Option<(Option<usize>, Grounds)>,
    /// One that did until it ended.
    pub(super) ended: Option<Grounds>,
    /// What would have to be known to say whether one covers it.
    pub(super) assumed: Assumptions,
}

impl Exemptions {
    /// What is said about a finding of `call` at `path`. What is unknown fails an exemption.
    pub(super) fn of(call: &Call<'_>, path: &Path, asked: Asked<'_>) -> Self {
        let mut found = Self::default();
        for (index, exemption) in asked.config.exemptions().iter().enumerate() {
            if !exemption.names(&call.policy.name) {
                continue;
            }
            match check(exemption, path, asked) {
                Ok(none) if none == Assumptions::default() => {
                    found.add(Some(index), &exemption.grounds, asked.today);
                }
                Ok(assumed) if !exemption.grounds.has_expired(asked.today) => {
                    found.assumed = found.assumed.with(assumed);
                }
                Ok(_) | Err(_) => {}
            }
        }
        if call.settings.self_exempt
            && let Some(grounds) = annotations::exemption(call.policy, asked.request, path)
        {
            found.add(None, &grounds, asked.today);
        }
        found
    }

    /// The first that holds counts.
    fn add(&mut self, exemption: Option<usize>, grounds: &Grounds, today: Date) {
        if grounds.has_expired(today) {
            self.ended.get_or_insert_with(|| grounds.clone());
        } else {
            self.covering.get_or_insert_with(|| (exemption, grounds.clone()));
        }
    }
}

/// The exemption that covers everything which `call` could find in the resource, with its index in guard.yaml, if one does: one
/// of containers does not, and of annotations there must be one wherever a finding could be.
pub(super) fn of_everything(call: &Call<'_>, asked: Asked<'_>) -> Option<(Option<usize>, Grounds)> {
    let covers = |exemption: &Exemption| {
        exemption.names(&call.policy.name)
            && exemption.r#match.containers.is_none()
            && exemption.r#match.covers(asked.subject) == Coverage::Yes
            && !exemption.grounds.has_expired(asked.today)
    };
    let found = asked.config.exemptions().iter().enumerate().find(|(_, exemption)| covers(exemption));
    if let Some((index, exemption)) = found {
        return Some((Some(index), exemption.grounds.clone()));
    }
    if !call.settings.self_exempt {
        return None;
    }
    let carried = annotations::exemption_of_everything(call.policy, asked.request, asked.today);
    carried.map(|grounds| (None, grounds))
}

/// The exemptions of guard.yaml that name the policy of `call` and do not cover its finding at `path`, and why.
pub(super) fn misses(call: &Call<'_>, path: &Path, asked: Asked<'_>) -> Vec<Miss> {
    let exemptions = asked.config.exemptions().iter().enumerate();
    let naming = exemptions.filter(|(_, exemption)| exemption.names(&call.policy.name));
    let miss = |(index, exemption): (usize, &Exemption)| {
        let why = match check(exemption, path, asked) {
            Err(MatchKey::Containers) => {
                MissReason::Container(container_of(asked.request, path).map(str::to_owned))
            }
            Err(key) => MissReason::Unmatched(key),
            Ok(_) if exemption.grounds.has_expired(asked.today) => MissReason::Expired,
            Ok(none) if none == Assumptions::default() => return None,
            Ok(assumed) => MissReason::Unknown(assumed.to_vec()),
        };
        Some(Miss { exemption: index, why })
    };
    naming.filter_map(miss).collect()
}

/// What has to be assumed for an exemption to cover what is found at `path`; else the part of its match that leaves it out.
fn check(exemption: &Exemption, path: &Path, asked: Asked<'_>) -> Result<Assumptions, MatchKey> {
    if !covers_container(exemption, asked.request, path) {
        return Err(MatchKey::Containers);
    }
    exemption.r#match.check(asked.subject)
}

/// An exemption of containers covers what is found in them, and nothing of the pod.
fn covers_container(exemption: &Exemption, request: &Request, path: &Path) -> bool {
    exemption
        .r#match
        .containers
        .as_ref()
        .is_none_or(|containers| container_of(request, path).is_some_and(|name| containers.matches(name)))
}
