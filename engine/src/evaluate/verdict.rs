//! What becomes of findings: exempted or not, denied, warned about or recorded.

use std::cmp::Ordering;

use super::{
    calls::Call,
    exempt::{self, Asked, Exemptions},
    existing::{Known, is_terminating},
    takeover,
};
use crate::{
    account::Lessened,
    config::Existing,
    enforcement::EnforcementAction,
    evaluation::{Evaluation, Exempted, Failure, TakenOver},
    matching::Assumptions,
    path::Path,
    policy::Policy,
    rego::{Answer, Finding, Trouble},
    violation::Violation,
};

/// Judges the findings of one request.
pub(super) struct Judge<'a> {
    asked: Asked<'a>,
    /// The findings that no exemption covers.
    judged: Vec<Judged<'a>>,
    evaluation: Evaluation,
}

/// A finding that no exemption covers.
pub(super) struct Judged<'a> {
    pub(super) call: &'a Call<'a>,
    pub(super) finding: Finding,
    pub(super) action: EnforcementAction,
    assumed: Assumptions,
    /// What is said of it: the finding's message, and which exemption of it has ended.
    message: String,
}

impl<'a> Judge<'a> {
    pub(super) fn new(asked: Asked<'a>) -> Self {
        Self { asked, judged: Vec::new(), evaluation: Evaluation::default() }
    }

    /// Takes in what a policy answered.
    pub(super) fn judge(&mut self, call: &'a Call<'a>, answer: Answer) {
        self.evaluation.evaluated += 1;
        let findings = match answer {
            Ok(findings) => findings,
            Err(trouble) => return self.judge_failure(call, trouble),
        };
        let action = call.action.min(self.most(call));
        for finding in findings.violations {
            self.judge_finding(call, finding, action);
        }
        let undetermined = findings.undetermined.into_iter();
        let undetermined =
            undetermined.map(|finding| violation(call, action, finding.path, finding.message, call.assumed));
        self.evaluation.undetermined.extend(undetermined);
    }

    /// A failure is one of nothing where an exemption covers whatever the policy could have found.
    fn judge_failure(&mut self, call: &Call<'_>, trouble: Trouble) {
        let action = call.settings.on_error(self.asked.today).min(self.most(call));
        if let Some((exemption, grounds)) = exempt::of_everything(call, self.asked) {
            let message = format!("the policy could not run: {}", trouble.message);
            let violation = violation(call, action, Path::default(), message, call.assumed);
            self.evaluation.exempted.push(Exempted { violation, exemption, grounds });
            return;
        }
        self.evaluation.failures.push(Failure {
            policy: call.policy.name.clone(),
            action,
            cause: trouble.cause,
            message: trouble.message,
        });
    }

    fn judge_finding(&mut self, call: &'a Call<'a>, finding: Finding, action: EnforcementAction) {
        let exemptions = Exemptions::of(call, &finding.path, self.asked);
        let assumed = call.assumed.with(exemptions.assumed);
        if let Some((exemption, grounds)) = exemptions.covering {
            let violation = violation(call, action, finding.path, finding.message, call.assumed);
            self.evaluation.exempted.push(Exempted { violation, exemption, grounds });
            return;
        }
        let message = match &exemptions.ended {
            Some(grounds) => grounds.expired_message(&finding.message),
            None => finding.message.clone(),
        };
        self.judged.push(Judged { call, finding, action, assumed, message });
    }

    /// The most that is done about what a policy says of this object.
    fn most(&self, call: &Call<'_>) -> EnforcementAction {
        bounds(call, self.asked).map(|(_, most)| most).min().unwrap_or(EnforcementAction::Deny)
    }

    /// Whether something is denied that would not be if the old object already had it.
    pub(super) fn may_relent(&self) -> bool {
        !self.asked.request.old_object.is_null() && self.judged.iter().any(Judged::may_relent)
    }

    /// Warns about what the old object already had instead of denying it: nobody has to repair the old before changing
    /// something else. `answers` are the policies' about the old object; one that failed there vouches for nothing.
    pub(super) fn relent<'b>(&mut self, answers: impl Iterator<Item = (&'b Call<'b>, Answer)>) {
        let request = self.asked.request;
        let known = Known::new(answers, &request.old_object);
        for judged in self.judged.iter_mut().filter(|judged| judged.may_relent()) {
            if known.has(&judged.call.policy.name, &judged.finding, &request.object) {
                judged.action = EnforcementAction::Warn;
            }
        }
    }

    /// The findings that no exemption covers: whose they are, and where.
    pub(super) fn unexempted(&self) -> impl Iterator<Item = (&Policy, &Path)> + Clone {
        self.judged.iter().map(|judged| (judged.call.policy, &judged.finding.path))
    }

    /// All that the request yields, sorted.
    pub(super) fn finish(self) -> Evaluation {
        let Self { judged, mut evaluation, .. } = self;
        let taken_over = takeover::apply(&judged);
        for (judged, taken_over) in judged.into_iter().zip(taken_over) {
            let Judged { call, finding, action, assumed, message } = judged;
            let violation = violation(call, action, finding.path, message, assumed);
            match taken_over {
                None => evaluation.violations.push(violation),
                Some(by) => evaluation.taken_over.push(TakenOver { violation, by }),
            }
        }
        evaluation.violations.sort_by(by_place);
        evaluation.taken_over.sort_by(|a, b| by_place(&a.violation, &b.violation));
        evaluation.exempted.sort_by(|a, b| by_place(&a.violation, &b.violation));
        evaluation.undetermined.sort_by(by_place);
        evaluation.failures.sort();
        evaluation
    }
}

impl Judged<'_> {
    fn may_relent(&self) -> bool {
        self.action == EnforcementAction::Deny && self.call.settings.existing == Existing::Warn
    }
}

/// What bounds that which is done about everything that a policy says of an object, and the most that it leaves.
pub(super) fn bounds(
    call: &Call<'_>,
    asked: Asked<'_>,
) -> impl Iterator<Item = (Lessened, EnforcementAction)> {
    // The workload was judged at its own door; to refuse its pods would turn a node drain into an outage.
    let by_controller = asked.subject.workload.by_controller;
    let by_controller = by_controller.then_some((Lessened::ByController, call.settings.controller_pods));
    // A finalizer has to be removable.
    let terminating = is_terminating(asked.request);
    let terminating = terminating.then_some((Lessened::Terminating, EnforcementAction::Warn));
    by_controller.into_iter().chain(terminating)
}

fn by_place(a: &Violation, b: &Violation) -> Ordering {
    (&a.policy, &a.path, &a.message).cmp(&(&b.policy, &b.path, &b.message))
}

fn violation(
    call: &Call<'_>,
    action: EnforcementAction,
    path: Path,
    message: String,
    assumed: Assumptions,
) -> Violation {
    Violation {
        policy: call.policy.name.clone(),
        severity: call.policy.metadata.severity,
        action,
        message,
        path,
        assumed: assumed.to_vec(),
    }
}
