//! guard's verdict held against OPA's: on generated policies, and on every document of every policy.
//!
//! OPA is the reference for what a policy means. `opa.sh` builds it from its Go module; without Go these tests fail, they never skip.

pub mod generate;
pub mod opa;
pub mod shrink;
pub mod verdict;
