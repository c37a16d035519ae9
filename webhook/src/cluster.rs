//! What guard knows of its cluster: namespaces, the other resources that policies look at, and what would be sent here at all.
//!
//! ```text
//! declare(bundle, config) ┐
//! discovery -> Served ----┴-> keeper: one list and watch a resource -> State -> snapshots, 250 ms apart -> workers
//!                                     namespaces -------------------> Namespaces ---------------------> workers
//!                                     webhook configuration --------> Unsent -> log, metric
//! ```
//!
//! Once synced, a view goes on through every outage of the API server with what it knew, and says how old that is.

mod backoff;
mod connect;
mod health;
mod keeper;
mod namespaces;
mod resource;
mod served;
mod state;
mod trouble;
mod unsent;
mod watch;
mod without;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    time::Duration,
};

use arc_swap::ArcSwap;
use guard_engine::{bundle::Bundle, config::Config, inventory::Inventory};
use kube::Client;
use serde_json::Value;
use tokio::{
    runtime::Handle,
    sync::{Notify, watch as channel},
    time::timeout,
};

pub use connect::ConnectError;
pub use state::KindView;
pub use unsent::Unsent;

use namespaces::Namespaces;
use state::State;

/// How long a worker waits for a namespace that the watch has not brought yet. The API server has just let somebody write into
/// it, so it is there.
const LOOKUP_LIMIT: Duration = Duration::from_millis(250);

/// Where the cluster is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// A kubeconfig; none for `$KUBECONFIG`, `~/.kube/config` or the pod's own service account, in this order.
    pub kubeconfig: Option<PathBuf>,
    /// The ValidatingWebhookConfiguration that sends requests here.
    pub webhook_configuration: String,
}

/// What guard knows of its cluster. A clone is the same view.
#[derive(Clone)]
pub struct View {
    shared: Arc<Shared>,
    /// Asks the API server what the watches have not brought; none without a cluster.
    lookup: Option<(Client, Handle)>,
}

/// What tasks and readers share.
struct Shared {
    namespaces: Namespaces,
    state: Mutex<State>,
    inventory: ArcSwap<Inventory>,
    /// Why not all that is declared is known; none where it is.
    waiting: channel::Sender<Option<String>>,
    /// There is something to publish.
    changed: Notify,
    /// Something else is declared, or a kind is gone.
    wanted: Notify,
    /// There is a cluster to wait for.
    looks: bool,
}

impl View {
    /// Starts to look at a cluster. It returns before anything is known: the API server may start later than its webhook.
    ///
    /// # Errors
    /// Nothing says where the cluster is, or what says so cannot be read.
    pub async fn connect(options: &Options) -> Result<Self, ConnectError> {
        let client = connect::client(options.kubeconfig.as_deref()).await?;
        Ok(Self::of_client(client, &options.webhook_configuration))
    }

    fn of_client(client: Client, webhook_configuration: &str) -> Self {
        let shared = Arc::new(Shared::new("the API server has not said yet what it serves", true));
        keeper::start(&client, &shared, webhook_configuration.to_owned());
        Self { shared, lookup: Some((client, Handle::current())) }
    }

    /// The view of nobody: it knows no namespace and no inventory, and policies that need one fail as their `onError` says.
    #[must_use]
    pub fn none() -> Self {
        let shared = Shared::new("guard runs without a cluster (--no-cluster)", false);
        Self { shared: Arc::new(shared), lookup: None }
    }

    /// Says which policies are about to be used: what they read from the inventory is kept from now on, and until nobody holds
    /// `config` any more. Without a cluster, logs what cannot be judged.
    pub fn declare(&self, bundle: &Arc<Bundle>, config: &Arc<Config>) {
        self.shared.state().declare(bundle, config);
        self.shared.publish();
        self.shared.wanted.notify_one();
        if !self.shared.looks {
            for line in without::what_is_not_known(bundle, config) {
                tracing::warn!("without a cluster, {line}");
            }
        }
    }

    /// A namespace, where it is known. One that the watch has not brought yet is asked for, for a quarter of a second at most.
    #[must_use]
    pub fn namespace(&self, name: &str) -> Option<Arc<Value>> {
        self.known_namespace(name).or_else(|| self.look_up(name))
    }

    /// A namespace, where it is known already: for threads that must not wait.
    #[must_use]
    pub fn known_namespace(&self, name: &str) -> Option<Arc<Value>> {
        self.shared.namespaces.get(name)
    }

    /// The newest snapshot of what policies may look at.
    #[must_use]
    pub fn inventory(&self) -> Arc<Inventory> {
        self.shared.inventory.load_full()
    }

    /// Whether all namespaces are known and all that the declared policies read. It may become false again by
    /// [`View::declare`], and by nothing else. Without a cluster there is nothing to wait for.
    #[must_use]
    pub fn is_synced(&self) -> bool {
        self.shared.waiting.borrow().is_none()
    }

    /// Returns once [`View::is_synced`]; `because` is told what is waited for, each time it is something else.
    pub async fn synced(&self, mut because: impl FnMut(&str)) {
        let mut waiting = self.shared.waiting.subscribe();
        loop {
            let why = waiting.borrow_and_update().clone();
            let Some(why) = why else { return };
            because(&why);
            // The sender lives as long as this view.
            if waiting.changed().await.is_err() {
                return;
            }
        }
    }

    /// What is known of namespaces and of each inventory kind.
    #[must_use]
    pub fn kinds(&self) -> Vec<KindView> {
        if !self.shared.looks {
            return Vec::new();
        }
        let mut kinds = vec![self.shared.namespaces.view()];
        kinds.extend(self.shared.state().views());
        kinds
    }

    /// The declared inventory kinds that the API server does not serve: for policies there are none of them.
    #[must_use]
    pub fn not_served(&self) -> usize {
        self.shared.state().not_served().len()
    }

    /// What the newest policies judge and the installed webhook configuration never sends; none where nobody knows.
    #[must_use]
    pub fn unsent(&self) -> Option<Vec<Unsent>> {
        self.shared.state().unsent().map(<[Unsent]>::to_vec)
    }

    fn look_up(&self, name: &str) -> Option<Arc<Value>> {
        let (client, runtime) = self.lookup.as_ref()?;
        // During an outage nobody answers, and nobody should wait for it.
        if !self.shared.namespaces.are_followed() {
            return None;
        }
        let (answer, answered) = mpsc::sync_channel(1);
        let (shared, client, name) = (Arc::clone(&self.shared), client.clone(), name.to_owned());
        runtime.spawn(async move {
            let found = timeout(LOOKUP_LIMIT, shared.namespaces.ask(&client, &name)).await;
            // Nobody waits any more where this fails.
            let _ = answer.send(found.ok().flatten());
        });
        answered.recv_timeout(LOOKUP_LIMIT).ok().flatten()
    }
}

impl Shared {
    fn new(why: &str, looks: bool) -> Self {
        let shared = Self {
            namespaces: Namespaces::default(),
            state: Mutex::new(State::new(why)),
            inventory: ArcSwap::default(),
            waiting: channel::Sender::default(),
            changed: Notify::new(),
            wanted: Notify::new(),
            looks,
        };
        shared.publish();
        shared
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A change that panicked half way is one object at most, and the next list corrects it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows readers what is known by now.
    fn publish(&self) {
        let mut state = self.state();
        // Under the lock, so that versions come out in their order.
        self.inventory.store(Arc::new(state.snapshot()));
        let waiting =
            self.looks.then(|| self.namespaces.why_not_synced().or_else(|| state.why_not_synced())).flatten();
        drop(state);
        self.waiting.send_if_modified(|known| {
            let is_news = *known != waiting;
            *known = waiting;
            is_news
        });
    }
}

#[cfg(test)]
mod tests;
