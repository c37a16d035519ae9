//! What a policy sees as `input`.

use std::sync::Arc;

use serde_json::Value;

/// The fields of `input`.
pub(crate) const FIELDS: [&str; 11] = [
    "dryRun",
    "kind",
    "name",
    "namespace",
    "namespaceObject",
    "object",
    "oldObject",
    "operation",
    "parameters",
    "subResource",
    "userInfo",
];

/// The fields of `input.kind`.
pub(crate) const KIND_FIELDS: [&str; 3] = ["group", "kind", "version"];

/// One thing to judge: an admission request, or a resource of a file as the request that would create it.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is being done.
    pub operation: Operation,
    /// Of what kind the object is.
    pub kind: Kind,
    /// The object's name; none with `generateName`.
    pub name: Option<String>,
    /// Where the object lives.
    pub namespace: Namespace,
    /// The object as it will be; null on DELETE.
    pub object: Arc<Value>,
    /// The object as it was; null on CREATE.
    pub old_object: Arc<Value>,
    /// Who asks; none for a file.
    pub user_info: Option<Value>,
    /// Nothing will be stored.
    pub dry_run: bool,
    /// `scale`, `exec`, …; none for the object itself.
    pub sub_resource: Option<String>,
    /// The Namespace object of `namespace`, where it is known.
    pub namespace_object: Option<Arc<Value>>,
}

/// An admission operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Operation {
    /// A new object.
    Create,
    /// A changed object.
    Update,
    /// An object that goes.
    Delete,
    /// A connection to an object (`exec`, `attach`, `portforward`, `proxy`).
    Connect,
}

impl Operation {
    /// Every operation by the API server's word for it.
    pub const WORDS: [(&'static str, Self); 4] = [
        ("CREATE", Self::Create),
        ("UPDATE", Self::Update),
        ("DELETE", Self::Delete),
        ("CONNECT", Self::Connect),
    ];

    /// The API server's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Connect => "CONNECT",
        }
    }
}

/// Group, version and kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Kind {
    /// `apps`; empty for the core group.
    pub group: String,
    /// `v1`.
    pub version: String,
    /// `Deployment`.
    pub kind: String,
}

/// Where an object lives.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Namespace {
    /// In this namespace.
    Named(String),
    /// In none: its kind is cluster-scoped.
    ClusterScoped,
    /// In one that a file does not name.
    Unknown,
}
