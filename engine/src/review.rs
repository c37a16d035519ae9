//! An admission review as an API server sends it: JSON in, a request out.
//!
//! Strict on what a verdict or its answer depends on, deaf to the rest: what newer API servers add is passed over. The objects stay as they
//! came. Of two equal keys the last counts, as for the API server's own decoder.

mod recorded;
mod uid;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use recorded::Recorded;

use crate::{
    path::{Path, Segment},
    reader::describe,
    request::{Kind, Namespace, Operation, Request},
    resource::{is_cluster_scoped, name_in},
};

/// The `apiVersion` of the reviews that are read.
pub const API_VERSION: &str = "admission.k8s.io/v1";

/// The `kind` of a review.
pub const KIND: &str = "AdmissionReview";

/// A review that was read.
#[derive(Debug, Clone)]
pub struct Review {
    /// What the answer must repeat.
    pub uid: String,
    /// The resource that the request is about; none where the review does not say.
    pub resource: Option<GroupVersionResource>,
    /// What is to be judged. The caller fills in `namespace_object`.
    pub request: Request,
}

/// A resource as it stands in a URL.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GroupVersionResource {
    /// `apps`; empty for the core group.
    #[serde(default)]
    pub group: String,
    /// `v1`.
    pub version: String,
    /// `deployments`.
    pub resource: String,
}

/// Why a review cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Unreadable {
    /// The uid, where the text has one: with it the caller can still be answered.
    pub uid: Option<String>,
    /// The field that is wrong, from the review's root; empty where it is the text as a whole.
    pub path: Path,
    /// What is wrong and what was expected: a sentence without a full stop.
    pub reason: String,
}

impl Review {
    /// Reads a request's body.
    ///
    /// # Errors
    /// The body is no JSON, or not a review.
    pub fn from_json(body: &[u8]) -> Result<Self, Unreadable> {
        let value = serde_json::from_slice(body).map_err(|error| Unreadable {
            uid: uid::find(body),
            path: Path::default(),
            reason: if body.is_empty() {
                "the body is empty, expected an AdmissionReview as JSON".to_owned()
            } else {
                format!("the body cannot be read as JSON: {error}")
            },
        })?;
        Self::from_value(value)
    }

    /// Reads a review that is JSON already.
    ///
    /// # Errors
    /// It is not a review.
    pub fn from_value(review: Value) -> Result<Self, Unreadable> {
        let uid = review.pointer("/request/uid").and_then(Value::as_str);
        let uid = uid.filter(|uid| !uid.is_empty()).map(str::to_owned);
        match read(review, uid.clone()) {
            Ok(review) => Ok(review),
            Err(Mistake { path, reason }) => Err(Unreadable { uid, path, reason }),
        }
    }

    /// Whether an object says that it is an admission review, of whatever version.
    #[must_use]
    pub fn is_one(object: &Value) -> bool {
        Kind::of(object).is_some_and(|kind| kind.group == "admission.k8s.io" && kind.kind == KIND)
    }
}

/// What is wrong with a field.
struct Mistake {
    path: Path,
    reason: String,
}

impl Mistake {
    /// `request.object is "web", expected a mapping`.
    fn expected(path: Path, found: Option<&Value>, expected: &str) -> Self {
        let name = if path.0.is_empty() { "the review".to_owned() } else { path.to_string() };
        let found = match found {
            None | Some(Value::Null) => "missing".to_owned(),
            Some(found) => describe(found),
        };
        Self { path, reason: format!("{name} is {found}, expected {expected}") }
    }
}

fn read(review: Value, uid: Option<String>) -> Result<Review, Mistake> {
    let mut review = match review {
        Value::Object(review) => Fields { fields: review, path: Path::default() },
        other => return Err(Mistake::expected(Path::default(), Some(&other), "a mapping")),
    };
    for (key, known) in [("apiVersion", API_VERSION), ("kind", KIND)] {
        match review.take(key) {
            Some(Value::String(word)) if word == known => {}
            other => return Err(review.expected(key, other.as_ref(), &format!("{known:?}"))),
        }
    }
    let Some(mut request) = review.mapping("request")? else {
        return Err(review.expected("request", None, "a mapping"));
    };
    let Some(uid) = uid else {
        let found = request.take("uid");
        return Err(request.expected("uid", found.as_ref(), "a text"));
    };
    let resource = request.take("resource").and_then(|resource| serde_json::from_value(resource).ok());
    Ok(Review { uid, resource, request: request.into_request()? })
}

/// A mapping that is taken apart.
struct Fields {
    fields: Map<String, Value>,
    path: Path,
}

impl Fields {
    /// Takes a field; null says nothing.
    fn take(&mut self, key: &str) -> Option<Value> {
        self.fields.remove(key).filter(|value| !value.is_null())
    }

    fn expected(&self, key: &str, found: Option<&Value>, expected: &str) -> Mistake {
        Mistake::expected(self.path.join(Segment::from(key)), found, expected)
    }

    /// A text; an empty one says nothing.
    fn text(&mut self, key: &str) -> Result<Option<String>, Mistake> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok((!text.is_empty()).then_some(text)),
            Some(other) => Err(self.expected(key, Some(&other), "a text")),
        }
    }

    fn mapping(&mut self, key: &str) -> Result<Option<Self>, Mistake> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Object(fields)) => Ok(Some(Self { fields, path: self.path.join(key) })),
            Some(other) => Err(self.expected(key, Some(&other), "a mapping")),
        }
    }

    fn object(&mut self, key: &str) -> Result<Value, Mistake> {
        Ok(self.mapping(key)?.map_or(Value::Null, |object| Value::Object(object.fields)))
    }

    fn into_request(mut self) -> Result<Request, Mistake> {
        let operation = self.operation()?;
        let object = self.object("object")?;
        if object.is_null() && matches!(operation, Operation::Create | Operation::Update) {
            return Err(self.expected("object", None, "the object that is to be"));
        }
        let old_object = self.object("oldObject")?;
        let judged = if object.is_null() { &old_object } else { &object };
        let kind = self.kind(judged)?;
        // Some API servers leave the name of a new object, and of one among many that go, to the object itself.
        let own_name = name_in(judged);
        let name = self.text("name")?.or(own_name);
        let user_info = self.object("userInfo")?;
        Ok(Request {
            operation,
            namespace: self.namespace(&kind)?,
            kind,
            name,
            user_info: (!user_info.is_null()).then_some(user_info),
            dry_run: self.dry_run()?,
            sub_resource: self.text("subResource")?,
            object: Arc::new(object),
            old_object: Arc::new(old_object),
            namespace_object: None,
        })
    }

    fn operation(&mut self) -> Result<Operation, Mistake> {
        match self.take("operation") {
            None => Err(self.expected("operation", None, "one of CREATE, UPDATE, DELETE, CONNECT")),
            Some(word) => Operation::WORDS
                .iter()
                .find(|(known, _)| Some(*known) == word.as_str())
                .map(|(_, operation)| *operation)
                .ok_or_else(|| {
                    self.expected("operation", Some(&word), "one of CREATE, UPDATE, DELETE, CONNECT")
                }),
        }
    }

    /// The request's kind; where it has none, which no API server does, the object's.
    fn kind(&mut self, judged: &Value) -> Result<Kind, Mistake> {
        let Some(mut kind) = self.mapping("kind")? else {
            return Kind::of(judged)
                .ok_or_else(|| self.expected("kind", None, "the object's group, version and kind"));
        };
        let mut required =
            |key| kind.text(key).and_then(|text| text.ok_or_else(|| kind.expected(key, None, "a text")));
        Ok(Kind {
            version: required("version")?,
            kind: required("kind")?,
            group: kind.text("group")?.unwrap_or_default(),
        })
    }

    /// Where the object lives. A Namespace lives in none, though its request names itself: as in a file.
    fn namespace(&mut self, kind: &Kind) -> Result<Namespace, Mistake> {
        let named = self.text("namespace")?.filter(|_| !is_cluster_scoped(kind));
        Ok(named.map_or(Namespace::ClusterScoped, Namespace::Named))
    }

    fn dry_run(&mut self) -> Result<bool, Mistake> {
        match self.take("dryRun") {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(other) => Err(self.expected("dryRun", Some(&other), "true or false")),
        }
    }
}

#[cfg(test)]
mod tests;
