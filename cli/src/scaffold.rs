//! What `guard new` and `guard init` write: texts with something to fill in, and files that are never written over.

mod documents;
mod files;
mod kind;
mod name;
mod policy;
mod repository;

pub(crate) use self::{
    files::{File, write},
    kind::Kind,
    name::PolicyName,
    policy::files as policy_files,
    repository::{Plan, Repository, SCHEMA},
};
