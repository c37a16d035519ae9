//! How far the rules of a policy got: their source, with a mark before each line on which something begins.

use std::{collections::BTreeSet, ffi::OsStr, fmt, path::Path};

use guard_engine::rego::{ModuleReach, RuleReach};

use super::Page;

impl Page<'_> {
    /// The policy's rules in full, then those of shared code that it uses and that were reached: the evaluator reaches more of a file than
    /// is asked for.
    pub(super) fn write_trace(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(policy) = self.policy.and_then(|index| self.rules.bundle.policies().get(index)) else {
            return Ok(());
        };
        if self.called().next().is_none() {
            return Ok(());
        }
        writeln!(f, "\nHow far it got (+ reached, - not reached)")?;
        let own = |module: &&ModuleReach| module.file == policy.file;
        let own = self.reached.iter().find(own);
        own.iter().try_for_each(|module| write_module(module, &chains(module), f))?;
        let mut texts: Vec<String> = own.iter().map(|module| module.text.to_string()).collect();
        let others: Vec<_> = self.reached.iter().filter(|module| module.file != policy.file).collect();
        let mut used: Vec<Vec<Chain<'_>>> = vec![Vec::new(); others.len()];
        // A rule that is used uses others.
        loop {
            let before = texts.len();
            for (module, used) in others.iter().zip(&mut used) {
                for chain in chains(module) {
                    if chain.is_reached() && !used.contains(&chain) && chain.is_used_by(&texts, module, used)
                    {
                        texts.push(chain.text());
                        used.push(chain);
                    }
                }
            }
            if texts.len() == before {
                break;
            }
        }
        for (module, mut used) in others.into_iter().zip(used) {
            used.sort_by_key(Chain::line);
            write_module(module, &used, f)?;
        }
        Ok(())
    }
}

/// A rule with all of its `else`, and their lines.
#[derive(Clone, PartialEq)]
struct Chain<'a> {
    rules: &'a [RuleReach],
    lines: Vec<(&'a str, u32)>,
}

impl Chain<'_> {
    fn line(&self) -> u32 {
        self.rules.first().map_or(0, |rule| rule.head.line)
    }

    fn text(&self) -> String {
        self.lines.iter().map(|(text, _)| *text).collect::<Vec<_>>().join("\n")
    }

    fn is_reached(&self) -> bool {
        let is_reached =
            |rule: &RuleReach| rule.head.reached || rule.statements.iter().any(|statement| statement.reached);
        self.rules.iter().any(is_reached)
    }

    /// Whether one of these texts speaks of the rule, or one of its own module's that are used.
    fn is_used_by(&self, texts: &[String], module: &ModuleReach, used: &[Self]) -> bool {
        let Some(name) = self.rules.first().map(|rule| rule.name.as_str()) else { return false };
        let library = Path::new(&*module.file).file_stem().and_then(OsStr::to_str).unwrap_or_default();
        let abroad = format!("{library}.{name}");
        texts.iter().any(|text| speaks_of(text, &abroad))
            || used.iter().any(|chain| speaks_of(&chain.text(), name))
    }

    /// The lines behind which a rule that gave nothing never came; none where one of the `else` gave something.
    fn stops(&self) -> BTreeSet<u32> {
        let gave = self.rules.iter().any(|rule| rule.head.reached);
        if gave { BTreeSet::new() } else { self.rules.iter().filter_map(stop).collect() }
    }
}

/// Whether a name stands in a text as a word.
fn speaks_of(text: &str, name: &str) -> bool {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let behind = text.get(at + name.len()..).and_then(|behind| behind.chars().next());
        !before.is_some_and(is_word) && !behind.is_some_and(is_word)
    })
}

/// The rules of a module.
fn chains(module: &ModuleReach) -> Vec<Chain<'_>> {
    let mut chains = Vec::new();
    let mut rules = module.rules.as_slice();
    while let Some((first, rest)) = rules.split_first() {
        let elses = rest.iter().take_while(|rule| rule.is_else).count();
        let (chain, next) = rules.split_at(elses + 1);
        let end = next.first().map_or(u32::MAX, |rule| rule.head.line);
        let lines = module.text.lines().zip(1..).filter(|(_, line)| (first.head.line..end).contains(line));
        chains.push(Chain { rules: chain, lines: ended(lines.collect()) });
        rules = next;
    }
    chains
}

/// Writes rules of a module.
fn write_module(module: &ModuleReach, chains: &[Chain<'_>], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if !chains.is_empty() {
        writeln!(f, "\n  {}", module.file)?;
    }
    let reached = module.lines();
    for chain in chains {
        writeln!(f)?;
        let stops = chain.stops();
        for (text, line) in &chain.lines {
            let mark = reached.get(line).map_or(' ', |reached| if *reached { '+' } else { '-' });
            let stop = if stops.contains(line) { "    <- no further than this" } else { "" };
            let text = format!("  {line:>4} {mark} {}{stop}", text.replace('\t', "    "));
            writeln!(f, "{}", text.trim_end())?;
        }
    }
    Ok(())
}

/// Lines without what follows the rule: blank lines and the comment over the next one.
fn ended(mut lines: Vec<(&str, u32)>) -> Vec<(&str, u32)> {
    while lines.last().is_some_and(|(text, _)| text.trim().is_empty() || text.starts_with('#')) {
        lines.pop();
    }
    lines
}

/// The line of the statement behind which a rule that gave nothing never came: of those of its own body that were reached the last, where these
/// are its first.
fn stop(rule: &RuleReach) -> Option<u32> {
    if rule.head.reached {
        return None;
    }
    let own = || rule.statements.iter().filter(|statement| !statement.nested);
    let reached = own().take_while(|statement| statement.reached).count();
    let is_prefix = own().skip(reached).all(|statement| !statement.reached);
    let last = reached.checked_sub(1)?;
    is_prefix.then(|| own().nth(last).map(|statement| statement.line))?
}
