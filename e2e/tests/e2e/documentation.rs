//! docs/operating.md leads to what it says: its commands run as they stand there.

use std::{fs, os::unix::fs::symlink};

use guard_e2e::{
    cluster::{Cluster, User},
    process::{Folder, free_port},
    programs::{programs, root},
};

use crate::support::assert_ok;

/// A command, and lines of its output that the page shows: each begins a line that it writes.
struct Step {
    command: String,
    shown: Vec<String>,
}

#[tokio::test]
async fn the_page_leads_from_nothing_to_a_denied_pod_and_out_again() {
    let cluster = Cluster::start().await.unwrap();
    let folder = Folder::new().unwrap();
    let programs = programs().unwrap();
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    symlink(&programs.webhook, bin.join("guard-webhook")).unwrap();
    symlink(guard_e2e::assets::folder().unwrap().join("kubectl"), bin.join("kubectl")).unwrap();

    let page = page();
    let steps = steps(&page);
    assert!(steps.len() > 10, "the page has lost its commands");
    // What a shell started ends with it.
    let mut script = String::from("trap 'kill -KILL $(jobs -p) 2>/dev/null' EXIT\n");
    for (index, step) in steps.iter().enumerate() {
        script += &format!("{}\n", step.command);
        if !step.command.ends_with('&') {
            script += "[ $? = 0 ] || { echo 'FAILED'; cat *.log; exit 1; }\n";
        }
        script += &format!("echo '== {index}'\n");
    }
    let ports = [(":8443", free_port().unwrap()), (":8080", free_port().unwrap())];
    for (port, free) in ports {
        script = script.replace(port, &format!(":{free}"));
    }
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let variables = [("PATH", path), ("KUBECONFIG", cluster.kubeconfig().display().to_string())];
    let said = guard_e2e::cluster::bash(folder.path(), &variables, &script).await.unwrap();
    let log = fs::read_to_string(folder.path().join("webhook.log")).unwrap_or_default();
    assert!(said.ok, "{}\n{}\nthe webhook:\n{log}", said.stdout, said.stderr);

    let mut outputs = said.stdout.as_str();
    for (index, step) in steps.iter().enumerate() {
        let (output, rest) = outputs.split_once(&format!("== {index}\n")).unwrap();
        for shown in &step.shown {
            let written = output.lines().any(|line| line.starts_with(shown.as_str()));
            assert!(written, "{}\nwrites\n{output}\nand not\n{shown}", step.command);
        }
        outputs = rest;
    }
}

#[tokio::test]
async fn an_api_server_takes_the_manifests_of_the_page() {
    let cluster = Cluster::start().await.unwrap();
    let page = page();
    let (_, rest) = page.split_once("```yaml\n").unwrap();
    let (manifests, _) = rest.split_once("```").unwrap();
    let said = cluster.kubectl(User::Admin, &["create", "--filename=-"], manifests).await.unwrap();
    assert_ok(&said);
    assert!(said.stdout.contains("deployment.apps/guard created"), "{said:?}");
}

fn page() -> String {
    fs::read_to_string(root().join("docs/operating.md")).unwrap()
}

fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for block in page.split("```console\n").skip(1) {
        for line in block.split("```").next().unwrap().lines() {
            match line.strip_prefix("$ ") {
                Some(command) => steps.push(Step { command: command.to_owned(), shown: vec![] }),
                None => steps.last_mut().unwrap().shown.push(line.to_owned()),
            }
        }
    }
    steps
}
