//! Requests that go on while something happens to the webhook.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use anyhow::{Context, bail};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{Api, Client, api::PostParams};
use serde_json::json;
use tokio::task::JoinSet;

use crate::poll;

/// Dry-run creations of ConfigMaps, of which every second has a key that `forbidden-key` denies, by four users at once.
pub struct Traffic {
    users: JoinSet<anyhow::Result<()>>,
    answered: Arc<AtomicUsize>,
    ending: Arc<AtomicBool>,
}

impl Traffic {
    /// Starts it.
    #[must_use]
    pub fn start(client: &Client, namespace: &str) -> Self {
        let (answered, ending) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
        let mut users = JoinSet::new();
        for _ in 0..4 {
            let api = Api::namespaced(client.clone(), namespace);
            users.spawn(user(api, Arc::clone(&answered), Arc::clone(&ending)));
        }
        Self { users, answered, ending }
    }

    /// Waits until so many more requests are answered.
    ///
    /// # Errors
    /// They are not, or one was answered wrongly.
    pub async fn goes_on(&mut self, more: usize) -> anyhow::Result<()> {
        let wanted = self.answered.load(Ordering::Relaxed) + more;
        poll::until("traffic to go on", async || {
            if let Some(ended) = self.users.try_join_next() {
                ended??;
                bail!("a user has left");
            }
            Ok((self.answered.load(Ordering::Relaxed) >= wanted).then_some(()))
        })
        .await
    }

    /// Ends it; how many requests were answered.
    ///
    /// # Errors
    /// One was answered wrongly.
    pub async fn end(mut self) -> anyhow::Result<usize> {
        self.ending.store(true, Ordering::Relaxed);
        while let Some(ended) = self.users.join_next().await {
            ended??;
        }
        Ok(self.answered.load(Ordering::Relaxed))
    }
}

async fn user(
    api: Api<ConfigMap>,
    answered: Arc<AtomicUsize>,
    ending: Arc<AtomicBool>,
) -> anyhow::Result<()> {
    let dry_run = PostParams { dry_run: true, ..PostParams::default() };
    let create = async |key: &str| {
        let object = json!({"metadata": {"generateName": "traffic-"}, "data": {key: ""}});
        anyhow::Ok(api.create(&dry_run, &serde_json::from_value(object)?).await)
    };
    while !ending.load(Ordering::Relaxed) {
        create("allowed").await?.context("what is allowed was not let in")?;
        match create("forbidden").await? {
            Err(kube::Error::Api(status))
                if status.code == 403 && status.message.contains("forbidden-key: ") => {}
            Err(error) => return Err(error).context("what is forbidden was not denied by its policy"),
            Ok(_) => bail!("what is forbidden was let in"),
        }
        answered.fetch_add(2, Ordering::Relaxed);
    }
    Ok(())
}
