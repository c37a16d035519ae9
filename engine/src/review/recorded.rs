//! A review that somebody recorded or wrote, to be judged once more: nobody is answered.

use serde_json::Value;

use super::{Review, Unreadable};
use crate::{
    path::{Path, Segment},
    problem::Problem,
    request::{Namespace, Request},
    resource::{is_cluster_scoped, namespace_in},
};

/// A review in a file.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// What is judged.
    pub request: Request,
    /// Where in the review the judged object stands: a violation's path goes on from there.
    pub root: Path,
}

impl Recorded {
    /// Reads a review from a file, where it may lack the uid.
    ///
    /// # Errors
    /// It is not a review, or one that an API server would not send: its object is in a namespace that the request does not name.
    pub fn from_value(mut review: Value) -> Result<Self, Problem> {
        if let Some(request) = review.get_mut("request").and_then(Value::as_object_mut) {
            request.entry("uid").or_insert_with(|| "recorded".into());
        }
        let Review { request, .. } = Review::from_value(review)
            .map_err(|Unreadable { path, reason, .. }| Problem::value(path, reason))?;
        if let Some(namespace) = unsaid_namespace(&request) {
            let path = Path(vec![Segment::from("request")]);
            let message = format!("the object is in namespace {namespace:?}, and the request names none");
            let help = format!("write `namespace: {namespace}` into the request, as an API server does");
            return Err(Problem::key(path, message).help(help));
        }
        let root = if request.object.is_null() { "oldObject" } else { "object" };
        Ok(Self { request, root: Path(vec![Segment::from("request"), Segment::from(root)]) })
    }
}

fn unsaid_namespace(request: &Request) -> Option<String> {
    if request.namespace != Namespace::ClusterScoped || is_cluster_scoped(&request.kind) {
        return None;
    }
    match namespace_in(request.judged(), &request.kind, None) {
        Namespace::Named(namespace) => Some(namespace),
        Namespace::ClusterScoped | Namespace::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixtures;

    fn review(request: Value) -> Value {
        json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request})
    }

    #[test]
    fn what_is_written_by_hand_needs_no_uid_and_no_kind() {
        let (old, new) = (fixtures::pod("shop", "web"), fixtures::privileged_pod("shop", "web"));
        let written = |operation, object: &Value| {
            let request =
                json!({"operation": operation, "namespace": "shop", "object": object, "oldObject": old});
            Recorded::from_value(review(request)).unwrap()
        };
        let Recorded { request, root } = written("UPDATE", &new);
        assert_eq!((request.name.as_deref(), &*request.kind.kind), (Some("web"), "Pod"));
        assert_eq!(root.to_string(), "request.object");
        assert_eq!(written("DELETE", &Value::Null).root.to_string(), "request.oldObject");
    }

    #[test]
    fn an_object_whose_namespace_the_request_does_not_name_is_a_mistake() {
        let problem = |object: Value| {
            let request = json!({"operation": "CREATE", "object": object});
            Recorded::from_value(review(request)).err().map(|problem| problem.to_string())
        };
        let said = "request: the object is in namespace \"shop\", and the request names none";
        assert_eq!(problem(fixtures::pod("shop", "web")).as_deref(), Some(said));
        let mut role = fixtures::pod("shop", "web");
        (role["apiVersion"], role["kind"]) = (json!("rbac.authorization.k8s.io/v1"), json!("ClusterRole"));
        assert_eq!(problem(role), None);
    }

    #[test]
    fn what_is_no_review_is_a_mistake_at_its_path() {
        let problem = Recorded::from_value(review(json!({"operation": "PATCH"}))).unwrap_err();
        assert_eq!(problem.path.to_string(), "request.operation");
    }
}
