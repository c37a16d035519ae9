//! `guard man`: manual pages, one for the program and one a verb.

use std::fs;

use anyhow::{Context, Result};
use clap::CommandFactory;

use crate::{
    args::{Arguments, ManArguments},
    exit::Exit,
};

/// Writes the pages.
pub(crate) fn run(arguments: &ManArguments) -> Result<Exit> {
    let folder = &arguments.dir;
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    clap_mangen::generate_to(Arguments::command(), folder)
        .with_context(|| format!("cannot write into {}", folder.display()))?;
    Ok(Exit::Clean)
}
