//! Validates JSON files against a JSON Schema: `validate_schema SCHEMA FILE…`. For outputs whose official schema is not
//! part of this repository.

use std::{env, fs, process::ExitCode};

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

fn main() -> Result<ExitCode> {
    let mut files = env::args().skip(1);
    let schema = read(&files.next().context("usage: validate_schema SCHEMA FILE…")?)?;
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .map_err(|error| anyhow!("the schema is none: {error}"))?;
    let mut code = ExitCode::SUCCESS;
    for file in files {
        let value = read(&file)?;
        let errors: Vec<_> = validator.iter_errors(&value).collect();
        println!("{file}: {}", if errors.is_empty() { "valid" } else { "not valid" });
        for error in errors {
            code = ExitCode::FAILURE;
            println!("  {}: {error}", error.instance_path());
        }
    }
    Ok(code)
}

fn read(file: &str) -> Result<Value> {
    let text = fs::read(file).with_context(|| format!("cannot read {file}"))?;
    serde_json::from_slice(&text).with_context(|| format!("{file} is not JSON"))
}
