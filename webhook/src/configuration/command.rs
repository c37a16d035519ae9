//! `--print-configuration`.

use std::{fs, io::Write, path::PathBuf};

use anyhow::{Context, Result, bail};
use jiff::civil::Date;

use super::{Client, Options, configuration};
use crate::{args::Arguments, reload, sources::Sources};

/// Prints the configuration that goes with the policies.
///
/// # Errors
/// What is wrong with the policies, with guard.yaml or with the arguments; or nothing can be written.
pub fn run(arguments: &Arguments, today: Date, out: &mut dyn Write) -> Result<()> {
    let given = &arguments.configuration;
    let client = match (&given.url, &given.service) {
        (Some(url), _) => Client::Url(url.clone()),
        (None, Some(service)) => Client::Service(service.clone()),
        (None, None) => bail!("--print-configuration needs --url or --service"),
    };
    let read = |file: &PathBuf| fs::read(file).with_context(|| format!("cannot read {}", file.display()));
    let options = Options {
        name: arguments.cluster.webhook_configuration.clone(),
        client,
        ca_bundle: given.ca_bundle.as_ref().map(read).transpose()?,
        failure_policy: given.failure_policy,
        timeout_seconds: given.webhook_timeout,
    };
    let sources = Sources::from(&arguments.policies);
    let guardrails = sources.load(today).map_err(|problems| anyhow::anyhow!(reload::text(&problems)))?;
    let text = configuration(&guardrails.bundle, &guardrails.config, &options).map_err(|unknown| {
        let lines: Vec<_> = unknown.iter().map(ToString::to_string).collect();
        anyhow::anyhow!(lines.join("\n"))
    })?;
    out.write_all(text.as_bytes()).context("cannot write to the standard output")
}
