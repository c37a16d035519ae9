//! Every command that README.md and docs/ show runs.
//!
//! In a ```` ```console ```` block each line `$ … guard …` is run by a shell, in a folder that holds what the examples speak of. It must end with 0 or 1;
//! with `# exits 2` behind it, with 2. The lines below a command, its output, are for the reader.

use std::{env, ffi::OsString, fs, os::unix::fs::PermissionsExt, path::PathBuf, process::Command};

use crate::{CliTest, copy, root};

#[test]
fn every_command_in_the_documentation_runs() {
    let pages = pages();
    assert!(
        pages.iter().any(|page| page.ends_with("README.md"))
            && pages.iter().any(|page| page.ends_with("cli.md"))
    );
    let commands: Vec<_> = pages.iter().flat_map(commands).collect();
    assert!(commands.len() > 5, "the examples are gone: {commands:?}");
    let failed: Vec<_> = commands
        .iter()
        .filter_map(|(page, command)| run(command).err().map(|e| format!("{page}: {e}")))
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<_> = [root(), root().join("docs"), root().join("docs/policies")]
        .iter()
        .filter(|folder| folder.is_dir())
        .flat_map(|folder| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    pages
}

fn commands(page: &PathBuf) -> Vec<(String, String)> {
    let text = fs::read_to_string(page).unwrap();
    let name = page.strip_prefix(root()).unwrap().display().to_string();
    let mut language = None;
    let mut commands = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("```"), language) {
            (Some(opening), None) => language = Some(opening),
            (Some(_), Some(_)) => language = None,
            (None, Some("console")) => {
                let command =
                    line.strip_prefix("$ ").filter(|command| command.split(' ').any(|word| word == "guard"));
                commands.extend(command.map(|command| (name.clone(), command.to_owned())));
            }
            _ => {}
        }
    }
    commands
}

fn run(command: &str) -> Result<(), String> {
    let test = CliTest::new();
    prepare(&test);
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(test.path())
        .env("PATH", path(&test))
        .output()
        .unwrap();
    let expected: &[i32] = if command.ends_with("# exits 2") { &[2] } else { &[0, 1] };
    if output.status.code().is_some_and(|code| expected.contains(&code)) {
        return Ok(());
    }
    Err(format!("`{command}` ended with {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
}

/// What the examples speak of: manifests that can be read, in deploy/, apps/ and so on, and programs that print some.
fn prepare(test: &CliTest) {
    let scenarios =
        [("shop", "deploy"), ("clean", "deploy"), ("clean", "apps/api/k8s/base"), ("chart", "chart")];
    for (scenario, folder) in scenarios {
        copy(&root().join("fixtures/manifests").join(scenario), &test.path().join(folder));
    }
    for policies in ["policies", "fixtures/policies"] {
        copy(&root().join(policies), &test.path().join(policies));
    }
    for program in ["helm", "kustomize", "kubectl"] {
        test.write(&format!("bin/{program}"), "#!/bin/sh\ncat deploy/app.yaml\n");
        let file = test.path().join("bin").join(program);
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

fn path(test: &CliTest) -> OsString {
    let guard = PathBuf::from(env!("CARGO_BIN_EXE_guard"));
    let own = [test.path().join("bin"), guard.parent().unwrap().to_owned()];
    let inherited = env::var_os("PATH").unwrap_or_default();
    env::join_paths(own.into_iter().chain(env::split_paths(&inherited))).unwrap()
}
