//! What there is to say about a verdict: the text of `guard why`. The reasons are the engine's; here they get words, and places in files.

mod absent;
mod enforcement;
mod subject;
mod trace;

use std::fmt;

use guard_engine::{
    account::{Account, Called, Fate, Judgement, Lessened, Miss, MissReason, PolicyAccount},
    enforcement::EnforcementAction,
    path::Path,
    policy::Policy,
    problem::Problem,
    rego::ModuleReach,
    violation::Assumption,
};

use crate::{explanation::broken, report::pretty::unknown, scan::Rules};

pub(crate) use subject::{Subject, read};

/// Lists are broken at this many characters.
const WIDTH: usize = 98;

/// What there is to say about one resource.
pub(crate) struct Page<'a> {
    /// The resource.
    pub(crate) subject: &'a Subject,
    /// By what it is judged.
    pub(crate) rules: &'a Rules,
    /// What became of it, and why.
    pub(crate) account: Account,
    /// The one policy that is asked about; none where it is all of them.
    pub(crate) policy: Option<usize>,
    /// What that policy reached.
    pub(crate) reached: Vec<ModuleReach>,
    /// Policies could look at the other resources of the same file alone.
    pub(crate) is_alone: bool,
}

/// A policy and what became of it.
#[derive(Clone, Copy)]
struct Entry<'a> {
    policy: &'a Policy,
    account: &'a PolicyAccount,
}

impl Page<'_> {
    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let policies = self.rules.bundle.policies().iter().zip(&self.account.policies).enumerate();
        let asked = policies.filter(|(index, _)| self.policy.is_none_or(|policy| policy == *index));
        asked.map(|(_, (policy, account))| Entry { policy, account })
    }

    fn called(&self) -> impl Iterator<Item = (&Policy, &Called)> {
        self.entries().filter_map(|Entry { policy, account }| Some((policy, account.outcome.as_ref().ok()?)))
    }

    /// `guard.yaml:12`: where in guard.yaml a path leads.
    fn place(&self, path: &Path) -> String {
        let located = self.rules.guard_yaml.locate(&Problem::key(path.clone(), ""));
        match located.span {
            Some(span) => format!("{}:{}", located.file, span.start.line),
            None => located.file.to_string(),
        }
    }

    fn exemption(&self, index: usize) -> String {
        self.place(&Path::default().join("exemptions").join(index))
    }

    fn write_found(&self, policy: &Policy, called: &Called, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_head(policy, called, f)?;
        for judgement in &called.findings {
            let Judgement { violation, fate, misses } = judgement;
            writeln!(f, "    {}: {}", self.subject.locate(&violation.path), violation.message)?;
            self.write_fate(fate, violation.action, f)?;
            misses.iter().try_for_each(|miss| writeln!(f, "      {}", self.miss(miss)))?;
        }
        called.undetermined.iter().try_for_each(|violation| {
            let place = self.subject.locate(&violation.path);
            writeln!(f, "    {place}: only known later: {}", violation.message)
        })
    }

    fn write_head(&self, policy: &Policy, called: &Called, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  {}: {}", policy.name, self.enforcement(policy, called))?;
        if !called.assumed.is_empty() {
            writeln!(f, "    assumed: {}", assumed(&called.assumed))?;
        }
        if self.is_alone && !policy.metadata.inventory.is_empty() {
            writeln!(f, "    of other resources it saw those of this file alone: --beside adds more")?;
        }
        Ok(())
    }

    fn write_fate(&self, fate: &Fate, action: EnforcementAction, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let only = action.as_str();
        match fate {
            Fate::Counts => Ok(()),
            Fate::Lessened(Lessened::ByController) => {
                writeln!(
                    f,
                    "      only {only}: one of Kubernetes' own controllers creates it (controllerPods)"
                )
            }
            Fate::Lessened(Lessened::Terminating) => {
                writeln!(f, "      only {only}: the object waits for its finalizers")
            }
            Fate::Lessened(Lessened::Existing) => {
                writeln!(f, "      only {only}: the object had it before this change (existing: warn)")
            }
            Fate::Exempted(Some(index), grounds) => {
                writeln!(f, "      exempted at {}: {grounds}", self.exemption(*index))
            }
            Fate::Exempted(None, grounds) => writeln!(f, "      exempted by its own annotation: {grounds}"),
            Fate::TakenOver(by) => writeln!(f, "      does not count: {by} says it too"),
        }
    }

    fn miss(&self, Miss { exemption, why }: &Miss) -> String {
        let written = |key| {
            let exemption = self.rules.config.exemptions().get(*exemption);
            absent::part(key, exemption.map(|exemption| &exemption.r#match))
        };
        let why = match why {
            MissReason::Unmatched(key) => format!("is for others: {}", written(*key)),
            MissReason::Container(None) => {
                format!(
                    "is for {}, and this is in no container",
                    written(guard_engine::matching::MatchKey::Containers)
                )
            }
            MissReason::Container(Some(name)) => {
                format!("is for {}, not for {name}", written(guard_engine::matching::MatchKey::Containers))
            }
            MissReason::Unknown(assumptions) => format!("may be for it: {}", assumed(assumptions)),
            MissReason::Expired => {
                let exemption = self.rules.config.exemptions().get(*exemption);
                let expires = exemption.and_then(|exemption| exemption.grounds.expires);
                format!("ended on {}", expires.map(|day| day.to_string()).unwrap_or_default())
            }
        };
        format!("the exemption at {} {why}", self.exemption(*exemption))
    }

    fn write_prints(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What other policies print is not asked for; shared code may print for this one.
        let is_of_another = |file: &str| {
            let mut policies = self.rules.bundle.policies().iter().enumerate();
            policies.any(|(index, policy)| {
                &*policy.file == file && self.policy.is_some_and(|asked| asked != index)
            })
        };
        let mut prints = self.account.prints.iter().filter(|print| !is_of_another(&print.file)).peekable();
        if prints.peek().is_some() {
            writeln!(f, "\nPrinted\n")?;
        }
        prints.try_for_each(|print| writeln!(f, "  {}:{}: {}", print.file, print.line, print.text))
    }
}

impl fmt::Display for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({})", self.subject.title(), self.subject.locate(&Path::default()))?;
        let failed = |called: &Called| called.failure.is_some();
        let found = |called: &Called| !called.findings.is_empty() || !called.undetermined.is_empty();
        let mut section = Section::new("Found");
        for (policy, called) in self.called().filter(|(_, called)| found(called)) {
            section.begin(f)?;
            self.write_found(policy, called, f)?;
        }
        let mut section = Section::new("Could not run");
        for (policy, called) in self.called().filter(|(_, called)| failed(called)) {
            section.begin(f)?;
            self.write_head(policy, called, f)?;
            let failure = called.failure.iter();
            failure.into_iter().try_for_each(|failure| writeln!(f, "    {}", failure.message))?;
        }
        let mut section = Section::new("Found nothing");
        for (policy, called) in self.called().filter(|(_, called)| !found(called) && !failed(called)) {
            section.begin(f)?;
            self.write_head(policy, called, f)?;
        }
        let mut section = Section::new("Not asked");
        for (reason, policies) in self.absent() {
            section.begin(f)?;
            let text = format!("{}: {reason}", policies.join(", "));
            for (line, text) in broken(&text, WIDTH).iter().enumerate() {
                writeln!(f, "{}{text}", if line == 0 { "  " } else { "    " })?;
            }
        }
        let mut section = Section::new("Exempts nothing");
        for notice in &self.account.evaluation.notices {
            section.begin(f)?;
            writeln!(f, "  {}: {}", self.subject.locate(&notice.path), notice.message)?;
            notice.help.iter().try_for_each(|help| writeln!(f, "    help: {help}"))?;
        }
        self.write_prints(f)?;
        self.write_trace(f)
    }
}

/// A heading that is written before the first thing under it.
struct Section(Option<&'static str>);

impl Section {
    fn new(title: &'static str) -> Self {
        Self(Some(title))
    }

    fn begin(&mut self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.take().map_or(Ok(()), |title| writeln!(f, "\n{title}\n"))
    }
}

fn assumed(assumptions: &[Assumption]) -> String {
    assumptions.iter().map(|assumption| unknown(*assumption)).collect::<Vec<_>>().join(", ")
}
