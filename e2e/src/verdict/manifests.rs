//! The objects in files, as guard reads them, each held against kubectl's reading.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use guard_manifest::{Content, Position, Span, discover::discover};
use serde_json::{Value, json};

use crate::cluster::{Cluster, User};

/// An object in a file.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// The file, as it was found.
    pub file: PathBuf,
    /// Its own text in there.
    pub span: Span,
    /// The object.
    pub value: Value,
}

/// What is in files.
#[derive(Debug, Default)]
pub struct Manifests {
    /// The objects, in their order.
    pub objects: Vec<Manifest>,
    /// What is none, one sentence each.
    pub left_out: Vec<String>,
    /// Files that kubectl reads in another way, with both readings.
    pub differences: Vec<String>,
}

impl Manifest {
    /// `file:line Kind name`, for people.
    #[must_use]
    pub fn place(&self) -> String {
        let Position { line, .. } = self.span.start;
        let (kind, name) = (self.text("/kind"), self.name());
        format!("{}:{line} {kind} {name}", self.file.display())
    }

    /// The text at a JSON pointer; empty where there is none.
    #[must_use]
    pub fn text(&self, pointer: &str) -> &str {
        self.value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// The object's name, or the beginning of the one that will be made.
    #[must_use]
    pub fn name(&self) -> &str {
        let name = self.text("/metadata/name");
        if name.is_empty() { self.text("/metadata/generateName") } else { name }
    }
}

/// Reads everything below the paths that `guard check` would read.
///
/// # Errors
/// A file cannot be read at all, or kubectl does not run.
pub async fn read(cluster: &Cluster, paths: &[PathBuf]) -> anyhow::Result<Manifests> {
    let found = discover(paths);
    let mut manifests = Manifests::default();
    manifests.left_out.extend(found.failures.iter().map(ToString::to_string));
    let skipped = found.skipped.iter();
    manifests
        .left_out
        .extend(skipped.map(|skipped| format!("{}: {}", skipped.path.display(), skipped.reason)));
    for file in found.files {
        read_file(cluster, &file, &mut manifests).await?;
    }
    Ok(manifests)
}

async fn read_file(cluster: &Cluster, file: &Path, manifests: &mut Manifests) -> anyhow::Result<()> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut objects = Vec::new();
    let mut whole = true;
    for document in guard_manifest::read(&bytes).documents {
        match document.content {
            Content::Empty => {}
            Content::Resources(resources) => {
                objects.extend(resources.into_iter().map(|resource| Manifest {
                    file: file.to_owned(),
                    span: resource.span(),
                    value: resource.value,
                }));
            }
            Content::NotKubernetes { reason, span } | Content::Unreadable { reason, span } => {
                whole = false;
                manifests.left_out.push(format!("{}:{}: {reason}", file.display(), span.start.line));
            }
        }
    }
    let by_kubectl = by_kubectl(cluster, file).await?;
    let same = match &by_kubectl {
        Ok(values) => whole && values.iter().cloned().eq(objects.iter().map(as_kubectl_shows)),
        // kubectl takes a file as a whole or not at all.
        Err(_) => !whole,
    };
    if !same {
        let by_guard = json!(objects.iter().map(|object| &object.value).collect::<Vec<_>>());
        let by_kubectl = by_kubectl.map_or_else(|refusal| refusal, |values| json!(values).to_string());
        let file = file.display();
        manifests
            .differences
            .push(format!("{file} is read in two ways\n  by guard: {by_guard}\n  by kubectl: {by_kubectl}"));
    }
    let (tools, objects): (Vec<_>, Vec<_>) =
        objects.into_iter().partition(|object| guard_manifest::local_only(&object.value).is_some());
    let for_tools = |object: &Manifest| format!("{}: never sent to an API server", object.place());
    manifests.left_out.extend(tools.iter().map(for_tools));
    manifests.objects.extend(objects);
    Ok(())
}

/// kubectl reads managedFields, and leaves them out of what it prints.
fn as_kubectl_shows(object: &Manifest) -> Value {
    let mut value = object.value.clone();
    if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
    }
    value
}

/// kubectl's reading, without asking an API server; its message where it refuses the file.
async fn by_kubectl(cluster: &Cluster, file: &Path) -> anyhow::Result<Result<Vec<Value>, String>> {
    let name = file.to_str().with_context(|| format!("{} is not Unicode", file.display()))?;
    let read = ["patch", "--local", "--type=merge", "--patch={}", "--output=json", "--filename", name];
    let said = cluster.kubectl(User::Admin, &read, "").await?;
    // "no objects passed to patch": an empty file.
    if !said.ok && !said.stderr.contains("no objects passed") {
        return Ok(Err(said.stderr));
    }
    let values = serde_json::Deserializer::from_str(&said.stdout).into_iter().collect::<Result<_, _>>()?;
    Ok(Ok(values))
}
