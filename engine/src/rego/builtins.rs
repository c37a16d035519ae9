//! Builtins, in three lists: refused at load, corrected to answer as OPA does, tolerated (all the others that the evaluator has). What
//! makes texts or collections is bounded, corrected or not.
//!
//! Tolerated are also those that differ on odd input alone: `substring` and `array.slice` with fractions, `trim` and `split` of what no
//! manifest holds. Arithmetic is in `f64` where OPA has decimals: quotas are to be compared as whole
//! numbers, `round(units.parse(x) * 1000)`.

mod bounds;
mod compiled;
mod glob;
mod json;
mod native;
mod re2;
mod regex;
mod sprintf;
mod text;
mod units;

use std::{collections::BTreeMap, sync::LazyLock};

use regorus::{Engine, Value, unstable::BUILTINS};

pub use self::{glob::check as check_glob, re2::check as check_regex};
pub(super) use bounds::begin;
pub(super) use sprintf::{brief, check as check_format};

/// What a corrected builtin does: its arguments, all defined, to its value. An error is loud.
type Corrected = fn(&[Value]) -> anyhow::Result<Value>;

const NO_PURITY: &str = "the same request must always get the same answer";
const NO_BOUND: &str = "nothing bounds its time or memory";
const DIFFERS: &str = "the evaluator's answer is not OPA's";

/// Never called. A prefix that ends in a dot stands for all under it.
const REFUSED: &[(&str, &str)] = &[
    ("bits.", DIFFERS),
    ("glob.quote_meta", DIFFERS),
    ("graph.", NO_BOUND),
    ("http.send", NO_PURITY),
    ("json.filter", DIFFERS),
    ("json.marshal_with_options", DIFFERS),
    ("json.match_schema", DIFFERS),
    ("json.patch", DIFFERS),
    ("json.remove", DIFFERS),
    ("json.verify_schema", DIFFERS),
    ("net.cidr_expand", NO_BOUND),
    ("net.lookup_ip_addr", NO_PURITY),
    ("numbers.range_step", NO_BOUND),
    ("object.subset", DIFFERS),
    ("opa.runtime", NO_PURITY),
    ("rand.", NO_PURITY),
    ("regex.is_valid", DIFFERS),
    ("regex.template_match", DIFFERS),
    ("semver.is_valid", DIFFERS),
    ("strings.replace_n", DIFFERS),
    ("time.add_date", DIFFERS),
    ("time.format", DIFFERS),
    ("time.now_ns", NO_PURITY),
    ("time.parse_ns", DIFFERS),
    ("trace", "it has no value"),
    ("urlquery.", DIFFERS),
    ("uuid.", NO_PURITY),
    ("yaml.", DIFFERS),
];

/// What to write for what is refused, missing or unknown, where there is something.
const REWRITES: &[(&str, &str)] = &[
    ("json.filter", "`object.filter(object, [key])`, or read the fields"),
    ("json.patch", "`object.union(object, changes)`"),
    ("json.remove", "`object.remove(object, [key])`"),
    ("net.cidr_expand", "`net.cidr_contains(network, address)`"),
    ("net.cidr_intersects", "`net.cidr_contains(a, b)` in one rule, `net.cidr_contains(b, a)` in another"),
    ("numbers.range_step", "`numbers.range`"),
    ("object.subset", "`every key, value in part { whole[key] == value }`"),
    ("re_match", "`regex.match`"),
    ("regex.is_valid", "`format: regex` in the schema of the parameters"),
    ("semver.is_valid", "`regex.match`, with a pattern for the versions that you mean"),
    ("strings.replace_n", "`replace`, once for each text"),
    ("time.add_date", "`time.parse_duration_ns`, and add it"),
    ("time.format", "`time.date` and `time.clock`"),
    ("time.parse_ns", "`time.parse_rfc3339_ns`"),
    ("trace", "`print`"),
];

const CORRECTED: &[(&str, u8, Corrected)] = &[
    ("array.concat", 2, bounds::array_concat),
    ("concat", 2, bounds::concat),
    ("count", 1, text::count),
    ("glob.match", 3, glob::matches),
    ("indexof_n", 2, bounds::indexof_n),
    ("json.marshal", 1, json::marshal),
    ("lower", 1, text::lower),
    ("numbers.range", 2, text::range),
    ("object.union", 2, bounds::object_union),
    ("object.union_n", 1, bounds::object_union_n),
    ("regex.find_all_string_submatch_n", 3, regex::find_all_string_submatch_n),
    ("regex.find_n", 3, regex::find_n),
    ("regex.match", 2, regex::matches),
    ("regex.replace", 3, regex::replace),
    ("regex.split", 2, regex::split),
    ("replace", 3, bounds::replace),
    ("split", 2, bounds::split),
    ("sprintf", 2, sprintf::sprintf),
    ("strings.count", 2, text::strings_count),
    ("to_number", 1, text::to_number),
    ("union", 1, bounds::union),
    ("units.parse", 1, units::parse),
    ("units.parse_bytes", 1, units::parse_bytes),
    ("upper", 1, text::upper),
    ("walk", 1, bounds::walk),
];

/// The evaluator's own, but for what they make being counted: none is larger than its arguments by more than a small factor.
const COUNTED: &[&str] = &[
    "array.reverse",
    "array.slice",
    "base64.decode",
    "base64.encode",
    "base64url.decode",
    "base64url.encode",
    "base64url.encode_no_pad",
    "format_int",
    "hex.decode",
    "hex.encode",
    "intersection",
    "json.unmarshal",
    "object.filter",
    "object.keys",
    "object.remove",
    "sort",
    "strings.reverse",
    "substring",
    "trim",
    "trim_left",
    "trim_prefix",
    "trim_right",
    "trim_space",
    "trim_suffix",
];

/// Undefined, and silently so, for some arguments: an empty collection, a fraction.
const MAYBE_UNDEFINED: &[&str] = &["array.slice", "max", "min"];

/// Which argument holds a pattern or format that can be checked where it is written out.
const PATTERNS: &[(&str, usize)] = &[
    ("glob.match", 0),
    ("regex.find_all_string_submatch_n", 0),
    ("regex.find_n", 0),
    ("regex.match", 0),
    ("regex.replace", 1),
    ("regex.split", 0),
    ("sprintf", 0),
];

/// How a name stands among the builtins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// May be called, with this many arguments.
    Accepted { arity: usize },
    /// May not be called, and why.
    Refused(&'static str),
    /// OPA has it, the evaluator does not.
    Missing,
    /// OPA does not have it.
    Unknown,
}

/// How `name` stands among the builtins.
pub(super) fn standing(name: &str) -> Standing {
    let Some(&arity) = OPA.get(name) else { return Standing::Unknown };
    let is_named = |entry: &str| entry == name || (entry.ends_with('.') && name.starts_with(entry));
    if let Some((_, why)) = REFUSED.iter().find(|(entry, _)| is_named(entry)) {
        return Standing::Refused(why);
    }
    let is_known = BUILTINS.contains_key(name) || corrected(name).is_some() || name == "print";
    if is_known { Standing::Accepted { arity } } else { Standing::Missing }
}

/// The builtins that may be called.
pub(super) fn accepted() -> impl Iterator<Item = &'static str> {
    OPA.keys().copied().filter(|name| matches!(standing(name), Standing::Accepted { .. }))
}

/// What to write for a builtin that may not be called.
pub(super) fn rewrite(name: &str) -> Option<&'static str> {
    REWRITES.iter().find(|(builtin, _)| *builtin == name).map(|&(_, rewrite)| rewrite)
}

/// Whether a builtin that gets values gives one, or fails loudly.
pub(super) fn is_total(name: &str) -> bool {
    !MAYBE_UNDEFINED.contains(&name)
}

/// Which argument of `name` is a pattern or format.
pub(super) fn pattern_argument(name: &str) -> Option<usize> {
    PATTERNS.iter().find(|(builtin, _)| *builtin == name).map(|&(_, index)| index)
}

/// Puts the corrected builtins in the place of the evaluator's own.
pub(super) fn install(engine: &mut Engine) -> anyhow::Result<()> {
    for &(name, arity, builtin) in CORRECTED {
        let builtin = move |arguments: Vec<Value>| builtin(&arguments).and_then(bounds::count);
        engine.add_extension(name.to_owned(), arity, Box::new(builtin))?;
    }
    for &name in COUNTED {
        let arity = OPA.get(name).and_then(|arity| u8::try_from(*arity).ok()).unwrap_or_default();
        let builtin = move |arguments: Vec<Value>| native::call(name, &arguments).and_then(bounds::count);
        engine.add_extension(name.to_owned(), arity, Box::new(builtin))?;
    }
    Ok(())
}

fn corrected(name: &str) -> Option<Corrected> {
    CORRECTED.iter().find(|(builtin, ..)| *builtin == name).map(|&(_, _, corrected)| corrected)
}

/// The arities of OPA's builtins.
static OPA: LazyLock<BTreeMap<&str, usize>> = LazyLock::new(|| {
    let lines = include_str!("builtins/opa.txt").lines();
    lines
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(name, arity)| Some((name, arity.parse().ok()?)))
        .collect()
});

/// The string argument at `index`.
fn string(arguments: &[Value], index: usize) -> anyhow::Result<&str> {
    match arguments.get(index) {
        Some(Value::String(text)) => Ok(text),
        other => anyhow::bail!("argument {} must be a string, not {}", index + 1, shown(other)),
    }
}

/// The whole number at `index`.
fn integer(arguments: &[Value], index: usize) -> anyhow::Result<i64> {
    let argument = arguments.get(index);
    match argument {
        Some(Value::Number(number)) if number.is_integer() => {
            number.as_i64().ok_or_else(|| anyhow::anyhow!("argument {} is out of range", index + 1))
        }
        other => anyhow::bail!("argument {} must be a whole number, not {}", index + 1, shown(other)),
    }
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), brief)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_in_the_lists_is_a_builtin_of_opa() {
        for (name, _) in REFUSED {
            assert!(OPA.keys().any(|known| known == name || known.starts_with(name)), "{name}");
        }
        for (name, _) in REWRITES {
            assert!(!matches!(standing(name), Standing::Accepted { .. }), "{name}");
        }
        for (name, arity, _) in CORRECTED {
            assert_eq!(OPA.get(name), Some(&usize::from(*arity)), "{name}");
        }
        for name in COUNTED {
            assert!(OPA.contains_key(name) && BUILTINS.contains_key(name), "{name}");
            assert!(corrected(name).is_none(), "{name}");
        }
        for name in MAYBE_UNDEFINED.iter().chain(PATTERNS.iter().map(|(name, _)| name)) {
            assert!(matches!(standing(name), Standing::Accepted { .. }), "{name}");
        }
    }

    #[test]
    fn a_builtin_is_accepted_refused_missing_or_unknown() {
        assert_eq!(standing("startswith"), Standing::Accepted { arity: 2 });
        assert_eq!(standing("walk"), Standing::Accepted { arity: 1 });
        assert_eq!(standing("http.send"), Standing::Refused(NO_PURITY));
        assert_eq!(standing("time.now_ns"), Standing::Refused(NO_PURITY));
        assert_eq!(standing("rand.intn"), Standing::Refused(NO_PURITY));
        assert_eq!(standing("crypto.sha256"), Standing::Missing);
        assert_eq!(standing("starts_with"), Standing::Unknown);
    }
}
