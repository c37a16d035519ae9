//! Rego: modules in, findings out. The only place that knows which evaluator runs a policy.
//!
//! ```text
//! Module -> parse (refuses what the evaluator would answer otherwise than OPA) -> Parsed
//! Parsed + the policies of a kind set -> Prepared (one a worker thread)
//! modules of a bundle + modules of tests -> Tests -> one result a test
//! Document (the input, converted once a request) -> Prepared::evaluate -> one Answer a policy
//! ```
//!
//! Nothing outside this folder names the evaluator: a second one can stand beside it behind [`Prepared`], judged by the same tests.

mod builtins;
mod coverage;
mod document;
mod expand;
mod fields;
mod message;
mod module;
mod reads;
mod refuse;
mod run;
mod suite;
mod syntax;

pub use builtins::{check_glob, check_regex};
pub use coverage::{ModuleReach, Point, Recorder, RuleReach};
pub use document::Document;
pub use fields::{AbsentField, Fields};
pub use module::{Module, Parsed, parse};
pub use reads::Read;
pub use refuse::Refusal;
pub use run::{Answer, Budget, Finding, Findings, Prepared, Print, Target, Trouble};
pub use suite::{Test, TestFailure, Tests};
