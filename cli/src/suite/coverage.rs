//! Coverage: the lines of policies and shared code on which something can be reached, and which of them the tests reached.

mod lcov;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    io::{self, Write},
    ops::RangeInclusive,
    sync::Arc,
};

use guard_engine::rego::Recorder;
use serde::{Serialize, Serializer};

use crate::report::one_line;

/// Which lines the tests reached.
#[derive(Debug, Default)]
pub(crate) struct Coverage {
    /// By file.
    modules: BTreeMap<Arc<str>, Module>,
    /// Why it cannot be relied on, if it cannot.
    difference: Option<String>,
}

/// A module's lines.
#[derive(Debug)]
struct Module {
    text: Arc<str>,
    /// Where something can be reached, and whether all that begins there was.
    lines: BTreeMap<u32, bool>,
}

/// How many lines there are, and how many of them were reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    reached: usize,
    lines: usize,
}

/// The form in the JSON report.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Serialised<'a> {
    lines: usize,
    reached: usize,
    modules: Vec<SerialisedModule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SerialisedModule<'a> {
    file: &'a str,
    lines: usize,
    reached: usize,
    /// The lines that were not reached.
    missed: Vec<u32>,
}

impl Coverage {
    /// Adds what was recorded of these files. A file that was there before is one that two folders have: what either reached counts.
    pub(crate) fn add(&mut self, recorder: &Recorder, files: &BTreeSet<Arc<str>>) {
        self.difference = self.difference.take().or_else(|| recorder.difference());
        for module in recorder.modules().into_iter().filter(|module| files.contains(&module.file)) {
            let known = self
                .modules
                .entry(Arc::clone(&module.file))
                .or_insert_with(|| Module { text: Arc::clone(&module.text), lines: BTreeMap::new() });
            for (line, reached) in module.lines() {
                *known.lines.entry(line).or_default() |= reached;
            }
        }
    }

    /// Why it cannot be relied on, if it cannot.
    pub(crate) fn difference(&self) -> Option<&str> {
        self.difference.as_deref()
    }

    /// Of all lines.
    pub(crate) fn share(&self) -> Share {
        let shares = self.modules.values().map(Module::share);
        shares.fold(Share { reached: 0, lines: 0 }, |sum, share| Share {
            reached: sum.reached + share.reached,
            lines: sum.lines + share.lines,
        })
    }

    /// Writes a table for a person: a line a module, and each place that was not reached with what stands there.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "\n{:>5}  {:>7}", "LINES", "REACHED")?;
        for (file, module) in &self.modules {
            let share = module.share();
            writeln!(out, "{:>5}  {:>7}  {}", share.lines, share.to_string(), one_line(file))?;
            for range in module.missed() {
                let (first, last) = (*range.start(), *range.end());
                let text = module.line(first).trim();
                let last = if last > first { format!("-{last}") } else { String::new() };
                writeln!(out, "                  {}:{first}{last}: {}", one_line(file), one_line(text))?;
            }
        }
        let share = self.share();
        writeln!(out, "\n{} of {} lines reached, {share}", share.reached, share.lines)
    }

    /// Writes LCOV's tracefile.
    pub(crate) fn write_lcov(&self, out: &mut dyn Write) -> io::Result<()> {
        self.modules.iter().try_for_each(|(file, module)| lcov::write(file, &module.lines, out))
    }
}

impl Module {
    fn share(&self) -> Share {
        Share { reached: self.lines.values().filter(|reached| **reached).count(), lines: self.lines.len() }
    }

    /// The stretches that were not reached: lines between which nothing was.
    fn missed(&self) -> Vec<RangeInclusive<u32>> {
        let mut missed: Vec<RangeInclusive<u32>> = Vec::new();
        let mut before = true;
        for (&line, &reached) in &self.lines {
            match missed.last_mut() {
                Some(range) if !reached && !before => *range = *range.start()..=line,
                _ if !reached => missed.push(line..=line),
                _ => {}
            }
            before = reached;
        }
        missed
    }

    fn line(&self, line: u32) -> &str {
        let index = usize::try_from(line).ok().and_then(|line| line.checked_sub(1));
        index.and_then(|index| self.text.lines().nth(index)).unwrap_or_default()
    }
}

impl Share {
    /// Whether fewer are reached than a percentage.
    pub(crate) fn is_under(self, percent: f64) -> bool {
        let count = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
        100.0 * count(self.reached) < percent * count(self.lines)
    }
}

impl fmt::Display for Share {
    /// `95.6 %`, rounded down: 100 % is all of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let permille = (1000 * self.reached).checked_div(self.lines).unwrap_or(1000);
        match (permille / 10, permille % 10) {
            (100, _) => f.write_str("100 %"),
            (percent, tenth) => write!(f, "{percent}.{tenth} %"),
        }
    }
}

impl Serialize for Coverage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let modules = self.modules.iter().map(|(file, module)| {
            let Share { reached, lines } = module.share();
            let missed = module.lines.iter().filter(|(_, reached)| !**reached).map(|(line, _)| *line);
            SerialisedModule { file, lines, reached, missed: missed.collect() }
        });
        let Share { reached, lines } = self.share();
        Serialised { lines, reached, modules: modules.collect() }.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coverage(modules: &[(&str, &[(u32, bool)])]) -> Coverage {
        let text: Arc<str> = (1..=9).map(|line| format!("\tline {line}\n")).collect::<String>().into();
        let module = |(file, lines): &(&str, &[(u32, bool)])| {
            let module = Module { text: Arc::clone(&text), lines: lines.iter().copied().collect() };
            (Arc::from(*file), module)
        };
        Coverage { modules: modules.iter().map(module).collect(), difference: None }
    }

    fn mixed() -> Coverage {
        let mixed = [(1, true), (2, false), (4, false), (5, true), (7, false)];
        coverage(&[("a/policy.rego", &[(1, true)]), ("lib/b.rego", &mixed)])
    }

    fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_table_has_a_line_a_module_and_a_place_for_each_stretch_that_was_missed() {
        insta::assert_snapshot!(written(|out| mixed().write(out)));
    }

    #[test]
    fn a_tracefile_has_a_record_a_module() {
        insta::assert_snapshot!(written(|out| mixed().write_lcov(out)));
    }

    #[test]
    fn the_json_form_lists_the_lines_that_were_missed() {
        insta::assert_snapshot!(serde_json::to_string(&mixed()).unwrap());
    }

    #[test]
    fn a_share_is_rounded_down_and_compared_exactly() {
        let share = |reached, lines| Share { reached, lines };
        assert_eq!(share(1999, 2000).to_string(), "99.9 %");
        assert_eq!(share(2000, 2000).to_string(), "100 %");
        assert_eq!(share(1, 3).to_string(), "33.3 %");
        assert_eq!(share(0, 0).to_string(), "100 %");
        assert!(share(1999, 2000).is_under(100.0));
        assert!(!share(1999, 2000).is_under(99.95));
        assert!(!share(0, 0).is_under(100.0));
        assert!(!share(0, 3).is_under(0.0));
    }
}
