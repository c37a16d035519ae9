//! Which policies of a plan are called for a request, and with which settings.

use jiff::civil::Date;

use crate::{
    bundle::Bundle,
    config::{Config, PolicyConfig, Settings},
    enforcement::EnforcementAction,
    evaluation::Cause,
    inventory::Inventory,
    matching::{Assumptions, Coverage, Match, Subject},
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

/// The policies of these indices, in their order, with how each is called; none where it is not. What is unknown satisfies a
/// policy's match and fails an override.
pub(super) fn select<'a>(
    bundle: &'a Bundle,
    config: &'a Config,
    policies: impl Iterator<Item = usize>,
    subject: &Subject<'_>,
    assumed: Assumptions,
    today: Date,
) -> Vec<Option<Call<'a>>> {
    let call = |index: usize| {
        let (policy, config) = (bundle.policies().get(index)?, config.policy(index)?);
        let matched = known(config.r#match.covers(subject))?;
        let (choice, settings, overridden) = settings(config, subject);
        let action = settings.action(today)?;
        Some(Call { policy, settings, choice, action, assumed: assumed.with(matched).with(overridden) })
    };
    policies.map(call).collect()
}

/// What a match assumes, if it does not fail.
fn known(coverage: Coverage) -> Option<Assumptions> {
    match coverage {
        Coverage::No => None,
        Coverage::Yes => Some(Assumptions::default()),
        Coverage::Unknown(assumed) => Some(assumed),
    }
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
