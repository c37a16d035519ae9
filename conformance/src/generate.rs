//! Policies as people write them for admission, by the thousand: loops over containers, labels, helpers, functions, comprehensions,
//! `else`, `every`, `not`; and now and then what nobody should write.

mod body;
mod expression;
mod input;
mod policy;

pub use input::input;
pub use policy::policy;

use fastrand::Rng;

/// What an expression is meant to be. Inputs are free to disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Truth,
    /// A container, a port or an environment variable: an object with such fields.
    Part,
    Texts,
    Parts,
    /// An object of texts: labels.
    Map,
}

const KINDS: [Kind; 7] =
    [Kind::Text, Kind::Number, Kind::Truth, Kind::Part, Kind::Texts, Kind::Parts, Kind::Map];

/// A rule or function that later ones may use.
#[derive(Debug, Clone)]
struct Helper {
    name: String,
    /// The kinds of a function's arguments; none for a rule.
    arguments: Vec<Kind>,
    kind: Kind,
}

/// Writes one policy.
struct Writer<'r> {
    rng: &'r mut Rng,
    helpers: Vec<Helper>,
    /// The variables in scope.
    variables: Vec<(String, Kind)>,
    names: usize,
}

impl Writer<'_> {
    /// True in `percent` of the cases.
    fn chance(&mut self, percent: u32) -> bool {
        self.rng.u32(0..100) < percent
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        self.rng.choice(choices).copied().unwrap_or_default()
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{:02}", self.names)
    }

    /// A variable of this kind, if there is one.
    fn variable(&mut self, kind: Kind) -> Option<String> {
        let fitting: Vec<usize> = (0..self.variables.len())
            .filter(|&index| self.variables.get(index).is_some_and(|v| v.1 == kind))
            .collect();
        let index = self.rng.choice(fitting)?;
        self.variables.get(index).map(|(name, _)| name.clone())
    }

    /// A rule, or a call of a function, of this kind.
    fn helper(&mut self, kind: Kind, depth: u32) -> Option<String> {
        let fitting: Vec<Helper> =
            self.helpers.iter().filter(|helper| helper.kind == kind).cloned().collect();
        let helper = self.rng.choice(fitting)?;
        if helper.arguments.is_empty() {
            return Some(helper.name);
        }
        let arguments: Vec<String> = helper
            .arguments
            .iter()
            .map(|&argument| self.expression(argument, depth.saturating_sub(1)))
            .collect();
        Some(format!("{}({})", helper.name, arguments.join(", ")))
    }

    /// Runs `work` and forgets the variables it adds.
    fn scoped<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.variables.len();
        let result = work(self);
        self.variables.truncate(before);
        result
    }
}
