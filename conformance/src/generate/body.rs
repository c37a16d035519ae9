//! Statements and bodies.

use super::{Kind, Writer};

impl Writer<'_> {
    /// A body of one to three statements, one a line, behind `indent`.
    pub(super) fn body(&mut self, indent: &str) -> String {
        self.body_after(String::new(), indent)
    }

    /// A body that begins with `text`.
    pub(super) fn body_after(&mut self, mut text: String, indent: &str) -> String {
        let known = self.variables.len();
        for _ in 0..self.rng.u32(1..4) {
            let statement = self.statement(indent);
            text.push_str(&format!("{indent}{statement}\n"));
        }
        // OPA refuses variables that `some` declares and nothing uses.
        for (name, kind) in self.variables.split_off(known) {
            if text.matches(&name).count() == 1 {
                text.push_str(&format!("{indent}{name} != \"nothing\"\n"));
            }
            self.variables.push((name, kind));
        }
        text
    }

    fn statement(&mut self, indent: &str) -> String {
        match self.rng.u32(0..20) {
            0..=4 => self.binding(),
            5..=10 => self.condition(2),
            11..=15 => format!("not {}", self.condition(2)),
            16 => self.every(indent),
            17 => self.indexed(),
            18 => {
                let map = self.expression(Kind::Map, 1);
                self.some_pair(&map, Kind::Text)
            }
            _ => self.odd(),
        }
    }

    /// A statement that binds a variable.
    pub(super) fn binding(&mut self) -> String {
        match self.rng.u32(0..10) {
            0..=3 => {
                let parts = self.expression(Kind::Parts, 1);
                self.some_in(&parts, Kind::Part)
            }
            4 => {
                let texts = self.expression(Kind::Texts, 2);
                self.some_in(&texts, Kind::Text)
            }
            5 => {
                let parts = self.expression(Kind::Parts, 0);
                self.some_pair(&parts, Kind::Part)
            }
            6 => {
                let parts = self.expression(Kind::Parts, 0);
                self.assigned(Kind::Part, &format!("{parts}[_]"))
            }
            _ => {
                let kind = self
                    .rng
                    .choice([Kind::Text, Kind::Number, Kind::Texts, Kind::Truth])
                    .unwrap_or(Kind::Text);
                let value = self.expression(kind, 2);
                self.assigned(kind, &value)
            }
        }
    }

    fn assigned(&mut self, kind: Kind, value: &str) -> String {
        let name = self.fresh("v");
        self.variables.push((name.clone(), kind));
        let operator = if self.chance(90) { ":=" } else { "=" };
        format!("{name} {operator} {value}")
    }

    fn some_in(&mut self, collection: &str, kind: Kind) -> String {
        let name = self.fresh("v");
        self.variables.push((name.clone(), kind));
        format!("some {name} in {collection}")
    }

    fn some_pair(&mut self, collection: &str, kind: Kind) -> String {
        let (index, name) = (self.fresh("i"), self.fresh("v"));
        self.variables.push((index.clone(), if kind == Kind::Text { Kind::Text } else { Kind::Number }));
        self.variables.push((name.clone(), kind));
        format!("some {index}, {name} in {collection}")
    }

    /// An index that loops: `xs[_]`, or a variable that `some` declares or not.
    fn indexed(&mut self) -> String {
        let parts = self.expression(Kind::Parts, 0);
        let field = self.pick(&["name", "image", "tty"]);
        if self.chance(40) {
            return format!("{parts}[_].{field} == {}", self.expression(Kind::Text, 0));
        }
        let index = self.fresh("i");
        let declaration = if self.chance(50) { format!("some {index}; ") } else { String::new() };
        let condition = format!("{declaration}{parts}[{index}].{field} != {}", self.word());
        self.variables.push((index, Kind::Number));
        condition
    }

    fn every(&mut self, indent: &str) -> String {
        let (domain, kind) = if self.chance(60) {
            (self.expression(Kind::Parts, 0), Kind::Part)
        } else {
            (self.expression(Kind::Texts, 1), Kind::Text)
        };
        let name = self.fresh("v");
        let body = self.scoped(|writer| {
            writer.variables.push((name.clone(), kind));
            let negation = if writer.chance(30) { "not " } else { "" };
            let condition = writer.condition(1);
            let use_it =
                if condition.contains(&name) { String::new() } else { format!("{name} != \"nothing\"; ") };
            format!("{use_it}{negation}{condition}")
        });
        format!("every {name} in {domain} {{\n{indent}\t{body}\n{indent}}}")
    }

    /// What holds or not, and binds nothing.
    pub(super) fn condition(&mut self, depth: u32) -> String {
        match self.rng.u32(0..15) {
            0..=2 => {
                let (left, right) = (self.expression(Kind::Text, depth), self.expression(Kind::Text, depth));
                format!("{left} {} {right}", self.pick(&["==", "!="]))
            }
            3..=4 => {
                let (left, right) =
                    (self.expression(Kind::Number, depth), self.expression(Kind::Number, depth));
                format!("{left} {} {right}", self.pick(&["<", "<=", ">", ">=", "==", "!="]))
            }
            5..=6 => {
                let builtin = self.pick(&["startswith", "endswith", "contains"]);
                format!(
                    "{builtin}({}, {})",
                    self.expression(Kind::Text, depth),
                    self.expression(Kind::Text, 0)
                )
            }
            7 => {
                let pattern = self.pick(&[
                    "`^[a-z]+$`",
                    "`^\\w+:\\d+$`",
                    "`\\blatest\\b`",
                    "\"^registry\\\\.\"",
                    "`(?i)^NGINX`",
                ]);
                format!("regex.match({pattern}, {})", self.expression(Kind::Text, depth))
            }
            8..=9 => {
                format!("{} in {}", self.expression(Kind::Text, depth), self.expression(Kind::Texts, depth))
            }
            10 => {
                let pattern = self.pick(&["\"registry.*\"", "\"*:latest\"", "\"{web,db}*\"", "\"[a-n]*\""]);
                format!(
                    "glob.match({pattern}, {}, {})",
                    self.pick(&["[]", "null", "[\"/\"]"]),
                    self.expression(Kind::Text, depth)
                )
            }
            11 => match self.helper(Kind::Truth, depth) {
                Some(helper) => helper,
                None => self.expression(Kind::Truth, depth),
            },
            12 => {
                let builtin = self.pick(&["is_string", "is_array", "is_object", "is_number", "is_null"]);
                let kind = self
                    .rng
                    .choice([Kind::Text, Kind::Part, Kind::Texts, Kind::Number])
                    .unwrap_or(Kind::Text);
                format!("{builtin}({})", self.expression(kind, depth))
            }
            13 => {
                let prefixes = self.expression(Kind::Texts, 0);
                format!("strings.any_prefix_match({}, {prefixes})", self.expression(Kind::Text, depth))
            }
            _ => self.expression(Kind::Truth, depth),
        }
    }

    /// What a careful author would not write.
    fn odd(&mut self) -> String {
        match self.rng.u32(0..7) {
            0 => {
                let name = self.fresh("v");
                let part = self.part();
                self.variables.push((name.clone(), Kind::Text));
                format!("{{\"name\": {name}}} := {part}")
            }
            1 => {
                let (first, second) = (self.fresh("v"), self.fresh("v"));
                let text = self.expression(Kind::Text, 0);
                self.variables.push((first.clone(), Kind::Text));
                self.variables.push((second.clone(), Kind::Text));
                format!("[{first}, {second}] := split({text}, \":\")")
            }
            2 => {
                let (path, value) = (self.fresh("p"), self.fresh("v"));
                self.variables.push((value.clone(), Kind::Text));
                let root = self.pick(&["input.object.metadata", "input.object.spec"]);
                format!("walk({root}, [{path}, {value}])")
            }
            3 => format!("{} with input.object.spec.hostNetwork as true", self.condition(1)),
            4 => format!("print({})", self.expression(Kind::Text, 1)),
            5 => {
                let texts = self.expression(Kind::Texts, 0);
                format!("[x | some x in {texts}; not startswith(x, {})] == []", self.word())
            }
            _ => format!(
                "{} == {}",
                self.expression(Kind::Map, 0),
                self.pick(&["{}", "{\"app\": \"web\"}", "null"])
            ),
        }
    }
}
