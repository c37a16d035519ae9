//! The admission webhook: the guardrails of `guard check`, at the door of a cluster.
