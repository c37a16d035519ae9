//! The webhook configuration, as an operator applies it.

use serde_json::Value;

use super::*;
use crate::fixtures::{guardrails, policy};

fn options() -> Options {
    Options {
        name: "guard".into(),
        client: Client::Service(Service {
            namespace: "guard-system".into(),
            name: "guard".into(),
            port: 443,
        }),
        ca_bundle: Some("---".into()),
        failure_policy: FailurePolicy::Fail,
        timeout_seconds: 10,
    }
}

/// A policy with these lines under `custom`.
fn policy_with(name: &str, custom: &str) -> String {
    let rules = r#"violation contains {"message": "m", "path": []} if { input.object.odd }"#;
    let text = policy(name, "high", &["Pod"], rules);
    text.replace(r#"#   kinds: [{group: "", kind: Pod}]"#, custom)
}

fn rules_of(custom: &str) -> Vec<Rule> {
    let guardrails = guardrails(&[("odd", policy_with("odd", custom))], "");
    rules(&guardrails.bundle, &guardrails.config).unwrap().sent
}

#[test]
fn policies_on_pods_are_a_configuration_that_kubectl_applies() {
    let guardrails = guardrails(&[("odd", policy_with("odd", r#"#   kinds: [{group: "", kind: Pod}]"#))], "");
    insta::assert_snapshot!(configuration(&guardrails.bundle, &guardrails.config, &options()).unwrap(), @r#"
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata:
      name: guard
    webhooks:
      - admissionReviewVersions: [v1]
        clientConfig:
          caBundle: LS0t
          service:
            name: guard
            namespace: guard-system
            path: "/validate"
            port: 443
        failurePolicy: Fail
        matchConditions:
          - expression: "!has(request.namespace) || !(request.namespace in ['kube-system', 'guard-system'])"
            name: not-in-system-namespaces
          - expression: "!(request.resource.group == 'coordination.k8s.io' && request.resource.resource == 'leases')"
            name: not-leases
          - expression: "!(request.resource.group == '' && request.resource.resource == 'nodes')"
            name: not-nodes
          - expression: "!(request.resource.group == '' && request.resource.resource == 'events' || request.resource.group == 'events.k8s.io' && request.resource.resource == 'events')"
            name: not-events
          - expression: "!(request.resource.group == 'certificates.k8s.io' && request.resource.resource == 'certificatesigningrequests')"
            name: not-certificate-requests
          - expression: "!(request.resource.group in ['authentication.k8s.io', 'authorization.k8s.io'])"
            name: not-access-reviews
        matchPolicy: Equivalent
        name: validate.guard.policy
        rules:
          - apiGroups: [""]
            apiVersions: ["*"]
            operations: [CREATE, UPDATE]
            resources: [pods]
            scope: "*"
          - apiGroups: [""]
            apiVersions: ["*"]
            operations: [UPDATE]
            resources: [pods/ephemeralcontainers]
            scope: "*"
        sideEffects: None
        timeoutSeconds: 10
    "#);
}

#[test]
fn a_rule_is_a_group_and_what_is_done_there() {
    let rules = rules_of(
        r#"#   kinds:
#     - {group: apps, kind: StatefulSet}
#     - {group: apps, kind: Deployment}
#     - {group: "", kind: Service}
#     - {group: example.com, kind: Gadget, resource: gadgets}
#   operations: [UPDATE, CREATE, DELETE]"#,
    );
    let rules: Vec<_> = rules
        .iter()
        .map(|rule| format!("{:?} {:?} {:?}", rule.api_groups, rule.operations, rule.resources))
        .collect();
    insta::assert_snapshot!(rules.join("\n"), @r#"
    [""] [Create, Update, Delete] ["services"]
    ["apps"] [Create, Update, Delete] ["deployments", "statefulsets"]
    ["example.com"] [Create, Update, Delete] ["gadgets"]
    "#);
}

#[test]
fn a_subresource_is_sent_as_what_it_belongs_to() {
    let rules = rules_of(
        r#"#   kinds:
#     - {group: "", kind: PodExecOptions}
#     - {group: autoscaling, kind: Scale}
#     - {group: policy, kind: Eviction}
#     - {group: authentication.k8s.io, kind: TokenRequest}
#     - {group: "", kind: Binding}
#     - {group: apps, kind: Deployment}
#   operations: [CREATE, UPDATE, CONNECT]
#   subresources: [exec, scale, eviction, token, binding, status]"#,
    );
    let resources: Vec<_> = rules
        .iter()
        .flat_map(|rule| rule.resources.iter().map(|name| format!("{:?} {name}", rule.api_groups)))
        .collect();
    insta::assert_snapshot!(resources.join("\n"), @r#"
    [""] bindings
    [""] pods/binding
    [""] pods/eviction
    [""] pods/exec
    [""] serviceaccounts/token
    ["*"] */scale
    ["apps"] deployments
    ["apps"] deployments/status
    "#);
}

#[test]
fn a_wildcard_is_sent_without_subresources() {
    let rules = rules_of(r#"#   kinds: [{group: "*", kind: "*"}]"#);
    assert_eq!((&*rules[0].api_groups, &*rules[0].resources), (&["*".to_owned()][..], &["*".to_owned()][..]));
}

#[test]
fn a_policy_that_is_off_sends_nothing() {
    let policies = [("odd", policy_with("odd", r#"#   kinds: [{group: "", kind: Pod}]"#))];
    let guardrails = guardrails(&policies, "policies: {odd: {enforcement: off}}");
    assert_eq!(rules(&guardrails.bundle, &guardrails.config).unwrap().sent, []);
}

#[test]
fn a_kind_whose_plural_nobody_knows_is_an_error_that_says_what_to_write() {
    let guardrails =
        guardrails(&[("odd", policy_with("odd", "#   kinds: [{group: example.com, kind: Gadget}]"))], "");
    let unknown = configuration(&guardrails.bundle, &guardrails.config, &options()).unwrap_err();
    assert!(
        unknown[0]
            .to_string()
            .contains("odd/policy.rego: the API server's name for Gadget.example.com is not known")
    );
}

/// The default library as a whole, so that a policy on a new kind does not forget its plural.
#[test]
fn everything_that_the_default_library_judges_can_be_sent() {
    let loaded = guard_loader::load(
        guard_loader::GuardYaml::default(),
        &guard_loader::Library::default(),
        crate::fixtures::TODAY,
    )
    .unwrap();
    let rules = rules(&loaded.bundle, &loaded.config).unwrap().sent;
    let sent = |name: &str| rules.iter().any(|rule| rule.resources.iter().any(|resource| resource == name));
    for name in ["pods", "pods/ephemeralcontainers", "deployments", "cronjobs", "namespaces", "ingresses"] {
        // What is on by default is another matter: kinds of policies that wait for a parameter are not sent.
        assert!(sent(name) || ["namespaces", "ingresses"].contains(&name), "{name}");
    }
}

#[test]
fn guards_own_namespace_is_never_sent() {
    let mut options = options();
    let expression =
        |options: &Options| match_conditions(options)[0]["expression"].as_str().unwrap().to_owned();
    assert!(expression(&options).contains("['kube-system', 'guard-system']"));
    options.client =
        Client::Service(Service { namespace: "policy".into(), name: "guard".into(), port: 8443 });
    assert!(expression(&options).contains("['kube-system', 'policy']"));
    options.client = Client::Url("https://10.0.0.1".parse().unwrap());
    assert!(expression(&options).contains("'guard-system'"));
}

#[test]
fn what_is_written_as_yaml_is_read_back_as_it_was() {
    let value = serde_json::json!({
        "plain": "a-b.c/d",
        "words": ["on", "null", "1", "", "a b", "*", "it's"],
        "nested": [{"list": [], "map": {}, "number": 10, "flag": true}, {"deep": {"er": ["x"]}}],
    });
    let text = yaml::document(&value);
    let read: Value = guard_manifest::yaml::decode(&text).unwrap().value;
    assert_eq!(read, value, "{text}");
}

#[test]
fn a_service_is_named_with_its_namespace_and_perhaps_a_port() {
    let service = |text: &str| {
        text.parse().map(|Service { namespace, name, port }| format!("{namespace} {name} {port}"))
    };
    assert_eq!(service("guard-system/guard").unwrap(), "guard-system guard 443");
    assert_eq!(service("a/b:8443").unwrap(), "a b 8443");
    for wrong in ["guard", "a/b:https", "/guard", "a/", "a'/b", "a/b:70000"] {
        assert_eq!(service(wrong), Err(NoService), "{wrong}");
    }
}

#[test]
fn an_address_is_one_that_api_servers_call_and_ends_where_reviews_are_taken() {
    let url = |text: &str| text.parse().map(|Url(url)| url);
    assert_eq!(url("https://10.0.0.1:8443").unwrap(), "https://10.0.0.1:8443/validate");
    assert_eq!(url("https://[::1]:8443/").unwrap(), "https://[::1]:8443/validate");
    assert_eq!(url("https://proxy.example/guard/validate").unwrap(), "https://proxy.example/guard/validate");
    for wrong in
        ["http://a/validate", "10.0.0.1", "https://", "https://u:p@a/", "https://a/?b", "https://a/#b", ""]
    {
        assert_eq!(url(wrong), Err(NoUrl), "{wrong}");
    }
}
