//! Imports written out where they are used: `workload.containers` becomes `data.guard.lib.workload.containers`.
//!
//! The evaluator looks an alias up by building several paths, each time that it meets it, and evaluates the whole module behind it; a
//! whole reference it finds at once. Nothing else changes, and messages keep the places of the text that was written.

use std::sync::Arc;

use regorus::unstable::{Expr, Import, Literal, Query, Rule, RuleHead};

use super::{
    Module,
    module::Tree,
    syntax::{self, Reference},
};

/// The evaluator takes no longer lines than 1,024 columns.
const MAX_COLUMNS: usize = 1_000;

/// A module with its imports written out.
#[derive(Debug, Clone)]
pub(super) struct Expanded {
    pub(super) module: Module,
    /// What was written out, from the top to the bottom.
    edits: Arc<[Edit]>,
}

/// One place where an import was written out.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edit {
    line: u32,
    /// In the text that was written, as the evaluator counts columns.
    column: u32,
    /// How much longer the line is.
    longer: u32,
}

impl Expanded {
    /// A module with its imports written out, where that changes nothing but its text.
    pub(super) fn new(tree: &Tree) -> Self {
        let mut edits = Vec::new();
        let mut text = String::with_capacity(tree.module.text.len());
        let mut end = 0;
        for Use { start, alias, line, column, path } in uses(tree) {
            let Some(before) = tree.module.text.get(end..start) else { return Self::unchanged(tree) };
            text.push_str(before);
            text.push_str(&path);
            end = start + alias.len();
            let longer = u32::try_from(path.len().saturating_sub(alias.len())).unwrap_or_default();
            edits.push(Edit { line, column, longer });
        }
        text.push_str(tree.module.text.get(end..).unwrap_or_default());
        if text.lines().any(|line| line.len() > MAX_COLUMNS) {
            return Self::unchanged(tree);
        }
        let module = Module { text: text.into(), file: Arc::clone(&tree.module.file) };
        Self { module, edits: edits.into() }
    }

    fn unchanged(tree: &Tree) -> Self {
        Self::from(tree.module.clone())
    }

    /// From a column of the text that is run to that of the text that was written.
    pub(super) fn column(&self, line: u32, column: u32) -> u32 {
        let edits = self.edits.iter().filter(|edit| edit.line == line);
        edits.fold(column, |column, edit| column - edit.longer.min(column.saturating_sub(edit.column)))
    }
}

impl From<Module> for Expanded {
    /// A module as it is.
    fn from(module: Module) -> Self {
        Self { module, edits: Arc::default() }
    }
}

/// One use of an import.
struct Use<'a> {
    start: usize,
    alias: &'a str,
    line: u32,
    column: u32,
    path: String,
}

/// The uses of imports that can be written out, from the top to the bottom.
fn uses(tree: &Tree) -> Vec<Use<'_>> {
    let mut paths: Vec<(&str, String)> = tree.ast.imports.iter().filter_map(import).collect();
    let rules = || tree.ast.policy.iter();
    paths.retain(|(alias, _)| rules().all(|rule| !is_bound(alias, rule)));
    let mut uses = Vec::new();
    for rule in rules() {
        syntax::each_of_rule(rule, &mut |expr| {
            let reference = match expr {
                Expr::Call { fcn, .. } => Reference::of(fcn),
                _ => Reference::of(expr),
            };
            let (Expr::Var { span, .. }, true) = (reference.root, reference.is_static()) else { return };
            let alias = span.text();
            let path = paths.iter().find(|(known, _)| *known == alias);
            if let (Some((_, path)), Ok(start)) = (path, usize::try_from(span.start)) {
                uses.push(Use { start, alias, line: span.line, column: span.col, path: path.clone() });
            }
        });
    }
    uses.sort_by_key(|found| found.start);
    uses.dedup_by_key(|found| found.start);
    uses
}

/// What an import is called, and its path. One whose path is not made of names alone stays as it is.
fn import(import: &Import) -> Option<(&str, String)> {
    let path = syntax::path(&import.refr);
    let (root, keys) = path.split_first().filter(|(root, _)| matches!(**root, "data" | "input"))?;
    let alias = import.r#as.as_ref().map(|alias| alias.text()).or(keys.last().copied())?;
    let mut text = (*root).to_owned();
    for key in keys {
        let is_name = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        match (*root, is_name && key.starts_with(|c: char| !c.is_ascii_digit())) {
            (_, true) => text.extend([".", key]),
            ("input", false) => text.push_str(&format!("[{key:?}]")),
            _ => return None,
        }
    }
    Some((alias, text))
}

/// Whether a rule has a variable of this name, or says `with`, which may be about it: then nobody has to know which is meant where.
fn is_bound(name: &str, rule: &Rule) -> bool {
    let mut bound = false;
    let mut look = |expr: &Expr| {
        // A variable alone binds, or could; the value of an import as a whole is not needed often.
        bound |= syntax::variable(expr) == Some(name);
        bound |= syntax::comprehension(expr).is_some_and(|(_, query)| declares(name, query));
    };
    syntax::each_of_rule(rule, &mut look);
    let (arguments, bodies) = match rule {
        Rule::Spec { head: RuleHead::Func { args, .. }, bodies, .. } => (args.as_slice(), bodies.as_slice()),
        Rule::Spec { bodies, .. } => (&[] as _, bodies.as_slice()),
        Rule::Default { args, .. } => (args.as_slice(), &[] as _),
    };
    for argument in arguments {
        syntax::each(argument, &mut |expr| bound |= syntax::variable(expr) == Some(name));
    }
    bound || bodies.iter().any(|body| declares(name, &body.query))
}

/// Whether a body declares a variable of this name by `some` or `every`, or says `with`.
fn declares(name: &str, query: &Query) -> bool {
    query.stmts.iter().any(|statement| {
        !statement.with_mods.is_empty()
            || match &statement.literal {
                Literal::SomeVars { vars, .. } => vars.iter().any(|var| var.text() == name),
                Literal::Every { key, value, query, .. } => {
                    key.iter().chain([value]).any(|var| var.text() == name) || declares(name, query)
                }
                _ => false,
            }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(text: &str) -> Expanded {
        let module = Module { file: "p.rego".into(), text: text.into() };
        Expanded::new(&Tree::parse(&module).unwrap())
    }

    /// The rules of a module with three imports, written out.
    fn rules(rules: &str) -> String {
        let head = "package p\n\nimport data.guard.lib.w\nimport data.guard.lib.other as o\nimport input.parameters[\"a-b\"] as parameters\n\n";
        expanded(&format!("{head}{rules}\n")).module.text.strip_prefix(head).unwrap().trim().to_owned()
    }

    #[test]
    fn an_import_is_written_out_wherever_it_stands() {
        insta::assert_snapshot!(rules("x contains w.name if w.f(o.y, [parameters.z | w.a.b])"), @r#"x contains data.guard.lib.w.name if data.guard.lib.w.f(data.guard.lib.other.y, [input.parameters["a-b"].z | data.guard.lib.w.a.b])"#);
        insta::assert_snapshot!(rules("x if {\n\tsome c in w.cs\n\tnot o.bad[\"k\"]\n\tevery d in w.ds { d == o.e }\n} else := w.z"), @r#"
        x if {
        	some c in data.guard.lib.w.cs
        	not data.guard.lib.other.bad["k"]
        	every d in data.guard.lib.w.ds { d == data.guard.lib.other.e }
        } else := data.guard.lib.w.z
        "#);
    }

    #[test]
    fn what_is_indexed_by_a_value_stays_as_it_is() {
        assert_eq!(rules("x if w.m[input.k]"), "x if w.m[input.k]");
        assert_eq!(rules("x if w.m[input.k].n[w.i]"), "x if w.m[input.k].n[data.guard.lib.w.i]");
    }

    #[test]
    fn a_name_that_is_a_variable_somewhere_is_nowhere_taken_for_the_import() {
        for rule in [
            "x := w.a\ny if { w := input.z; w.b }",
            "x := w.a\nf(w) := w.b",
            "x := w.a\ny if { some w in input.z; w.b }",
            "x := w.a\ny := [w.b | some w; input.z[w]]",
            "x := w.a\ny if { every w in input.z { w.b } }",
            "x := w.a\ny := count(w)",
            "x if w.a with input as 1",
        ] {
            assert_eq!(rules(rule), rule);
        }
    }

    #[test]
    fn a_line_that_would_be_too_long_leaves_the_module_as_it_is() {
        let long = format!("x := [{}]", vec!["w.a"; 60].join(", "));
        assert_eq!(rules(&long), long);
    }

    #[test]
    fn columns_are_those_of_the_text_that_was_written() {
        let written = "package p\n\nimport data.guard.lib.w\n\nx := [w.a, w.b, lower(1)]\n";
        let expanded = expanded(written);
        let run = expanded.module.text.lines().nth(4).unwrap();
        for needle in ["lower", ".a", ".b", "w.a", "[", "]"] {
            let column = |line: &str| u32::try_from(line.find(needle).unwrap()).unwrap() + 1;
            // The alias is the last part of what stands for it.
            let column_run = if needle == "w.a" { column(run) - 15 } else { column(run) };
            let line = written.lines().nth(4).unwrap();
            assert_eq!(expanded.column(5, column_run), column(line), "{needle} in {run}");
        }
        assert_eq!(expanded.column(4, 70), 70);
    }
}
