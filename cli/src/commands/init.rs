//! `guard init`: what a repository needs to begin with, without touching what it has.

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow, bail};
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
    let InitArguments { pre_commit, github, gitlab } = *arguments;
    in_its_place(&here, guard_yaml.file(), pre_commit || github || gitlab)?;
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

/// The schema lies beside guard.yaml; hooks and pipelines are looked for in the root of a repository alone.
fn in_its_place(here: &Path, guard_yaml: Option<&str>, is_for_repository: bool) -> Result<()> {
    if let Some(file) = guard_yaml.filter(|file| Path::new(file).components().count() > 1) {
        bail!("there is a guard.yaml above this folder: {file}\n  help: run guard init where it is");
    }
    let is_root = |folder: &&Path| folder.join(".git").exists();
    match here.ancestors().find(is_root) {
        Some(root) if is_for_repository && root != here => {
            bail!(
                "hooks and pipelines belong into the root of the repository\n  help: run guard init in {}",
                root.display()
            )
        }
        _ => Ok(()),
    }
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
