//! Where an enforcement comes from: the severity, or a line of guard.yaml.

use guard_engine::{
    account::{Called, Choice},
    enforcement::EnforcementAction,
    path::{Path, Segment},
    policy::Policy,
};

use super::Page;

impl Page<'_> {
    /// `deny, as its severity is critical`; `warn, by its own settings at guard.yaml:7, and deny from 2027-03-01`.
    pub(super) fn enforcement(&self, policy: &Policy, called: &Called) -> String {
        let action = called.action.as_str();
        let mut text = match called.choice.settings.enforcement_path() {
            None => format!("{action}, as its severity is {}", policy.metadata.severity.as_str()),
            Some(path) => format!("{action}, {} at {}", by(path), self.place(path)),
        };
        if let Some(change) = self.change(&called.choice) {
            text.push_str(&change);
        }
        let Choice { r#override, settings } = &called.choice;
        let elsewhere = settings.enforcement_path().is_none_or(|path| !is_override(path));
        match r#override {
            Some(index) if elsewhere => format!("{text}; override {} counts", index + 1),
            _ => text,
        }
    }

    /// What was announced of an enforcement, and whether it has come.
    pub(super) fn change(&self, choice: &Choice) -> Option<String> {
        let enforcement = choice.settings.enforcement;
        let then = enforcement.then?;
        let word = |action: Option<EnforcementAction>| action.map_or("off", EnforcementAction::as_str);
        Some(if self.rules.today >= then.on {
            format!(", since {} (before: {})", then.on, word(enforcement.action))
        } else {
            format!(", and {} from {}", word(then.action), then.on)
        })
    }
}

/// Who says what stands at a path of guard.yaml.
pub(super) fn by(path: &Path) -> String {
    match path.0.as_slice() {
        [Segment::Key(packs), Segment::Key(pack), ..] if packs == "packs" => format!("by pack {pack}"),
        [_, Segment::Key(all), ..] if all == "*" => "by \"*\"".to_owned(),
        [_, _, Segment::Key(_), Segment::Index(index), ..] => format!("by its override {}", index + 1),
        _ => "by its own settings".to_owned(),
    }
}

fn is_override(path: &Path) -> bool {
    path.0.iter().any(|segment| matches!(segment, Segment::Index(_)))
}
