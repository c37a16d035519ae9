//! How guard.yaml calls policies: by name, or by an old one.

use std::collections::BTreeMap;

use crate::{
    bundle::Bundle,
    config::notice::{Notice, NoticeCode},
    policy::Policy,
    problem::Problem,
    reader::Reader,
};

/// The names by which guard.yaml can call the bundle's policies.
pub(in crate::config) struct Names<'a> {
    policies: &'a [Policy],
    /// Names and aliases, to the policy's index.
    indices: BTreeMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    pub(in crate::config) fn new(bundle: &'a Bundle) -> Self {
        let policies = bundle.policies();
        let mut indices = BTreeMap::new();
        for (index, policy) in policies.iter().enumerate() {
            indices.extend(policy.metadata.aliases.iter().map(|alias| (alias.as_str(), index)));
        }
        // A name is stronger than another policy's alias.
        indices.extend(policies.iter().enumerate().map(|(index, policy)| (policy.name.as_ref(), index)));
        Self { policies, indices }
    }

    /// The policy of a name in guard.yaml. An alias is an old name: it counts, and says so.
    pub(in crate::config) fn resolve(
        &self,
        name: &str,
        problem_at: impl Fn(String) -> Problem,
        notices: &mut Vec<Notice>,
        reader: &mut Reader,
    ) -> Option<(usize, &'a Policy)> {
        let found = self.indices.get(name).and_then(|index| Some((*index, self.policies.get(*index)?)));
        let Some((index, policy)) = found else {
            let problem = problem_at(format!("unknown policy {name:?}"));
            let meant = crate::problem::closest(name, self.indices.keys().copied());
            reader.report_mismatch(match meant {
                Some(meant) => problem.help(format!("did you mean {meant:?}?")),
                None => problem.help("`guard policies` lists the policies that are loaded"),
            });
            return None;
        };
        if policy.name.as_ref() != name {
            let problem = problem_at(format!("the policy {name:?} is now called {:?}", policy.name));
            notices.push(Notice {
                code: NoticeCode::PolicyRenamed,
                problem: problem.help("write the new name"),
            });
        } else if let Some(why) = &policy.metadata.deprecated {
            let problem = problem_at(format!("the policy {name:?} is deprecated: {why}"));
            notices.push(Notice { code: NoticeCode::PolicyDeprecated, problem });
        }
        Some((index, policy))
    }
}
