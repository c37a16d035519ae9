//! What the other tests stand on does what it says.

use std::{path::Path, process::Command};

use guard_e2e::{
    cluster::{Cluster, User},
    poll,
    process::{Folder, Process},
};

#[tokio::test]
async fn an_ordinary_user_may_work_in_a_namespace_and_is_in_the_audit_log() {
    let cluster = Cluster::shared().await.unwrap();
    let namespace = cluster.namespace("harness", &[]).await.unwrap();
    let create = ["create", "configmap", "settings", "--from-literal=a=b", "-n", &namespace];
    let created = cluster.kubectl(User::Alice, &create, "").await.unwrap();
    assert!(created.ok, "{created:?}");

    let denied = cluster.kubectl(User::Alice, &["get", "clusterroles"], "").await.unwrap();
    assert!(denied.stderr.contains("cannot list resource \"clusterroles\""), "{denied:?}");

    let events = cluster.audit_events(&namespace).unwrap();
    let of_settings: Vec<_> =
        events.iter().filter(|event| event.object_ref.resource == "configmaps").collect();
    assert_eq!(of_settings.len(), 1, "{events:?}");
    assert_eq!((of_settings[0].verb.as_str(), of_settings[0].response_status.code), ("create", 201));
}

#[tokio::test]
async fn an_api_server_that_is_restarted_has_what_it_had() {
    let mut cluster = Cluster::start().await.unwrap();
    let namespace = cluster.namespace("kept", &[]).await.unwrap();
    cluster.stop_api_server().unwrap();
    cluster.start_api_server().await.unwrap();
    let kept = cluster.kubectl(User::Admin, &["get", "namespace", &namespace], "").await.unwrap();
    assert!(kept.ok, "{kept:?}");
}

#[tokio::test]
async fn a_program_that_does_not_start_is_an_error_with_what_it_wrote() {
    let folder = Folder::new().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "echo no such luck >&2; exit 3"]);
    let mut process = Process::start(&mut command, &folder.path().join("log")).unwrap();
    process.wait().await.unwrap();
    let error = process.check().unwrap_err().to_string();
    assert!(error.contains("exit status: 3") && error.contains("no such luck"), "{error}");
}

/// The test program calls itself: the child starts a program and a folder, and is killed without a chance to clean up.
#[tokio::test]
async fn what_a_test_run_started_ends_with_it_even_where_it_is_killed() {
    const MARK: &str = "GUARD_E2E_IS_THE_CHILD";
    if std::env::var_os(MARK).is_some() {
        let folder = Folder::new().unwrap();
        let sleeper = Process::start(Command::new("sleep").arg("600"), &folder.path().join("log")).unwrap();
        println!("started {} {}", sleeper.id(), folder.path().display());
        std::future::pending::<()>().await;
    }
    let folder = Folder::new().unwrap();
    let name = "harness::what_a_test_run_started_ends_with_it_even_where_it_is_killed";
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([name, "--exact", "--nocapture"]).env(MARK, "");
    let mut run = Process::start(&mut command, &folder.path().join("log")).unwrap();
    let (id, left) = poll::until("the child to start something", async || {
        let output = run.output()?;
        let line = output.lines().find_map(|line| line.split_once("started "));
        Ok(line.and_then(|(_, rest)| rest.split_once(' ')).map(|(id, left)| (id.to_owned(), left.to_owned())))
    })
    .await
    .unwrap();
    let process = Path::new("/proc").join(id);
    assert!(process.exists() && Path::new(&left).exists());
    run.kill().unwrap();
    poll::until("the end of what it started", async || {
        Ok((!process.exists() && !Path::new(&left).exists()).then_some(()))
    })
    .await
    .unwrap();
}
