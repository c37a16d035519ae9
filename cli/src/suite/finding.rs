//! What a policy says, as a line that can be compared: `spec.type: the Service is of type NodePort`.

use guard_engine::{cases::Expected, path::Path, violation::Violation};

/// What came out beside what was expected.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Difference {
    /// Expected, and not there.
    pub(super) missing: Vec<String>,
    /// There, and not expected.
    pub(super) unexpected: Vec<String>,
}

impl Difference {
    /// Compares findings with what is expected: each expectation is met by one of them, and each of them meets one. The most exact expectation
    /// chooses first.
    pub(super) fn new(expected: &[Expected], found: &[Violation]) -> Self {
        let mut left: Vec<&Violation> = found.iter().collect();
        let mut sorted: Vec<&Expected> = expected.iter().collect();
        sorted.sort_by_key(|expected| {
            [&expected.message, &expected.path].iter().filter(|part| part.is_none()).count()
        });
        let mut missing = Vec::new();
        for expected in sorted {
            match left.iter().position(|found| expected.is(&found.message, &found.path)) {
                Some(index) => drop(left.remove(index)),
                None => missing.push(described(expected)),
            }
        }
        Self { missing, unexpected: left.into_iter().map(said).collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.unexpected.is_empty()
    }

    /// Puts a word before each line.
    pub(super) fn of(mut self, what: &str) -> Self {
        for line in self.missing.iter_mut().chain(&mut self.unexpected) {
            line.insert_str(0, what);
        }
        self
    }

    pub(super) fn and(mut self, other: Self) -> Self {
        self.missing.extend(other.missing);
        self.unexpected.extend(other.unexpected);
        self
    }
}

/// One finding.
pub(super) fn said(finding: &Violation) -> String {
    line(&finding.path.to_string(), &finding.message)
}

/// A path, for a reader.
pub(super) fn shown(path: &Path) -> String {
    named(&path.to_string()).to_owned()
}

fn named(path: &str) -> &str {
    if path.is_empty() { "the object itself" } else { path }
}

fn described(expected: &Expected) -> String {
    let path = expected.path.as_deref().unwrap_or("anywhere");
    line(path, expected.message.as_deref().unwrap_or("any message"))
}

/// A path and a message.
pub(super) fn line(path: &str, message: &str) -> String {
    format!("{}: {message}", named(path))
}

#[cfg(test)]
mod tests {
    use guard_engine::enforcement::{EnforcementAction, Severity};

    use super::*;

    fn found(message: &str, field: &str) -> Violation {
        Violation {
            policy: "p".into(),
            severity: Severity::High,
            action: EnforcementAction::Deny,
            message: message.to_owned(),
            path: Path(vec![field.into()]),
            assumed: Vec::new(),
        }
    }

    fn expected(message: Option<&str>, path: Option<&str>) -> Expected {
        Expected { message: message.map(str::to_owned), path: path.map(str::to_owned) }
    }

    #[test]
    fn what_is_expected_and_found_is_no_difference() {
        let found = [found("m", "a"), found("m", "b")];
        // The vague one would take what the exact one needs.
        let expected = [expected(Some("m"), None), expected(Some("m"), Some("a"))];
        assert!(Difference::new(&expected, &found).is_empty());
        assert!(Difference::new(&[], &[]).is_empty());
    }

    #[test]
    fn each_expectation_is_met_by_one_finding_alone() {
        let difference = Difference::new(&[expected(None, Some("a"))], &[found("m", "a"), found("n", "a")]);
        assert_eq!(difference, Difference { missing: vec![], unexpected: vec!["a: n".to_owned()] });
        let difference = Difference::new(&[expected(Some("m"), None), expected(None, Some(""))], &[]);
        let missing = ["anywhere: m", "the object itself: any message"].map(str::to_owned).to_vec();
        assert_eq!(difference, Difference { missing, unexpected: vec![] });
    }
}
