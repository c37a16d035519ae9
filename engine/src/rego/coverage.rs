//! Which rules and lines of policies evaluations reached: what tests cover, and how far one evaluation got.
//!
//! The evaluator notes the lines of what it evaluates, which tells the statements that were reached. Of a rule's head it notes nothing where
//! the head has no value of its own, nothing of `else`, and a head that shares its line with a body looks reached where the body alone was.
//! So a module that is recorded has the value of each head in the call of an extension: `f(x) := y if …` becomes
//! `f(x) := __gave(7, y) if …`. Lines stay what they are, columns do not: what is recorded is evaluated beside the verdict, never for it.

mod instrument;
mod points;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use regorus::{Engine, Value};

use super::{Module, Parsed, Refusal, Trouble, module::Tree};

/// Records what evaluations reach in the modules of a bundle. Clones record together.
#[derive(Debug, Clone)]
pub struct Recorder {
    /// The modules as they are evaluated.
    instrumented: Arc<[Parsed]>,
    /// The modules as they were written, nothing of them reached.
    modules: Arc<[ModuleReach]>,
    seen: Arc<Mutex<Seen>>,
}

/// What was reached in a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleReach {
    /// The module's file.
    pub file: Arc<str>,
    /// The module's text.
    pub text: Arc<str>,
    /// Its rules from the top to the bottom, each `else` and each definition of one name by itself. Rules of `default` are not among them: they
    /// are values, not decisions.
    pub rules: Vec<RuleReach>,
}

/// What was reached in a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleReach {
    /// Its name, without its package.
    pub name: String,
    /// It is an `else` of the rule before it.
    pub is_else: bool,
    /// Its head: reached where the rule gave a value.
    pub head: Point,
    /// The statements of its body and of what is nested in it, from the top to the bottom: reached where they were evaluated, whatever came
    /// of it.
    pub statements: Vec<Point>,
}

/// A place that can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Where it begins: the line, from 1.
    pub line: u32,
    /// The line that it ends on.
    pub end_line: u32,
    /// It is a statement of a comprehension or of `every`, not of the rule's own body.
    pub nested: bool,
    /// Whether it was reached.
    pub reached: bool,
    /// Of a statement, the lines of what it evaluates: one of them is evaluated first.
    lines: BTreeSet<u32>,
}

#[derive(Debug, Default)]
struct Seen {
    /// The heads that gave a value, by file and their place in [`ModuleReach::rules`].
    gave: BTreeSet<(usize, usize)>,
    /// The lines on which something was evaluated, by file.
    lines: BTreeMap<String, BTreeSet<u32>>,
    /// Why what was recorded is not what was judged, where that is so.
    difference: Option<String>,
}

impl Recorder {
    /// Prepares to record what is reached in modules that were accepted together.
    pub(crate) fn new(accepted: &[Parsed]) -> Result<Self, Vec<Refusal>> {
        let mut instrumented = Vec::new();
        let mut modules = Vec::new();
        for (index, parsed) in accepted.iter().enumerate() {
            let tree = Tree::parse(&parsed.module).map_err(|refusal| vec![refusal])?;
            let module = Module { text: instrument::text(&tree, index).into(), ..parsed.module.clone() };
            let expanded = module.clone().into();
            instrumented.push(Parsed { module, expanded, ..parsed.clone() });
            modules.push(ModuleReach {
                file: Arc::clone(&parsed.module.file),
                text: Arc::clone(&parsed.module.text),
                rules: points::rules(&tree),
            });
        }
        Ok(Self { instrumented: instrumented.into(), modules: modules.into(), seen: Arc::default() })
    }

    /// What was reached since this was made.
    #[must_use]
    pub fn modules(&self) -> Vec<ModuleReach> {
        let seen = self.seen();
        let none = BTreeSet::new();
        let mut modules = self.modules.to_vec();
        for (index, module) in modules.iter_mut().enumerate() {
            let lines = seen.lines.get(&*module.file).unwrap_or(&none);
            for (rule, reach) in module.rules.iter_mut().enumerate() {
                reach.head.reached = seen.gave.contains(&(index, rule));
                for statement in &mut reach.statements {
                    statement.reached = !statement.lines.is_disjoint(lines);
                }
            }
        }
        modules
    }

    /// Why what was recorded cannot be relied on: the modules in which it was recorded have given another answer, once.
    #[must_use]
    pub fn difference(&self) -> Option<String> {
        self.seen().difference.clone()
    }

    /// Holds the answer that was recorded against the one that counts. Where this one failed, places in the message differ.
    pub(crate) fn compare<T: PartialEq + Debug>(
        &self,
        answer: &Result<T, Trouble>,
        recorded: &Result<T, Trouble>,
    ) {
        if answer.is_ok() && answer != recorded {
            let difference = format!("recorded: {recorded:?}, judged: {answer:?}");
            self.seen().difference.get_or_insert(difference);
        }
    }

    /// The modules in the form in which they can be recorded.
    pub(crate) fn instrumented(&self) -> &[Parsed] {
        &self.instrumented
    }

    /// Makes an engine that holds the instrumented modules record.
    pub(super) fn attach(&self, engine: &mut Engine) -> anyhow::Result<()> {
        engine.set_enable_coverage(true);
        let seen = Arc::clone(&self.seen);
        let gave = move |arguments: Vec<Value>| {
            let [module, rule, value] = <[Value; 3]>::try_from(arguments)
                .map_err(|arguments| anyhow::anyhow!("{} arguments", arguments.len()))?;
            let place = (usize::try_from(module.as_u64()?)?, usize::try_from(rule.as_u64()?)?);
            lock(&seen).gave.insert(place);
            Ok(value)
        };
        engine.add_extension(instrument::GAVE.to_owned(), 3, Box::new(gave))
    }

    /// Takes over what an engine has noted.
    pub(super) fn collect(&self, engine: &Engine) -> anyhow::Result<()> {
        let report = engine.get_coverage_report()?;
        let mut seen = self.seen();
        for file in report.files {
            seen.lines.entry(file.path).or_default().extend(file.covered);
        }
        Ok(())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        lock(&self.seen)
    }
}

/// What is recorded is a set of places: whoever panicked with it in hand left it whole.
fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ModuleReach {
    /// The lines on which something begins that can be reached, and whether everything was that begins there.
    #[must_use]
    pub fn lines(&self) -> BTreeMap<u32, bool> {
        let mut lines = BTreeMap::new();
        for point in self.rules.iter().flat_map(|rule| std::iter::once(&rule.head).chain(&rule.statements)) {
            *lines.entry(point.line).or_insert(true) &= point.reached;
        }
        lines
    }
}

#[cfg(test)]
mod tests;
