//! The admission webhook: the guardrails of `guard check`, at the door of a cluster.

pub mod args;
pub mod duration;
pub mod health;
pub mod watch;
