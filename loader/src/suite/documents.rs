//! deny.yaml and allow.yaml: the manifests beside a policy, and what is to be said of each.

use std::{collections::HashMap, fs, io, path::Path, sync::Arc};

use guard_engine::{
    path::{Path as Field, Segment},
    request::{Namespace, Operation, Request},
    resource::is_cluster_scoped,
    review::Review,
};
use guard_manifest::{Content, Located, Resource, Span};
use serde_json::Value;

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
    root: &'static [&'static str],
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
        let root = self.root.iter().map(|key| guard_manifest::Step::Key(key));
        self.resource.locate(root.chain(steps(path)))
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
                        Err(Mistake { path, message, help }) => {
                            let span = resource.locate(steps(&path)).span;
                            let mistake = Problem::at(&file, &reading.text, span, message);
                            mistakes.push(Problem { help, ..mistake });
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

/// Why nothing can be judged by a document.
struct Mistake {
    path: Field,
    message: String,
    help: Option<String>,
}

/// What a document asks, and where in it the judged object stands.
fn requested(resource: &Resource) -> Result<(Request, &'static [&'static str]), Mistake> {
    if Review::is_one(&resource.value) {
        return reviewed(resource.value.clone());
    }
    match Request::create(Arc::new(resource.value.clone()), None) {
        Some(request) => Ok((request, &[])),
        None => {
            let message = "it has no apiVersion or no kind".to_owned();
            Err(Mistake { path: Field::default(), message, help: None })
        }
    }
}

fn reviewed(mut review: Value) -> Result<(Request, &'static [&'static str]), Mistake> {
    // Nobody is answered here.
    if let Some(request) = review.get_mut("request").and_then(Value::as_object_mut) {
        request.entry("uid").or_insert_with(|| "test".into());
    }
    let request = match Review::from_value(review) {
        Ok(review) => review.request,
        Err(unreadable) => {
            return Err(Mistake { path: unreadable.path, message: unreadable.reason, help: None });
        }
    };
    let own = request.judged().pointer("/metadata/namespace").and_then(Value::as_str).unwrap_or_default();
    if request.namespace == Namespace::ClusterScoped && !own.is_empty() && !is_cluster_scoped(&request.kind) {
        return Err(Mistake {
            path: Field(vec![Segment::from("request")]),
            message: format!("the object is in namespace {own:?}, and the request says none"),
            help: Some(format!("write `namespace: {own}` into the request, as an API server does")),
        });
    }
    let root: &[&str] =
        if request.object.is_null() { &["request", "oldObject"] } else { &["request", "object"] };
    Ok((request, root))
}

/// `Deployment web`; of what is no new object also the operation and the subresource.
fn title(request: &Request) -> String {
    let generated = || Some(request.judged().pointer("/metadata/generateName")?.as_str()?.to_owned());
    let name = request.name.clone().or_else(generated).unwrap_or_default();
    let operation = match request.operation {
        Operation::Create => "",
        Operation::Update => "UPDATE ",
        Operation::Delete => "DELETE ",
        Operation::Connect => "CONNECT ",
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
