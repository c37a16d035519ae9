//! `guard new`: the four files of a policy, to begin with.

use std::{
    env,
    io::{self, Write},
    path::Path,
};

use anyhow::{Context, Result, bail};
use guard_loader::{GuardYaml, Library};

use crate::{
    args::NewArguments,
    exit::Exit,
    scaffold::{self, Kind, PolicyName, SCHEMA},
};

/// Writes the files, and says what comes next.
pub(crate) fn run(arguments: &NewArguments) -> Result<Exit> {
    let NewArguments { policy, kind, dir } = arguments;
    not_taken(policy)?;
    let kinds = if kind.is_empty() { Kind::workloads() } else { kind.clone() };
    let files = scaffold::policy_files(policy, &kinds, dir);
    scaffold::write(&files)?;
    let mut out = io::stdout().lock();
    for file in &files {
        writeln!(out, "{}: {}", file.path.display(), file.purpose)?;
    }
    let folder = dir.display();
    writeln!(
        out,
        "\nIts tests pass: `guard test {folder} --filter {policy}`. Make of it what you need, piece by piece."
    )?;
    if !is_named(dir)? {
        writeln!(
            out,
            "guard check runs it once guard.yaml names the folder: `bundles: [{}]`.",
            as_bundle(dir)
        )?;
    }
    if Path::new(SCHEMA).exists() {
        writeln!(out, "Your editor learns of it by `guard schema guard.yaml > {SCHEMA}`.")?;
    }
    Ok(Exit::Clean)
}

/// Two policies of one name do not load beside each other.
fn not_taken(name: &PolicyName) -> Result<()> {
    let library = match guard_loader::load_bundle(&Library::default()) {
        Ok(library) => library,
        Err(problems) => bail!("the embedded policies do not load: {problems:?}"),
    };
    match library.policies().iter().find(|policy| policy.is_called(name.as_str())) {
        Some(policy) => bail!(
            "the default library has a policy {name}\n  help: `guard explain {}` says what it does; else choose another name",
            policy.name
        ),
        None => Ok(()),
    }
}

/// Whether guard.yaml names the folder. What is wrong with guard.yaml is told by the verbs that need it.
fn is_named(folder: &Path) -> Result<bool> {
    let here = env::current_dir().context("cannot tell the current folder")?;
    let named =
        GuardYaml::find(&here).ok().and_then(|guard_yaml| guard_yaml.bundles().ok()).unwrap_or_default();
    let real = |path: &Path| path.canonicalize().ok();
    Ok(named.iter().any(|named| real(named).is_some_and(|named| Some(named) == real(folder))))
}

/// As guard.yaml would name it, if that stood here.
fn as_bundle(folder: &Path) -> String {
    let folder = folder.to_string_lossy().replace('\\', "/");
    if folder.starts_with(['.', '/']) { folder } else { format!("./{folder}") }
}
