//! The formats of `guard test`.

use std::io::{self, Write};

use super::{json, junit, pretty, result::Results};
use crate::output::Formats;

/// The formats of `guard test`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TestFormat {
    /// For people: a line a policy, then what failed.
    Pretty,
    /// The documented contract, docs/test-report.schema.json.
    Json,
    /// JUnit XML.
    Junit,
}

impl Formats for TestFormat {
    const ALL: &'static [Self] = &[Self::Pretty, Self::Json, Self::Junit];

    fn as_str(self) -> &'static str {
        match self {
            Self::Pretty => "pretty",
            Self::Json => "json",
            Self::Junit => "junit",
        }
    }
}

impl TestFormat {
    /// Writes results.
    pub(crate) fn write(self, results: &Results, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Pretty => pretty::write(results, out),
            Self::Json => json::write(results, out),
            Self::Junit => junit::write(results, out),
        }
    }
}
