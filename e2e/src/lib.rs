//! guard held against a real kube-apiserver: the programs under test, what they run in, and the comparison of what both say.
//!
//! Everything listens on loopback, keeps its files in a folder of its own, and ends with the process that started it, however that ends.

pub mod assets;
pub mod balancer;
pub mod certificates;
pub mod cluster;
pub mod mount;
pub mod poll;
pub mod process;
pub mod programs;
pub mod registration;
pub mod traffic;
pub mod verdict;
pub mod webhook;
