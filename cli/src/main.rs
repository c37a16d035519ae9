//! guard: guardrails for Kubernetes manifests, one verdict in CI and in the cluster.

fn main() {}
