//! Standard error: what went wrong, for whoever reads it.

use std::{
    fmt::Display,
    io::{self, Write},
};

/// Prints a line. Where nobody reads any more (`2>&1 | head`) nothing is left to say it to, and the exit code says it all the same.
pub(crate) fn say(line: impl Display) {
    let _unread = writeln!(io::stderr(), "{line}");
}
