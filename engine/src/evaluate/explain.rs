//! The verdict with its reasons. It is `evaluate` that gives the verdict; the reasons are what the same parts say that it is made of.

use std::sync::Arc;

use jiff::civil::Date;

use super::{
    Evaluator,
    calls::{self, Call, Skipped},
    enter,
    exempt::{self, Asked},
    verdict,
};
use crate::{
    account::{Account, Called, Choice, Fate, Judgement, Lessened, NotCalled, PolicyAccount},
    config::{Config, Settings, WhyOff},
    evaluation::Evaluation,
    inventory::Inventory,
    matching::{Assumptions, Subject},
    policy::Policy,
    request::Request,
    violation::Violation,
};

impl Evaluator {
    /// As [`Self::evaluate`], with the reasons.
    pub fn explain(
        &mut self,
        config: &Config,
        request: &Request,
        inventory: &Inventory,
        today: Date,
    ) -> Account {
        let evaluation = self.evaluate(config, request, inventory, today);
        let prints = self.take_prints();
        let subject = Subject::new(request);
        let asked = Asked { config, request, subject: &subject, today };
        let entered = enter(config, &subject);
        let policies = self.bundle.policies().iter().enumerate();
        let policies = policies.map(|(index, policy)| {
            let outcome = reach(policy, config.why_off(index), entered, asked).and_then(|assumed| {
                calls::call(&self.bundle, config, index, &subject, assumed, today).map_err(NotCalled::from)
            });
            PolicyAccount {
                policy: Arc::clone(&policy.name),
                outcome: outcome.map(|call| called(&call, &evaluation, asked)),
            }
        });
        let policies = policies.collect();
        Account { evaluation, policies, prints }
    }
}

/// What has to be assumed for a request to come as far as a policy's own settings.
fn reach(
    policy: &Policy,
    off: Option<&WhyOff>,
    entered: Option<Assumptions>,
    asked: Asked<'_>,
) -> Result<Assumptions, NotCalled> {
    let request = asked.request;
    let subresource = request.sub_resource.as_deref();
    let mismatch = policy.metadata.mismatch(&request.kind, request.operation, subresource);
    match (mismatch, off, entered) {
        (Some(mismatch), ..) => Err(NotCalled::Mismatch(mismatch)),
        (_, Some(off), _) => Err(NotCalled::Never(off.clone())),
        (.., None) => Err(NotCalled::ExcludedNamespace),
        (.., Some(assumed)) => Ok(assumed),
    }
}

impl From<Skipped<'_>> for NotCalled {
    fn from(skipped: Skipped<'_>) -> Self {
        match skipped {
            Skipped::Never => Self::Never(WhyOff::Off(None)),
            Skipped::Unmatched(key) => Self::Unmatched(key),
            Skipped::Off(choice, settings) => Self::Off(Choice::new(choice, settings)),
        }
    }
}

impl Choice {
    fn new(choice: usize, settings: &Settings) -> Self {
        Self { r#override: choice.checked_sub(1), settings: settings.clone() }
    }
}

/// What a policy that was called says in an evaluation.
fn called(call: &Call<'_>, evaluation: &Evaluation, asked: Asked<'_>) -> Called {
    let own = |violation: &&Violation| violation.policy == call.policy.name;
    let judgement = |violation: &Violation, fate| Judgement {
        misses: exempt::misses(call, &violation.path, asked),
        fate,
        violation: violation.clone(),
    };
    let counts = evaluation.violations.iter().filter(own);
    let counts = counts.map(|violation| judgement(violation, fate(call, violation, asked)));
    let exempted = evaluation.exempted.iter().filter(|exempted| own(&&exempted.violation));
    let exempted = exempted.map(|exempted| {
        judgement(&exempted.violation, Fate::Exempted(exempted.exemption, exempted.grounds.clone()))
    });
    let taken_over = evaluation.taken_over.iter().filter(|taken_over| own(&&taken_over.violation));
    let taken_over = taken_over
        .map(|taken_over| judgement(&taken_over.violation, Fate::TakenOver(Arc::clone(&taken_over.by))));
    Called {
        choice: Choice::new(call.choice, call.settings),
        action: call.action,
        assumed: call.assumed.to_vec(),
        findings: counts.chain(exempted).chain(taken_over).collect(),
        undetermined: evaluation.undetermined.iter().filter(own).cloned().collect(),
        failure: evaluation.failures.iter().find(|failure| failure.policy == call.policy.name).cloned(),
    }
}

/// Why as much is done about a violation that counts as is.
fn fate(call: &Call<'_>, violation: &Violation, asked: Asked<'_>) -> Fate {
    if violation.action == call.action {
        return Fate::Counts;
    }
    let bound = verdict::bounds(call, asked).find(|(_, most)| *most == violation.action);
    Fate::Lessened(bound.map_or(Lessened::Existing, |(why, _)| why))
}
