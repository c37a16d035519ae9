//! Cases: what a policy says of each input, and whether that is exactly what the case expects.

use std::sync::Arc;

use guard_engine::{
    cases::Input,
    evaluate::Evaluator,
    evaluation::Evaluation,
    inventory::{Inventory, Store},
};
use guard_loader::suite::{Case, Cases};

use super::{
    ANY_DAY,
    finding::Difference,
    result::{Failure, Kind, TestResult},
};
use crate::report::Location;

/// Where a case stands.
pub(super) fn location(cases: &Cases, case: &Case) -> Location {
    Location::new(Arc::clone(cases.file()), cases.span(&case.path))
}

/// Judges the inputs of a case, each by itself.
pub(super) fn judge(cases: &Cases, case: &Case, evaluator: &mut Evaluator) -> TestResult {
    let mut store = Store::default();
    for request in &case.inventory {
        store.insert_request(request);
    }
    let inventory = store.snapshot();
    let mut result = TestResult {
        kind: Kind::Case,
        name: format!("cases.yaml: {}", case.name),
        location: location(cases, case),
        failures: Vec::new(),
        prints: Vec::new(),
    };
    for (index, input) in case.inputs.iter().enumerate() {
        let name = match case.inputs.len() {
            1 => case.name.clone(),
            _ => format!("{}, input {}", case.name, index + 1),
        };
        let difference = difference(case, input, &inventory, evaluator);
        if !difference.is_empty() {
            let location = Location::new(Arc::clone(cases.file()), cases.span(&input.path));
            result.failures.push(Failure::at(location, name).between(difference));
        }
        result.prints.extend(evaluator.take_prints().into_iter().map(Into::into));
    }
    result
}

fn difference(case: &Case, input: &Input, inventory: &Inventory, evaluator: &mut Evaluator) -> Difference {
    let Evaluation { violations, undetermined, failures, evaluated, .. } =
        evaluator.evaluate(&case.config, &input.request, inventory, ANY_DAY);
    let mut difference = Difference::new(&input.violations, &violations)
        .and(Difference::new(&input.undetermined, &undetermined).of("undetermined, "));
    if let Some(failure) = failures.first() {
        difference.unexpected = vec![format!("the policy could not run: {}", failure.message)];
    } else if evaluated == 0 && !difference.missing.is_empty() {
        difference.unexpected.push(super::NOT_JUDGED.to_owned());
    }
    difference
}
