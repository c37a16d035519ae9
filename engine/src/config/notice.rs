//! What is right in guard.yaml and will not stay so: an expiry that is near, a change that was announced, an old name.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::Config;
use crate::{
    bundle::Bundle,
    exemption::{NOTICE_DAYS, days_between},
    path::Path,
    problem::Problem,
};

/// Something that who keeps guard.yaml should know. Nothing stops because of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What kind.
    pub code: NoticeCode,
    /// Where, what, and what to do.
    pub problem: Problem,
}

/// The kinds of notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeCode {
    /// An exemption's last day is over: its policies are enforced again.
    ExemptionExpired,
    /// An exemption's last day is near.
    ExemptionExpires,
    /// An exemption matched nothing in a whole run.
    ExemptionUnused,
    /// The day of an announced enforcement is near.
    EnforcementChanges,
    /// A policy is called by an old name.
    PolicyRenamed,
    /// A policy will go.
    PolicyDeprecated,
    /// A pack is given a parameter that none of its policies has.
    ParameterUnused,
}

impl Config {
    /// What who keeps guard.yaml should know on a day.
    #[must_use]
    pub fn notices(&self, bundle: &Bundle, today: Date) -> Vec<Notice> {
        let mut notices = self.notices.clone();
        notices.extend(self.expiries(today));
        notices.extend(self.changes(bundle, today));
        notices.sort_by(|a, b| (&a.problem.path, a.code).cmp(&(&b.problem.path, b.code)));
        notices.dedup();
        notices
    }

    /// The exemptions that covered nothing in a whole run, given the indices of those that did. One that has expired
    /// cannot cover anything and is no news here.
    #[must_use]
    pub fn unused_exemptions(&self, used: &BTreeSet<usize>, today: Date) -> Vec<Notice> {
        let unused = self
            .exemptions
            .iter()
            .enumerate()
            .filter(|(index, exemption)| !used.contains(index) && !exemption.grounds.has_expired(today));
        let notice = |(index, exemption): (usize, &crate::exemption::Exemption)| Notice {
            code: NoticeCode::ExemptionUnused,
            problem: Problem::value(
                Path::default().join("exemptions").join(index),
                format!(
                    "the exemption of {} from {} covers nothing",
                    exemption.grounds.owner,
                    exemption.policies.join(", ")
                ),
            )
            .help("remove it, or correct its match"),
        };
        unused.map(notice).collect()
    }

    fn expiries(&self, today: Date) -> impl Iterator<Item = Notice> {
        self.exemptions.iter().enumerate().filter_map(move |(index, exemption)| {
            let (grounds, policies) = (&exemption.grounds, exemption.policies.join(", "));
            let left = grounds.days_left(today).filter(|left| *left <= NOTICE_DAYS)?;
            let expires = grounds.expires?;
            let (code, message) = if left < 0 {
                let message =
                    format!("the exemption of {} from {policies} ended on {expires}", grounds.owner);
                (NoticeCode::ExemptionExpired, message)
            } else {
                let when = days(left);
                let message =
                    format!("the exemption of {} from {policies} ends {when}, on {expires}", grounds.owner);
                (NoticeCode::ExemptionExpires, message)
            };
            let path = Path::default().join("exemptions").join(index).join("expires");
            Some(Notice {
                code,
                problem: Problem::value(path, message)
                    .help("repair what it exempts, or agree on a later day"),
            })
        })
    }

    fn changes(&self, bundle: &Bundle, today: Date) -> impl Iterator<Item = Notice> {
        let on = self.policies.iter().zip(bundle.policies());
        let on = on.filter_map(|(config, policy)| Some((config.as_ref().ok()?, policy)));
        let settings =
            on.flat_map(|(config, policy)| config.all_settings().map(move |settings| (policy, settings)));
        settings.filter_map(move |(policy, settings)| {
            let then = settings.enforcement.then?;
            let left = days_between(today, then.on);
            let path = settings.enforcement_path.clone()?;
            let action = then.action.map_or("off", |action| action.as_str());
            let message =
                format!("the enforcement of {} becomes {action} {}, on {}", policy.name, days(left), then.on);
            (1..=NOTICE_DAYS).contains(&left).then(|| Notice {
                code: NoticeCode::EnforcementChanges,
                problem: Problem::value(path, message),
            })
        })
    }
}

fn days(left: i32) -> String {
    match left {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        left => format!("in {left} days"),
    }
}
