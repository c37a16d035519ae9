//! Which policies of a plan are called for a request, and with which settings.

use jiff::civil::Date;

use crate::{
    bundle::Bundle,
    config::{Config, PolicyConfig, Settings},
    enforcement::EnforcementAction,
    evaluation::Cause,
    inventory::Inventory,
    matching::{Assumptions, Coverage, Match, MatchKey, Subject},
    policy::Policy,
    rego::Trouble,
};

/// A policy that is called.
pub(super) struct Call<'a> {
    pub(super) policy: &'a Policy,
    pub(super) settings: &'a Settings,
    /// Which settings these are: 0 is the policy's own, then its overrides in their order.
    pub(super) choice: usize,
    /// What is done about a violation.
    pub(super) action: EnforcementAction,
    /// What had to be assumed for the call and its settings.
    pub(super) assumed: Assumptions,
}

impl Call<'_> {
    /// Why the policy cannot be asked at all, if it cannot.
    pub(super) fn obstacle(&self, inventory: &Inventory) -> Option<Trouble> {
        let trouble = |cause| move |why: &str| Trouble { cause, message: why.to_owned() };
        let broken = self.policy.broken.as_deref().or(self.settings.unusable.as_deref());
        let broken = broken.map(trouble(Cause::Load));
        broken.or_else(|| inventory.lacks(&self.policy.metadata.inventory).map(trouble(Cause::Inventory)))
    }
}

/// The policies of these indices, in their order, with how each is called; none where it is not.
pub(super) fn select<'a>(
    bundle: &'a Bundle,
    config: &'a Config,
    policies: impl Iterator<Item = usize>,
    subject: &Subject<'_>,
    assumed: Assumptions,
    today: Date,
) -> Vec<Option<Call<'a>>> {
    policies.map(|index| call(bundle, config, index, subject, assumed, today).ok()).collect()
}

/// Why a policy that judges such a request is not called for this one.
pub(super) enum Skipped<'a> {
    /// It never runs.
    Never,
    /// This part of its match leaves the request out.
    Unmatched(MatchKey),
    /// The settings of this choice turn it off.
    Off(usize, &'a Settings),
}

/// How the policy of an index, which judges such a request, is called. What is unknown satisfies a policy's match and fails an
/// override.
pub(super) fn call<'a>(
    bundle: &'a Bundle,
    config: &'a Config,
    index: usize,
    subject: &Subject<'_>,
    assumed: Assumptions,
    today: Date,
) -> Result<Call<'a>, Skipped<'a>> {
    let (Some(policy), Some(config)) = (bundle.policies().get(index), config.policy(index)) else {
        return Err(Skipped::Never);
    };
    let matched = config.r#match.check(subject).map_err(Skipped::Unmatched)?;
    let (choice, settings, overridden) = settings(config, subject);
    let action = settings.action(today).ok_or(Skipped::Off(choice, settings))?;
    Ok(Call { policy, settings, choice, action, assumed: assumed.with(matched).with(overridden) })
}

/// The settings of the last override that matches, else the policy's own.
fn settings<'a>(config: &'a PolicyConfig, subject: &Subject<'_>) -> (usize, &'a Settings, Assumptions) {
    let mut assumed = Assumptions::default();
    for (index, over) in config.overrides.iter().enumerate().rev() {
        match Match::covers(&over.r#match, subject) {
            Coverage::Yes => return (index + 1, &over.settings, assumed),
            Coverage::Unknown(unknown) => assumed = assumed.with(unknown),
            Coverage::No => {}
        }
    }
    (0, &config.base, assumed)
}
