//! The one way from a request to a verdict.
//!
//! ```text
//! request -> plan (which policies judge this kind, operation and subresource under this configuration; remembered)
//!         -> calls (whose match takes the request in, with which settings)
//!         -> engine (the policies of the plan, compiled together once a thread) -> findings
//!         -> verdicts (exemptions, enforcement, what was there before, what a stronger policy takes over)
//! ```

mod annotations;
mod calls;
mod engines;
mod exempt;
mod existing;
mod input;
mod plan;
mod takeover;
mod verdict;

use std::{sync::Arc, time::Duration};

use jiff::civil::Date;

use crate::{
    bundle::Bundle,
    config::Config,
    evaluation::Evaluation,
    inventory::Inventory,
    matching::{Assumptions, Coverage, Subject},
    rego::{Answer, Print},
    request::{Operation, Request},
};
use calls::Call;
use engines::Engines;
use exempt::Asked;
use input::Input;
use plan::Plans;
use verdict::Judge;

/// The stack that a thread needs that evaluates: 64 MiB. Evaluation recurses as deep as rules refer to each other, and
/// running out of stack ends the process.
pub const STACK_SIZE: usize = 64 << 20;

/// How long the policies of one request may take together. It decides no verdict: it ends what would not end by itself.
const TIME_LIMIT: Duration = Duration::from_secs(2);

/// How many engines a thread keeps: a bundle needs one for each different set of policies that judge a kind together.
const MAX_ENGINES: usize = 128;

/// Judges requests by the policies of a bundle. One a thread: it owns what evaluates, and remembers what it has compiled.
/// Making one costs nothing; the first request of a kind compiles the policies for that kind.
pub struct Evaluator {
    bundle: Arc<Bundle>,
    plans: Plans,
    engines: Engines,
    prints: Vec<Print>,
}

impl Evaluator {
    /// An evaluator for a bundle.
    #[must_use]
    pub fn new(bundle: Arc<Bundle>) -> Self {
        Self {
            bundle,
            plans: Plans::default(),
            engines: Engines::new(MAX_ENGINES, TIME_LIMIT),
            prints: Vec::new(),
        }
    }

    /// Judges one request. What it says depends on its arguments alone; `config` must have been read against the bundle of
    /// this evaluator.
    pub fn evaluate(
        &mut self,
        config: &Config,
        request: &Request,
        inventory: &Inventory,
        today: Date,
    ) -> Evaluation {
        self.prints.clear();
        let subject = Subject::new(request);
        let inside = !subject.is_in(config.excluded_namespaces());
        let assumed = match inside {
            Coverage::No => return Evaluation::default(),
            Coverage::Yes => Assumptions::default(),
            Coverage::Unknown(assumed) => assumed,
        };
        let plan = self.plans.get(&self.bundle, config, request);
        let calls = calls::select(&self.bundle, config, plan, &subject, assumed, today);
        if calls.iter().all(Option::is_none) {
            return Evaluation::default();
        }
        let mut input = Input::new(request, plan.settings(&calls, &self.bundle));
        let run = |engines: &mut Engines, input: &Input<'_>| {
            engines.evaluate(&self.bundle, plan.engine(), inventory, &input.document())
        };
        let mut judge = Judge::new(Asked { config, request, subject: &subject, today });
        for (call, answer) in called(&calls, run(&mut self.engines, &input)) {
            judge.judge(call, answer);
        }
        self.prints = self.engines.take_prints();
        if request.operation == Operation::Update && judge.may_relent() {
            input.look_back();
            judge.relent(called(&calls, run(&mut self.engines, &input)));
        }
        let notices = annotations::notices(request, &self.bundle, &calls, judge.unexempted());
        Evaluation { notices, ..judge.finish() }
    }

    /// What policies printed in the last evaluation, in their order; of the object as it will be, not as it was.
    pub fn take_prints(&mut self) -> Vec<Print> {
        std::mem::take(&mut self.prints)
    }
}

/// The answers of the policies that were called.
fn called<'a, 'b>(
    calls: &'a [Option<Call<'b>>],
    answers: Vec<Answer>,
) -> impl Iterator<Item = (&'a Call<'b>, Answer)> {
    calls.iter().zip(answers).filter_map(|(call, answer)| Some((call.as_ref()?, answer)))
}

#[cfg(test)]
mod tests;
