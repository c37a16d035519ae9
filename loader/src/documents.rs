//! The documents beside a policy, which show what it finds and what it lets pass. Nothing is judged by them: they are read when
//! somebody asks for them, and never when a bundle is loaded.

use std::{path::Path, sync::Arc};

use guard_engine::policy::{Origin, Policy};

use crate::{folder, problem::Problem};

/// The documents of the embedded library, by file.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/default_documents.rs"));

/// The texts of a policy's documents; none where its author wrote none.
#[derive(Debug, Clone)]
pub struct Documents {
    /// deny.yaml: what violates the policy.
    pub deny: Option<Arc<str>>,
    /// allow.yaml: what does not.
    pub allow: Option<Arc<str>>,
}

impl Documents {
    /// The documents of a policy that was loaded.
    ///
    /// # Errors
    ///
    /// A file is there and cannot be read.
    pub fn of(policy: &Policy) -> Result<Self, Problem> {
        Ok(Self { deny: read(policy, "deny.yaml")?, allow: read(policy, "allow.yaml")? })
    }
}

fn read(policy: &Policy, name: &str) -> Result<Option<Arc<str>>, Problem> {
    let file = Path::new(&*policy.file).with_file_name(name);
    match policy.origin {
        Origin::Default => {
            let embedded = EMBEDDED.iter().find(|(embedded, _)| Path::new(embedded) == file);
            Ok(embedded.map(|(_, text)| Arc::from(*text)))
        }
        Origin::Folder if file.try_exists().unwrap_or(true) => folder::read_text(&file).map(Some),
        Origin::Folder => Ok(None),
    }
}
