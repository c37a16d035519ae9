//! What a match is asked about: one request, looked at once.

use serde_json::{Map, Value};

use super::{Coverage, Patterns, Selector};
use crate::{
    request::{Namespace, Request},
    resource::Workload,
    violation::Assumption,
};

/// What a match is asked about.
#[derive(Debug)]
pub struct Subject<'a> {
    /// What the object is, or belongs to.
    pub workload: Workload<'a>,
    /// The namespace that the object is in; a Namespace is in itself.
    pub namespace: NamespaceOf<'a>,
    /// Who asks.
    pub user: Option<&'a Value>,
}

/// The namespace of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamespaceOf<'a> {
    /// This one, with these labels where they are known.
    Named(&'a str, Option<&'a Value>),
    /// None.
    ClusterScoped,
    /// One that a file does not name.
    Unknown,
}

impl<'a> Subject<'a> {
    /// What a match is asked about a request.
    #[must_use]
    pub fn new(request: &'a Request) -> Self {
        Self {
            workload: Workload::of(request),
            namespace: NamespaceOf::new(request),
            user: request.user_info.as_ref(),
        }
    }

    /// Whether its namespace is one of these.
    #[must_use]
    pub fn is_in(&self, patterns: &Patterns) -> Coverage {
        match self.namespace {
            NamespaceOf::Named(name, _) => patterns.matches(name).into(),
            NamespaceOf::ClusterScoped => Coverage::No,
            NamespaceOf::Unknown if patterns.is_empty() => Coverage::No,
            NamespaceOf::Unknown => Coverage::Unknown(Assumption::Namespace.into()),
        }
    }

    /// Whether one of these users asks.
    #[must_use]
    pub fn is_user(&self, patterns: &Patterns) -> Coverage {
        self.asks(|user| patterns.matches(user.get("username").and_then(Value::as_str).unwrap_or_default()))
    }

    /// Whether somebody of one of these groups asks.
    #[must_use]
    pub fn is_in_group(&self, patterns: &Patterns) -> Coverage {
        self.asks(|user| {
            let groups = user.get("groups").and_then(Value::as_array).into_iter().flatten();
            groups.filter_map(Value::as_str).any(|group| patterns.matches(group))
        })
    }

    fn asks(&self, is_meant: impl FnOnce(&Value) -> bool) -> Coverage {
        self.user.map_or(Coverage::Unknown(Assumption::User.into()), |user| is_meant(user).into())
    }

    /// Whether its namespace has these labels.
    #[must_use]
    pub fn has_namespace(&self, selector: &Selector) -> Coverage {
        match self.namespace {
            NamespaceOf::Named(_, Some(namespace)) => {
                let labels = namespace.pointer("/metadata/labels").and_then(Value::as_object);
                selector.selects(labels.unwrap_or(&Map::new())).into()
            }
            NamespaceOf::Named(_, None) => Coverage::Unknown(Assumption::NamespaceLabels.into()),
            NamespaceOf::ClusterScoped => Coverage::No,
            NamespaceOf::Unknown => Coverage::Unknown(Assumption::Namespace.into()),
        }
    }
}

impl<'a> NamespaceOf<'a> {
    fn new(request: &'a Request) -> Self {
        if request.kind.group.is_empty() && request.kind.kind == "Namespace" {
            return match &request.name {
                Some(name) => Self::Named(name, Some(request.judged())),
                None => Self::ClusterScoped,
            };
        }
        match &request.namespace {
            Namespace::Named(name) => Self::Named(name, request.namespace_object.as_deref()),
            Namespace::ClusterScoped => Self::ClusterScoped,
            Namespace::Unknown => Self::Unknown,
        }
    }
}
