//! `guard schema`: JSON Schemas, for editors.

use std::io::{self, Write};

use anyhow::{Context, Result};
use guard_engine::schema;
use serde_json::Value;

use super::load::load;
use crate::{
    args::{Color, SchemaArguments, SchemaOf},
    exit::Exit,
};

// Written by hand, and tested against what they are of.
const CASES: &str = include_str!("../../../docs/cases.schema.json");
const REPORT: &str = include_str!("../../../docs/report.schema.json");
const TEST_REPORT: &str = include_str!("../../../docs/test-report.schema.json");

/// Prints a schema.
pub(crate) fn run(arguments: &SchemaArguments) -> Result<Exit> {
    let text = match arguments.what {
        SchemaOf::GuardYaml => {
            let Some(rules) = load(&arguments.policies, None, Color::Auto)? else { return Ok(Exit::Failed) };
            text(&schema::guard_yaml(&rules.bundle))?
        }
        SchemaOf::Metadata => text(&schema::metadata())?,
        SchemaOf::Cases => CASES.to_owned(),
        SchemaOf::Report => REPORT.to_owned(),
        SchemaOf::TestReport => TEST_REPORT.to_owned(),
    };
    io::stdout().lock().write_all(text.as_bytes()).context("cannot write to the standard output")?;
    Ok(Exit::Clean)
}

/// A schema as a file.
pub(crate) fn text(schema: &Value) -> Result<String> {
    let text = serde_json::to_string_pretty(schema).context("cannot write the schema")?;
    Ok(text + "\n")
}
