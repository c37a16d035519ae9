//! `guard init`: what a repository needs to begin with, without touching what it has.

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow};
use guard_engine::{bundle::Bundle, schema};
use guard_loader::{GuardYaml, Library, load_bundle};

use super::load::print;
use crate::{
    args::{Color, InitArguments},
    exit::Exit,
    scaffold::{self, Plan, Repository},
};

/// Writes what is missing, and tells what to add to what is there.
pub(crate) fn run(arguments: &InitArguments) -> Result<Exit> {
    let here = env::current_dir().context("cannot tell the current folder")?;
    let found = GuardYaml::find(&here).and_then(|guard_yaml| {
        let bundles = guard_yaml.bundles()?;
        Ok((guard_yaml, bundles))
    });
    let (guard_yaml, bundles) = match found {
        Ok(found) => found,
        Err(problems) => {
            print(&problems, Color::Auto);
            return Ok(Exit::Failed);
        }
    };
    let repository = Repository::new(Path::new(""), guard_yaml.file(), bundles.clone());
    // What guard.yaml is about, or will be.
    let folders = if guard_yaml.file().is_some() {
        bundles
    } else {
        repository.policies().map(PathBuf::from).into_iter().collect()
    };
    let bundle = bundle(folders)?;
    let mut plan = Plan::default();
    repository.settings(super::schema::text(&schema::guard_yaml(&bundle))?, &mut plan);
    let InitArguments { pre_commit, github, gitlab } = *arguments;
    if pre_commit {
        repository.pre_commit(&mut plan);
    }
    if github {
        repository.github(&mut plan);
    }
    if gitlab {
        repository.gitlab(&mut plan);
    }
    repository.hints([pre_commit, github, gitlab], &mut plan);
    scaffold::write(&plan.files)?;
    tell(&plan, &mut io::stdout().lock()).context("cannot write to the standard output")?;
    Ok(Exit::Clean)
}

/// The default library beside these folders; alone where they do not load.
fn bundle(folders: Vec<PathBuf>) -> Result<Bundle> {
    load_bundle(&Library { folders, default_library: true })
        .or_else(|_| load_bundle(&Library::default()))
        .map_err(|problems| anyhow!("the embedded policies do not load: {problems:?}"))
}

fn tell(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    for file in &plan.files {
        writeln!(out, "wrote {}: {}", file.path.display(), file.purpose)?;
    }
    for (sentence, lines) in &plan.advice {
        writeln!(out, "{sentence}")?;
        lines.lines().try_for_each(|line| writeln!(out, "  {line}"))?;
    }
    Ok(())
}
