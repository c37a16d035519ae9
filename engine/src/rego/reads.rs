//! What a module reads of `input` by plain keys: what tells a field that no request has, and a parameter that nobody reads.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{Expr, Rule, RuleHead};

use super::{
    module::Tree,
    syntax::{self, Reference},
};

/// One reference into `input`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Read {
    /// Its keys from `input`, up to the first that is not written out.
    pub path: Vec<String>,
    /// Where it starts, from 1.
    pub line: u32,
    /// Where it starts, from 1, in Unicode code points.
    pub column: u32,
}

/// The references of a module's rules into `input`, also through an import; and its imports, but for those of parameters,
/// which read nothing by themselves.
pub(super) fn of(tree: &Tree) -> Vec<Read> {
    let mut reads = BTreeSet::new();
    let mut aliases: BTreeMap<&str, Vec<&str>> = BTreeMap::from([("input", vec![])]);
    for import in &tree.ast.imports {
        let path = syntax::path(&import.refr);
        let Some((&"input", below)) = path.split_first() else { continue };
        if below.first() != Some(&"parameters") {
            reads.insert(read(below.iter().copied(), &import.refr));
        }
        let alias = import.r#as.as_ref().map(|span| span.text()).or(path.last().copied());
        aliases.extend(alias.map(|alias| (alias, below.to_vec())));
    }
    for rule in &tree.ast.policy {
        let own = bound(rule);
        syntax::each_of_rule(rule, &mut |expr| {
            let reference = Reference::of(expr);
            let Some(root) = reference.variable().filter(|root| !own.contains(root)) else { return };
            if let Some(path) = aliases.get(root) {
                reads.insert(read(path.iter().copied().chain(reference.keys()), expr));
            }
        });
    }
    reads.into_iter().collect()
}

fn read<'a>(path: impl Iterator<Item = &'a str>, expr: &Expr) -> Read {
    let (line, column) = syntax::start(expr);
    Read { path: path.map(str::to_owned).collect(), line, column }
}

/// The names that a rule binds itself, which hide an import.
fn bound(rule: &Rule) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    if let Rule::Spec { head: RuleHead::Func { args, .. }, .. } = rule {
        args.iter().for_each(|argument| {
            syntax::pattern(argument, &mut |name| {
                names.insert(name);
            });
        });
    }
    syntax::each_of_rule(rule, &mut |expr| {
        if let Expr::AssignExpr { lhs, .. } = expr {
            syntax::pattern(lhs, &mut |name| {
                names.insert(name);
            });
        }
    });
    names
}

#[cfg(test)]
mod tests {
    use crate::rego::{Module, parse};

    fn reads(rules: &str) -> Vec<String> {
        let text = format!(
            "package p\n\nimport future.keywords.not\nimport input.object as thing\nimport input.parameters.p as parameters\n\n{rules}\n"
        );
        let module = Module { file: "p.rego".into(), text: text.into() };
        let parsed = parse(&[module]).unwrap();
        parsed[0].reads.iter().map(|read| read.path.join(".")).collect()
    }

    #[test]
    fn references_are_read_through_imports_and_up_to_what_is_not_written_out() {
        assert_eq!(
            reads(
                "r if input.kind.kind == \"Pod\"\ns contains x if x := thing.spec.list[_].name\nt if not parameters.strict"
            ),
            ["kind.kind", "object", "object.spec.list", "parameters.p.strict"]
        );
        assert_eq!(
            reads("r := [x | x := input[\"object\"].spec]\nf(x) := count(input)"),
            ["", "object", "object.spec"]
        );
    }

    #[test]
    fn a_name_that_a_rule_binds_itself_is_no_import() {
        assert_eq!(reads("f(thing) if thing.a"), ["object"]);
        assert_eq!(reads("r if {\n\tparameters := {\"a\": 1}\n\tparameters.a\n}"), ["object"]);
    }
}
