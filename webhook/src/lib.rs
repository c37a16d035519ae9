//! The admission webhook: the guardrails of `guard check`, at the door of a cluster.

pub mod admission;
pub mod answer;
pub mod app;
pub mod args;
pub mod body;
pub mod check;
pub mod cluster;
pub mod configuration;
pub mod decision;
pub mod descriptors;
pub mod duration;
#[cfg(test)]
mod fixtures;
pub mod health;
pub mod ledger;
pub mod listener;
pub mod metrics;
mod redact;
pub mod reload;
pub mod run;
pub mod shutdown;
pub mod sources;
pub mod state;
pub mod telemetry;
pub mod tls;
pub mod validate;
pub mod watch;
pub mod workers;
