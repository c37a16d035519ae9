//! guard-webhook itself, as a process.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
};

use serde_json::{Value, json};

use crate::{
    certificate::{Issued, issue},
    client::{Client, tls},
};

/// A policy that finds pods which say so, and never comes to an end over those named `endless`.
const POLICY: &str = r#"# METADATA
# title: The title of refused
# description: D
# custom:
#   category: test
#   severity: high
#   kinds: [{group: "", kind: Pod}]
#   remediation: R
package guard.policies.refused

import future.keywords.not

violation contains {"message": "it says so", "path": ["metadata", "labels", "refused"]} if {
	input.object.metadata.labels.refused == "yes"
}

violation contains {"message": "it came to an end", "path": []} if {
	input.object.metadata.name == "endless"
	many := numbers.range(1, 10000)
	some a in many
	some b in many
	some c in many
	a + b + c == 0
}
"#;

/// A running process; killed where its test ends before it does.
struct Program {
    child: Child,
    /// The lines of its log.
    log: mpsc::Receiver<Value>,
    /// Its folder: `tls`, `policies`, guard.yaml.
    folder: tempfile::TempDir,
    issued: Issued,
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may be over already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes what the program needs into a folder.
fn folder() -> (tempfile::TempDir, Issued) {
    let (folder, issued) = (tempfile::tempdir().unwrap(), issue());
    fs::create_dir_all(folder.path().join("policies/refused")).unwrap();
    fs::create_dir(folder.path().join("tls")).unwrap();
    fs::write(folder.path().join("policies/refused/policy.rego"), POLICY).unwrap();
    fs::write(folder.path().join("guard.yaml"), "").unwrap();
    issued.mount(&folder.path().join("tls"), "first");
    (folder, issued)
}

fn start((folder, issued): (tempfile::TempDir, Issued), more: &[&str]) -> Program {
    spawn(command(folder.path(), more), folder, issued)
}

fn spawn(mut command: Command, folder: tempfile::TempDir, issued: Issued) -> Program {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let (sender, log) = mpsc::channel();
    let stderr = BufReader::new(child.stderr.take().unwrap());
    thread::spawn(move || {
        for line in stderr.lines() {
            let line = line.unwrap();
            let line = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}"));
            // The test may be over.
            let _ = sender.send(line);
        }
    });
    Program { child, log, folder, issued }
}

fn command(folder: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guard-webhook"));
    command.args(["--listen", "127.0.0.1:0", "--health-listen", "127.0.0.1:0", "--shutdown-grace", "0s"]);
    command.args(["--no-cluster", "--no-default-policies"]);
    for (flag, path) in [("--tls", "tls"), ("--bundle", "policies"), ("--config", "guard.yaml")] {
        command.arg(flag).arg(folder.join(path));
    }
    command.args(more).stderr(Stdio::piped()).stdin(Stdio::null());
    command
}

impl Program {
    /// The next line of the log that has this in a field.
    fn line_with(&self, key: &str, value: &str) -> Value {
        loop {
            let line =
                self.log.recv().unwrap_or_else(|_| panic!("it ended without a line where {key} is {value}"));
            if line[key] == value {
                return line;
            }
        }
    }

    fn address(&self, server: &str) -> SocketAddr {
        self.line_with("server", server)["address"].as_str().unwrap().parse().unwrap()
    }

    async fn client(&self, address: SocketAddr) -> Client {
        Client::http1(tls(address, std::slice::from_ref(&self.issued.der), "http/1.1").await.unwrap()).await
    }

    /// Ends it as Kubernetes does, and returns its exit code and what it wrote.
    fn terminate(&mut self) -> (Option<i32>, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let mut decisions = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut decisions).unwrap();
        (self.child.wait().unwrap().code(), decisions)
    }
}

/// Status and body of a GET without TLS.
fn get(address: SocketAddr, path: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}

fn review(name: &str, refused: &str) -> String {
    json!({
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
            "kind": {"group": "", "version": "v1", "kind": "Pod"},
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "name": name,
            "namespace": "shop",
            "operation": "CREATE",
            "userInfo": {"username": "somebody"},
            "object": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"refused": refused}}},
        }
    })
    .to_string()
}

async fn ask(client: &mut Client, uri: &str, review: &str) -> Value {
    let response = client.post(uri, review).await.unwrap();
    assert_eq!(response.status(), 200);
    serde_json::from_slice::<Value>(response.body()).unwrap()["response"].take()
}

#[tokio::test]
async fn reviews_are_judged_and_recorded_and_sigterm_ends_it_with_0() {
    let mut program = start(folder(), &[]);
    let (health, address) = (program.address("health"), program.address("validate"));
    assert_eq!(get(health, "/readyz"), ("HTTP/1.1 200 OK".to_owned(), "ok\n".to_owned()));
    let mut client = program.client(address).await;
    assert_eq!(ask(&mut client, "/validate?timeout=10s", &review("web", "no")).await["allowed"], true);
    let denied = ask(&mut client, "/validate?timeout=10s", &review("web", "yes")).await;
    assert_eq!(denied["allowed"], false);
    assert!(
        denied["status"]["message"].as_str().unwrap().starts_with("refused: it says so (at "),
        "{denied}"
    );
    let (_, metrics) = get(health, "/metrics");
    for line in ["guard_connections 1", "guard_queue_capacity 256"] {
        assert!(metrics.lines().any(|metric| metric == line), "no line {line:?} in\n{metrics}");
    }
    let (code, decisions) = program.terminate();
    assert_eq!(code, Some(0));
    let decision: Value = serde_json::from_str(decisions.trim_end()).unwrap();
    assert_eq!(decision["decision"], "denied");
}

#[test]
fn an_unusable_certificate_keeps_it_unready_and_says_why_until_there_is_a_better_one() {
    let (folder, issued) = folder();
    let other = issue();
    fs::remove_file(folder.path().join("tls/tls.key")).unwrap();
    let program = start((folder, issued), &[]);
    let health = program.address("health");
    let line = program.line_with("part", "certificate");
    assert!(line["why"].as_str().unwrap().contains("tls.key: No such file or directory"), "{line}");
    program.line_with("part", "policies");
    let (status, body) = get(health, "/readyz");
    assert_eq!(status, "HTTP/1.1 503 Service Unavailable");
    assert!(body.starts_with("certificate: ") && body.contains("tls.key"), "{body}");
    assert_eq!(get(health, "/healthz").0, "HTTP/1.1 200 OK");
    other.mount(&program.folder.path().join("tls"), "second");
    program.address("validate");
    assert_eq!(get(health, "/readyz").0, "HTTP/1.1 200 OK");
}

#[test]
fn a_guard_yaml_that_cannot_be_read_keeps_it_unready_and_says_where_until_it_is_mended() {
    let (folder, issued) = folder();
    fs::write(folder.path().join("guard.yaml"), "policies: [\n").unwrap();
    let program = start((folder, issued), &[]);
    let health = program.address("health");
    let line = program.line_with("part", "policies");
    assert!(line["why"].as_str().unwrap().contains("guard.yaml:"), "{line}");
    assert!(get(health, "/readyz").1.contains("policies: "));
    fs::write(program.folder.path().join("guard.yaml"), "policies: {}\n").unwrap();
    program.address("validate");
}

#[test]
fn a_signal_before_it_is_ready_ends_it_with_0() {
    let (folder, issued) = folder();
    fs::remove_file(folder.path().join("tls/tls.key")).unwrap();
    let mut program = start((folder, issued), &[]);
    program.line_with("part", "certificate");
    assert_eq!(program.terminate().0, Some(0));
}

#[test]
fn a_log_that_nobody_reads_any_more_ends_nothing() {
    let (folder, issued) = folder();
    let mut child = command(folder.path(), &[]).stdout(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(log.any(|line| line.unwrap().contains(r#""server":"validate""#)), "it never served");
    drop(log);
    let mut program = Program { child, log: mpsc::channel().1, folder, issued };
    // It logs that it stops.
    assert_eq!(program.terminate().0, Some(0));
}

#[test]
fn an_address_that_is_taken_ends_it_with_2() {
    let (folder, _) = folder();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_guard-webhook"));
    let output =
        command.args(["--listen", &address, "--no-cluster", "--tls"]).arg(folder.path()).output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{log}");
    assert!(log.contains(&format!("cannot listen on {address}: Address already in use")), "{log}");
}

#[test]
fn a_low_limit_of_open_files_lowers_the_number_of_connections_and_says_so() {
    let (folder, issued) = folder();
    let program = command(folder.path(), &[]);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "ulimit -n 300; exec \"$0\" \"$@\""])
        .arg(program.get_program())
        .args(program.get_args());
    limited.stderr(Stdio::piped()).stdin(Stdio::null());
    let program = spawn(limited, folder, issued);
    let line =
        program.line_with("message", "fewer connections than wanted: the limit of open files is too low");
    assert_eq!((&line["connections"], &line["open_files"]), (&json!(150), &json!(300)), "{line}");
    program.address("validate");
}

#[tokio::test]
async fn a_policy_in_an_endless_loop_is_answered_for_in_time_as_its_on_error_says() {
    let program = start(folder(), &[]);
    let address = program.address("validate");
    let mut client = program.client(address).await;
    let denied = ask(&mut client, "/validate?timeout=1s", &review("endless", "no")).await;
    assert_eq!(denied["allowed"], false, "{denied}");
    assert!(denied["status"]["message"].as_str().unwrap().contains("it ran out of time"), "{denied}");
    let allowed = ask(&mut client, "/validate?timeout=10s", &review("web", "no")).await;
    assert_eq!(allowed["allowed"], true, "{allowed}");
}

#[tokio::test]
async fn a_full_queue_is_answered_as_on_error_says_while_the_worker_is_in_an_endless_loop() {
    let program = start(folder(), &["--workers", "1", "--queue", "1"]);
    let address = program.address("validate");
    let mut asked = Vec::new();
    for _ in 0..4 {
        let mut client = program.client(address).await;
        let review = review("endless", "no");
        asked.push(tokio::spawn(async move { ask(&mut client, "/validate?timeout=2s", &review).await }));
    }
    let mut overflowed = 0;
    for asked in asked {
        let denied = asked.await.unwrap();
        assert_eq!(denied["allowed"], false, "{denied}");
        let message = denied["status"]["message"].as_str().unwrap();
        overflowed += usize::from(message.contains("too many requests wait to be judged"));
    }
    assert!(overflowed >= 1, "nobody found the queue full");
}
