//! Policies and a request in, an evaluation out.
//!
//! ```text
//! sources + METADATA -> Bundle (loaded, refused or accepted, indexed once)
//! guard.yaml         -> Config (checked against the bundle)
//! Evaluator::evaluate(&Config, &Request, &Inventory, today) -> Evaluation
//! ```
//!
//! No I/O, no clock, no environment: what [`evaluate::Evaluator::evaluate`] says depends on its arguments alone, which is what lets the
//! command line and the admission webhook give one verdict.

pub mod account;
pub mod bundle;
pub mod cases;
pub mod config;
pub mod enforcement;
pub mod evaluate;
pub mod evaluation;
pub mod exemption;
#[cfg(test)]
mod fixtures;
pub mod inventory;
pub mod matching;
pub mod metadata;
pub mod path;
pub mod policy;
pub mod problem;
mod reader;
pub mod rego;
pub mod request;
pub mod resource;
pub mod review;
pub mod schema;
pub mod violation;
