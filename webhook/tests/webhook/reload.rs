//! Changed policies, tried out by the program itself.

use std::{path::PathBuf, sync::Arc, time::Duration};

use guard_webhook::{
    args::PolicyArguments,
    cluster::View,
    metrics::Metrics,
    reload::{Outcome, Rehearsal, Reloader},
    sources::{Sources, today},
    state::state,
};

use crate::support::{PROGRAM, folder, policy, write};

const PODS: &str = r#"[{group: "", kind: Pod}]"#;

#[tokio::test]
async fn a_good_a_broken_and_a_good_bundle_again() {
    let folder = folder(&policy("odd", PODS, "one"), "");
    let path = folder.path();
    let sources = Sources::from(&PolicyArguments {
        config: Some(path.join("guard.yaml")),
        bundle: vec![path.join("policies")],
        no_default_policies: true,
    });
    let state = state(sources.load(today()).unwrap());
    let rehearsal = Rehearsal::new(PathBuf::from(PROGRAM), Duration::from_secs(600));
    let (view, metrics) = (Arc::new(View::none()), Arc::new(Metrics::default()));
    let mut reloader = Reloader::new(sources, Arc::clone(&state), view, metrics, rehearsal);
    let mut digests = vec![state.load().bundle.digest().to_owned()];
    for (name, outcome) in [
        ("two", Outcome::Swapped),
        ("\"", Outcome::Kept),
        ("three", Outcome::Swapped),
        ("one", Outcome::Swapped),
    ] {
        write(path, &policy("odd", PODS, name), "");
        assert_eq!(reloader.reload().await, outcome, "{name}");
        digests.push(state.load().bundle.digest().to_owned());
    }
    assert_eq!(digests[1], digests[2], "what is broken changes nothing");
    assert_eq!(digests[0], digests[4], "what was there once is there again");
    assert!(digests[0] != digests[1] && digests[1] != digests[3]);
}
