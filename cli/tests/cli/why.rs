//! `guard why`: the situations in which somebody asks.

use insta_cmd::assert_cmd_snapshot;

use crate::{CliTest, copy, root};

const PODS: &str = "\
# Two pods.
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
    - name: main
      image: registry.example.com/web:latest
      securityContext:
        privileged: true
---
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop}
spec:
  containers: [{name: main, image: 'registry.example.com/api:1.2'}]
";

const GUARD_YAML: &str = "\
packs: {pss-baseline: {}}
policies:
  '*': {enforcement: warn}
  host-namespace:
    match: {namespaces: [prod-*]}
  host-path-volume: {enforcement: off}
  privileged-container:
    enforcement: warn
    then: {enforcement: deny, on: 2026-03-01}
    overrides:
      - match: {names: [batch-*]}
        enforcement: audit
  root-user:
    enforcement: deny
    overrides:
      - match: {namespaces: [shop]}
        enforcement: off
  unpinned-image: {then: {enforcement: audit, on: 2027-06-01}, enforcement: deny}
exemptions:
  - policies: [privileged-container]
    match: {names: [csi-*]}
    reason: the CSI driver mounts host volumes
    owner: team-storage
  - policies: [privileged-container]
    match: {containers: [side]}
    reason: it watches
    owner: team-watch
  - policies: [privileged-container]
    match: {namespaces: [shop]}
    reason: until it is mended
    owner: team-shop
    expires: 2026-01-31
  - policies: [unpinned-image]
    match: {namespaces: [shop], names: [web]}
    reason: it moves
    owner: team-shop
    expires: 2026-12-31
";

fn shop() -> CliTest {
    let test = CliTest::new();
    test.write("pods.yaml", PODS).write("guard.yaml", GUARD_YAML);
    test
}

#[test]
fn a_resource_says_what_was_found_by_which_enforcement_and_which_exemptions_missed_it() {
    let test = shop();
    let policies = [
        "host-namespace",
        "host-path-volume",
        "lib",
        "privileged-container",
        "public-bucket",
        "required-labels",
        "root-user",
        "unpinned-image",
        "unsafe-sysctl",
    ];
    for policy in policies {
        copy(&root().join("policies").join(policy), &test.path().join("rules").join(policy));
    }
    assert_cmd_snapshot!(
        test.guard("why pods.yaml:10 --date 2026-11-21 --bundle rules --no-default-policies")
    );
}

#[test]
fn a_policy_whose_pack_is_not_chosen_says_which_it_is() {
    assert_cmd_snapshot!(shop().guard("why pods.yaml:10 --policy privilege-escalation"));
}

#[test]
fn a_line_of_a_report_names_the_resource() {
    let test = shop();
    let stdout = |arguments: &str| String::from_utf8(test.guard(arguments).output().unwrap().stdout).unwrap();
    let web = stdout("why pods.yaml:10:21 --date 2026-11-21");
    assert_eq!(web, stdout("why ./pods.yaml:2 --date 2026-11-21"));
    assert!(web.starts_with("Pod shop/web (pods.yaml:2:1)"), "{web}");
    let both = stdout("why pods.yaml --date 2026-11-21");
    assert!(both.starts_with(&web) && both.contains("\nPod shop/api (pods.yaml:12:1)\n"), "{both}");
}

#[test]
fn a_policy_that_found_nothing_says_how_far_it_got() {
    assert_cmd_snapshot!(shop().guard("why pods.yaml:15 --policy privileged-container --date 2026-11-21"));
}

#[test]
fn a_policy_of_ones_own_says_what_it_printed() {
    let test = CliTest::new();
    copy(&root().join("fixtures/policies"), &test.path().join("rules"));
    let policy = test.read("rules/exposed-service/policy.rego");
    test.write(
        "rules/exposed-service/policy.rego",
        policy.replacen(" if {\n", " if {\n\tprint(\"the type is\", input.object.spec.type)\n", 1),
    );
    test.write(
        "service.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: NodePort}\n",
    );
    assert_cmd_snapshot!(
        test.guard("why service.yaml --policy exposed-service --bundle rules --no-default-policies")
    );
    test.write(
        "service.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP}\n",
    );
    assert_cmd_snapshot!(
        test.guard("why service.yaml --policy exposed-service --bundle rules --no-default-policies")
    );
}

#[test]
fn an_excluded_namespace_says_so() {
    let test = CliTest::new();
    test.write("pods.yaml", PODS.replace("namespace: shop", "namespace: kube-system"));
    assert_cmd_snapshot!(test.guard("why pods.yaml:2 --policy host-namespace"));
    test.write("guard.yaml", "excludedNamespaces: [kube-*]\n");
    let output = test.guard("why pods.yaml:2").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("the namespace kube-system is excluded at guard.yaml:1"), "{text}");
}

#[test]
fn what_a_file_does_not_say_is_assumed_and_said() {
    let test = shop();
    test.write("pods.yaml", PODS.replace(", namespace: shop", ""));
    let output = test.guard("why pods.yaml:2 --policy host-namespace").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains(
            "  host-namespace: warn, by \"*\" at guard.yaml:3\n    assumed: its namespace is unknown\n"
        ),
        "{text}"
    );
    let output = test.guard("why pods.yaml:2 --policy host-namespace --namespace shop").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("  host-namespace: its match at guard.yaml:5 leaves this out: namespaces [prod-*]\n"),
        "{text}"
    );
    assert!(!text.contains("How far it got"), "{text}");
}

#[test]
fn a_recorded_review_is_asked_about_as_the_request_that_it_is() {
    let test = CliTest::new();
    let object = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "shop"},
      "spec": {"hostPID": true, "containers": [{"name": "main", "image": "r.example.com/web@sha256:1"}]}}"#;
    let review = |operation: &str, subresource: &str, old: &str| {
        format!(
            r#"{{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {{
    "uid": "1", "operation": "{operation}", "kind": {{"group": "", "version": "v1", "kind": "Pod"}},
    "resource": {{"group": "", "version": "v1", "resource": "pods"}}, "name": "web", "namespace": "shop",{subresource}
    "userInfo": {{"username": "jane"}},
    "object": {object},
    "oldObject": {old}
}}}}
"#
        )
    };
    test.write("update.json", review("UPDATE", "", object));
    assert_cmd_snapshot!(test.guard("why update.json --policy host-namespace"));
    test.write("status.json", review("UPDATE", " \"subResource\": \"status\",", object));
    assert_cmd_snapshot!(test.guard("why status.json --policy host-namespace"));
    test.write("wrong.json", review("CHANGE", "", "null"));
    assert_cmd_snapshot!(test.guard("why wrong.json"));
}

#[test]
fn a_weaker_finding_names_the_policy_that_says_it_too() {
    let test = CliTest::new();
    for (name, replaces) in [("weaker", ""), ("stronger", "\n#   replaces: [weaker]")] {
        test.write(
            &format!("rules/{name}/policy.rego"),
            format!("# METADATA\n# title: T\n# description: D\n# custom:\n#   category: c\n#   severity: high\n#   kinds: [{{group: \"\", kind: Pod}}]\n#   remediation: R{replaces}\npackage guard.policies.{name}\n\nimport future.keywords.not\n\nviolation contains {{\"message\": \"m\", \"path\": [\"metadata\", \"name\"]}}\n"),
        );
    }
    test.write("pods.yaml", PODS);
    assert_cmd_snapshot!(test.guard("why pods.yaml:2 --bundle rules --no-default-policies"));
}

#[test]
fn a_policy_that_looks_at_other_resources_sees_those_beside_the_file() {
    let test = CliTest::new();
    for name in ["a", "b"] {
        test.write(
            &format!("{name}.yaml"),
            format!("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  rules:\n    - host: shop.example.com\n      http:\n        paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: web, port: {{number: 80}}}}}}}}]\n"),
        );
    }
    test.write("guard.yaml", "policies: {duplicate-ingress-route: {}}\n");
    let text = |arguments: &str| String::from_utf8(test.guard(arguments).output().unwrap().stdout).unwrap();
    let alone = text("why a.yaml --policy duplicate-ingress-route");
    assert!(alone.contains("Found nothing") && alone.contains("--beside adds more"), "{alone}");
    // The file itself is judged, and never in its own way.
    let beside = text("why a.yaml --policy duplicate-ingress-route --beside .");
    assert!(beside.contains("\nFound\n") && beside.contains("Ingress shop/b"), "{beside}");
    assert!(!beside.contains("--beside") && !beside.contains("Ingress shop/a too"), "{beside}");
    let output = test.guard("why a.yaml --beside nowhere").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("nowhere"));
}

#[test]
fn what_cannot_be_asked_about_is_an_error() {
    let test = shop();
    assert_cmd_snapshot!(test.guard("why pods.yaml:1"));
    assert_cmd_snapshot!(test.guard("why nowhere.yaml:1"));
    assert_cmd_snapshot!(test.guard("why guard.yaml"));
    assert_cmd_snapshot!(test.guard("why pods.yaml --policy privileged-containers"));
    test.write("local.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n");
    assert_cmd_snapshot!(test.guard("why local.yaml"));
    test.write("broken.yaml", format!("{PODS}---\nkind: [\n"));
    let output = test.guard("why broken.yaml").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stdout).unwrap().contains("Pod shop/api"));
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("error: broken.yaml:18:1: "));
}

#[test]
fn a_policy_that_could_not_run_says_why() {
    let test = CliTest::new();
    copy(&root().join("fixtures/policies"), &test.path().join("rules"));
    let policy = test.read("rules/exposed-service/policy.rego");
    let broken = policy.replace("type in parameters.types", "startswith(type, \"N\")");
    assert_ne!(policy, broken);
    test.write("rules/exposed-service/policy.rego", broken);
    test.write("service.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: 1}\n");
    assert_cmd_snapshot!(
        test.guard("why service.yaml --policy exposed-service --bundle rules --no-default-policies")
    );
}
