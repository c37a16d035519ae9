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
mod explain;
mod input;
mod plan;
mod recording;
mod takeover;
mod verdict;

use std::{sync::Arc, time::Duration};

use jiff::civil::Date;

use crate::{
    bundle::Bundle,
    config::Config,
    evaluation::{Cause, Evaluation},
    inventory::Inventory,
    matching::{Assumptions, Coverage, Subject},
    rego::{Answer, Budget, Print, Recorder, Trouble},
    request::{Operation, Request},
};
use calls::Call;
use engines::Engines;
use exempt::Asked;
use input::Input;
use plan::Plans;
use recording::Recording;
use verdict::Judge;

/// The stack that a thread needs that evaluates: 64 MiB. Evaluation recurses as deep as rules refer to each other, and
/// running out of stack ends the process.
pub const STACK_SIZE: usize = 64 << 20;

/// How long the policies of one request may take together where nobody says otherwise. It decides no verdict: it ends what would not
/// end by itself.
const TIME_LIMIT: Duration = Duration::from_secs(2);

/// How many engines a thread keeps: a bundle needs one for each different set of policies that judge a kind together.
const MAX_ENGINES: usize = 128;

/// Judges requests by the policies of a bundle. One a thread: it owns what evaluates, and remembers what it has compiled.
/// Making one costs nothing; the first request of a kind compiles the policies for that kind.
pub struct Evaluator {
    bundle: Arc<Bundle>,
    plans: Plans,
    engines: Engines,
    time_limit: Duration,
    prints: Vec<Print>,
    recording: Option<Recording>,
}

impl Evaluator {
    /// An evaluator for a bundle.
    #[must_use]
    pub fn new(bundle: Arc<Bundle>) -> Self {
        Self {
            bundle,
            plans: Plans::default(),
            engines: Engines::new(MAX_ENGINES),
            time_limit: TIME_LIMIT,
            prints: Vec::new(),
            recording: None,
        }
    }

    /// How long the policies of each request may take together from now on; 2 s where nobody says. Where they need longer, each
    /// is run by itself, to name the one that is to blame and to let the others count: for that they have a quarter of the limit
    /// more, together. Nothing but the time that one builtin takes comes on top.
    pub fn set_time_limit(&mut self, limit: Duration) {
        self.time_limit = limit;
    }

    /// Makes `recorder`, which must be of this evaluator's bundle, take down what evaluations reach from now on. Each is made twice then:
    /// what is recorded decides no verdict.
    pub fn record(&mut self, recorder: &Recorder) {
        self.recording = Some(Recording::new(recorder, None));
    }

    /// The same for one policy alone, by its index in the bundle.
    pub fn record_policy(&mut self, recorder: &Recorder, policy: usize) {
        self.recording = Some(Recording::new(recorder, Some(policy)));
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
        let budget = Budget::new(self.time_limit);
        let subject = Subject::new(request);
        let Some(assumed) = enter(config, &subject) else { return Evaluation::default() };
        let plan = self.plans.get(&self.bundle, config, request);
        let calls = calls::select(&self.bundle, config, plan.policies(), &subject, assumed, today);
        if calls.iter().all(Option::is_none) {
            return Evaluation::default();
        }
        let mut input = Input::new(request, plan.settings(&calls, &self.bundle));
        let run = |engines: &mut Engines, input: &Input<'_>| {
            let answers = engines.evaluate(&self.bundle, plan.engine(), inventory, &input.document(), budget);
            called(&calls, answers, inventory)
        };
        let mut judge = Judge::new(Asked { config, request, subject: &subject, today });
        let answers = run(&mut self.engines, &input);
        if let Some(recording) = &mut self.recording {
            let (engine, input) = (plan.engine(), input.document());
            recording.repeat(&self.bundle, engine, inventory, &input, self.time_limit, &answers);
        }
        for (call, answer) in answers {
            judge.judge(call, answer);
        }
        self.prints = self.engines.take_prints();
        if request.operation == Operation::Update && judge.may_relent() {
            input.look_back();
            judge.relent(run(&mut self.engines, &input).into_iter());
        }
        let notices = annotations::notices(request, &self.bundle, &calls, judge.unexempted());
        Evaluation { notices, ..judge.finish() }
    }

    /// The same, and how long each policy took that was called: twice where an UPDATE had it look at the old object too. It costs more
    /// than [`Evaluator::evaluate`], for policies that are run by themselves share nothing: it is for samples.
    pub fn evaluate_timed(
        &mut self,
        config: &Config,
        request: &Request,
        inventory: &Inventory,
        today: Date,
    ) -> (Evaluation, Vec<(Arc<str>, Duration)>) {
        self.engines.measure();
        let evaluation = self.evaluate(config, request, inventory, today);
        let times = self.engines.take_times().into_iter();
        let named = |(index, time): (usize, Duration)| {
            Some((Arc::clone(&self.bundle.policies().get(index)?.name), time))
        };
        (evaluation, times.filter_map(named).collect())
    }

    /// What policies printed in the last evaluation, in their order; of the object as it will be, not as it was.
    pub fn take_prints(&mut self) -> Vec<Print> {
        std::mem::take(&mut self.prints)
    }
}

/// What becomes of a request that nobody can judge: every policy that would have been called is a failure with this cause and
/// message, handled as its `onError` says.
#[must_use]
pub fn unjudged(
    bundle: &Bundle,
    config: &Config,
    request: &Request,
    cause: Cause,
    message: &str,
    today: Date,
) -> Evaluation {
    let subject = Subject::new(request);
    let Some(assumed) = enter(config, &subject) else { return Evaluation::default() };
    let policies = plan::judging(bundle, config, request).map(|(index, _)| index);
    let calls = calls::select(bundle, config, policies, &subject, assumed, today);
    let mut judge = Judge::new(Asked { config, request, subject: &subject, today });
    for call in calls.iter().flatten() {
        judge.judge(call, Err(Trouble { cause, message: message.to_owned() }));
    }
    Evaluation { evaluated: 0, ..judge.finish() }
}

/// What has to be assumed for a request to be judged at all; none where its namespace is excluded.
fn enter(config: &Config, subject: &Subject<'_>) -> Option<Assumptions> {
    match subject.is_in(config.excluded_namespaces()) {
        Coverage::No => Some(Assumptions::default()),
        Coverage::Yes => None,
        Coverage::Unknown(assumed) => Some(assumed),
    }
}

/// The policies that are called, each with its answer, or with why it could not be asked. A policy that does not load stands behind
/// those of the engine, and has no other.
fn called<'a, 'b>(
    calls: &'a [Option<Call<'b>>],
    answers: Vec<Answer>,
    inventory: &Inventory,
) -> Vec<(&'a Call<'b>, Answer)> {
    let mut answers = answers.into_iter();
    let answer = |call: &'a Option<Call<'b>>| {
        let answer = answers.next().unwrap_or_else(|| Err(unanswered()));
        let call = call.as_ref()?;
        Some((call, call.obstacle(inventory).map_or(answer, Err)))
    };
    calls.iter().filter_map(answer).collect()
}

fn unanswered() -> Trouble {
    Trouble { cause: Cause::Panic, message: "the evaluator gave no answer".to_owned() }
}

#[cfg(test)]
mod tests;
