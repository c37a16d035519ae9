//! guard-webhook: the guardrails of `guard check`, at the door of a cluster.

/// Evaluation allocates many small values on every thread; the system's allocator takes a fifth longer for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {}
