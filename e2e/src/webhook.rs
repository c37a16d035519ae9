//! A `guard-webhook` of a test's own, beside the API server that calls it.

mod decision;
pub mod http;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
    sync::Arc,
};

use anyhow::{Context, bail};
pub use decision::Decision;

use crate::{
    certificates::Authority,
    mount::Mount,
    poll,
    process::{Folder, Process, free_port},
    programs::programs,
};

/// What a webhook serves.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// guard.yaml.
    pub guard_yaml: String,
    /// Folders of policies beside the default library.
    pub bundles: Vec<PathBuf>,
    /// How to reach the API server; none to serve without a cluster.
    pub kubeconfig: Option<PathBuf>,
    /// More arguments.
    pub arguments: Vec<String>,
}

/// A running webhook.
pub struct Webhook {
    process: Process,
    folder: Folder,
    settings: Settings,
    authority: Arc<Authority>,
    config: Mount,
    tls: Mount,
    port: u16,
    health_port: u16,
}

impl Webhook {
    /// Starts one, without waiting for it.
    ///
    /// # Errors
    /// It cannot be built or started.
    pub fn start(settings: Settings) -> anyhow::Result<Self> {
        Self::start_by(settings, Arc::new(Authority::new()?))
    }

    /// Starts another one with the same settings, whose certificate the same authority has signed: a replica.
    ///
    /// # Errors
    /// It does not become ready.
    pub async fn replica(&self) -> anyhow::Result<Self> {
        let mut webhook = Self::start_by(self.settings.clone(), Arc::clone(&self.authority))?;
        webhook.wait_until_ready().await?;
        Ok(webhook)
    }

    fn start_by(settings: Settings, authority: Arc<Authority>) -> anyhow::Result<Self> {
        let folder = Folder::new()?;
        let config = Mount::new(folder.path().join("config"), &[("guard.yaml", &settings.guard_yaml)])?;
        let leaf = authority.leaf()?;
        let files = [("tls.crt", leaf.certificate.as_str()), ("tls.key", leaf.key.as_str())];
        let tls = Mount::new(folder.path().join("tls"), &files)?;
        fs::write(folder.path().join("ca.crt"), authority.pem())?;
        let (port, health_port) = (free_port()?, free_port()?);
        let process = spawn(&folder, &settings, port, health_port)?;
        Ok(Self { process, folder, settings, authority, config, tls, port, health_port })
    }

    /// Starts one, and waits until it is ready.
    ///
    /// # Errors
    /// It does not become ready.
    pub async fn ready(settings: Settings) -> anyhow::Result<Self> {
        let mut webhook = Self::start(settings)?;
        webhook.wait_until_ready().await?;
        Ok(webhook)
    }

    /// Waits until `/readyz` says so.
    ///
    /// # Errors
    /// It does not, or the process has ended.
    pub async fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        poll::until("the webhook to be ready", async || {
            self.process.check()?;
            // It does not listen at once.
            let ready = http::get(self.health_port, "/readyz").await.is_ok_and(|(status, _)| status == 200);
            Ok(ready.then_some(()))
        })
        .await
        .with_context(|| format!("it wrote:\n{}", self.log().unwrap_or_default()))
    }

    /// Starts it anew where it has ended, on the same ports, with the same files.
    ///
    /// # Errors
    /// It does not become ready.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        self.process = spawn(&self.folder, &self.settings, self.port, self.health_port)?;
        self.wait_until_ready().await
    }

    /// Ends it at once (SIGKILL).
    ///
    /// # Errors
    /// It cannot be killed.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.process.kill()
    }

    /// Asks it to end (SIGTERM), without waiting for it.
    ///
    /// # Errors
    /// The signal cannot be sent.
    pub fn terminate(&self) -> anyhow::Result<()> {
        self.process.terminate()
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// It goes on.
    pub async fn wait(&mut self) -> anyhow::Result<ExitStatus> {
        self.process.wait().await
    }

    /// Fails where it has ended.
    ///
    /// # Errors
    /// It has ended.
    pub fn check(&mut self) -> anyhow::Result<()> {
        self.process.check()
    }

    /// The port for API servers.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The port for `/healthz`, `/readyz` and `/metrics`.
    #[must_use]
    pub fn health_port(&self) -> u16 {
        self.health_port
    }

    /// The file of the authority that has signed its certificate.
    #[must_use]
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.crt")
    }

    /// Replaces guard.yaml.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn set_guard_yaml(&mut self, text: &str) -> anyhow::Result<()> {
        self.settings.guard_yaml = text.to_owned();
        self.config.swap(&[("guard.yaml", text)])
    }

    /// Replaces the certificate by another one of the same authority, and returns it.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn rotate_certificate(&mut self) -> anyhow::Result<String> {
        let leaf = self.authority.leaf()?;
        self.tls.swap(&[("tls.crt", &leaf.certificate), ("tls.key", &leaf.key)])?;
        Ok(leaf.certificate)
    }

    /// The value of a metric without labels, or with all of them as they stand in braces.
    ///
    /// # Errors
    /// It is not there.
    pub async fn metric(&self, name: &str) -> anyhow::Result<f64> {
        let (_, text) = http::get(self.health_port, "/metrics").await?;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let value = value.with_context(|| format!("no metric {name} in:\n{text}"))?;
        Ok(value.parse()?)
    }

    /// What it has written into its log.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn log(&self) -> anyhow::Result<String> {
        self.process.output()
    }

    /// All decisions so far.
    ///
    /// # Errors
    /// A line is no decision record.
    pub fn decisions(&self) -> anyhow::Result<Vec<Decision>> {
        Ok(self.decisions_from(0)?.0)
    }

    /// The decisions from a byte of the record on, and the byte behind them.
    ///
    /// # Errors
    /// A line is no decision record.
    pub fn decisions_from(&self, from: usize) -> anyhow::Result<(Vec<Decision>, usize)> {
        decision::read(&self.folder.path().join("decisions.jsonl"), from)
    }

    /// Runs `guard-webhook` with the policies and settings of this one and further arguments, to its end; what it writes.
    ///
    /// # Errors
    /// It does not succeed.
    pub fn run(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = Command::new(programs()?.webhook);
        policies(&mut command, &self.folder, &self.settings);
        let output = command.args(arguments).output()?;
        if !output.status.success() {
            bail!("{command:?} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}

/// What API servers call, by port.
pub(crate) fn url(port: u16) -> String {
    format!("https://127.0.0.1:{port}/validate")
}

fn policies(command: &mut Command, folder: &Folder, settings: &Settings) {
    command.arg("--config").arg(folder.path().join("config/guard.yaml"));
    for bundle in &settings.bundles {
        command.arg("--bundle").arg(bundle);
    }
}

fn spawn(folder: &Folder, settings: &Settings, port: u16, health_port: u16) -> anyhow::Result<Process> {
    let at: &Path = folder.path();
    let mut command = Command::new(programs()?.webhook);
    policies(&mut command, folder, settings);
    command.arg("--listen").arg(format!("127.0.0.1:{port}"));
    command.arg("--health-listen").arg(format!("127.0.0.1:{health_port}"));
    command.arg("--tls").arg(at.join("tls"));
    command.arg("--decisions").arg(at.join("decisions.jsonl")).args(["--record", "all"]);
    match &settings.kubeconfig {
        Some(file) => command.arg("--kubeconfig").arg(file),
        None => command.arg("--no-cluster"),
    };
    Process::start(command.args(&settings.arguments), &at.join("webhook.log"))
}
