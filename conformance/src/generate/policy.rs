//! Rules, functions and whole policies.

use fastrand::Rng;

use super::{Helper, Kind, Writer};

/// A policy in the package `p`: helpers, functions and one to three `violation` rules.
pub fn policy(rng: &mut Rng) -> String {
    let mut writer = Writer { rng, helpers: Vec::new(), variables: Vec::new(), names: 0 };
    let mut text = String::from("package p\n\n");
    if writer.chance(70) {
        text.push_str("import future.keywords.not\n\n");
    }
    for _ in 0..writer.rng.u32(0..5) {
        let helper = match writer.rng.u32(0..9) {
            0 => writer.constant(),
            1..=2 => writer.set(),
            3 => writer.flag(),
            4..=5 => writer.predicate(),
            6 => writer.value_with_else(),
            7 => writer.function_with_else(),
            _ => writer.table(),
        };
        text.push_str(&helper);
    }
    for _ in 0..writer.rng.u32(1..4) {
        text.push_str(&writer.violation());
    }
    text
}

impl Writer<'_> {
    fn declare(&mut self, prefix: &str, arguments: &[Kind], kind: Kind) -> String {
        let name = self.fresh(prefix);
        self.helpers.push(Helper { name: name.clone(), arguments: arguments.to_vec(), kind });
        name
    }

    fn constant(&mut self) -> String {
        let words = format!("{}, {}", self.word(), self.word());
        let name = self.declare("constant", &[], Kind::Texts);
        if self.chance(50) {
            format!("{name} := [{words}]\n\n")
        } else {
            format!("{name} := {{{words}}}\n\n")
        }
    }

    fn set(&mut self) -> String {
        let is_parts = self.chance(50);
        let text = self.scoped(|writer| {
            let binding = if is_parts {
                let parts = writer.expression(Kind::Parts, 1);
                format!("some v in {parts}")
            } else {
                let texts = writer.expression(Kind::Texts, 2);
                format!("some v in {texts}")
            };
            writer.variables.push(("v".to_owned(), if is_parts { Kind::Part } else { Kind::Text }));
            format!("if {{\n\t{binding}\n{}}}\n\n", writer.body("\t"))
        });
        let name = self.declare("set", &[], if is_parts { Kind::Parts } else { Kind::Texts });
        format!("{name} contains v {text}")
    }

    fn flag(&mut self) -> String {
        let bodies: Vec<String> =
            (0..self.rng.usize(1..3)).map(|_| self.scoped(|writer| writer.body("\t"))).collect();
        let default = self.chance(40);
        let name = self.declare("flag", &[], Kind::Truth);
        let rules: Vec<String> = bodies.iter().map(|body| format!("{name} if {{\n{body}}}\n\n")).collect();
        let default = if default { format!("default {name} := false\n\n") } else { String::new() };
        default + &rules.concat()
    }

    fn predicate(&mut self) -> String {
        let kind = self.rng.choice([Kind::Part, Kind::Text]).unwrap_or(Kind::Part);
        let bodies: Vec<String> = (0..self.rng.usize(1..3))
            .map(|_| {
                self.scoped(|writer| {
                    writer.variables.push(("x".to_owned(), kind));
                    writer.body("\t")
                })
            })
            .collect();
        let name = self.declare("is", &[kind], Kind::Truth);
        bodies.iter().map(|body| format!("{name}(x) if {{\n{body}}}\n\n")).collect()
    }

    /// A value, in some cases from a body that may loop or conflict.
    fn value_with_else(&mut self) -> String {
        let kind = self.rng.choice([Kind::Text, Kind::Number]).unwrap_or(Kind::Text);
        let text = self.alternatives(kind);
        let name = self.declare("value", &[], kind);
        let default = if self.chance(30) { format!("default {name} := null\n\n") } else { String::new() };
        format!("{default}{name} {text}\n\n")
    }

    fn function_with_else(&mut self) -> String {
        let kind = self.rng.choice([Kind::Text, Kind::Number]).unwrap_or(Kind::Text);
        let text = self.scoped(|writer| {
            writer.variables.push(("x".to_owned(), Kind::Part));
            writer.alternatives(kind)
        });
        let name = self.declare("of", &[Kind::Part], kind);
        format!("{name}(x) {text}\n\n")
    }

    fn alternatives(&mut self, kind: Kind) -> String {
        let mut text = self.alternative(kind);
        for _ in 0..self.rng.u32(0..3) {
            text.push_str(" else ");
            text.push_str(&self.alternative(kind));
        }
        if self.chance(40) {
            let last = self.scoped(|writer| writer.expression(kind, 1));
            text.push_str(&format!(" else := {last}"));
        }
        text
    }

    fn alternative(&mut self, kind: Kind) -> String {
        self.scoped(|writer| {
            let body = writer.body("\t");
            let value = writer.expression(kind, 1);
            if writer.chance(85) {
                return format!(":= result if {{\n{body}\tresult := {value}\n}}");
            }
            format!(":= {value} if {{\n{body}}}")
        })
    }

    fn table(&mut self) -> String {
        let text = self.scoped(|writer| {
            let map = writer.expression(Kind::Map, 0);
            writer.variables.push(("k".to_owned(), Kind::Text));
            writer.variables.push(("v".to_owned(), Kind::Text));
            format!("if {{\n\tsome k, v in {map}\n{}}}\n\n", writer.body("\t"))
        });
        let name = self.declare("table", &[], Kind::Map);
        format!("{name}[k] := v {text}")
    }

    fn violation(&mut self) -> String {
        self.scoped(|writer| {
            // Bound first, so that the rest of the body looks at it.
            let known = writer.variables.len();
            let binding = if writer.chance(85) { format!("\t{}\n", writer.binding()) } else { String::new() };
            let bound = writer.variables.split_off(known);
            let unused: String = bound.iter().map(|(name, _)| format!("\t{name} != \"nothing\"\n")).collect();
            writer.variables.extend(bound);
            let body = binding + &unused + &writer.body("\t");
            let message = writer.expression(Kind::Text, 2);
            let path = writer.path();
            if writer.chance(85) {
                return format!(
                    "violation contains {{\"message\": message, \"path\": {path}}} if {{\n{body}\tmessage := sprintf(\"%v\", [{message}])\n}}\n\n"
                );
            }
            format!("violation contains {{\"message\": {message}, \"path\": {path}}} if {{\n{body}}}\n\n")
        })
    }

    fn path(&mut self) -> String {
        match self.variable(Kind::Number) {
            Some(index) if self.chance(30) => format!("[\"spec\", \"containers\", {index}]"),
            _ => self.pick(&["[]", "[\"metadata\", \"labels\"]", "[\"spec\"]"]).to_owned(),
        }
    }
}
