//! guard: guardrails for Kubernetes manifests, one verdict in CI and in the cluster.

mod fingerprint;
mod output;
mod report;

fn main() {}
