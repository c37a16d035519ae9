//! The program as its user runs it.
#![expect(clippy::unwrap_used, reason = "what cannot be prepared fails the test")]

mod check;
mod print_configuration;
mod reload;
mod support;
