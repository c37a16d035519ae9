//! guard's verdict held against OPA's.
//!
//! OPA is the reference for what a policy means. `opa.sh` builds it from its Go module; without Go these tests fail, they never skip.
//!
//! - `tests/differential.rs`: thousands of generated policies, in the style of admission policies. Whatever the loader accepts has OPA's
//!   findings or fails loudly. The seeds are fixed, and a fresh one, which is printed, comes with them: `GUARD_CONFORMANCE_SEED` sets it
//!   again, `GUARD_CONFORMANCE_POLICIES` says how many policies a seed is good for. A difference is shrunk before it is shown.
//! - `tests/documents.rs`: every policy of this repository on every document of the library, through the evaluation that `guard check`
//!   uses; and OPA accepts the policies and passes their tests.
//! - `examples/ask.rs` asks both about one policy and one input.

pub mod generate;
pub mod opa;
pub mod shrink;
pub mod verdict;
