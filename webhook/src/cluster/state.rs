//! What is known of the cluster, kind by kind: how fresh it is, what is missing, what it comes to for policies.
//!
//! No task and no network here: the keeper brings changes in, the view takes snapshots out.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Weak},
    time::Duration,
};

use guard_engine::{
    bundle::Bundle,
    config::Config,
    inventory::{Inventory, Store},
    metadata::KindSelector,
    policy::Policy,
    rego::Document,
};
use k8s_openapi::api::admissionregistration::v1::ValidatingWebhook;

use super::{
    health::Health,
    resource::{Observed, Resource},
    served::Served,
    unsent::{Unsent, unsent},
    watch::Change,
};

/// What is known of a kind, for metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindView {
    /// `ingresses.networking.k8s.io`.
    pub kind: String,
    /// All its objects have been listed.
    pub synced: bool,
    /// How long ago the API server last said something of it; none before the first time.
    pub age: Option<Duration>,
    /// How many objects are kept.
    pub objects: usize,
}

/// What is known of the cluster.
pub(super) struct State {
    declared: Vec<Declared>,
    /// What the API server serves, or why nobody knows.
    served: Result<Served, String>,
    followed: BTreeMap<Resource, Followed>,
    store: Store,
    /// The webhooks of the installed configuration; none before it was looked for.
    webhooks: Option<Vec<ValidatingWebhook>>,
    /// What these never send; none where nobody knows.
    unsent: Option<Vec<Unsent>>,
    /// The declared kinds that are not served, as far as that was said.
    missing: Vec<KindSelector>,
}

/// Policies and settings in use. What they read is kept as long as anybody holds them.
struct Declared {
    bundle: Weak<Bundle>,
    config: Weak<Config>,
}

/// An inventory kind that is watched.
#[derive(Default)]
struct Followed {
    health: Health,
    /// The objects in the store, by namespace and name.
    known: HashMap<Identity, Known>,
    /// Counts the lists that were begun.
    list: u32,
}

/// An object in the store.
struct Known {
    version: String,
    /// The newest list that had it.
    list: u32,
}

/// Namespace and name.
type Identity = (Option<String>, String);

impl State {
    /// Nothing is known, and this is why.
    pub(super) fn new(why: &str) -> Self {
        Self {
            declared: Vec::new(),
            served: Err(why.to_owned()),
            followed: BTreeMap::new(),
            store: Store::default(),
            webhooks: None,
            unsent: None,
            missing: Vec::new(),
        }
    }

    /// Takes in policies and settings that are about to be used.
    pub(super) fn declare(&mut self, bundle: &Arc<Bundle>, config: &Arc<Config>) {
        self.declared.retain(|declared| declared.config.strong_count() > 0);
        self.declared.push(Declared { bundle: Arc::downgrade(bundle), config: Arc::downgrade(config) });
        self.compare();
    }

    /// Takes in what the API server serves, or why nobody could ask: then what was known stands.
    pub(super) fn discovered(&mut self, served: Result<Served, String>) {
        match (served, &self.served) {
            (Err(why), Ok(_)) => tracing::warn!("{why}: what it said before counts"),
            (served, _) => self.served = served,
        }
        let missing = self.not_served();
        for kind in missing.iter().filter(|kind| !self.missing.contains(kind)) {
            let KindSelector { group, kind, .. } = kind;
            tracing::warn!(
                group,
                kind,
                "policies read this kind and the API server does not serve it: there are none"
            );
        }
        self.missing = missing;
        self.compare();
    }

    /// Takes in the installed webhook configuration; no webhooks where there is none.
    pub(super) fn configured(&mut self, webhooks: Vec<ValidatingWebhook>) {
        self.webhooks = Some(webhooks);
        self.compare();
    }

    /// Starts to keep what is declared and forgets the rest.
    ///
    /// Returns the resources to follow from now on, and those to follow no longer.
    pub(super) fn reconcile(&mut self) -> (Vec<Resource>, Vec<Resource>) {
        let Ok(served) = &self.served else { return Default::default() };
        let kinds = self.kinds();
        let resolved = kinds.iter().filter_map(|kind| served.resolve(kind).ok());
        let mut wanted: Vec<Resource> = resolved.flatten().collect();
        wanted.sort();
        wanted.dedup();
        // What nobody can say anything about at the moment goes on as it is.
        let unresolved = |resource: &Resource| {
            kinds.iter().any(|kind| kind.selects(&resource.kind) && served.resolve(kind).is_err())
        };
        let stays = |resource: &Resource| wanted.contains(resource) || unresolved(resource);
        let stop: Vec<Resource> = self.followed.keys().filter(|resource| !stays(resource)).cloned().collect();
        for resource in &stop {
            let followed = self.followed.remove(resource).unwrap_or_default();
            followed.known.keys().for_each(|identity| remove(&mut self.store, resource, identity));
        }
        wanted.retain(|resource| !self.followed.contains_key(resource));
        self.followed.extend(wanted.iter().map(|resource| (resource.clone(), Followed::default())));
        (wanted, stop)
    }

    /// Takes in what became known of a resource. One that is no longer followed is left alone.
    pub(super) fn change(&mut self, resource: &Resource, change: Change<Document>) {
        let Some(followed) = self.followed.get_mut(resource) else { return };
        followed.health.note(&resource, &change);
        match change {
            Change::Page(objects, is_first) => {
                followed.list = followed.list.wrapping_add(is_first.into());
                objects.into_iter().for_each(|object| followed.keep(&mut self.store, resource, object));
            }
            Change::Listed => {
                let list = followed.list;
                for (identity, _) in followed.known.extract_if(|_, known| known.list != list) {
                    remove(&mut self.store, resource, &identity);
                }
            }
            Change::Applied(object) => followed.keep(&mut self.store, resource, object),
            Change::Deleted(object) => {
                let identity = (object.namespace, object.name);
                remove(&mut self.store, resource, &identity);
                followed.known.remove(&identity);
            }
            Change::Alive | Change::Trouble(_) => {}
        }
        followed.health.objects = followed.known.len();
    }

    /// What policies may look at now.
    pub(super) fn snapshot(&mut self) -> Inventory {
        let lacking = self.lacking();
        self.store.set_lacking(lacking);
        self.store.snapshot()
    }

    /// The declared kinds of which nobody knows all objects, each with the reason.
    fn lacking(&self) -> Vec<(KindSelector, String)> {
        let why = |kind: &KindSelector| {
            let served = match &self.served {
                Ok(served) => served,
                Err(why) => return Some(why.clone()),
            };
            let resources = match served.resolve(kind) {
                Ok(resources) => resources,
                // What was listed before still counts.
                Err(_)
                    if self
                        .followed
                        .iter()
                        .any(|(known, it)| kind.selects(&known.kind) && it.health.synced()) =>
                {
                    return None;
                }
                Err(unresolved) => return Some(unresolved.to_string()),
            };
            resources.iter().find_map(|resource| match self.followed.get(resource) {
                Some(followed) => followed.health.why_not_synced(resource),
                None => Some(format!("{resource} are about to be listed")),
            })
        };
        self.kinds().into_iter().filter_map(|kind| why(&kind).map(|why| (kind, why))).collect()
    }

    /// Why not all is known that is declared; none where it is.
    pub(super) fn why_not_synced(&self) -> Option<String> {
        self.lacking().into_iter().next().map(|(_, why)| why)
    }

    /// The declared kinds that the API server does not serve: their inventory is empty.
    pub(super) fn not_served(&self) -> Vec<KindSelector> {
        let Ok(served) = &self.served else { return Vec::new() };
        let mut kinds = self.kinds();
        kinds.retain(|kind| served.resolve(kind).is_ok_and(|resources| resources.is_empty()));
        kinds
    }

    /// What the installed webhook configuration never sends; none where nobody knows.
    pub(super) fn unsent(&self) -> Option<&[Unsent]> {
        self.unsent.as_deref()
    }

    /// The inventory kinds that are followed.
    pub(super) fn views(&self) -> impl Iterator<Item = KindView> {
        self.followed.iter().map(|(resource, followed)| followed.health.view(resource))
    }

    /// The kinds that policies in use read, each once.
    fn kinds(&self) -> Vec<KindSelector> {
        let mut kinds = Vec::new();
        for declared in &self.declared {
            let (Some(bundle), Some(config)) = (declared.bundle.upgrade(), declared.config.upgrade()) else {
                continue;
            };
            for policy in running(&bundle, &config) {
                kinds.extend(policy.metadata.inventory.iter().cloned());
            }
        }
        kinds.sort();
        kinds.dedup_by(|one, other| one.group == other.group && one.kind == other.kind);
        kinds
    }

    /// Compares the policies that came last with what would be sent.
    fn compare(&mut self) {
        let newest = self.declared.last();
        let newest =
            newest.and_then(|declared| Some((declared.bundle.upgrade()?, declared.config.upgrade()?)));
        let (Some((bundle, config)), Ok(served), Some(webhooks)) = (newest, &self.served, &self.webhooks)
        else {
            return;
        };
        let policies: Vec<&Policy> = running(&bundle, &config).collect();
        let unsent = Some(unsent(&policies, served, webhooks));
        if self.unsent != unsent {
            announce(unsent.as_deref().unwrap_or_default());
            self.unsent = unsent;
        }
    }
}

fn announce(unsent: &[Unsent]) {
    let list: Vec<String> = unsent.iter().map(Unsent::to_string).collect();
    if list.is_empty() {
        tracing::info!("the webhook configuration sends all that policies judge");
    } else {
        tracing::warn!("policies judge what the webhook configuration never sends: {}", list.join(", "));
    }
}

impl Followed {
    /// Puts an object into the store. The same version is the same object: the one that is there is shared with snapshots.
    fn keep(&mut self, store: &mut Store, resource: &Resource, object: Observed<Document>) {
        let Observed { namespace, name, version, object } = object;
        let identity = (namespace, name);
        if self.known.get(&identity).is_none_or(|known| known.version != version) {
            store.insert(&resource.kind, identity.0.as_deref(), &identity.1, object);
        }
        self.known.insert(identity, Known { version, list: self.list });
    }
}

/// The policies that run under a configuration.
pub(super) fn running<'a>(bundle: &'a Bundle, config: &'a Config) -> impl Iterator<Item = &'a Policy> {
    let policies = bundle.policies().iter().enumerate();
    policies.filter_map(|(index, policy)| config.policy(index).map(|_| policy))
}

fn remove(store: &mut Store, resource: &Resource, (namespace, name): &Identity) {
    store.remove(&resource.kind, namespace.as_deref(), name);
}
