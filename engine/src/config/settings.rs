//! What guard.yaml can say about a policy, and what it comes to once the levels stand over one another.

use std::sync::Arc;

use jiff::civil::Date;
use serde_json::Value;

use crate::{
    enforcement::{EnforcementAction, Severity},
    path::Path,
    problem::Problem,
    reader::{Block, Field, Reader},
};

/// What is known on every level.
pub(crate) const SETTINGS: [&str; 6] =
    ["enforcement", "then", "onError", "existing", "controllerPods", "selfExempt"];

pub(crate) const ACTIONS: [(&str, EnforcementAction); 3] = [
    ("deny", EnforcementAction::Deny),
    ("warn", EnforcementAction::Warn),
    ("audit", EnforcementAction::Audit),
];

pub(crate) const ENFORCEMENTS: [(&str, Option<EnforcementAction>); 4] = [
    ("deny", Some(EnforcementAction::Deny)),
    ("warn", Some(EnforcementAction::Warn)),
    ("audit", Some(EnforcementAction::Audit)),
    ("off", None),
];

pub(crate) const EXISTING: [(&str, Existing); 2] = [("warn", Existing::Warn), ("deny", Existing::Deny)];

/// The keys of `then`.
pub(crate) const THEN: [&str; 2] = ["enforcement", "on"];

/// How one policy is run for the requests it is run for: every level of guard.yaml taken together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What is done about a violation.
    pub enforcement: Enforcement,
    /// What is done where the policy fails; as its enforcement where none.
    pub on_error: Option<EnforcementAction>,
    /// What is done on UPDATE about a violation that the old object already had.
    pub existing: Existing,
    /// The most that is done to a pod that one of Kubernetes' own controllers creates.
    pub controller_pods: EnforcementAction,
    /// Whether a resource may carry its own exemption.
    pub self_exempt: bool,
    /// The policy's parameters, defaults filled in; an object. Equal ones are one allocation within a configuration.
    pub parameters: Arc<Value>,
    /// Parameters that the policy needs and nobody gave: it is off until they are.
    pub missing: Vec<String>,
    /// Why the parameters cannot be used, in a configuration that was read leniently: the policy fails whenever it is called with
    /// these settings.
    pub unusable: Option<Arc<str>>,
    /// Where guard.yaml says the enforcement, if it does.
    pub(super) enforcement_path: Option<Path>,
}

/// What is done about a violation, and from which day on something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enforcement {
    /// What is done; nothing where the policy is off.
    pub action: Option<EnforcementAction>,
    /// What is done from a day on.
    pub then: Option<Then>,
}

/// A change of enforcement that was announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Then {
    /// What is done from that day on; nothing where the policy will be off.
    pub action: Option<EnforcementAction>,
    /// The first day of the new action, in UTC.
    pub on: Date,
}

/// What is done on UPDATE about a violation that the old object already had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Existing {
    /// A warning: nobody has to repair the old before changing something else.
    Warn,
    /// As for a new one.
    Deny,
}

impl Enforcement {
    /// What is done on a day.
    #[must_use]
    pub fn on(&self, today: Date) -> Option<EnforcementAction> {
        match self.then {
            Some(then) if today >= then.on => then.action,
            _ => self.action,
        }
    }

    /// Whether there is a day on which something is done.
    #[must_use]
    pub fn ever(&self) -> bool {
        self.action.is_some() || self.then.is_some_and(|then| then.action.is_some())
    }
}

impl Settings {
    /// Where guard.yaml says the enforcement; none where the policy's severity decides.
    #[must_use]
    pub fn enforcement_path(&self) -> Option<&Path> {
        self.enforcement_path.as_ref()
    }

    /// What is done about a violation on a day; nothing where the policy is off.
    #[must_use]
    pub fn action(&self, today: Date) -> Option<EnforcementAction> {
        if self.missing.is_empty() { self.enforcement.on(today) } else { None }
    }

    /// Whether something is done about a violation on every day.
    #[must_use]
    pub fn always_on(&self) -> bool {
        let Enforcement { action, then } = self.enforcement;
        self.missing.is_empty() && action.is_some() && then.is_none_or(|then| then.action.is_some())
    }

    /// What is done where the policy fails on a day on which it runs.
    #[must_use]
    pub fn on_error(&self, today: Date) -> EnforcementAction {
        self.on_error.or_else(|| self.action(today)).unwrap_or(EnforcementAction::Deny)
    }
}

/// What one level says.
#[derive(Debug, Clone, Default)]
pub(super) struct Level {
    pub(super) enforcement: Option<(Enforcement, Path)>,
    pub(super) on_error: Option<(EnforcementAction, Path)>,
    pub(super) existing: Option<(Existing, Path)>,
    pub(super) controller_pods: Option<(EnforcementAction, Path)>,
    pub(super) self_exempt: Option<(bool, Path)>,
}

impl Level {
    /// Reads the settings of a block; its other keys are the caller's.
    pub(super) fn read(block: &Block<'_>, reader: &mut Reader) -> Self {
        let mut word = |key: &str, words: &[(&str, EnforcementAction)]| {
            let field = block.get(key)?;
            Some((reader.word(&field, key, words)?, field.path))
        };
        let on_error = word("onError", &ACTIONS);
        let controller_pods = word("controllerPods", &ACTIONS);
        Self {
            enforcement: read_enforcement(block, reader),
            on_error,
            existing: block
                .get("existing")
                .and_then(|field| Some((reader.word(&field, "existing", &EXISTING)?, field.path))),
            controller_pods,
            self_exempt: block
                .get("selfExempt")
                .and_then(|field| Some((reader.flag(&field, "selfExempt")?, field.path))),
        }
    }

    /// This level over a weaker one.
    pub(super) fn over(&self, weaker: &Self) -> Self {
        let Self { enforcement, on_error, existing, controller_pods, self_exempt } = self.clone();
        Self {
            enforcement: enforcement.or_else(|| weaker.enforcement.clone()),
            on_error: on_error.or_else(|| weaker.on_error.clone()),
            existing: existing.or_else(|| weaker.existing.clone()),
            controller_pods: controller_pods.or_else(|| weaker.controller_pods.clone()),
            self_exempt: self_exempt.or_else(|| weaker.self_exempt.clone()),
        }
    }

    /// The settings, where nothing weaker is left but the severity.
    pub(super) fn settle(
        &self,
        severity: Severity,
        parameters: Arc<Value>,
        missing: Vec<String>,
        unusable: Option<Arc<str>>,
    ) -> Settings {
        let default = Enforcement { action: Some(severity.default_action()), then: None };
        Settings {
            enforcement: self.enforcement.as_ref().map_or(default, |(enforcement, _)| *enforcement),
            on_error: self.on_error.as_ref().map(|(action, _)| *action),
            existing: self.existing.as_ref().map_or(Existing::Warn, |(existing, _)| *existing),
            controller_pods: self
                .controller_pods
                .as_ref()
                .map_or(EnforcementAction::Warn, |(action, _)| *action),
            self_exempt: self.self_exempt.as_ref().is_some_and(|(flag, _)| *flag),
            parameters,
            missing,
            unusable,
            enforcement_path: self.enforcement.as_ref().map(|(_, path)| path.clone()),
        }
    }

    /// What two levels of equal strength say differently and `decided`, a stronger one, does not settle: the key and where
    /// the second level says it.
    pub(super) fn disagreements<'a>(
        &'a self,
        other: &'a Self,
        decided: &Self,
    ) -> impl Iterator<Item = (&'a str, &'a Path)> {
        fn differ<'a, T: PartialEq>(
            key: &'a str,
            one: Option<&(T, Path)>,
            two: Option<&'a (T, Path)>,
            decided: Option<&(T, Path)>,
        ) -> Option<(&'a str, &'a Path)> {
            let ((one, _), (two, path)) = (one?, two?);
            (one != two && decided.is_none()).then_some((key, path))
        }
        macro_rules! differ {
            ($key:literal, $field:ident) => {
                differ($key, self.$field.as_ref(), other.$field.as_ref(), decided.$field.as_ref())
            };
        }
        [
            differ!("enforcement", enforcement),
            differ!("onError", on_error),
            differ!("existing", existing),
            differ!("controllerPods", controller_pods),
            differ!("selfExempt", self_exempt),
        ]
        .into_iter()
        .flatten()
    }
}

fn read_enforcement(block: &Block<'_>, reader: &mut Reader) -> Option<(Enforcement, Path)> {
    let then = block.get("then");
    let Some(field) = block.get("enforcement") else {
        if let Some(then) = then {
            reader.report(
                Problem::key(then.path, "`then` without `enforcement`")
                    .help("say beside it what is done until that day: enforcement: warn"),
            );
        }
        return None;
    };
    let action = reader.word(&field, "enforcement", &ENFORCEMENTS)?;
    let then = match then {
        Some(then) => Some(read_then(&then, action, reader)?),
        None => None,
    };
    Some((Enforcement { action, then }, field.path))
}

fn read_then(field: &Field<'_>, action: Option<EnforcementAction>, reader: &mut Reader) -> Option<Then> {
    let block = reader.block(field, "then", &THEN)?;
    let mut required = |key: &str, help: &str| {
        let found = block.get(key);
        if found.is_none() {
            reader.report(Problem::key(field.path.clone(), format!("`then` without `{key}`")).help(help));
        }
        found
    };
    let next = required("enforcement", "say what is done from that day on: enforcement: deny");
    let on = required("on", "say the first day of the new enforcement: on: 2027-03-01");
    let next =
        next.and_then(|field| Some((reader.word(&field, "then.enforcement", &ENFORCEMENTS)?, field.path)));
    let on = on.and_then(|field| reader.date(&field, "then.on"));
    let (next, path) = next?;
    if next == action {
        reader.report(
            Problem::value(path, "then.enforcement is the same as the enforcement before it")
                .help("leave `then` out, or say what changes"),
        );
        return None;
    }
    Some(Then { action: next, on: on? })
}
