//! Why the API server did not answer as it should.

use std::time::Duration;

use kube::core::Status;

use super::resource::Resource;

/// Why the objects of a resource could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    /// Nobody gave guard the right: 401 and 403.
    #[error("{message}; guard's ClusterRole needs the rule {rule}")]
    Forbidden {
        /// What the API server says.
        message: String,
        /// What is missing, as it is written in a ClusterRole.
        rule: String,
    },
    /// There is no such resource: its definition was removed.
    #[error("the API server does not serve it")]
    NotServed,
    /// What was asked for is too long ago: everything has to be listed again.
    #[error("the API server no longer has the changes since the last one seen")]
    Gone,
    /// No answer in time.
    #[error("no answer within {} s", .0.as_secs())]
    Silent(Duration),
    /// Anything else: no connection, an internal error.
    #[error("{0}")]
    Failed(String),
}

impl Trouble {
    /// What the API server's answer means.
    pub(super) fn of_status(status: &Status, resource: &Resource) -> Self {
        match status.code {
            401 | 403 => Self::Forbidden { message: status.message.clone(), rule: resource.rbac_rule() },
            404 => Self::NotServed,
            410 => Self::Gone,
            code => Self::Failed(format!("{code} {}: {}", status.reason, status.message)),
        }
    }

    /// What an error of the client means.
    pub(super) fn of_error(error: &kube::Error, resource: &Resource) -> Self {
        match error {
            kube::Error::Api(status) => Self::of_status(status, resource),
            other => Self::Failed(sentence(other)),
        }
    }
}

/// An error with its causes: the client's own words often stop at "service error".
pub(super) fn sentence(error: &dyn std::error::Error) -> String {
    let mut sentence = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        if !sentence.contains(&text) {
            sentence = format!("{sentence}: {text}");
        }
        cause = inner.source();
    }
    sentence
}
