//! Whether a match holds, where a file may not say.

use std::ops::Not;

use crate::violation::Assumption;

/// Whether a match holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// It does not, whatever else turns out.
    No,
    /// It does.
    Yes,
    /// It would, if what has to be assumed is so.
    Unknown(Assumptions),
}

/// A set of assumptions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Assumptions(u8);

const ALL: [Assumption; 3] = [Assumption::Namespace, Assumption::NamespaceLabels, Assumption::User];

impl From<bool> for Coverage {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl Not for Coverage {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Yes => Self::No,
            unknown @ Self::Unknown(_) => unknown,
        }
    }
}

impl Assumptions {
    /// These and `others`.
    #[must_use]
    pub fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// The set as a sorted list.
    #[must_use]
    pub fn to_vec(self) -> Vec<Assumption> {
        ALL.into_iter().filter(|assumption| self.0 & Self::from(*assumption).0 != 0).collect()
    }
}

impl From<Assumption> for Assumptions {
    fn from(assumption: Assumption) -> Self {
        Self(1 << assumption as u8)
    }
}
