//! Whether an exemption covers a finding: one of guard.yaml, or one that the resource carries.

use jiff::civil::Date;

use super::{annotations, calls::Call};
use crate::{
    config::Config,
    exemption::{Exemption, Grounds},
    matching::{Assumptions, Coverage, Subject},
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
            if !exemption.names(&call.policy.name) || !covers_container(exemption, asked.request, path) {
                continue;
            }
            match exemption.r#match.covers(asked.subject) {
                Coverage::Yes => found.add(Some(index), &exemption.grounds, asked.today),
                Coverage::Unknown(assumed) if !exemption.grounds.has_expired(asked.today) => {
                    found.assumed = found.assumed.with(assumed);
                }
                Coverage::Unknown(_) | Coverage::No => {}
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

/// An exemption of containers covers what is found in them, and nothing of the pod.
fn covers_container(exemption: &Exemption, request: &Request, path: &Path) -> bool {
    exemption
        .r#match
        .containers
        .as_ref()
        .is_none_or(|containers| container_of(request, path).is_some_and(|name| containers.matches(name)))
}
