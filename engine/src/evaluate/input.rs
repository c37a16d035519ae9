//! What policies see as `input`: the admission request, in every program.

use super::plan::SettingsInput;
use crate::{
    rego::Document,
    request::{Namespace, Request},
};

/// The input of one request, in parts.
pub(super) struct Input<'a> {
    request: &'a Request,
    settings: SettingsInput,
    object: Document,
    old_object: Document,
}

impl<'a> Input<'a> {
    pub(super) fn new(request: &'a Request, settings: SettingsInput) -> Self {
        let object = Document::from(&*request.object);
        let old_object = Document::from(&*request.old_object);
        Self { request, settings, object, old_object }
    }

    /// Makes it the input of a request that changes nothing: the object as it was before.
    pub(super) fn look_back(&mut self) {
        self.object = self.old_object.clone();
    }

    /// The whole. What a request does not say is absent, but for the objects: they are null, as the API server sends them.
    pub(super) fn document(&self) -> Document {
        let Self { request, settings, object, old_object } = self;
        let text = |key: &'static str, value: Option<&str>| value.map(|value| (key, Document::from(value)));
        let namespace = match &request.namespace {
            Namespace::Named(name) => Some(name.as_str()),
            Namespace::ClusterScoped | Namespace::Unknown => None,
        };
        let known = [
            ("operation", Document::from(request.operation.as_str())),
            ("kind", settings.kind.clone()),
            ("object", object.clone()),
            ("oldObject", old_object.clone()),
            ("dryRun", Document::from(request.dry_run)),
            ("parameters", settings.parameters.clone()),
        ];
        let optional = [
            text("name", request.name.as_deref()),
            text("namespace", namespace),
            text("subResource", request.sub_resource.as_deref()),
            request.user_info.as_ref().map(|user| ("userInfo", Document::from(user))),
            request.namespace_object.as_ref().map(|object| ("namespaceObject", Document::from(&**object))),
            settings.selected.clone().map(|selected| ("selected", selected)),
        ];
        Document::object(known.into_iter().chain(optional.into_iter().flatten()))
    }
}
