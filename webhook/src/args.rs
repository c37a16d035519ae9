//! What may be typed: `guard-webhook [OPTIONS]`. The help texts here are also docs/webhook-cli.md.

use std::{net::SocketAddr, num::NonZeroUsize, path::PathBuf, time::Duration};

use clap::{ArgAction, Args, Parser, ValueEnum};

use crate::{
    configuration::{FailurePolicy, Service, Url},
    decision::{Target, Which},
    duration,
};

/// Guardrails at the cluster's door: a validating admission webhook that says what `guard check` says
///
/// Serves `POST /validate` over TLS for kube-apiserver, and `/healthz`, `/readyz` and `/metrics` on a port of their own. Policies, guard.yaml
/// and the certificate are read again when they change; what does not load never replaces what did.
#[derive(Debug, Parser)]
#[command(name = "guard-webhook", version, after_long_help = AFTER, max_term_width = 100)]
pub struct Arguments {
    /// Where API servers call: address and port for TLS
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:8443", help_heading = "Serving")]
    pub listen: SocketAddr,

    /// Where the kubelet and Prometheus call: address and port without TLS
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:8080", help_heading = "Serving")]
    pub health_listen: SocketAddr,

    /// The folder with tls.crt and tls.key, as a Secret of type kubernetes.io/tls is mounted [default: /tls]
    ///
    /// With `--check` only where it is given.
    #[arg(long, value_name = "DIR", help_heading = "Serving")]
    pub tls: Option<PathBuf>,

    /// How many requests to judge at once [default: one a core]
    #[arg(long, value_name = "N", help_heading = "Serving")]
    pub workers: Option<NonZeroUsize>,

    /// How many requests may wait for a worker; the next one is answered at once, as the policies' `onError` says
    #[arg(long, value_name = "N", default_value = "256", help_heading = "Serving")]
    pub queue: NonZeroUsize,

    /// How many connections may be open; the next one replaces the one that has waited longest for its client
    #[arg(long, value_name = "N", default_value = "2048", help_heading = "Serving")]
    pub connections: NonZeroUsize,

    /// How long to go on serving after SIGTERM, while the news that this pod is going spreads
    ///
    /// `/readyz` fails at once. A second signal ends the wait.
    #[arg(
        long,
        value_name = "DURATION",
        default_value = "10s",
        value_parser = duration::parse,
        help_heading = "Serving"
    )]
    pub shutdown_grace: Duration,

    /// Which policies, and with what settings.
    #[command(flatten)]
    pub policies: PolicyArguments,

    /// What is seen of the cluster.
    #[command(flatten)]
    pub cluster: ClusterArguments,

    /// What is kept of decisions.
    #[command(flatten)]
    pub decisions: DecisionArguments,

    /// How to write the log, on the standard error stream
    #[arg(long, value_name = "FORMAT", default_value = "json", help_heading = "Log")]
    pub log_format: LogFormat,

    /// What to log: a level, or levels by module
    // The client logs each failed attempt as an error, beside the line in which the view says what it means.
    #[arg(long, value_name = "FILTER", default_value = "info,kube_client=off", help_heading = "Log")]
    pub log: String,

    /// Load policies, guard.yaml and certificate, print what would be served, and exit: 0, or 2 if anything is wrong with them
    #[arg(long, action = ArgAction::SetTrue, help_heading = "Instead of serving")]
    pub check: bool,

    /// The webhook configuration that goes with the policies.
    #[command(flatten)]
    pub configuration: ConfigurationArguments,
}

const AFTER: &str = "\
Exit codes:
  0  stopped by SIGTERM or SIGINT, or nothing found by --check
  2  cannot start: wrong arguments, an address that is taken; or something found by --check";

/// Which policies, and with what settings.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Policies")]
pub struct PolicyArguments {
    /// The settings: guard.yaml
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// A folder of policies to use beside the default ones; may be given several times
    #[arg(short, long, value_name = "DIR")]
    pub bundle: Vec<PathBuf>,

    /// Leave the default policies out
    #[arg(long)]
    pub no_default_policies: bool,
}

/// What is seen of the cluster.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Cluster")]
pub struct ClusterArguments {
    /// How to reach the API server [default: $KUBECONFIG, or the pod's service account]
    #[arg(long, value_name = "FILE", conflicts_with = "no_cluster")]
    pub kubeconfig: Option<PathBuf>,

    /// Look at no cluster: namespaces' labels and other resources are unknown
    ///
    /// Policies that need an inventory cannot judge then, and are handled as their `onError` says.
    #[arg(long)]
    pub no_cluster: bool,

    /// The ValidatingWebhookConfiguration that sends requests here: kinds of policies that it leaves out are reported
    #[arg(long, value_name = "NAME", default_value = "guard")]
    pub webhook_configuration: String,
}

/// What is kept of decisions.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Log")]
pub struct DecisionArguments {
    /// Where to write decision records, a JSON object a line: a file, `-` for standard output, or `none`
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub decisions: Target,

    /// Of which requests to write a decision record
    #[arg(long, value_name = "WHICH", default_value = "findings")]
    pub record: Which,
}

/// The webhook configuration that goes with the policies.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Instead of serving")]
pub struct ConfigurationArguments {
    /// Print the ValidatingWebhookConfiguration that sends what the policies judge, as YAML, and exit
    ///
    /// Its name is that of `--webhook-configuration`. It never sends what a cluster cannot come back without: guard's own namespace,
    /// kube-system, leases, nodes, events, certificate requests, and reviews of tokens and access.
    #[arg(long, requires = "client")]
    pub print_configuration: bool,

    /// Where API servers reach this webhook: at an address, https://HOST:PORT
    #[arg(long, value_name = "URL", group = "client", requires = "print_configuration")]
    pub url: Option<Url>,

    /// Where API servers reach this webhook: as a Service, NAMESPACE/NAME or NAMESPACE/NAME:PORT
    #[arg(long, value_name = "SERVICE", group = "client", requires = "print_configuration")]
    pub service: Option<Service>,

    /// The certificates that the webhook's own must come from, as PEM
    #[arg(long, value_name = "FILE", requires = "print_configuration")]
    pub ca_bundle: Option<PathBuf>,

    /// What API servers do while no webhook answers
    #[arg(long, value_name = "POLICY", default_value = "fail", requires = "print_configuration")]
    pub failure_policy: FailurePolicy,

    /// How many seconds API servers wait for an answer
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "10",
        value_parser = clap::value_parser!(u8).range(1..=30),
        requires = "print_configuration"
    )]
    pub webhook_timeout: u8,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line
    Json,
    /// For people
    Text,
}
