//! JSON: the results as they are, the contract that docs/test-report.schema.json describes.

use std::io::{self, Write};

use super::result::Results;

/// Writes the results as one JSON object and a newline.
pub(super) fn write(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, results)?;
    out.write_all(b"\n")
}
