//! deny.yaml and allow.yaml: the manifests beside a policy, and what is to be said of each.

use std::{fs, io, path::Path, sync::Arc};

use guard_manifest::{Content, Resource, Span};

use crate::problem::{self, Problem};

/// What a policy says of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Of each in deny.yaml: it violates the policy.
    Deny,
    /// Of each in allow.yaml: it does not.
    Allow,
}

/// A manifest of deny.yaml or allow.yaml.
#[derive(Debug)]
pub struct Document {
    /// The file.
    pub file: Arc<str>,
    /// What the policy is to say.
    pub verdict: Verdict,
    /// The manifest.
    pub resource: Resource,
}

impl Verdict {
    fn file(self) -> &'static str {
        match self {
            Self::Deny => "deny.yaml",
            Self::Allow => "allow.yaml",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Deny => "write a manifest that must violate the policy",
            Self::Allow => "write a manifest that must not violate the policy",
        }
    }
}

/// The documents of a policy's folder, and what is wrong with them as files.
pub(super) fn read(folder: &Path) -> (Vec<Document>, Vec<Problem>) {
    let mut documents = Vec::new();
    let mut mistakes = Vec::new();
    for verdict in [Verdict::Deny, Verdict::Allow] {
        let (before, wrong) = (documents.len(), mistakes.len());
        read_file(folder, verdict, &mut documents, &mut mistakes);
        if (documents.len(), mistakes.len()) == (before, wrong) {
            let mistake = Problem::file(&folder.join(verdict.file()), "there is no manifest in it");
            mistakes.push(mistake.help(verdict.help()));
        }
    }
    (documents, mistakes)
}

fn read_file(folder: &Path, verdict: Verdict, documents: &mut Vec<Document>, mistakes: &mut Vec<Problem>) {
    let path = folder.join(verdict.file());
    let file = problem::name(&path);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let message = if error.kind() == io::ErrorKind::NotFound {
                "there is no such file".to_owned()
            } else {
                format!("cannot be read: {error}")
            };
            mistakes.push(Problem::file(&path, message).help(verdict.help()));
            return;
        }
    };
    let reading = guard_manifest::read(&bytes);
    let mut mistake = |span: Span, reason: &str| {
        let message = format!("this is no manifest: {reason}");
        mistakes.push(Problem::at(&file, &reading.text, span, message).help(verdict.help()));
    };
    for document in reading.documents {
        match document.content {
            Content::Empty => {}
            Content::Resources(resources) => {
                let document = |resource| Document { file: Arc::clone(&file), verdict, resource };
                documents.extend(resources.into_iter().map(document));
            }
            Content::NotKubernetes { reason, span } | Content::Unreadable { reason, span } => {
                mistake(span, &reason);
            }
        }
    }
}
