//! Evaluates a request a second time, for a recorder.

use std::time::Duration;

use super::{MAX_ENGINES, calls::Call, engines::EngineKey, engines::Engines};
use crate::{
    bundle::Bundle,
    inventory::Inventory,
    rego::{Answer, Budget, Document, Recorder},
};

/// How much longer an evaluation may take that is recorded.
const SLOWER: u32 = 10;

/// Evaluates requests a second time, for a recorder.
pub(super) struct Recording {
    engines: Engines,
    recorder: Recorder,
    /// The one policy that is to be recorded, by its index in the bundle; none where all are.
    only: Option<usize>,
}

impl Recording {
    pub(super) fn new(recorder: &Recorder, only: Option<usize>) -> Self {
        let engines = Engines::new(MAX_ENGINES).recorded_by(recorder.clone());
        Self { engines, recorder: recorder.clone(), only }
    }

    /// Evaluates what was evaluated, by the policies of `key`, and holds it against their answers.
    pub(super) fn repeat(
        &mut self,
        bundle: &Bundle,
        key: &EngineKey,
        inventory: &Inventory,
        input: &Document,
        limit: Duration,
        answers: &[(&Call<'_>, Answer)],
    ) {
        let key: EngineKey =
            key.iter().filter(|(index, _)| self.only.is_none_or(|only| only == *index)).copied().collect();
        let recorded = self.engines.evaluate(bundle, &key, inventory, input, Budget::new(SLOWER * limit));
        for ((index, _), recorded) in key.iter().zip(&recorded) {
            let policy = bundle.policies().get(*index);
            let same = |call: &Call<'_>| policy.is_some_and(|policy| policy.name == call.policy.name);
            // A policy that was not called has none.
            if let Some((_, answer)) = answers.iter().find(|(call, _)| same(call)) {
                self.recorder.compare(answer, recorded);
            }
        }
    }
}
