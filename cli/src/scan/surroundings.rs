//! What a file does not say and another one may: the labels of its namespace, the other resources that policies look at.
//!
//! Collected in a first pass over all files. It decodes only those whose bytes contain the name of a kind that is wanted.

use std::{
    collections::HashMap,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Result, anyhow, bail};
use guard_engine::{
    bundle::Bundle,
    evaluate::STACK_SIZE,
    inventory::{Inventory, Store},
    request::{Kind, Namespace, Request},
};
use guard_manifest::{Content, Reading};
use memchr::memmem::Finder;
use serde_json::Value;

use super::{
    examples::Examples,
    inputs::{self, Input},
    workers::Workers,
};
use crate::{input, report::Level};

/// The kind whose manifests hold labels of namespaces.
const NAMESPACE: &str = "Namespace";

/// What is known beside the resource that is judged.
pub(crate) struct Surroundings {
    /// The namespace of manifests that name none.
    namespace: Option<String>,
    /// Namespace objects by name.
    namespaces: HashMap<String, Arc<Value>>,
    /// What policies may look at.
    pub(crate) inventory: Inventory,
}

impl Surroundings {
    /// Collects from the files that are to be judged and from `namespaces`, which the former win over.
    ///
    /// # Errors
    /// Where a file of namespaces cannot be read or holds none. A file that is to be judged gets its diagnostic when it is judged.
    pub(crate) fn collect(
        bundle: &Bundle,
        inputs: &[Input],
        namespace: Option<String>,
        namespaces: &[PathBuf],
        workers: Workers,
    ) -> Result<Self> {
        let mut surroundings =
            Self { namespace, namespaces: HashMap::new(), inventory: Inventory::default() };
        let wanted = Wanted::new(bundle);
        let default = surroundings.namespace.as_deref();
        let mut inventory = Store::default();
        let found = workers.map(inputs, || (), |(), input| wanted.requests(input, default), || ())?;
        for request in found.into_iter().flatten() {
            if is_namespace(&request.kind) {
                surroundings.add_namespace(&request);
            }
            if bundle.inventories(&request.kind) {
                inventory.insert_request(&request);
            }
        }
        surroundings.inventory = inventory.snapshot();
        namespaces.iter().try_for_each(|file| surroundings.read_namespaces(file))?;
        Ok(surroundings)
    }

    /// What is known beside the resources of one file that was read, by its name.
    ///
    /// # Errors
    /// Where another file cannot be read.
    pub(crate) fn beside(
        bundle: &Bundle,
        (name, bytes): (&str, &[u8]),
        others: &[PathBuf],
        namespace: Option<String>,
        namespaces: &[PathBuf],
    ) -> Result<Self> {
        let found = inputs::collect(others, false, &Examples::of(bundle))?;
        if let Some(failed) = found.diagnostics.iter().find(|diagnostic| diagnostic.level == Level::Error) {
            bail!("{}", failed.message);
        }
        let mut inputs = found.inputs;
        inputs.retain(|input| &*input.name != name);
        inputs.push(Input::of_bytes(name, bytes));
        let workers = Workers { jobs: NonZeroUsize::MIN, stack: STACK_SIZE };
        Self::collect(bundle, &inputs, namespace, namespaces, workers)
    }

    /// An object of a file as the request that would create it; none where it has no kind.
    pub(crate) fn request(&self, object: Arc<Value>) -> Option<Request> {
        let mut request = Request::create(object, self.namespace.as_deref())?;
        self.add_namespace_to(&mut request);
        Some(request)
    }

    /// Adds the Namespace object of a request, where it is known.
    pub(crate) fn add_namespace_to(&self, request: &mut Request) {
        if let Namespace::Named(name) = &request.namespace {
            request.namespace_object = self.namespaces.get(name).cloned();
        }
    }

    fn add_namespace(&mut self, request: &Request) {
        if let Some(name) = &request.name {
            self.namespaces.entry(name.clone()).or_insert_with(|| Arc::clone(&request.object));
        }
    }

    fn read_namespaces(&mut self, file: &Path) -> Result<()> {
        let (name, bytes) = input::read(file)?;
        let reading = guard_manifest::read(&bytes);
        for document in &reading.documents {
            if let Content::Unreadable { reason, span } | Content::NotKubernetes { reason, span } =
                &document.content
            {
                bail!("{name}:{}:{}: {reason}", span.start.line, span.start.column);
            }
        }
        let mut found = requests(reading, None).filter(|request| is_namespace(&request.kind)).peekable();
        found.peek().ok_or_else(|| {
            anyhow!("{name} holds no Namespace: give what `kubectl get namespaces -o yaml` prints")
        })?;
        found.for_each(|request| self.add_namespace(&request));
        Ok(())
    }
}

/// Tells which files and resources the first pass wants.
struct Wanted<'a> {
    bundle: &'a Bundle,
    /// The names of the kinds; none where any kind is wanted.
    names: Option<Vec<Finder<'a>>>,
}

impl<'a> Wanted<'a> {
    fn new(bundle: &'a Bundle) -> Self {
        let kinds = bundle.inventory_kinds().iter().map(|selector| selector.kind.as_str());
        let names: Vec<_> = kinds.chain([NAMESPACE]).collect();
        let any = names.contains(&"*");
        Self { bundle, names: (!any).then(|| names.into_iter().map(Finder::new).collect()) }
    }

    /// The wanted resources of a file.
    fn requests(&self, input: &Input, default: Option<&str>) -> Vec<Request> {
        let Ok(bytes) = input.bytes() else { return Vec::new() };
        if !self.may_be_in(&bytes) {
            return Vec::new();
        }
        let wanted =
            |request: &Request| is_namespace(&request.kind) || self.bundle.inventories(&request.kind);
        requests(guard_manifest::read(&bytes), default).filter(wanted).collect()
    }

    fn may_be_in(&self, bytes: &[u8]) -> bool {
        // UTF-16 spells names otherwise.
        let is_utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
        is_utf16
            || self.names.as_ref().is_none_or(|names| names.iter().any(|name| name.find(bytes).is_some()))
    }
}

fn requests(reading: Reading, default: Option<&str>) -> impl Iterator<Item = Request> {
    let resources = reading.documents.into_iter().flat_map(|document| match document.content {
        Content::Resources(resources) => resources,
        _ => Vec::new(),
    });
    resources.filter_map(move |resource| Request::create(Arc::new(resource.value), default))
}

fn is_namespace(kind: &Kind) -> bool {
    kind.group.is_empty() && kind.kind == NAMESPACE
}
