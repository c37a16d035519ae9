//! What policies say about one another: names, old names, and whom they replace.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    bundle::BundleError,
    path::Path,
    policy::{Origin, Policy},
    problem::{Problem, closest},
};

/// `policies` is sorted by name; those that are `broken` are there to be named.
pub(super) fn check(policies: &[Policy], broken: &[Policy], errors: &mut Vec<BundleError>) {
    one_name_each(policies, errors);
    let all = broken.iter().chain(policies);
    let names: BTreeMap<&str, &Policy> = all.map(|policy| (&*policy.name, policy)).collect();
    let mut aliases: BTreeMap<&str, &Policy> = BTreeMap::new();
    for policy in policies {
        for (index, alias) in policy.metadata.aliases.iter().enumerate() {
            let holder = names.get(alias.as_str()).copied().or_else(|| aliases.insert(alias, policy));
            if let Some(holder) = holder {
                let message = format!("the alias {alias:?} is {} too", described(holder, alias));
                errors.push(at(
                    policy,
                    "aliases",
                    index,
                    message,
                    "an old name leads to one policy: remove it here or there",
                ));
            }
        }
    }
    let default_library = names.values().any(|policy| policy.origin == Origin::Default);
    for policy in policies {
        for (index, replaced) in policy.metadata.replaces.iter().enumerate() {
            match names.get(replaced.as_str()) {
                Some(_) if leads_back(policy, replaced, &names, names.len()) => {
                    let message = format!("{replaced:?} is replaced by the policy that it replaces");
                    errors.push(at(
                        policy,
                        "replaces",
                        index,
                        message,
                        "one of the two is the stronger: leave it in that one",
                    ));
                }
                Some(_) => {}
                // Without the default library its policies are not there to be replaced.
                None if !default_library && closest(replaced, names.keys().copied()).is_none() => {}
                None => {
                    let path = Path::default().join("custom").join("replaces").join(index);
                    let problem = Problem::value(path, format!("unknown policy {replaced:?}"));
                    let problem = match closest(replaced, names.keys().copied()) {
                        Some(meant) => problem.help(format!("did you mean {meant:?}?")),
                        None => problem.help("name a policy of this bundle"),
                    };
                    errors.push(BundleError::metadata(&policy.file, problem));
                }
            }
        }
    }
}

fn one_name_each(policies: &[Policy], errors: &mut Vec<BundleError>) {
    for pair in policies.windows(2) {
        let [first, second] = pair else { continue };
        if first.name == second.name {
            let message = format!("two policies are called {:?}: the other is {}", second.name, first.file);
            errors.push(BundleError::file(&second.file, message, "rename one: its folder and its package"));
        }
    }
}

/// Whether going from what is replaced to what that replaces leads to `policy` again.
fn leads_back(policy: &Policy, replaced: &str, names: &BTreeMap<&str, &Policy>, steps: usize) -> bool {
    if replaced == &*policy.name {
        return true;
    }
    let next = names.get(replaced).filter(|_| steps > 0);
    next.is_some_and(|next| {
        next.metadata.replaces.iter().any(|name| leads_back(policy, name, names, steps - 1))
    })
}

fn described(holder: &Policy, alias: &str) -> String {
    if &*holder.name == alias {
        format!("the name of a policy ({})", holder.file)
    } else {
        format!("an alias of {}", holder.name)
    }
}

fn at(policy: &Policy, key: &str, index: usize, message: String, help: &str) -> BundleError {
    let path = Path::default().join("custom").join(key).join(index);
    BundleError::metadata(&Arc::clone(&policy.file), Problem::value(path, message).help(help))
}
