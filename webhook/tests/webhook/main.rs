//! The program as its users run it, and its server over loopback: hostile clients, certificates that change under traffic, a stop without
//! a failed request.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what cannot be prepared fails the test"
)]

mod certificate;
mod check;
mod client;
mod hostile;
mod page;
mod print_configuration;
mod program;
mod reload;
mod rotation;
mod server;
mod stop;
mod support;
