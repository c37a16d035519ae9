//! What is asked about: resources of a file, or recorded admission reviews, as requests.

use std::sync::Arc;

use anyhow::{Result, bail};
use guard_engine::{
    path::Path,
    request::{Operation, Request},
    review::{Recorded, Review},
};
use guard_manifest::{Content, Resource};

use super::absent::word;
use crate::{
    report::Location,
    scan::{self, Surroundings},
};

/// A resource that is asked about.
#[derive(Debug)]
pub(crate) struct Subject {
    /// What is judged.
    pub(crate) request: Request,
    file: Arc<str>,
    resource: Resource,
    /// Where in the document the judged object stands.
    root: Path,
}

impl Subject {
    /// The place of a path of the judged object, or of its nearest existing parent.
    pub(crate) fn locate(&self, path: &Path) -> Location {
        let located = self.resource.locate(self.root.0.iter().chain(&path.0).map(scan::step));
        Location::new(Arc::clone(&self.file), located.span)
    }

    /// `Deployment shop/web`, `UPDATE of Pod shop/web by jane`.
    pub(crate) fn title(&self) -> String {
        let Request { operation, sub_resource, user_info, .. } = &self.request;
        let identity = scan::identity_of(&self.request).to_string();
        let subresource = sub_resource.as_ref().map(|name| format!("{name} of ")).unwrap_or_default();
        let user = user_info.as_ref().and_then(|user| user.get("username")?.as_str());
        let user = user.map(|user| format!(" by {user}")).unwrap_or_default();
        // From a file it is the creation, and nobody is known.
        if self.root.0.is_empty() && *operation == Operation::Create {
            return identity;
        }
        let operation = word(*operation);
        format!("{operation} of {subresource}{identity}{user}")
    }
}

/// The resources of a file, or the one at a line; and what keeps others from being asked about.
///
/// # Errors
/// There is nothing to ask about.
pub(crate) fn read(
    name: &str,
    bytes: &[u8],
    line: Option<u32>,
    surroundings: &Surroundings,
) -> Result<(Vec<Subject>, Vec<String>)> {
    let mut subjects = Vec::new();
    let mut problems = Vec::new();
    let reading = guard_manifest::read(bytes);
    let file: Arc<str> = Arc::from(name.strip_prefix("./").unwrap_or(name));
    let is_meant = |first: u32, last: u32| line.is_none_or(|line| (first..=last).contains(&line));
    let mut places = Vec::new();
    for document in reading.documents {
        match document.content {
            Content::Empty => {}
            Content::Resources(resources) => {
                for resource in resources {
                    let span = resource.span();
                    // A document that ends with its line ends on the line below.
                    let last =
                        span.end.line - u32::from(span.end.column == 1 && span.end.line > span.start.line);
                    places.push(span.start.line);
                    if is_meant(span.start.line, last) {
                        match subject(Arc::clone(&file), resource, surroundings) {
                            Ok(subject) => subjects.push(subject),
                            Err(problem) => problems.push(problem),
                        }
                    }
                }
            }
            Content::NotKubernetes { reason, .. } | Content::Unreadable { reason, .. } => {
                let (first, last) = (document.span.start, document.span.end);
                if is_meant(first.line, last.line) {
                    problems.push(format!("{name}:{}:{}: {reason}", first.line, first.column));
                }
            }
        }
    }
    if subjects.is_empty() && problems.is_empty() {
        match line {
            Some(line) if !places.is_empty() => {
                let places: Vec<String> = places.iter().map(ToString::to_string).collect();
                bail!("{name}: no resource at line {line}; they begin at {}", places.join(", "))
            }
            _ => bail!("{name} holds no Kubernetes resource"),
        }
    }
    Ok((subjects, problems))
}

/// A resource as the request that it is, or that would create it; else why it is none.
fn subject(file: Arc<str>, resource: Resource, surroundings: &Surroundings) -> Result<Subject, String> {
    let says = |path: &Path, message: &str| {
        let located = resource.locate(path.0.iter().map(scan::step));
        format!("{}: {message}", Location::new(Arc::clone(&file), located.span))
    };
    if let Some(what) = guard_manifest::local_only(&resource.value) {
        return Err(says(
            &Path::default(),
            &format!("{what}, which no API server reads: no policy looks at it"),
        ));
    }
    if Review::is_one(&resource.value) {
        let recorded = Recorded::from_value(resource.value.clone());
        let Recorded { mut request, root } =
            recorded.map_err(|problem| says(&problem.path, &problem.message))?;
        surroundings.add_namespace_to(&mut request);
        return Ok(Subject { request, file, resource, root });
    }
    let Some(request) = surroundings.request(Arc::new(resource.value.clone())) else {
        return Err(says(&Path::default(), "no `apiVersion`, so no Kubernetes object"));
    };
    Ok(Subject { request, file, resource, root: Path::default() })
}
