//! How fresh what is known of one resource is.

use std::fmt::Display;

use tokio::time::Instant;

use super::{state::KindView, trouble::Trouble, watch::Change};

/// How fresh what is known of one resource is.
#[derive(Debug, Default)]
pub(super) struct Health {
    /// How many objects are kept.
    pub(super) objects: usize,
    synced: bool,
    /// When the API server last said something of it.
    seen: Option<Instant>,
    /// Why it is not kept up to date now.
    trouble: Option<Trouble>,
}

impl Health {
    /// Takes in what happened, and logs what is news.
    pub(super) fn note<T>(&mut self, resource: &dyn Display, change: &Change<T>) {
        match change {
            Change::Trouble(trouble) => {
                if *trouble == Trouble::Gone {
                    tracing::debug!(%resource, "{trouble}: listing everything again");
                } else if self.trouble.as_ref() != Some(trouble) {
                    tracing::warn!(%resource, synced = self.synced, "cannot be followed: {trouble}");
                }
                self.trouble = Some(trouble.clone());
                return;
            }
            // Half a list is none.
            Change::Page(..) => return,
            Change::Listed if !self.synced => {
                tracing::info!(%resource, objects = self.objects, "listed");
                self.synced = true;
                self.trouble = None;
            }
            _ => {}
        }
        if self.trouble.take().is_some_and(|trouble| trouble != Trouble::Gone) {
            tracing::info!(%resource, "is followed again");
        }
        self.seen = Some(Instant::now());
    }

    pub(super) fn synced(&self) -> bool {
        self.synced
    }

    /// Whether changes come in at the moment.
    pub(super) fn is_followed(&self) -> bool {
        self.synced && self.trouble.is_none()
    }

    /// Why not all objects are known; none where they are.
    pub(super) fn why_not_synced(&self, resource: &dyn Display) -> Option<String> {
        match &self.trouble {
            _ if self.synced => None,
            None => Some(format!("{resource} are being listed")),
            Some(trouble) => Some(format!("{resource} cannot be listed: {trouble}")),
        }
    }

    pub(super) fn view(&self, resource: &dyn Display) -> KindView {
        KindView {
            kind: resource.to_string(),
            synced: self.synced,
            age: self.seen.map(|seen| seen.elapsed()),
            objects: self.objects,
        }
    }
}
