//! What every request is judged by: the policies and guard.yaml, loaded together and swapped whole.

use std::sync::Arc;

use arc_swap::ArcSwap;
use guard_engine::{bundle::Bundle, config::Config};
use guard_loader::Problem;

use crate::sources::Fingerprint;

/// What requests are judged by. Shared and never changed: a reload makes new ones.
#[derive(Debug, Clone)]
pub struct Guardrails {
    /// The policies.
    pub bundle: Arc<Bundle>,
    /// How they run, read against this bundle.
    pub config: Arc<Config>,
    /// What is wrong with either and did not keep the program from starting: where, what, and what to do.
    pub problems: Vec<Problem>,
    /// What the texts were before they were read; none where nobody follows them.
    pub texts: Option<Fingerprint>,
}

/// The guardrails of the moment.
pub type State = ArcSwap<Guardrails>;

/// Guardrails as a state that can be swapped.
#[must_use]
pub fn state(guardrails: Guardrails) -> Arc<State> {
    Arc::new(ArcSwap::from_pointee(guardrails))
}
