//! What is wrong with a policy that loads, as far as its documents show it, each mistake with its place.

use std::path::Path;

use guard_engine::{bundle::Form, policy::Policy, request::Request};

use crate::{bundle, folder, problem::Problem};

/// The mistakes of a policy, by its index in the bundle, in the light of the requests that its suite judges.
pub(super) fn check(form: &Form<'_>, index: usize, policy: &Policy, documents: &[&Request]) -> Vec<Problem> {
    let errors = form.check(index, documents);
    if errors.is_empty() {
        return Vec::new();
    }
    match folder::read_text(Path::new(&*policy.file)) {
        Ok(text) => bundle::locate_in_policy(errors, &policy.file, &text),
        Err(problem) => vec![problem],
    }
}
