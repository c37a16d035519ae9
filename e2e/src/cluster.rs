//! A cluster that is an API server and its etcd: nothing runs in it, and everything can be asked of it.

mod audit;
mod kubeconfig;
mod said;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context;
use k8s_openapi::api::{
    core::v1::{Namespace, Pod},
    rbac::v1::{ClusterRole, ClusterRoleBinding},
};
use kube::{
    Api, Client,
    api::{ListParams, ObjectMeta, PostParams},
};
use serde_json::json;
use tokio::sync::OnceCell;

pub use audit::AuditEvent;
pub use said::{Said, bash};

use crate::{
    assets,
    certificates::Authority,
    poll,
    process::{Folder, Process, free_port},
};

/// Who asks. The name is also the token, and the name of a context in the kubeconfig.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum User {
    /// A member of `system:masters`, who may do everything and impersonate everybody.
    Admin,
    /// Who may do everything with the workloads of every namespace, and nothing with the cluster.
    Alice,
}

impl User {
    const ALL: [Self; 2] = [Self::Admin, Self::Alice];

    /// The user's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "root",
            Self::Alice => "alice",
        }
    }

    fn groups(self) -> &'static str {
        match self {
            Self::Admin => "system:masters",
            Self::Alice => "developers",
        }
    }
}

/// An API server with its etcd.
pub struct Cluster {
    // Dropped in this order: the API server before what it stands on.
    api_server: Process,
    _etcd: Process,
    folder: Folder,
    programs: PathBuf,
    authority: Authority,
    port: u16,
    etcd_port: u16,
}

impl Cluster {
    /// Starts one, and waits until it is ready.
    ///
    /// # Errors
    /// The programs cannot be had, or it does not become ready.
    pub async fn start() -> anyhow::Result<Self> {
        let programs = assets::folder()?;
        let folder = Folder::new()?;
        let authority = Authority::new()?;
        let (port, etcd_port, peer_port) = (free_port()?, free_port()?, free_port()?);
        write_files(&folder, &authority)?;
        let etcd = start_etcd(&programs, &folder, etcd_port, peer_port)?;
        let api_server = start_api_server(&programs, &folder, port, etcd_port)?;
        let mut cluster = Self { api_server, _etcd: etcd, folder, programs, authority, port, etcd_port };
        kubeconfig::write(&cluster)?;
        cluster.wait_until_ready().await?;
        cluster.let_alice_in().await?;
        Ok(cluster)
    }

    /// The cluster that the tests of one program share: each keeps to its own namespaces. It ends with the program.
    ///
    /// # Errors
    /// As for [`Cluster::start`].
    pub async fn shared() -> anyhow::Result<&'static Self> {
        static SHARED: OnceCell<Cluster> = OnceCell::const_new();
        SHARED.get_or_try_init(Self::start).await
    }

    /// A client for the API.
    ///
    /// # Errors
    /// It cannot be built.
    pub fn client(&self, user: User) -> anyhow::Result<Client> {
        Ok(Client::try_from(self.client_config(user)?)?)
    }

    /// A client that acts as somebody else, such as a controller.
    ///
    /// # Errors
    /// It cannot be built.
    pub fn client_as(&self, name: &str, groups: &[&str]) -> anyhow::Result<Client> {
        let mut config = self.client_config(User::Admin)?;
        config.auth_info.impersonate = Some(name.to_owned());
        config.auth_info.impersonate_groups = Some(groups.iter().map(|group| (*group).to_owned()).collect());
        Ok(Client::try_from(config)?)
    }

    fn client_config(&self, user: User) -> anyhow::Result<kube::Config> {
        // Every part of the program that uses TLS installs the same one.
        rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
        let mut config = kube::Config::new(self.url().parse()?);
        config.root_cert = Some(vec![self.authority.der()]);
        config.auth_info.token = Some(user.name().to_owned().into());
        Ok(config)
    }

    /// Where the API is.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// A kubeconfig with a context a user, the administrator's current.
    #[must_use]
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.path().join("kubeconfig")
    }

    /// Runs kubectl as a user, with a text on its standard input.
    ///
    /// # Errors
    /// It does not start, or does not end in time.
    pub async fn kubectl(&self, user: User, arguments: &[&str], stdin: &str) -> anyhow::Result<Said> {
        let mut command = tokio::process::Command::new(self.programs.join("kubectl"));
        command.env("KUBECONFIG", self.kubeconfig());
        command.env("KUBECACHEDIR", self.folder.path().join("kubectl-cache"));
        command.args(["--context", user.name()]).args(arguments);
        said::run(command, stdin).await
    }

    /// What the audit log says of a user's requests in a namespace, in the order of the log.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn audit_events(&self, namespace: &str) -> anyhow::Result<Vec<AuditEvent>> {
        audit::read(&self.folder.path().join("audit.log"), namespace)
    }

    /// Creates a namespace that no other test uses, and returns its name.
    ///
    /// # Errors
    /// It cannot be created.
    pub async fn namespace(&self, prefix: &str, labels: &[(&str, &str)]) -> anyhow::Result<String> {
        let labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let metadata = ObjectMeta {
            generate_name: Some(format!("{prefix}-")),
            labels: Some(labels),
            ..ObjectMeta::default()
        };
        let namespace = Namespace { metadata, ..Namespace::default() };
        let api: Api<Namespace> = Api::all(self.client(User::Admin)?);
        let created = api.create(&PostParams::default(), &namespace).await?;
        created.metadata.name.context("a namespace without a name")
    }

    /// Ends the API server at once: asked politely it waits a minute for those who watch. Until [`Cluster::start_api_server`] nobody can ask
    /// it anything.
    ///
    /// # Errors
    /// It cannot be killed.
    pub fn stop_api_server(&mut self) -> anyhow::Result<()> {
        self.api_server.kill()
    }

    /// Starts the API server again, with the objects that it had, and waits until it is ready.
    ///
    /// # Errors
    /// It does not become ready.
    pub async fn start_api_server(&mut self) -> anyhow::Result<()> {
        self.api_server = start_api_server(&self.programs, &self.folder, self.port, self.etcd_port)?;
        self.wait_until_ready().await
    }

    async fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        let client = self.client(User::Admin)?;
        poll::until("the API server to be ready", async || {
            self.api_server.check()?;
            // Refused connections and 500 alike: it is starting.
            let ready = client.request_text(http::Request::get("/readyz").body(Vec::new())?).await;
            Ok(ready.ok())
        })
        .await?;
        Ok(())
    }

    /// Without a controller manager nobody fills in the cluster roles `edit` and `admin`: this one is the tests' own.
    async fn let_alice_in(&self) -> anyhow::Result<()> {
        let client = self.client(User::Admin)?;
        let metadata = json!({"name": User::Alice.groups()});
        let role = json!({
            "metadata": metadata,
            "rules": [{"apiGroups": ["", "apps", "batch", "networking.k8s.io"], "resources": ["*"], "verbs": ["*"]}],
        });
        let binding = json!({
            "metadata": metadata,
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": User::Alice.groups()},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": User::Alice.groups()}],
        });
        let create = PostParams::default();
        Api::<ClusterRole>::all(client.clone()).create(&create, &serde_json::from_value(role)?).await?;
        Api::<ClusterRoleBinding>::all(client).create(&create, &serde_json::from_value(binding)?).await?;
        let pods: Api<Pod> = Api::default_namespaced(self.client(User::Alice)?);
        // The authorizer hears of it a moment later.
        poll::until("alice's rights", async || Ok(pods.list(&ListParams::default()).await.ok())).await?;
        Ok(())
    }
}

fn write_files(folder: &Folder, authority: &Authority) -> anyhow::Result<()> {
    let folder = folder.path();
    authority.leaf()?.write(folder)?;
    fs::write(folder.join("ca.crt"), authority.pem())?;
    let key = rcgen::KeyPair::generate()?;
    fs::write(folder.join("service-accounts.key"), key.serialize_pem())?;
    fs::write(folder.join("service-accounts.pub"), key.public_key_pem())?;
    fs::write(folder.join("audit-policy.yaml"), audit::POLICY)?;
    let tokens = User::ALL.map(|user| format!("{0},{0},{0},{1}\n", user.name(), user.groups()));
    fs::write(folder.join("tokens.csv"), tokens.concat())?;
    Ok(())
}

fn start_etcd(programs: &Path, folder: &Folder, port: u16, peer_port: u16) -> anyhow::Result<Process> {
    let folder = folder.path();
    let url = format!("http://127.0.0.1:{port}");
    let peer_url = format!("http://127.0.0.1:{peer_port}");
    let mut command = Command::new(programs.join("etcd"));
    command.arg("--data-dir").arg(folder.join("etcd"));
    command.arg(format!("--listen-client-urls={url}")).arg(format!("--advertise-client-urls={url}"));
    command.arg(format!("--listen-peer-urls={peer_url}"));
    command.arg(format!("--initial-advertise-peer-urls={peer_url}"));
    command.arg(format!("--initial-cluster=default={peer_url}"));
    // What a crash would lose is thrown away in any case.
    command.arg("--unsafe-no-fsync");
    Process::start(&mut command, &folder.join("etcd.log"))
}

fn start_api_server(programs: &Path, folder: &Folder, port: u16, etcd_port: u16) -> anyhow::Result<Process> {
    let folder = folder.path();
    let file = |flag: &str, name: &str| format!("--{flag}={}", folder.join(name).display());
    let mut command = Command::new(programs.join("kube-apiserver"));
    command.arg(format!("--etcd-servers=http://127.0.0.1:{etcd_port}"));
    command.arg(format!("--secure-port={port}"));
    command.args([
        "--bind-address=127.0.0.1",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--endpoint-reconciler-type=none",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--authorization-mode=RBAC",
        "--allow-privileged=true",
        // No controller makes the account `default` in a new namespace.
        "--disable-admission-plugins=ServiceAccount",
        "--audit-log-mode=blocking",
    ]);
    command.args([
        file("tls-cert-file", "tls.crt"),
        file("tls-private-key-file", "tls.key"),
        file("cert-dir", "certificates"),
        file("service-account-key-file", "service-accounts.pub"),
        file("service-account-signing-key-file", "service-accounts.key"),
        file("token-auth-file", "tokens.csv"),
        file("audit-policy-file", "audit-policy.yaml"),
        file("audit-log-path", "audit.log"),
    ]);
    Process::start(&mut command, &folder.join("kube-apiserver.log"))
}
