//! Notices that files may have changed: by the kernel's events, and by a slow timer for what these miss.
//!
//! Kubernetes replaces a mounted volume's files by swapping a `..data` symlink, so that a watch on a file would follow the old one for ever:
//! folders are watched. And whatever happens is only a reason to read again, since an event says neither what is in a file nor whether its
//! writer is done.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode},
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until, timeout_at},
};

/// How often to look again without an event: network file systems send none, and a mount may be replaced under a watch.
pub const EVERY: Duration = Duration::from_secs(60);

/// Silence after which a writer is taken to be done.
const SETTLED: Duration = Duration::from_millis(100);

/// How long a writer that does not fall silent is waited for.
const SETTLED_AT_LATEST: Duration = Duration::from_secs(1);

/// Watches files and folders.
#[derive(Debug)]
pub struct Watch {
    places: Vec<Place>,
    watcher: Option<RecommendedWatcher>,
    events: mpsc::Receiver<()>,
    every: Duration,
    next_look: Instant,
    /// An event came, and its writer was not yet done when the waiting was given up.
    unsettled: bool,
}

#[derive(Debug)]
struct Place {
    path: PathBuf,
    /// The last attempt to watch failed: said once, not at every attempt.
    failed: bool,
}

impl Watch {
    /// Watches each folder with all that is below it, and each file through its folder. What does not exist yet is found by the timer.
    #[must_use]
    pub fn new(paths: impl IntoIterator<Item = PathBuf>, every: Duration) -> Self {
        // One place is enough: an event only says "look again", and a second one while the first is waiting says nothing more.
        let (sender, events) = mpsc::channel(1);
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if event.is_ok_and(|event| !is_reading(event.kind)) {
                // Full: somebody has been told already. Closed: nobody is left to tell.
                let _ = sender.try_send(());
            }
        });
        let watcher = watcher.inspect_err(|error| warn_of_timer_only(error, every)).ok();
        let places = paths.into_iter().map(|path| Place { path, failed: false }).collect();
        let mut watch =
            Self { places, watcher, events, every, next_look: Instant::now() + every, unsettled: false };
        watch.watch_all();
        watch
    }

    /// Waits until something may have changed, or until it is time to look in any case. Given up while it waits, it forgets nothing.
    pub async fn changed(&mut self) {
        if !self.unsettled {
            tokio::select! {
                Some(()) = self.events.recv() => self.unsettled = true,
                () = sleep_until(self.next_look) => {}
            }
        }
        let latest = Instant::now() + SETTLED_AT_LATEST;
        while self.unsettled {
            let silence = latest.min(Instant::now() + SETTLED);
            let event = timeout_at(silence, self.events.recv()).await;
            self.unsettled = matches!(event, Ok(Some(()))) && Instant::now() < latest;
        }
        // A folder that was replaced as a whole took its watch with it.
        self.watch_all();
        self.next_look = Instant::now() + self.every;
    }

    fn watch_all(&mut self) {
        let Some(watcher) = &mut self.watcher else { return };
        for place in &mut self.places {
            let (folder, mode) = place.folder();
            let watched = watcher.watch(folder, mode);
            if let (Err(error), false) = (&watched, place.failed) {
                warn_of_timer_only(error, self.every);
            }
            place.failed = watched.is_err();
        }
    }
}

impl Place {
    /// Asked anew each time: what was missing may have come as a folder.
    fn folder(&self) -> (&Path, RecursiveMode) {
        if self.path.is_dir() {
            return (&self.path, RecursiveMode::Recursive);
        }
        let folder = self.path.parent().filter(|parent| *parent != Path::new(""));
        (folder.unwrap_or(Path::new(".")), RecursiveMode::NonRecursive)
    }
}

/// Reading a file is an event too: without this, each look would be the reason for the next.
fn is_reading(kind: EventKind) -> bool {
    matches!(kind, EventKind::Access(access) if access != AccessKind::Close(AccessMode::Write))
}

fn warn_of_timer_only(error: &notify::Error, every: Duration) {
    tracing::warn!(%error, ?every, "cannot watch for changes: files are read again by a timer only");
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    const NEVER: Duration = Duration::from_secs(1 << 20);

    /// A folder as the kubelet mounts a Secret or ConfigMap: files are links through `..data`, which is swapped as a whole.
    fn swap(mount: &Path, version: &str, content: &str) {
        fs::create_dir(mount.join(version)).unwrap();
        fs::write(mount.join(version).join("guard.yaml"), content).unwrap();
        symlink(version, mount.join("..data_tmp")).unwrap();
        fs::rename(mount.join("..data_tmp"), mount.join("..data")).unwrap();
    }

    #[tokio::test]
    async fn a_written_file_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let mut watch = Watch::new([folder.path().to_owned()], NEVER);
        fs::create_dir(folder.path().join("policy")).unwrap();
        watch.changed().await;
        fs::write(folder.path().join("policy/policy.rego"), "package policy").unwrap();
        watch.changed().await;
    }

    #[tokio::test]
    async fn two_swaps_of_a_mounted_volume_in_a_row_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        swap(folder.path(), "..first", "one");
        symlink("..data/guard.yaml", folder.path().join("guard.yaml")).unwrap();
        let mut watch = Watch::new([folder.path().join("guard.yaml")], NEVER);
        for (version, content) in [("..second", "two"), ("..third", "three")] {
            swap(folder.path(), version, content);
            watch.changed().await;
            assert_eq!(fs::read_to_string(folder.path().join("guard.yaml")).unwrap(), content);
        }
    }

    #[tokio::test]
    async fn a_file_replaced_by_an_editor_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("guard.yaml");
        fs::write(&file, "one").unwrap();
        let mut watch = Watch::new([file.clone()], NEVER);
        for content in ["two", "three"] {
            fs::write(folder.path().join("guard.yaml~"), content).unwrap();
            fs::rename(folder.path().join("guard.yaml~"), &file).unwrap();
            watch.changed().await;
        }
    }

    #[tokio::test]
    async fn a_folder_that_comes_later_is_watched_with_what_is_in_it() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("policies");
        let mut watch = Watch::new([folder.clone()], NEVER);
        fs::create_dir(&folder).unwrap();
        watch.changed().await;
        fs::write(folder.join("policy.rego"), "package policy").unwrap();
        watch.changed().await;
    }

    #[tokio::test(start_paused = true)]
    async fn without_an_event_the_timer_says_to_look() {
        let begin = Instant::now();
        let mut watch = Watch::new([PathBuf::from("/there is no such folder/guard.yaml")], EVERY);
        watch.changed().await;
        watch.changed().await;
        assert_eq!(begin.elapsed(), 2 * EVERY);
    }

    #[test]
    fn reading_is_no_change() {
        for (access, expected) in [
            (AccessKind::Open(AccessMode::Any), true),
            (AccessKind::Read, true),
            (AccessKind::Close(AccessMode::Read), true),
            (AccessKind::Close(AccessMode::Write), false),
        ] {
            assert_eq!(is_reading(EventKind::Access(access)), expected, "{access:?}");
        }
        assert!(!is_reading(EventKind::Any));
    }

    #[tokio::test]
    async fn a_change_is_not_forgotten_when_the_waiting_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let mut watch = Watch::new([folder.path().to_owned()], NEVER);
        fs::write(folder.path().join("guard.yaml"), "one").unwrap();
        while !watch.unsettled {
            tokio::select! {
                biased;
                () = watch.changed() => panic!("the writer was not waited for"),
                () = tokio::task::yield_now() => {}
            }
        }
        watch.changed().await;
    }
}
