//! What is loaded, and what each mistake is answered with.

mod bundles;
mod configs;
mod documentation;
mod finding;
mod support;
