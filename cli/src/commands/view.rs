//! `guard view`: each document as Kubernetes will read it.

use std::io::{self, BufWriter, Write};

use anyhow::{Context, Result};
use guard_manifest::{Content, Position, Resource};

use crate::{
    args::{ViewArguments, ViewFormat},
    exit::Exit,
    input, stderr, yaml,
};

/// Prints the resources of each file; what is wrong with it goes to the standard error.
pub(crate) fn run(arguments: &ViewArguments) -> Result<Exit> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut exit = Exit::Clean;
    for file in &arguments.files {
        match input::read(file) {
            Ok((name, bytes)) => exit = exit.max(view(&name, &bytes, arguments.format, &mut out)?),
            Err(error) => exit = exit.max(Exit::from_error(&error)),
        }
    }
    out.flush().context("cannot write to the standard output")?;
    Ok(exit)
}

fn view(name: &str, bytes: &[u8], format: ViewFormat, out: &mut dyn Write) -> Result<Exit> {
    let reading = guard_manifest::read(bytes);
    let mut exit = Exit::Clean;
    let mut resources = 0;
    for document in &reading.documents {
        for warning in &document.warnings {
            say(name, warning.span.start, "warning", &warning.message);
        }
        match &document.content {
            Content::Empty => {}
            Content::Resources(found) => {
                resources += found.len();
                found.iter().try_for_each(|resource| print(resource, format, out))?;
            }
            Content::NotKubernetes { reason, span } | Content::Unreadable { reason, span } => {
                say(name, span.start, "error", reason);
                exit = Exit::Failed;
            }
        }
    }
    if resources == 0 && exit == Exit::Clean {
        stderr::say(format_args!("{name}: error: holds no Kubernetes resource"));
        exit = Exit::Failed;
    }
    Ok(exit)
}

fn print(resource: &Resource, format: ViewFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        ViewFormat::Json => writeln!(out, "{}", resource.value),
        ViewFormat::Yaml => {
            writeln!(out, "---")?;
            yaml::write_document(&resource.value, out)
        }
    }
}

fn say(file: &str, position: Position, level: &str, message: &str) {
    stderr::say(format_args!("{file}:{}:{}: {level}: {message}", position.line, position.column));
}
