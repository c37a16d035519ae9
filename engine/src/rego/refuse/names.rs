//! What a name means: a local, a rule or function of some package, an import, a builtin.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{AssignOp, Expr, Rule, RuleHead};

use crate::rego::{
    module::Tree,
    syntax::{self, Reference},
};

/// Every rule and function of a bundle, by its path under `data`.
pub(in crate::rego) struct World {
    rules: BTreeMap<Vec<String>, Facts>,
}

/// What is known of a rule or function, from all its definitions.
#[derive(Default)]
struct Facts {
    /// The arguments of a function; a rule has none.
    arity: Option<usize>,
    /// Whatever the input, it has a value.
    is_always_defined: bool,
}

impl World {
    pub(in crate::rego) fn new(trees: &[Tree]) -> Self {
        let mut rules: BTreeMap<Vec<String>, Facts> = BTreeMap::new();
        for tree in trees {
            for rule in &tree.ast.policy {
                let facts = rules.entry(rule_path(&tree.package, rule)).or_default();
                facts.arity = facts.arity.or(arity(rule));
                facts.is_always_defined |= is_always_defined(rule);
            }
        }
        Self { rules }
    }

    /// How many arguments the function at `path` takes.
    pub(super) fn arity(&self, path: &[String]) -> Option<usize> {
        self.rules.get(path)?.arity
    }

    /// Whether a rule or function stands at exactly `path`.
    pub(super) fn is_rule(&self, path: &[String]) -> bool {
        self.rules.contains_key(path)
    }

    /// Whether the rule at exactly `path` has a value whatever the input.
    pub(super) fn is_always_defined(&self, path: &[String]) -> bool {
        self.rules.get(path).is_some_and(|facts| facts.is_always_defined)
    }

    fn names_of<'a>(&'a self, package: &'a [String]) -> impl Iterator<Item = &'a str> {
        self.rules.keys().filter_map(move |path| match path.strip_prefix(package) {
            Some([name, ..]) => Some(name.as_str()),
            _ => None,
        })
    }
}

/// The path under `data` of a rule, as far as its head names it: `r[k].x` is the rule `r`.
pub(in crate::rego) fn rule_path(package: &[String], rule: &Rule) -> Vec<String> {
    let refr = match rule {
        Rule::Spec { head, .. } => match head {
            RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. } | RuleHead::Func { refr, .. } => refr,
        },
        Rule::Default { refr, .. } => refr,
    };
    package.iter().cloned().chain(syntax::path(refr).into_iter().map(str::to_owned)).collect()
}

fn arity(rule: &Rule) -> Option<usize> {
    match rule {
        Rule::Spec { head: RuleHead::Func { args, .. }, .. } => Some(args.len()),
        Rule::Default { args, .. } if !args.is_empty() => Some(args.len()),
        _ => None,
    }
}

/// Partial sets and objects are at least empty, defaults hold where nothing else does, constants always.
fn is_always_defined(rule: &Rule) -> bool {
    match rule {
        Rule::Default { args, .. } => args.is_empty(),
        Rule::Spec { head: RuleHead::Set { refr, .. }, .. } => syntax::variable(refr).is_some(),
        Rule::Spec { head: RuleHead::Compr { refr, assign: Some(assign), .. }, bodies, .. } => {
            let is_constant =
                || bodies.is_empty() && assign.op == AssignOp::ColEq && is_constant(&assign.value);
            match Reference::of(refr).steps.as_slice() {
                [] => is_constant(),
                [syntax::Step::Index(_)] => true,
                _ => false,
            }
        }
        Rule::Spec { .. } => false,
    }
}

fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Array { .. } | Expr::Set { .. } | Expr::Object { .. } => {
            syntax::parts(expr).into_iter().all(is_constant)
        }
        other => syntax::is_scalar(other) || syntax::comprehension(other).is_some(),
    }
}

/// The names of one module: its imports and the rules of its package.
pub(in crate::rego) struct Names<'a> {
    package: &'a [String],
    rules: BTreeSet<&'a str>,
    imports: BTreeMap<&'a str, Vec<&'a str>>,
    /// The module says `import future.keywords.not`.
    pub(super) has_new_not: bool,
}

impl<'a> Names<'a> {
    pub(in crate::rego) fn new(world: &'a World, tree: &'a Tree) -> Self {
        let mut imports = BTreeMap::new();
        let mut has_new_not = false;
        for import in &tree.ast.imports {
            let path = syntax::path(&import.refr);
            has_new_not |= path == ["future", "keywords", "not"];
            let alias = import.r#as.as_ref().map(|span| span.text()).or(path.last().copied());
            if let (Some("data" | "input"), Some(alias)) = (path.first().copied(), alias) {
                imports.insert(alias, path);
            }
        }
        Self { package: &tree.package, rules: world.names_of(&tree.package).collect(), imports, has_new_not }
    }

    /// Whether `name` is a rule, function or import of the module, or a root document.
    pub(super) fn is_global(&self, name: &str) -> bool {
        matches!(name, "data" | "input") || self.is_declared(name)
    }

    /// Whether `name` is a rule, function or import of the module.
    pub(super) fn is_declared(&self, name: &str) -> bool {
        self.rules.contains(name) || self.imports.contains_key(name)
    }

    /// The path of an import by this name, with `data` or `input` in front.
    pub(in crate::rego) fn import(&self, name: &str) -> Option<&[&'a str]> {
        self.imports.get(name).map(Vec::as_slice)
    }

    /// The path under `data` that a reference leads to as far as it is static, where it leads there at all. The caller knows that its
    /// root is no local.
    pub(in crate::rego) fn resolve(&self, reference: &Reference<'_>) -> Option<Vec<String>> {
        let root = reference.variable()?;
        let start: Vec<String> = if root == "data" {
            Vec::new()
        } else if self.rules.contains(root) {
            self.package.iter().cloned().chain([root.to_owned()]).collect()
        } else {
            let (&"data", rest) = self.imports.get(root)?.split_first()? else { return None };
            rest.iter().map(|&key| key.to_owned()).collect()
        };
        Some(start.into_iter().chain(reference.keys().map(str::to_owned)).collect())
    }
}
