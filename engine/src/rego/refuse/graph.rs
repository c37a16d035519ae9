//! Which rule refers to which: cycles and long chains overflow the stack, which nothing can catch.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use regorus::unstable::Rule;

use super::Refusal;
use crate::rego::syntax;

/// A chain of 600 functions is known to fit into 2 MB of stack; threads that evaluate have 64.
const MAX_DEPTH: usize = 200;

/// What one rule refers to: paths under `data`.
pub(super) struct Edges {
    from: Vec<String>,
    file: Arc<str>,
    place: (u32, u32),
    to: BTreeSet<Vec<String>>,
}

impl Edges {
    pub(super) fn insert(&mut self, path: Vec<String>) {
        self.to.insert(path);
    }
}

/// All rules of a bundle and what they refer to.
#[derive(Default)]
pub(super) struct Graph {
    rules: BTreeMap<Vec<String>, Node>,
}

struct Node {
    /// Its first definition.
    file: Arc<str>,
    place: (u32, u32),
    to: BTreeSet<Vec<String>>,
}

impl Graph {
    /// The edges of a rule, yet empty.
    pub(super) fn edges(&self, file: &Arc<str>, rule: &Rule, path: Vec<String>) -> Edges {
        Edges { from: path, file: Arc::clone(file), place: syntax::place(rule.span()), to: BTreeSet::new() }
    }

    pub(super) fn add(&mut self, edges: Edges) {
        let Edges { from, file, place, to } = edges;
        self.rules.entry(from).or_insert_with(|| Node { file, place, to: BTreeSet::new() }).to.extend(to);
    }

    /// C1 and depth. Takes away, again and again, the rules that refer to none that is left: what then remains is or leads to a cycle.
    pub(super) fn check(&self) -> Option<Refusal> {
        let nodes: Vec<(&Vec<String>, &Node)> = self.rules.iter().collect();
        let targets: Vec<BTreeSet<usize>> =
            nodes.iter().map(|(_, node)| self.targets(&nodes, node)).collect();
        let mut depth: Vec<Option<usize>> = vec![None; nodes.len()];
        loop {
            let ready: Vec<(usize, usize)> = targets
                .iter()
                .enumerate()
                .filter(|(index, _)| depth.get(*index) == Some(&None))
                .filter_map(|(index, targets)| {
                    let depths = targets.iter().map(|&target| depth.get(target).copied().flatten());
                    let deepest = depths.collect::<Option<Vec<usize>>>()?.into_iter().max();
                    Some((index, deepest.map_or(1, |deepest| deepest + 1)))
                })
                .collect();
            if ready.is_empty() {
                break;
            }
            for (index, found) in ready {
                if let Some(slot) = depth.get_mut(index) {
                    *slot = Some(found);
                }
            }
        }
        let refuse = |index: usize, message: String, help: &str| {
            let (_, node) = nodes.get(index)?;
            Some(Refusal::new(&node.file, node.place, message, Some(help.to_owned())))
        };
        if let Some(cycle) = find_cycle(&targets, &depth) {
            let names: Vec<String> =
                cycle.iter().filter_map(|&index| Some(nodes.get(index)?.0.join("."))).collect();
            let message = format!("rules refer to themselves: {}", names.join(" -> "));
            return refuse(*cycle.first()?, message, "break the circle: Rego has no recursion");
        }
        let (index, _) = depth.iter().enumerate().find(|(_, depth)| depth.is_some_and(|d| d > MAX_DEPTH))?;
        refuse(
            index,
            format!("rules refer to rules more than {MAX_DEPTH} levels deep"),
            "shorten the chain: let one rule do the work of several",
        )
    }

    /// The rules that a node's paths lead to, or through, or that lie under them.
    fn targets(&self, nodes: &[(&Vec<String>, &Node)], node: &Node) -> BTreeSet<usize> {
        let index = |path: &Vec<String>| nodes.binary_search_by(|(known, _)| (*known).cmp(path)).ok();
        let mut targets = BTreeSet::new();
        for path in &node.to {
            let above = (1..=path.len()).filter_map(|length| path.get(..length));
            targets.extend(above.filter_map(|prefix| index(&prefix.to_vec())));
            let below = self.rules.range(path.clone()..).map(|(known, _)| known);
            targets.extend(below.take_while(|known| known.starts_with(path)).filter_map(index));
        }
        targets
    }
}

/// A circle among the nodes without a depth: each of them leads to another, so following the first such edge must come back.
fn find_cycle(targets: &[BTreeSet<usize>], depth: &[Option<usize>]) -> Option<Vec<usize>> {
    let mut current = depth.iter().position(Option::is_none)?;
    let mut walked: Vec<usize> = Vec::new();
    loop {
        if let Some(start) = walked.iter().position(|&index| index == current) {
            let mut cycle = walked.split_off(start);
            cycle.push(current);
            return Some(cycle);
        }
        walked.push(current);
        current = *targets.get(current)?.iter().find(|&&target| depth.get(target) == Some(&None))?;
    }
}
