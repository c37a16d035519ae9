//! Reads `exemptions` and `maxExemptionDays` of guard.yaml.

use std::sync::Arc;

use jiff::civil::Date;

use super::{matches, notice::Notice, policy::Names};
use crate::{
    exemption::{Exemption, Grounds},
    problem::Problem,
    reader::{Block, Field, Reader},
};

pub(crate) const KEYS: [&str; 5] = ["policies", "match", "reason", "owner", "expires"];

/// How long an exemption may still hold, and from when it counts.
struct Bound {
    days: u32,
    today: Date,
}

pub(super) fn read(
    root: &Block<'_>,
    names: &Names<'_>,
    today: Date,
    notices: &mut Vec<Notice>,
    reader: &mut Reader,
) -> Vec<Exemption> {
    let days = root.get("maxExemptionDays").and_then(|field| reader.count(&field, "maxExemptionDays"));
    let bound = days.map(|days| Bound { days, today });
    let Some(field) = root.get("exemptions").filter(|field| !is_empty_list(field)) else { return Vec::new() };
    let fields = reader.list(&field, "exemptions").unwrap_or_default();
    fields.iter().filter_map(|field| read_one(field, names, bound.as_ref(), notices, reader)).collect()
}

/// Exemptions come and go; none left is no mistake.
fn is_empty_list(field: &Field<'_>) -> bool {
    field.value.as_array().is_some_and(Vec::is_empty)
}

fn read_one(
    field: &Field<'_>,
    names: &Names<'_>,
    bound: Option<&Bound>,
    notices: &mut Vec<Notice>,
    reader: &mut Reader,
) -> Option<Exemption> {
    let block = reader.block(field, "an exemption", &KEYS)?;
    let mut required = |key: &str, help: &str| {
        let found = block.get(key);
        if found.is_none() {
            let problem = Problem::value(field.path.clone(), format!("an exemption without `{key}`"));
            reader.report(problem.help(help));
        }
        found
    };
    let policies = required("policies", "say from which policies: policies: [privileged-container]");
    let r#match = required(
        "match",
        "say what is exempted: match: {namespaces: [storage], names: [csi-*]}; to stop a policy altogether set its enforcement to off",
    );
    let reason = required(
        "reason",
        "say why, so that others can judge it: reason: the CSI driver mounts host volumes",
    );
    let owner = required("owner", "say who answers for it: owner: team-storage");
    let policies = policies.and_then(|field| read_policies(&field, names, notices, reader));
    let r#match = r#match.and_then(|field| matches::of_exemption(&field, reader));
    let reason = reason.and_then(|field| reader.text(&field, "reason"));
    let owner = owner.and_then(|field| reader.text(&field, "owner"));
    let expires = read_expires(&block, bound, reader);
    Some(Exemption {
        policies: policies?,
        r#match: r#match?,
        grounds: Grounds { reason: reason?, owner: owner?, expires: expires? },
    })
}

fn read_policies(
    field: &Field<'_>,
    names: &Names<'_>,
    notices: &mut Vec<Notice>,
    reader: &mut Reader,
) -> Option<Vec<Arc<str>>> {
    let mut policies = Vec::new();
    for item in reader.list(field, "policies")? {
        let Some(name) = reader.text(&item, "an item of policies") else { continue };
        let at = |message: String| Problem::value(item.path.clone(), message);
        if let Some((_, policy)) = names.resolve(&name, at, notices, reader) {
            policies.push(Arc::clone(&policy.name));
        }
    }
    policies.sort_unstable();
    policies.dedup();
    // Where none of them is known the exemption is one from nothing, and keeps its place.
    Some(policies)
}

/// The expiry, if one is written; nothing where it is wrong.
#[expect(clippy::option_option, reason = "absent and wrong are two things, and the wrong one was reported")]
fn read_expires(block: &Block<'_>, bound: Option<&Bound>, reader: &mut Reader) -> Option<Option<Date>> {
    let Some(field) = block.get("expires") else {
        if let Some(Bound { days, .. }) = bound {
            reader.report(
                Problem::value(
                    block.path().clone(),
                    "an exemption without `expires` where maxExemptionDays is set",
                )
                .help(format!("say its last day, at most {days} days from today: expires: 2027-01-31")),
            );
            return None;
        }
        return Some(None);
    };
    let expires = reader.date(&field, "expires")?;
    match bound {
        Some(Bound { days, today })
            if i64::from(crate::exemption::days_between(*today, expires)) > i64::from(*days) =>
        {
            reader.report(
                Problem::value(
                    field.path,
                    format!("expires is {expires}, more than maxExemptionDays ({days}) from today"),
                )
                .help("choose an earlier day; the exemption can be renewed when it is near"),
            );
            None
        }
        _ => Some(Some(expires)),
    }
}
