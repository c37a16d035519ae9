//! Expressions.

use super::{KINDS, Kind, Writer};

const WORDS: [&str; 10] =
    ["app", "team", "owner", "web", "db", "prod", "registry.example.com/", "nginx:latest", "a", ""];
const KEYS: [&str; 5] = ["app", "team", "owner", "app.kubernetes.io/name", "tier"];

impl Writer<'_> {
    /// An expression that is meant to be of `kind`; one in twenty is of any other.
    pub(super) fn expression(&mut self, kind: Kind, depth: u32) -> String {
        let kind = if self.chance(5) { self.rng.choice(KINDS).unwrap_or(kind) } else { kind };
        if self.chance(35)
            && let Some(variable) = self.variable(kind)
        {
            return variable;
        }
        if depth > 0
            && self.chance(15)
            && let Some(helper) = self.helper(kind, depth)
        {
            return helper;
        }
        match kind {
            Kind::Text => self.text(depth),
            Kind::Number => self.number(depth),
            Kind::Truth => self.truth(depth),
            Kind::Part => self.part(),
            Kind::Texts => self.texts(depth),
            Kind::Parts => self.parts(depth),
            Kind::Map => self.map(),
        }
    }

    pub(super) fn word(&mut self) -> String {
        format!("{:?}", self.pick(&WORDS))
    }

    pub(super) fn key(&mut self) -> String {
        format!("{:?}", self.pick(&KEYS))
    }

    pub(super) fn part(&mut self) -> String {
        match self.variable(Kind::Part) {
            Some(variable) if !self.chance(10) => variable,
            _ => {
                let list = self.pick(&["containers", "initContainers", "volumes"]);
                format!("input.object.spec.{list}[{}]", self.rng.u32(0..2))
            }
        }
    }

    fn field_of_part(&mut self, fields: &[&str]) -> String {
        let part = self.part();
        format!("{part}.{}", self.pick(fields))
    }

    fn text(&mut self, depth: u32) -> String {
        if depth == 0 || self.chance(45) {
            return match self.rng.u32(0..10) {
                0..=2 => self.word(),
                3..=6 => self.field_of_part(&["name", "image", "imagePullPolicy"]),
                7 => self
                    .pick(&[
                        "input.object.metadata.name",
                        "input.object.metadata.namespace",
                        "input.kind.kind",
                    ])
                    .to_owned(),
                8 => format!("input.object.metadata.labels[{}]", self.key()),
                _ => "input.parameters.prefix".to_owned(),
            };
        }
        let depth = depth - 1;
        let inner = self.expression(Kind::Text, depth);
        match self.rng.u32(0..11) {
            0 => format!("lower({inner})"),
            1 => format!("upper({inner})"),
            2 => format!("trim_prefix({inner}, {})", self.word()),
            3 => format!("trim({inner}, {})", self.pick(&["\"/\"", "\" .\"", "\"a\""])),
            4 => format!("replace({inner}, {}, {})", self.pick(&["\"/\"", "\":\"", "\"a\""]), self.word()),
            5 => format!("split({inner}, {})[{}]", self.pick(&["\"/\"", "\":\""]), self.rng.u32(0..2)),
            6 => format!("substring({inner}, {}, {})", self.rng.u32(0..3), self.pick(&["-1", "1", "3"])),
            7 => {
                format!("concat({}, {})", self.pick(&["\",\"", "\"\""]), self.expression(Kind::Texts, depth))
            }
            8 => {
                let map = self.expression(Kind::Map, depth);
                format!("object.get({map}, {}, {})", self.key(), self.word())
            }
            9 => {
                let other = self
                    .rng
                    .choice([Kind::Text, Kind::Number, Kind::Truth, Kind::Texts])
                    .unwrap_or(Kind::Text);
                let other = self.expression(other, depth);
                format!(
                    "sprintf({}, [{inner}, {other}])",
                    self.pick(&["\"%v/%v\"", "\"%s is %v\"", "`%v%%%d`"])
                )
            }
            _ => format!("regex.replace({inner}, {}, \"-\")", self.pick(&["`[^a-z]+`", "`\\d`", "`:.*$`"])),
        }
    }

    fn number(&mut self, depth: u32) -> String {
        if depth == 0 || self.chance(45) {
            return match self.rng.u32(0..6) {
                0..=2 => self.rng.u32(0..4).to_string(),
                3 => self.field_of_part(&[
                    "securityContext.runAsUser",
                    "hostPort",
                    "containerPort",
                    "priority",
                ]),
                4 => "input.object.spec.replicas".to_owned(),
                _ => "input.parameters.limit".to_owned(),
            };
        }
        let depth = depth - 1;
        match self.rng.u32(0..8) {
            0..=2 => {
                let kind =
                    self.rng.choice([Kind::Texts, Kind::Parts, Kind::Map, Kind::Text]).unwrap_or(Kind::Texts);
                format!("count({})", self.expression(kind, depth))
            }
            3 => {
                let (left, right) =
                    (self.expression(Kind::Number, depth), self.expression(Kind::Number, depth));
                format!("({left} {} {right})", self.pick(&["+", "-", "*", "%"]))
            }
            4 => format!("to_number({})", self.expression(Kind::Text, depth)),
            5 => format!(
                "object.get({}, {}, {})",
                self.expression(Kind::Part, depth),
                self.pick(&["\"hostPort\"", "\"priority\""]),
                self.rng.u32(0..3)
            ),
            6 => format!(
                "indexof({}, {})",
                self.expression(Kind::Text, depth),
                self.pick(&["\"/\"", "\":\"", "\"a\""])
            ),
            _ => {
                let texts = self.expression(Kind::Texts, depth);
                let x = self.fresh("x");
                format!("{}([count({x}) | some {x} in {texts}])", self.pick(&["max", "min", "sum"]))
            }
        }
    }

    fn truth(&mut self, depth: u32) -> String {
        match self.rng.u32(0..8) {
            0..=2 => {
                self.field_of_part(&["securityContext.privileged", "securityContext.runAsNonRoot", "tty"])
            }
            3 => self
                .pick(&["input.object.spec.hostNetwork", "input.object.spec.hostPID", "true", "false"])
                .to_owned(),
            4 if depth > 0 => {
                format!("object.get({}, \"tty\", false)", self.expression(Kind::Part, depth - 1))
            }
            5 if depth > 0 => {
                let (member, texts) =
                    (self.expression(Kind::Text, depth - 1), self.expression(Kind::Texts, depth - 1));
                format!("({member} in {texts})")
            }
            6 if depth > 0 => {
                format!("startswith({}, {})", self.expression(Kind::Text, depth - 1), self.word())
            }
            _ => format!("is_string({})", self.expression(Kind::Text, depth.saturating_sub(1))),
        }
    }

    fn texts(&mut self, depth: u32) -> String {
        if depth == 0 || self.chance(40) {
            return match self.rng.u32(0..6) {
                0 => format!("[{}, {}]", self.word(), self.word()),
                1 => format!("{{{}, {}}}", self.word(), self.word()),
                2..=3 => self.field_of_part(&["args", "command", "securityContext.capabilities.add"]),
                _ => self.pick(&["input.parameters.allowed", "input.object.metadata.finalizers"]).to_owned(),
            };
        }
        let depth = depth - 1;
        match self.rng.u32(0..8) {
            0..=2 => {
                let parts = self.expression(Kind::Parts, depth);
                let (x, field) = (self.fresh("x"), self.pick(&["name", "image"]));
                match self.rng.u32(0..3) {
                    0 => format!("[{x}.{field} | some {x} in {parts}]"),
                    1 => format!("{{{x} | {x} := {parts}[_].{field}}}"),
                    _ => format!("{{{x}.{field} | some {x} in {parts}; {x}.{field} != {}}}", self.word()),
                }
            }
            3 => format!("object.keys({})", self.expression(Kind::Map, depth)),
            4 => format!(
                "split({}, {})",
                self.expression(Kind::Text, depth),
                self.pick(&["\"/\"", "\",\"", "\"\""])
            ),
            5 => format!(
                "array.concat({}, {})",
                self.array_of(Kind::Texts, depth),
                self.array_of(Kind::Texts, depth)
            ),
            6 => {
                let (left, right) = (self.set_of(depth), self.set_of(depth));
                format!("({left} {} {right})", self.pick(&["-", "|", "&"]))
            }
            _ => self.set_of(depth),
        }
    }

    fn set_of(&mut self, depth: u32) -> String {
        let x = self.fresh("x");
        format!("{{{x} | some {x} in {}}}", self.expression(Kind::Texts, depth))
    }

    fn array_of(&mut self, kind: Kind, depth: u32) -> String {
        let x = self.fresh("x");
        format!("[{x} | some {x} in {}]", self.expression(kind, depth))
    }

    fn parts(&mut self, depth: u32) -> String {
        match self.rng.u32(0..7) {
            0..=2 => "input.object.spec.containers".to_owned(),
            3 => self.pick(&["input.object.spec.initContainers", "input.object.spec.volumes"]).to_owned(),
            4 => self.field_of_part(&["ports", "env"]),
            5 if depth > 0 => {
                let (left, right) =
                    (self.array_of(Kind::Parts, depth - 1), self.array_of(Kind::Parts, depth - 1));
                format!("array.concat({left}, {right})")
            }
            _ => {
                let x = self.fresh("x");
                format!("[{x} | {x} := input.object.spec.containers[_]; {x}.name != {}]", self.word())
            }
        }
    }

    fn map(&mut self) -> String {
        self.pick(&[
            "input.object.metadata.labels",
            "input.object.metadata.annotations",
            "input.object.metadata",
        ])
        .to_owned()
    }
}
