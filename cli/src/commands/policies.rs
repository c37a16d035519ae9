//! `guard policies`: what is loaded, and what becomes of it.

use std::io::{self, BufWriter, Write};

use anyhow::{Context, Result};
use guard_engine::config::PolicyState;

use super::load::load;
use crate::{
    args::{Color, PoliciesArguments, PoliciesFormat},
    exit::Exit,
    scan::Rules,
};

const HEADINGS: [&str; 6] = ["POLICY", "SEVERITY", "ENFORCEMENT", "KINDS", "FROM", "REMARKS"];

/// So many kinds are named in a table, the others counted.
const NAMED_KINDS: usize = 2;

/// Prints the policies.
pub(crate) fn run(arguments: &PoliciesArguments) -> Result<Exit> {
    let Some(rules) = load(&arguments.policies, arguments.date, Color::Auto)? else {
        return Ok(Exit::Failed);
    };
    let states = rules.config.states(&rules.bundle, rules.today);
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match arguments.format {
        PoliciesFormat::Table => write_table(&states, &rules, &mut out),
        PoliciesFormat::Json => serde_json::to_writer_pretty(&mut out, &states)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out)),
    };
    written.and_then(|()| out.flush()).context("cannot write to the standard output")?;
    Ok(Exit::Clean)
}

fn write_table(states: &[PolicyState], rules: &Rules, out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<_> = std::iter::once(HEADINGS.map(str::to_owned)).chain(states.iter().map(row)).collect();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..HEADINGS.len()).map(width).collect();
    for row in &rows {
        let cells: Vec<_> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    let off = states.iter().filter(|state| state.why_off.is_some()).count();
    writeln!(out, "\n{} policies, {off} of them off", states.len())?;
    writeln!(out, "bundle {}\nconfiguration {}", rules.bundle.digest(), rules.config.digest())
}

fn row(state: &PolicyState) -> [String; HEADINGS.len()] {
    let from = if state.default_library { "default library" } else { &state.file };
    [
        state.policy.to_string(),
        state.severity.as_str().to_owned(),
        state.enforcement.to_owned(),
        kinds(&state.kinds),
        from.to_owned(),
        remarks(state),
    ]
}

fn kinds(kinds: &[String]) -> String {
    match kinds.split_at_checked(NAMED_KINDS) {
        Some((named, others)) if !others.is_empty() => {
            format!("{} and {} more", named.join(", "), others.len())
        }
        _ => kinds.join(", "),
    }
}

/// What else is to be said about a policy's enforcement: why it is off, what was announced, what differs somewhere.
pub(super) fn remarks(state: &PolicyState) -> String {
    let then = state.then.as_ref().map(|then| format!("{} from {}", then.enforcement, then.on));
    let overrides = (state.overrides > 0).then(|| match state.overrides {
        1 => "1 override".to_owned(),
        overrides => format!("{overrides} overrides"),
    });
    let remarks: Vec<_> = state.why_off.clone().into_iter().chain(then).chain(overrides).collect();
    remarks.join(", ")
}
