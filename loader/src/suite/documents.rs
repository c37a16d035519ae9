//! deny.yaml and allow.yaml: the manifests beside a policy, and what is to be said of each.

use std::{collections::HashMap, fs, io, path::Path, sync::Arc};

use guard_engine::{
    path::Path as Field,
    request::{Operation, Request},
    review::{Recorded, Review},
};
use guard_manifest::{Content, Located, Resource, Span};

use crate::problem::{self, Problem, steps};

/// What a policy says of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Of each in deny.yaml: it violates the policy.
    Deny,
    /// Of each in allow.yaml: it does not.
    Allow,
}

/// A manifest of deny.yaml or allow.yaml, or an admission review.
#[derive(Debug)]
pub struct Document {
    /// The file.
    pub file: Arc<str>,
    /// What the policy is to say.
    pub verdict: Verdict,
    /// What it is called in its file: `Deployment web`, `UPDATE Pod web`; of several alike the second is `Pod web (2)`.
    pub name: String,
    /// What is judged: the request of a review, else the one that creates the manifest.
    pub request: Request,
    /// What stands in the file.
    pub resource: Resource,
    /// Where in it the judged object stands.
    root: Field,
}

impl Document {
    /// Its own text.
    #[must_use]
    pub fn span(&self) -> Span {
        self.resource.span()
    }

    /// Finds a field of the judged object, or its nearest existing parent.
    #[must_use]
    pub fn locate(&self, path: &Field) -> Located {
        self.resource.locate(steps(&self.root).chain(steps(path)))
    }
}

impl Verdict {
    /// The name of the file.
    #[must_use]
    pub fn file(self) -> &'static str {
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
            mistakes.push(if error.kind() == io::ErrorKind::NotFound {
                Problem::file(&path, "there is no such file").help(verdict.help())
            } else {
                Problem::file(&path, format!("cannot be read: {error}"))
            });
            return;
        }
    };
    let reading = guard_manifest::read(&bytes);
    let mut names = HashMap::new();
    for document in reading.documents {
        match document.content {
            Content::Empty => {}
            Content::Resources(resources) => {
                for resource in resources {
                    match requested(&resource) {
                        Ok((request, root)) => {
                            let file = Arc::clone(&file);
                            let name = numbered(title(&request), &mut names);
                            documents.push(Document { file, verdict, name, request, resource, root });
                        }
                        Err(problem) => {
                            let span = resource.locate(steps(&problem.path)).span;
                            let mistake = Problem::at(&file, &reading.text, span, problem.message);
                            mistakes.push(Problem { help: problem.help, ..mistake });
                        }
                    }
                }
            }
            Content::NotKubernetes { reason, span } | Content::Unreadable { reason, span } => {
                let message = format!("this is no manifest: {reason}");
                mistakes.push(Problem::at(&file, &reading.text, span, message).help(verdict.help()));
            }
        }
    }
}

/// What a resource in a file asks, and where in it the judged object stands: an admission review is its request, anything else the request that
/// creates it.
///
/// # Errors
/// A review that cannot be read.
pub fn requested(resource: &Resource) -> Result<(Request, Field), guard_engine::problem::Problem> {
    if Review::is_one(&resource.value) {
        let Recorded { request, root } = Recorded::from_value(resource.value.clone())?;
        return Ok((request, root));
    }
    let request = Request::create(Arc::new(resource.value.clone()), None);
    let nothing =
        || guard_engine::problem::Problem::value(Field::default(), "it has no apiVersion or no kind");
    Ok((request.ok_or_else(nothing)?, Field::default()))
}

/// `Deployment web`; of what is no new object also the operation and the subresource.
fn title(request: &Request) -> String {
    let generated = || Some(request.judged().pointer("/metadata/generateName")?.as_str()?.to_owned());
    let name = request.name.clone().or_else(generated).unwrap_or_default();
    let operation = match request.operation {
        Operation::Create => String::new(),
        other => format!("{} ", other.as_str()),
    };
    let subresource = request.sub_resource.iter().map(|name| format!("/{name}")).collect::<String>();
    format!("{operation}{}{subresource} {name}", request.kind.kind).trim_end().to_owned()
}

/// A name, and its number where others before it have the same.
fn numbered(name: String, seen: &mut HashMap<String, usize>) -> String {
    let count = seen.entry(name.clone()).or_default();
    *count += 1;
    if *count == 1 { name } else { format!("{name} ({count})") }
}
