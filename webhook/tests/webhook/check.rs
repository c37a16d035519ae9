//! `guard-webhook --check`.

use std::{fs, io, process::Command};

use crate::support::{PROGRAM, command, folder, policy, run, text};

const PODS: &str = r#"[{group: "", kind: Pod}, {group: apps, kind: Deployment}]"#;

#[test]
fn what_would_be_served_is_printed() {
    let folder = folder(&policy("odd", PODS, "odd"), "policies: {odd: {enforcement: warn}}");
    insta::assert_snapshot!(text(&run(folder.path(), &["--check"])), @r"
    exit status: 0
    -- out
    odd  warn   Pod, Deployment.apps
    sent: CREATE, UPDATE of pods
    sent: UPDATE of pods/ephemeralcontainers
    sent: CREATE, UPDATE of deployments in apps
    bundle d2ff317ccee9f2c260d26dec5126645d785786f4e02ea4091f8a7a91448b0801
    configuration ad1985521676abc51dad2b38c0c4d6b63588c9a4586b52f6bfcef4bb4d0a1cee
    -- err
    ");
}

#[test]
fn what_a_cluster_cannot_come_back_without_is_said_to_be_never_sent() {
    let kinds = r#"[{group: "", kind: Node}, {group: "", kind: Pod}, {group: coordination.k8s.io, kind: Lease}, {group: authentication.k8s.io, kind: TokenReview}]"#;
    let folder = folder(&policy("odd", kinds, "odd"), "");
    let checked = text(&run(folder.path(), &["--check"]));
    let told: Vec<&str> = checked.lines().filter(|line| line.contains("sent: ")).collect();
    assert_eq!(
        told,
        [
            "sent: CREATE, UPDATE of pods",
            "sent: UPDATE of pods/ephemeralcontainers",
            "never sent: CREATE, UPDATE of nodes",
            "never sent: CREATE, UPDATE of tokenreviews in authentication.k8s.io",
            "never sent: CREATE, UPDATE of leases in coordination.k8s.io",
        ]
    );
    let printed = text(&run(folder.path(), &["--print-configuration", "--service", "guard-system/guard"]));
    let resources: Vec<&str> =
        printed.lines().map(str::trim).filter(|line| line.starts_with("resources: ")).collect();
    assert_eq!(resources, ["resources: [pods]", "resources: [pods/ephemeralcontainers]"]);
}

#[test]
fn every_mistake_is_printed_with_its_place() {
    let folder = folder(
        &policy("odd", PODS, "odd"),
        "policies:\n  ood: {enforcement: warn}\n  odd: {enforcment: deny}\n",
    );
    insta::assert_snapshot!(text(&run(folder.path(), &["--check"])), @r#"
    exit status: 2
    -- out
    -- err
    guard.yaml:2:3: unknown policy "ood"
      help: did you mean "odd"?
    guard.yaml:3:9: unknown key "enforcment" in policy odd
      help: did you mean "enforcement"?
    "#);
}

#[test]
fn a_kind_that_could_not_be_sent_is_a_mistake() {
    let folder = folder(&policy("odd", "[{group: example.com, kind: Gadget}]", "odd"), "");
    let output = run(folder.path(), &["--check"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output)
            .contains("policies/odd/policy.rego: the API server's name for Gadget.example.com is not known")
    );
}

#[test]
fn a_certificate_is_looked_at_where_one_is_named() {
    let folder = folder(&policy("odd", PODS, "odd"), "");
    let missing = run(folder.path(), &["--check", "--tls", "certificates"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(text(&missing).contains("certificates/tls.crt: "), "{}", text(&missing));
    fs::create_dir(folder.path().join("certificates")).unwrap();
    let certified = rcgen::generate_simple_self_signed(["guard.guard-system.svc".to_owned()]).unwrap();
    fs::write(folder.path().join("certificates/tls.crt"), certified.cert.pem()).unwrap();
    fs::write(folder.path().join("certificates/tls.key"), certified.signing_key.serialize_pem()).unwrap();
    let found = run(folder.path(), &["--check", "--tls", "certificates"]);
    assert_eq!(found.status.code(), Some(0), "{}", text(&found));
    assert!(text(&found).contains("certificate for guard.guard-system.svc, until "));
}

#[test]
fn the_default_library_alone_is_fine() {
    let output = Command::new(PROGRAM).arg("--check").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(text(&output).contains("privileged-container"));
}

#[test]
fn a_reader_that_has_seen_enough_changes_no_verdict() {
    for (mistake, expected) in [("", 0), ("policies: {od: {}}\n", 2)] {
        let folder = folder(&policy("odd", PODS, "odd"), mistake);
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let output = command(folder.path(), &["--check"]).stdout(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(expected), "{}", text(&output));
        assert!(!text(&output).contains("Broken pipe"), "{}", text(&output));
    }
}
