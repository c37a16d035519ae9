//! guard in front of a real API server.

#![cfg(test)]

mod harness;
