//! One verdict: what `guard check` says of the objects in files is what the webhook says of the same objects when they are created.
//!
//! Both judge with every policy in audit, so that nothing is kept out and every finding is told.

mod audit;
pub mod check;
pub mod door;
mod finding;
pub mod manifests;

use std::{
    collections::BTreeSet,
    fmt, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail};
use k8s_openapi::api::admissionregistration::v1::ValidatingWebhookConfiguration;

pub use finding::Finding;

use self::{
    audit::Audit,
    check::Rules,
    door::{Door, Fate},
    manifests::Manifest,
};
use crate::{
    cluster::{Cluster, User},
    process::Folder,
    registration::{Registration, register},
    webhook::{Settings, Webhook},
};

/// How often, and how far apart, the webhook is asked before its view is believed to be complete.
const VIEW_TRIES: u32 = 40;
const VIEW_PAUSE: Duration = Duration::from_millis(250);

/// The namespace of objects that name none.
const NAMESPACE: &str = "one-verdict";

/// A cluster with a webhook, and the same policies for `guard check`.
pub struct Bench {
    cluster: Cluster,
    webhook: Webhook,
    configuration: ValidatingWebhookConfiguration,
    audit: Audit,
    rules: Rules,
    _folder: Folder,
}

/// What was compared, and what was not.
#[derive(Debug, Default)]
pub struct Compared {
    /// Where the two differ, with both answers.
    pub differences: Vec<String>,
    /// Objects that both have judged.
    pub objects: usize,
    /// What both have found in them.
    pub findings: usize,
    /// Objects that the API server does not send, in which `guard check` finds nothing either.
    pub not_sent: usize,
    /// Objects that the API server refuses, with its words.
    pub refused: Vec<String>,
    /// What is no object, or of a kind that the API server does not know.
    pub left_out: Vec<String>,
}

impl Bench {
    /// Starts both, with the default library and the policies of further folders.
    ///
    /// # Errors
    /// Something does not start.
    pub async fn start(bundles: &[PathBuf]) -> anyhow::Result<Self> {
        let cluster = Cluster::start().await?;
        let folder = Folder::new()?;
        let audit = Audit::of(bundles)?;
        let file = folder.path().join("guard.yaml");
        fs::write(&file, &audit.guard_yaml)?;
        let settings = Settings {
            guard_yaml: audit.guard_yaml.clone(),
            bundles: bundles.to_vec(),
            kubeconfig: Some(cluster.kubeconfig()),
            ..Settings::default()
        };
        let webhook = Webhook::ready(settings).await?;
        let registration =
            Registration { name: "one-verdict", namespaces: &[], port: None, failure_policy: "fail" };
        let configuration = register(&cluster, &[&webhook], &registration).await?;
        let rules = Rules { guard_yaml: file, bundles: bundles.to_vec(), namespace: NAMESPACE.to_owned() };
        Ok(Self { cluster, webhook, configuration, audit, rules, _folder: folder })
    }

    /// Installs the CustomResourceDefinitions of a folder.
    ///
    /// # Errors
    /// The API server refuses one.
    pub async fn install(&self, folder: &Path) -> anyhow::Result<()> {
        let folder = folder.to_str().context("a folder that is not Unicode")?;
        let created = self.cluster.kubectl(User::Admin, &["create", "--filename", folder], "").await?;
        let wait = ["wait", "--for=condition=Established", "--timeout=30s", "crd", "--all"];
        let served = self.cluster.kubectl(User::Admin, &wait, "").await?;
        if !created.ok || !served.ok {
            bail!("{folder}: {}{}", created.stderr, served.stderr);
        }
        Ok(())
    }

    /// Compares everything in files and folders, as one run of `guard check` sees it. Afterwards the cluster is as it was.
    ///
    /// # Errors
    /// Something does not run. What differs is no error, but in the answer.
    pub async fn compare(&self, paths: &[PathBuf]) -> anyhow::Result<Compared> {
        let paths =
            paths.iter().map(|path| fs::canonicalize(path).with_context(|| path.display().to_string()));
        let paths: Vec<_> = paths.collect::<Result<_, _>>()?;
        let found = manifests::read(&self.cluster, &paths).await?;
        let by_check = check::check(&self.rules, &paths, &found.objects)?;
        let mut pairs: Vec<_> = found.objects.iter().zip(by_check).collect();
        // What is in a namespace wants it to be there.
        pairs.sort_by_key(|(object, _)| object.text("/kind") != "Namespace");
        let mut compared =
            Compared { left_out: found.left_out, differences: found.differences, ..Compared::default() };
        let mut door = Door::new(&self.cluster, &self.webhook, &self.configuration, NAMESPACE)?;
        let mut around = Vec::new();
        for (object, by_check) in pairs {
            match door.create(object).await.with_context(|| object.place())? {
                Fate::Judged { findings, url } if self.audit.is_looked_around(object) => {
                    around.push((object, by_check, findings, url));
                }
                fate => compared.add(object, by_check, fate),
            }
        }
        // `guard check` has looked at all files at once: now everything is there for the webhook too.
        for (object, by_check, mut findings, url) in around {
            findings.retain(|finding| !self.audit.looks_around(finding));
            findings.extend(self.around(&mut door, &by_check, &url).await?);
            compared.add(object, by_check, Fate::Judged { findings, url });
        }
        door.clean().await?;
        Ok(compared)
    }

    /// What the webhook says of an object in view of the others. The view is a moment behind: it is asked a few times before it is
    /// believed to differ.
    async fn around(
        &self,
        door: &mut Door<'_>,
        by_check: &[Finding],
        url: &str,
    ) -> anyhow::Result<Vec<Finding>> {
        let of = |findings: &[Finding]| -> BTreeSet<Finding> {
            findings.iter().filter(|finding| self.audit.looks_around(finding)).cloned().collect()
        };
        let wanted = of(by_check);
        let mut found = BTreeSet::new();
        for _ in 0..VIEW_TRIES {
            found = of(&door.again(url).await?);
            if found == wanted {
                break;
            }
            tokio::time::sleep(VIEW_PAUSE).await;
        }
        Ok(found.into_iter().collect())
    }
}

impl Compared {
    fn add(&mut self, object: &Manifest, mut by_check: Vec<Finding>, fate: Fate) {
        by_check.sort();
        let two = |webhook: &str| {
            format!("two verdicts on {}\n{}{webhook}", object.place(), told("guard check", &by_check))
        };
        match fate {
            Fate::Judged { findings: mut by_webhook, .. } => {
                by_webhook.sort();
                if by_check == by_webhook {
                    self.objects += 1;
                    self.findings += by_check.len();
                } else {
                    self.differences.push(two(&told("the webhook", &by_webhook)));
                }
            }
            Fate::NotSent if by_check.is_empty() => self.not_sent += 1,
            Fate::NotSent => self.differences.push(two("the webhook is not sent it")),
            Fate::Refused(message) => self.refused.push(format!("{}: {message}", object.place())),
            Fate::UnknownKind => {
                self.left_out.push(format!("{}: the API server does not know the kind", object.place()));
            }
        }
    }
}

fn told(who: &str, findings: &[Finding]) -> String {
    let lines: String = findings.iter().map(|finding| format!("  {finding}\n")).collect();
    let count = findings.len();
    format!("{who} finds {count}:\n{lines}")
}

impl std::ops::AddAssign for Compared {
    fn add_assign(&mut self, other: Self) {
        self.differences.extend(other.differences);
        self.objects += other.objects;
        self.findings += other.findings;
        self.not_sent += other.not_sent;
        self.refused.extend(other.refused);
        self.left_out.extend(other.left_out);
    }
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.left_out.iter().chain(&self.refused) {
            writeln!(f, "not compared: {line}")?;
        }
        let Self { objects, findings, not_sent, refused, left_out, differences } = self;
        let (refused, left_out) = (refused.len(), left_out.len());
        for difference in differences {
            writeln!(f, "{difference}")?;
        }
        writeln!(
            f,
            "compared: {objects} objects, in which guard check and the webhook find the same {findings} violations"
        )?;
        write!(
            f,
            "not compared: {not_sent} objects that no policy is about, {refused} that the API server refuses, {left_out} others"
        )
    }
}
