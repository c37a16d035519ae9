//! guard in front of a real API server.

#![cfg(test)]

mod answers;
mod changes;
mod documentation;
mod harness;
mod outage;
mod scope;
mod subresources;
mod support;
mod traffic;
