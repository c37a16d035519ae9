//! Why a request got its verdict: policy by policy, whether it was called and why not, under which settings, and what became of
//! what it found.

use std::sync::Arc;

use crate::{
    config::{Settings, WhyOff},
    enforcement::EnforcementAction,
    evaluation::{Evaluation, Failure},
    exemption::Grounds,
    matching::MatchKey,
    metadata::Mismatch,
    rego::Print,
    violation::{Assumption, Violation},
};

/// Why a request got its verdict.
#[derive(Debug, Clone)]
pub struct Account {
    /// The verdict.
    pub evaluation: Evaluation,
    /// The policies of the bundle, in its order.
    pub policies: Vec<PolicyAccount>,
    /// What the policies printed.
    pub prints: Vec<Print>,
}

/// What became of one policy.
#[derive(Debug, Clone)]
pub struct PolicyAccount {
    /// Its name.
    pub policy: Arc<str>,
    /// How it was called, or why it was not.
    pub outcome: Result<Called, NotCalled>,
}

/// Why a policy was not called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotCalled {
    /// The request's namespace is among guard.yaml's `excludedNamespaces`.
    ExcludedNamespace,
    /// It never runs.
    Never(WhyOff),
    /// It does not judge such a request.
    Mismatch(Mismatch),
    /// This part of its match leaves the request out.
    Unmatched(MatchKey),
    /// Its settings for this request turn it off.
    Off(Choice),
}

/// How a policy was called.
#[derive(Debug, Clone)]
pub struct Called {
    /// Under which settings.
    pub choice: Choice,
    /// What is done about a violation on the day, before anything about the request lessens it.
    pub action: EnforcementAction,
    /// What had to be assumed.
    pub assumed: Vec<Assumption>,
    /// What it found.
    pub findings: Vec<Judgement>,
    /// What is only known later.
    pub undetermined: Vec<Violation>,
    /// Why it could not run, if it could not.
    pub failure: Option<Failure>,
}

/// Which of a policy's settings count for a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The override that they are of, by its place; none where they are the policy's own.
    pub r#override: Option<usize>,
    /// The settings.
    pub settings: Settings,
}

/// What became of a finding.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// What was found, and what is done about it.
    pub violation: Violation,
    /// Whether it counts.
    pub fate: Fate,
    /// The exemptions of guard.yaml that name the policy and do not cover it.
    pub misses: Vec<Miss>,
}

/// Whether a finding counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It counts.
    Counts,
    /// It counts, and less is done about it than the policy's settings say.
    Lessened(Lessened),
    /// An exemption covers it: of guard.yaml, by its place there, or one that the resource carries.
    Exempted(Option<usize>, Grounds),
    /// A stronger policy says it too.
    TakenOver(Arc<str>),
}

/// Why less is done about a finding than the policy's settings say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lessened {
    /// One of Kubernetes' own controllers creates the pod: `controllerPods`.
    ByController,
    /// The object only waits for its finalizers.
    Terminating,
    /// The old object had it already: `existing`.
    Existing,
}

/// An exemption that does not cover a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// Its place in guard.yaml.
    pub exemption: usize,
    /// Why.
    pub why: MissReason,
}

/// Why an exemption does not cover a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MissReason {
    /// This part of its match leaves the resource out.
    Unmatched(MatchKey),
    /// It is for containers, and the finding is not in one of these: in this one, or in none.
    Container(Option<String>),
    /// Nobody knows whether it does.
    Unknown(Vec<Assumption>),
    /// Its last day is over.
    Expired,
}
