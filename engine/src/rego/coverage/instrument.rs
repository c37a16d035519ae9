//! Rewrites a module so that the heads of its rules say when they give a value.

use regorus::unstable::{AssignOp, Rule, RuleAssign, RuleHead, Span};

use super::super::module::Tree;

/// The extension: `__gave(module, rule, value)` is `value`, where there is one.
pub(super) const GAVE: &str = "__gave";

/// The text of a module with its heads' values wrapped; `module` is how the calls name it. Its rules are counted as
/// [`super::points::rules`] lists them.
pub(super) fn text(tree: &Tree, module: usize) -> String {
    let text = &*tree.module.text;
    let mut edits = Edits { text, module, rule: 0, edits: Vec::new() };
    for rule in &tree.ast.policy {
        let Rule::Spec { head, bodies, .. } = rule.as_ref() else { continue };
        match head {
            RuleHead::Set { refr, key, span } => {
                // `contains` stands between the name and the key; without a key the name is the value.
                let name_end = offset(refr.span().end);
                let keyword = text.get(name_end..).and_then(|rest| rest.find("contains"));
                if let (Some(keyword), Some(_)) = (keyword, key) {
                    edits.wrap(name_end + keyword + "contains".len(), edits.end(span));
                }
            }
            RuleHead::Compr { assign, span, .. } | RuleHead::Func { assign, span, .. } => {
                edits.value(assign.as_ref(), edits.end(span));
            }
        }
        edits.rule += 1;
        for body in bodies.iter().filter(|body| body.is_else) {
            edits.value(body.assign.as_ref(), offset(body.span.start) + "else".len());
            edits.rule += 1;
        }
    }
    edits.applied()
}

/// What is to be put into a text.
struct Edits<'a> {
    text: &'a str,
    module: usize,
    rule: usize,
    /// In the order of their places, which is that of the rules.
    edits: Vec<(usize, String)>,
}

impl Edits<'_> {
    /// Wraps the value that is assigned; where there is none it is true, and `otherwise` the place to say so.
    fn value(&mut self, assign: Option<&RuleAssign>, otherwise: usize) {
        let Self { module, rule, .. } = self;
        match assign {
            Some(RuleAssign { span, op, .. }) => {
                let operator = match op {
                    AssignOp::ColEq => ":=",
                    AssignOp::Eq => "=",
                };
                self.wrap(offset(span.start) + operator.len(), self.end(span));
            }
            None => self.edits.push((otherwise, format!(" := {GAVE}({module}, {rule}, true)"))),
        }
    }

    fn wrap(&mut self, start: usize, end: usize) {
        let Self { module, rule, .. } = self;
        self.edits.push((start, format!(" {GAVE}({module}, {rule},")));
        self.edits.push((end, ")".to_owned()));
    }

    /// The end of a span, which leaves out the closing quote of a string.
    fn end(&self, span: &Span) -> usize {
        let end = offset(span.end);
        match self.text.as_bytes().get(end) {
            Some(b'"' | b'`') => end + 1,
            _ => end,
        }
    }

    fn applied(self) -> String {
        let mut out = String::with_capacity(self.text.len() + 32 * self.edits.len());
        let mut done = 0;
        for (at, insertion) in self.edits {
            out.push_str(self.text.get(done..at).unwrap_or_default());
            out.push_str(&insertion);
            done = at;
        }
        out.push_str(self.text.get(done..).unwrap_or_default());
        out
    }
}

fn offset(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}
