//! Policies that change under a running program.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    time::Instant,
};

use guard_engine::inventory::Store;
use serde_json::json;

use super::*;
use crate::{
    admission::Door,
    answer::Verdict,
    args::PolicyArguments,
    fixtures::{TODAY, container_policy, new_pod, write_policies},
    state::state,
};

/// A folder as it is mounted: policies and guard.yaml.
struct Mounted(tempfile::TempDir);

impl Mounted {
    fn new(policies: &[(&str, String)], guard_yaml: &str) -> Self {
        let mounted = Self(tempfile::tempdir().unwrap());
        mounted.write(policies, guard_yaml);
        mounted
    }

    fn write(&self, policies: &[(&str, String)], guard_yaml: &str) {
        write_policies(&self.0.path().join("policies"), policies);
        fs::write(self.0.path().join("guard.yaml"), guard_yaml).unwrap();
    }

    fn sources(&self) -> Sources {
        sources(self.0.path())
    }

    fn reloader(&self, program: &str) -> (Reloader, Arc<State>, Arc<Metrics>) {
        let state = state(self.sources().load_leniently(TODAY).unwrap());
        let metrics = Arc::new(Metrics::default());
        let rehearsal = rehearsal(program);
        let (shared, view) = (Arc::clone(&state), Arc::new(View::none()));
        (Reloader::new(self.sources(), shared, view, Arc::clone(&metrics), rehearsal), state, metrics)
    }
}

fn sources(folder: &Path) -> Sources {
    Sources::from(&PolicyArguments {
        config: Some(folder.join("guard.yaml")),
        bundle: vec![folder.join("policies")],
        no_default_policies: true,
    })
}

fn rehearsal(program: &str) -> Rehearsal {
    let program = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/programs").join(program);
    Rehearsal::new(program, Duration::from_secs(600))
}

fn loud() -> [(&'static str, String); 1] {
    [("odd", container_policy("odd", "high", "loud"))]
}

fn odd() -> [(&'static str, String); 1] {
    [("odd", container_policy("odd", "high", "odd"))]
}

fn broken() -> [(&'static str, String); 1] {
    [("odd", container_policy("odd", "high", "odd").replace("violation contains", "violation {"))]
}

/// What a door says of containers that are loud, and of those that are odd.
fn verdicts(door: &mut Door) -> [Verdict; 2] {
    [json!({"loud": true}), json!({"odd": true})].map(|container| {
        let deadline = Instant::now() + Duration::from_secs(600);
        door.answer(&new_pod(container), &Store::default().snapshot(), TODAY, deadline).verdict
    })
}

const LOUD_IS_DENIED: [Verdict; 2] = [Verdict::Denied, Verdict::Allowed];
const ODD_IS_DENIED: [Verdict; 2] = [Verdict::Allowed, Verdict::Denied];

#[tokio::test]
async fn what_changes_serves_and_what_is_broken_never_replaces_what_is_not() {
    let mounted = Mounted::new(&loud(), "");
    let (mut reloader, state, metrics) = mounted.reloader("accepts.sh");
    let mut door = Door::new(state);
    assert_eq!(reloader.reload().await, Outcome::Unchanged);
    assert_eq!(verdicts(&mut door), LOUD_IS_DENIED);
    mounted.write(&odd(), "");
    assert_eq!(reloader.reload().await, Outcome::Swapped);
    assert_eq!(verdicts(&mut door), ODD_IS_DENIED);
    mounted.write(&broken(), "");
    assert_eq!(reloader.reload().await, Outcome::Kept);
    assert_eq!(reloader.reload().await, Outcome::Unchanged, "the same texts are not tried again");
    assert_eq!(verdicts(&mut door), ODD_IS_DENIED);
    mounted.write(&loud(), "");
    assert_eq!(reloader.reload().await, Outcome::Swapped);
    assert_eq!(verdicts(&mut door), LOUD_IS_DENIED);
    let scrape = metrics.encode().unwrap();
    assert!(scrape.contains(r#"guard_reloads_total{part="policies",result="success"} 2"#), "{scrape}");
    assert!(scrape.contains(r#"guard_reloads_total{part="policies",result="failure"} 1"#), "{scrape}");
}

#[tokio::test]
async fn what_changes_while_the_program_starts_is_not_missed() {
    let mounted = Mounted::new(&loud(), "");
    let state = state(mounted.sources().load_leniently(TODAY).unwrap());
    mounted.write(&odd(), "");
    let (shared, view) = (Arc::clone(&state), Arc::new(View::none()));
    let mut reloader =
        Reloader::new(mounted.sources(), shared, view, Arc::default(), rehearsal("accepts.sh"));
    assert_eq!(reloader.reload().await, Outcome::Swapped);
    assert_eq!(verdicts(&mut Door::new(state)), ODD_IS_DENIED);
}

#[tokio::test]
async fn settings_change_as_policies_do() {
    let mounted = Mounted::new(&loud(), "");
    let (mut reloader, state, _) = mounted.reloader("accepts.sh");
    let mut door = Door::new(state);
    mounted.write(&loud(), "policies: {odd: {enforcement: warn}}");
    assert_eq!(reloader.reload().await, Outcome::Swapped);
    assert_eq!(verdicts(&mut door), [Verdict::Warned, Verdict::Allowed]);
    mounted.write(&loud(), "policies: {odd: {enforcment: deny}}");
    assert_eq!(reloader.reload().await, Outcome::Kept);
    fs::remove_file(mounted.0.path().join("guard.yaml")).unwrap();
    assert_eq!(reloader.reload().await, Outcome::Kept, "a guard.yaml that is gone is not the defaults");
    assert_eq!(verdicts(&mut door), [Verdict::Warned, Verdict::Allowed]);
    mounted.write(&loud(), "policies: {odd: {enforcement: deny}} # now");
    assert_eq!(reloader.reload().await, Outcome::Swapped);
    assert_eq!(verdicts(&mut door), LOUD_IS_DENIED);
}

#[tokio::test]
async fn a_comment_in_guard_yaml_swaps_nothing() {
    let mounted = Mounted::new(&loud(), "policies: {odd: {enforcement: warn}}");
    let (mut reloader, state, _) = mounted.reloader("accepts.sh");
    let before = state.load_full();
    mounted.write(&loud(), "# agreed on Monday\npolicies: {odd: {enforcement: warn}}");
    assert_eq!(reloader.reload().await, Outcome::Unchanged);
    assert!(Arc::ptr_eq(&before, &state.load()));
}

/// Kubernetes mounts a ConfigMap as links through `..data`, which it swaps for another folder.
#[tokio::test]
async fn a_config_map_is_taken_up_each_time_its_link_is_swapped() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let publish = |version: &str, policies: &[(&str, String)]| {
        let data = root.join(version);
        write_policies(&data.join("policies"), policies);
        fs::write(data.join("guard.yaml"), "").unwrap();
        symlink(version, root.join("..data_tmp")).unwrap();
        fs::rename(root.join("..data_tmp"), root.join("..data")).unwrap();
    };
    publish("..2026_1", &loud());
    for name in ["policies", "guard.yaml"] {
        symlink(Path::new("..data").join(name), root.join(name)).unwrap();
    }
    let state = state(sources(root).load_leniently(TODAY).unwrap());
    let (shared, view) = (Arc::clone(&state), Arc::new(View::none()));
    let mut reloader = Reloader::new(sources(root), shared, view, Arc::default(), rehearsal("accepts.sh"));
    let mut door = Door::new(state);
    for (version, policies, verdict) in [
        ("..2026_2", odd(), ODD_IS_DENIED),
        ("..2026_3", loud(), LOUD_IS_DENIED),
        ("..2026_4", odd(), ODD_IS_DENIED),
    ] {
        publish(version, &policies);
        assert_eq!(reloader.reload().await, Outcome::Swapped, "{version}");
        assert_eq!(verdicts(&mut door), verdict);
    }
}

#[tokio::test]
async fn what_another_process_refuses_or_dies_of_is_never_loaded_here() {
    for (program, is_final) in [("refuses.sh", true), ("aborts.sh", true), ("no-such-program", false)] {
        let mounted = Mounted::new(&loud(), "");
        let (mut reloader, state, metrics) = mounted.reloader(program);
        mounted.write(&odd(), "");
        assert_eq!(reloader.reload().await, Outcome::Kept, "{program}");
        assert_eq!(verdicts(&mut Door::new(state)), LOUD_IS_DENIED);
        let again = if is_final { Outcome::Unchanged } else { Outcome::Kept };
        assert_eq!(reloader.reload().await, again, "{program}");
        assert!(metrics.encode().unwrap().contains(r#"result="failure""#));
    }
}

#[tokio::test]
async fn another_process_is_told_apart_by_how_it_ends() {
    let mounted = Mounted::new(&loud(), "");
    let said = async |program| {
        rehearsal(program).run(&mounted.sources()).await.map_err(|refused| refused.to_string())
    };
    assert_eq!(said("accepts.sh").await, Ok(()));
    assert_eq!(said("refuses.sh").await, Err("policies/odd/policy.rego:3:1: it is odd".into()));
    assert!(
        said("aborts.sh").await.unwrap_err().starts_with("loading them ended another process: signal: 6")
    );
}

#[tokio::test(start_paused = true)]
async fn another_process_that_does_not_end_is_given_up() {
    let mounted = Mounted::new(&loud(), "");
    let refused = rehearsal("hangs.sh").run(&mounted.sources()).await.unwrap_err();
    assert_eq!(refused.to_string(), "loading them takes longer than 600s");
    assert!(!refused.is_final());
}

#[tokio::test]
async fn a_start_goes_on_without_what_is_wrong_by_itself_and_says_so() {
    let policies = [broken()[0].clone(), ("loud", container_policy("loud", "high", "loud"))];
    let mounted = Mounted::new(&policies, r#"policies: {"*": {onError: warn}, gone: {enforcement: deny}}"#);
    let (_, state, metrics) = mounted.reloader("accepts.sh");
    assert_eq!(state.load().problems.len(), 2, "{}", text(&state.load().problems));
    assert!(metrics.encode().unwrap().contains("guard_problems 2"));
    assert_eq!(verdicts(&mut Door::new(state)), [Verdict::Denied, Verdict::Warned]);
}
