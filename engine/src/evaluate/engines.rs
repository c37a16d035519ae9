//! What evaluates: one engine for each set of policies that judge something together, compiled on first use.

use std::{collections::HashMap, sync::Arc, time::Duration};

use crate::{
    bundle::{Bundle, BundleError},
    evaluation::Cause,
    inventory::Inventory,
    rego::{Answer, Budget, Document, Prepared, Print, Recorder, Target, Trouble},
};

/// The policies of an engine by their index in the bundle, and for each whether requests may leave it out.
pub(super) type EngineKey = Arc<[(usize, bool)]>;

/// The engines of one thread.
pub(super) struct Engines {
    engines: HashMap<EngineKey, Engine>,
    /// How many are kept; beyond this number the one that was not used for longest goes.
    capacity: usize,
    /// Counts the evaluations.
    clock: u64,
    /// What the policies printed that ran last.
    prints: Vec<Print>,
    /// How long policies took, by their index in the bundle; none where nobody wants to know.
    times: Option<Vec<(usize, Duration)>>,
    /// Takes down what is reached, where somebody wants to know.
    recorder: Option<Recorder>,
}

struct Engine {
    prepared: Prepared,
    /// The version of the inventory that it holds; none where its policies read none.
    inventory: Option<u64>,
    reads_inventory: bool,
    last_used: u64,
}

impl Engines {
    pub(super) fn new(capacity: usize) -> Self {
        Self { engines: HashMap::new(), capacity, clock: 0, prints: Vec::new(), times: None, recorder: None }
    }

    /// The same, and `recorder` takes down what is reached.
    pub(super) fn recorded_by(self, recorder: Recorder) -> Self {
        Self { recorder: Some(recorder), ..self }
    }

    /// Runs the policies of an engine; their answers are in the key's order, none missing.
    pub(super) fn evaluate(
        &mut self,
        bundle: &Bundle,
        key: &EngineKey,
        inventory: &Inventory,
        input: &Document,
        budget: Budget,
    ) -> Vec<Answer> {
        self.prints.clear();
        if key.is_empty() {
            return Vec::new();
        }
        self.clock += 1;
        if !self.engines.contains_key(key) {
            match Engine::new(bundle, key, self.recorder.as_ref()) {
                Ok(engine) => self.keep(key, engine),
                Err(trouble) => return vec![Err(trouble); key.len()],
            }
        }
        let Some(engine) = self.engines.get_mut(key) else { return Vec::new() };
        engine.last_used = self.clock;
        if engine.reads_inventory && engine.inventory != Some(inventory.version()) {
            engine.prepared.set_inventory(inventory.document());
            engine.inventory = Some(inventory.version());
        }
        let answers = match &mut self.times {
            None => engine.prepared.evaluate(input, budget),
            Some(known) => {
                let (answers, times) = engine.prepared.evaluate_timed(input, budget);
                known.extend(times.iter().filter_map(|(place, time)| Some((key.get(*place)?.0, *time))));
                answers
            }
        };
        self.prints = engine.prepared.take_prints();
        answers
    }

    /// Measures each policy by itself from now on, until [`Engines::take_times`].
    pub(super) fn measure(&mut self) {
        self.times = Some(Vec::new());
    }

    /// How long each policy took that ran since [`Engines::measure`], by its index in the bundle.
    pub(super) fn take_times(&mut self) -> Vec<(usize, Duration)> {
        self.times.take().unwrap_or_default()
    }

    /// What the policies printed that ran last.
    pub(super) fn take_prints(&mut self) -> Vec<Print> {
        std::mem::take(&mut self.prints)
    }

    fn keep(&mut self, key: &EngineKey, engine: Engine) {
        if self.engines.len() >= self.capacity {
            let oldest = self.engines.iter().min_by_key(|(_, engine)| engine.last_used);
            if let Some(oldest) = oldest.map(|(key, _)| Arc::clone(key)) {
                self.engines.remove(&oldest);
            }
        }
        self.engines.insert(Arc::clone(key), engine);
    }
}

impl Engine {
    fn new(bundle: &Bundle, key: &EngineKey, recorder: Option<&Recorder>) -> Result<Self, Trouble> {
        let policies = || {
            key.iter().filter_map(|(index, selectable)| Some((bundle.policies().get(*index)?, *selectable)))
        };
        let targets: Vec<Target> = policies()
            .map(|(policy, selectable)| Target {
                name: Arc::clone(&policy.name),
                package: policy.package(),
                selectable,
            })
            .collect();
        let prepared = match recorder {
            None => Prepared::new(bundle.modules(), &targets),
            Some(recorder) => Prepared::new(recorder.instrumented(), &targets)
                .and_then(|prepared| prepared.recorded_by(recorder)),
        };
        let prepared = prepared.map_err(|refusals| {
            let refusals: Vec<String> =
                refusals.into_iter().map(|refusal| BundleError::from(refusal).to_string()).collect();
            Trouble { cause: Cause::Load, message: refusals.join("; ") }
        })?;
        let reads_inventory = policies().any(|(policy, _)| !policy.metadata.inventory.is_empty());
        Ok(Self { prepared, inventory: None, reads_inventory, last_used: 0 })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::fixtures::{metadata, policy};

    #[test]
    fn an_engine_that_had_to_go_is_made_again_when_it_is_needed() {
        let rules = |word: &str| format!("violation contains {{\"message\": \"{word}\", \"path\": []}}");
        let sources = ["a", "b", "c"].map(|name| policy(name, metadata(&["Pod"]), &rules(name)));
        let bundle = Bundle::new(&sources).unwrap();
        let mut engines = Engines::new(2);
        for index in [0, 1, 2, 0, 0, 1, 2] {
            let key: EngineKey = [(index, false)].into();
            let (inventory, input) = (Inventory::default(), Document::from(&json!({})));
            let budget = Budget::new(Duration::from_secs(60));
            let answers = engines.evaluate(&bundle, &key, &inventory, &input, budget);
            let found = &answers[0].as_ref().unwrap().violations[0].message;
            assert_eq!(found, &*bundle.policies()[index].name);
            assert!(engines.engines.len() <= 2 && engines.engines.contains_key(&key));
        }
    }
}
