//! Bounded evaluation of the policies of one kind set.

mod answer;
mod budget;
mod collect;
mod dispatch;

use std::{
    any::Any,
    num::NonZeroU32,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use regorus::{Engine, Value, utils::limits::ExecutionTimerConfig};

use self::dispatch::Entry;
pub(super) use self::dispatch::is_own_package;
pub use self::{
    answer::{Answer, Finding, Findings, Print, Trouble},
    budget::Budget,
};
use super::{Document, Module, Parsed, Recorder, Refusal, builtins, expand::Expanded, message::Located};
use crate::evaluation::Cause;

/// How many steps the evaluator takes between two looks at the clock: 64. Looking at each step would cost 70 %, this costs 3 %.
const STEPS_BETWEEN_CHECKS: NonZeroU32 = NonZeroU32::MIN.saturating_add(63);

/// Preparing a bundle takes milliseconds; this only ends what would not end by itself.
const REHEARSAL_LIMIT: Duration = Duration::from_secs(10);

/// A policy to prepare.
#[derive(Debug, Clone)]
pub struct Target {
    /// The policy's name.
    pub name: Arc<str>,
    /// Its package's path without `data`.
    pub package: Vec<String>,
    /// Run it only where `input.selected["<name>"]` is true.
    pub selectable: bool,
}

/// The policies of one kind set, ready to run on one thread.
///
/// Made from source on the thread that uses it: engines that share parsed modules slow each other down. Evaluation recurses as deep as
/// rules refer to each other: the thread needs a stack of 64 MB.
pub struct Prepared {
    engine: Engine,
    modules: Vec<Expanded>,
    entries: Vec<Entry>,
    inventory: Option<Document>,
    /// The engine does not hold `inventory` yet.
    inventory_is_new: bool,
    /// What was printed since somebody asked, or since the last input.
    prints: Vec<Print>,
    /// Takes down what is reached, where somebody wants to know.
    recorder: Option<Recorder>,
}

impl Prepared {
    /// Prepares `targets` from the modules of a bundle: their own and the libraries these need.
    ///
    /// # Errors
    /// A module that does not load.
    pub fn new(modules: &[Parsed], targets: &[Target]) -> Result<Self, Vec<Refusal>> {
        let needed = dispatch::needed(modules, targets);
        let entries: Vec<Entry> = targets.iter().map(|target| Entry::new(target, &needed)).collect();
        let mut modules: Vec<Expanded> = needed.iter().map(|parsed| parsed.expanded.clone()).collect();
        modules.push(dispatch::dispatcher(&entries).into());
        Ok(Self { entries, ..Self::of(modules)? })
    }

    /// Prepares modules to be asked for single rules.
    pub(super) fn alone(modules: Vec<Module>) -> Result<Self, Vec<Refusal>> {
        Self::of(modules.into_iter().map(Expanded::from).collect())
    }

    fn of(modules: Vec<Expanded>) -> Result<Self, Vec<Refusal>> {
        let engine = new_engine(texts(&modules)).map_err(|error| refusals(&modules, &error))?;
        Ok(Self {
            engine,
            modules,
            entries: Vec::new(),
            inventory: None,
            inventory_is_new: false,
            prints: Vec::new(),
            recorder: None,
        })
    }

    /// Makes `recorder` take down what is reached. The modules must be those that the recorder has instrumented.
    ///
    /// # Errors
    /// The evaluator does not take what records.
    pub fn recorded_by(mut self, recorder: &Recorder) -> Result<Self, Vec<Refusal>> {
        recorder.attach(&mut self.engine).map_err(|error| refusals(&self.modules, &error))?;
        self.recorder = Some(recorder.clone());
        Ok(self)
    }

    /// The value of one rule without an input; `limit` is how long it may take.
    pub(super) fn ask(&mut self, rule: &str, limit: Duration) -> Result<Value, Trouble> {
        self.prints.clear();
        self.call(&Document(Value::Undefined), rule, limit)?.ok_or_else(|| Trouble::out_of_time(limit))
    }

    /// Makes `inventory` what policies read as `data.inventory`, in the place of what was there.
    pub fn set_inventory(&mut self, inventory: &Document) {
        self.inventory = Some(inventory.clone());
        self.inventory_is_new = true;
    }

    /// Runs every target on `input`; the answers are in the order of the targets, none missing.
    pub fn evaluate(&mut self, input: &Document, budget: Budget) -> Vec<Answer> {
        self.prints.clear();
        let limit = budget.together();
        if limit.is_zero() {
            return self.evaluate_each(input, budget);
        }
        match self.call(input, dispatch::ALL, limit) {
            Ok(Some(value)) => collect::answers(&self.entries, &value, input),
            Ok(None) if self.entries.len() == 1 => vec![Err(Trouble::out_of_time(budget.limit()))],
            // One that fails must not take the others with it.
            Ok(None) | Err(_) => self.evaluate_each(input, budget),
        }
    }

    /// The same, one target after the other, and how long each took by its place; of those alone that `input` selects. Where one fails
    /// nobody knows how long, and all are run as [`Prepared::evaluate`] does: to be measured changes no verdict.
    pub fn evaluate_timed(
        &mut self,
        input: &Document,
        budget: Budget,
    ) -> (Vec<Answer>, Vec<(usize, Duration)>) {
        self.prints.clear();
        let mut answers = Vec::with_capacity(self.entries.len());
        let mut times = Vec::with_capacity(self.entries.len());
        for (place, entry) in self.entries.clone().iter().enumerate() {
            let started = Instant::now();
            let answer = self.evaluate_alone(entry, input, budget, budget.together());
            if answer.is_err() {
                return (self.evaluate(input, budget), Vec::new());
            }
            if entry.is_selected(input) {
                times.push((place, started.elapsed()));
            }
            answers.push(answer);
        }
        (answers, times)
    }

    /// What policies printed for the last input, in their order: up to an error, where there was one.
    pub fn take_prints(&mut self) -> Vec<Print> {
        std::mem::take(&mut self.prints)
    }

    /// Runs one target after the other, in equal shares of the time that is left: one that never ends takes no more than its own.
    fn evaluate_each(&mut self, input: &Document, budget: Budget) -> Vec<Answer> {
        self.prints.clear();
        let entries = self.entries.clone();
        let shares = (1..=entries.len()).rev().map(|left| budget.share(left));
        entries
            .iter()
            .zip(shares)
            .map(|(entry, share)| self.evaluate_alone(entry, input, budget, share))
            .collect()
    }

    fn evaluate_alone(&mut self, entry: &Entry, input: &Document, budget: Budget, share: Duration) -> Answer {
        if !entry.is_selected(input) {
            return Ok(Findings::default());
        }
        if share.is_zero() {
            return Err(Trouble::no_time_left(budget.limit()));
        }
        let started = Instant::now();
        let mut call = |rule: &str| {
            let left = share.saturating_sub(started.elapsed());
            self.call(input, rule, left)?.ok_or_else(|| Trouble::out_of_time(budget.limit()))
        };
        let violations = call(&entry.violation)?;
        let undetermined = entry.undetermined.as_deref().map(call).transpose()?;
        collect::findings(&violations, undetermined.as_ref())
    }

    /// One bounded call; nothing where it took longer than `limit`. The clock decides no verdict: it only ends what would not end by
    /// itself.
    fn call(&mut self, input: &Document, rule: &str, limit: Duration) -> Result<Option<Value>, Trouble> {
        self.load_inventory()?;
        self.engine.set_input(input.0.clone());
        let timer = ExecutionTimerConfig { limit, check_interval: STEPS_BETWEEN_CHECKS };
        self.engine.set_execution_timer_config(timer);
        let started = Instant::now();
        builtins::begin();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let value = self.engine.eval_rule(rule.to_owned());
            // Gathered so that `print` never writes to standard error, taken so that they never pile up.
            let prints = self.engine.take_prints()?;
            self.prints.extend(prints.iter().filter_map(|text| Print::parse(text, &self.modules)));
            if let Some(recorder) = &self.recorder {
                recorder.collect(&self.engine)?;
            }
            value
        }));
        if matches!(outcome, Ok(Err(_))) {
            // An error leaves loop variables behind, and the next call would read them. A clone starts without.
            self.engine = self.engine.clone();
        }
        match outcome {
            // Inside a function the evaluator's own word for it is a text with the time it took, another one each time.
            Ok(_) if started.elapsed() > limit => Ok(None),
            Ok(Ok(value)) => Ok(Some(value)),
            Ok(Err(error)) => Err(self.trouble(&error)),
            Err(panic) => Err(self.recover(panic.as_ref())),
        }
    }

    /// What went wrong, at its place in what was written.
    fn trouble(&self, error: &anyhow::Error) -> Trouble {
        let mut located = Located::from(error);
        if let Some((file, line, column)) = &mut located.place
            && let Some(module) = self.modules.iter().find(|expanded| *expanded.module.file == **file)
        {
            *column = module.column(*line, *column);
        }
        Trouble { cause: Cause::Runtime, message: located.to_string() }
    }

    /// After a panic the engine's state is not to be trusted: it is dropped and made again from source.
    fn recover(&mut self, panic: &(dyn Any + Send)) -> Trouble {
        let what = panic.downcast_ref::<String>().map(String::as_str);
        let what = what.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a message");
        let mut message = format!("the evaluator panicked: {what}");
        let made = new_engine(texts(&self.modules)).and_then(|mut engine| {
            self.recorder.iter().try_for_each(|recorder| recorder.attach(&mut engine))?;
            Ok(engine)
        });
        match made {
            Ok(engine) => self.engine = engine,
            Err(error) => message.push_str(&format!("; it cannot be made again: {}", Located::from(&error))),
        }
        self.inventory_is_new = self.inventory.is_some();
        Trouble { cause: Cause::Panic, message }
    }

    fn load_inventory(&mut self) -> Result<(), Trouble> {
        let Some(inventory) = self.inventory.as_ref().filter(|_| self.inventory_is_new) else {
            return Ok(());
        };
        // `add_data` merges and never removes.
        self.engine.clear_data();
        let data = Document::object([("inventory", inventory.clone())]);
        self.engine.add_data(data.0).map_err(|error| self.trouble(&error))?;
        self.inventory_is_new = false;
        Ok(())
    }
}

fn texts(modules: &[Expanded]) -> impl Iterator<Item = &Module> {
    modules.iter().map(|expanded| &expanded.module)
}

fn refusals(modules: &[Expanded], error: &anyhow::Error) -> Vec<Refusal> {
    let modules: Vec<Module> = texts(modules).cloned().collect();
    vec![Refusal::of(&modules, error)]
}

/// An engine that holds `modules` and answers as the rest of this folder promises.
fn new_engine<'a>(modules: impl Iterator<Item = &'a Module>) -> anyhow::Result<Engine> {
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(true);
    engine.set_gather_prints(true);
    builtins::install(&mut engine)?;
    for module in modules {
        engine.add_policy(module.file.to_string(), module.text.to_string())?;
    }
    Ok(engine)
}

/// Prepares `modules` once, for what the evaluator finds wrong before it evaluates anything.
pub(super) fn rehearse(modules: &[Module]) -> Result<(), Refusal> {
    let mut modules = modules.to_vec();
    modules.push(dispatch::dispatcher(&[]));
    let outcome = new_engine(modules.iter()).and_then(|mut engine| {
        let timer = ExecutionTimerConfig { limit: REHEARSAL_LIMIT, check_interval: STEPS_BETWEEN_CHECKS };
        engine.set_execution_timer_config(timer);
        engine.eval_rule(dispatch::ALL.to_owned())
    });
    outcome.map(drop).map_err(|error| Refusal::of(&modules, &error))
}

#[cfg(test)]
mod tests;
