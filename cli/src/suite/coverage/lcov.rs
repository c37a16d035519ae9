//! LCOV's tracefile, as geninfo(1) describes it: what `genhtml`, editors and coverage services read.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

/// Writes the record of one module. How often a line was reached is not counted: 1 stands for at least once.
pub(super) fn write(file: &str, lines: &BTreeMap<u32, bool>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "TN:\nSF:{}", file.replace(['\r', '\n'], "?"))?;
    for (line, reached) in lines {
        writeln!(out, "DA:{line},{}", u8::from(*reached))?;
    }
    let reached = lines.values().filter(|reached| **reached).count();
    writeln!(out, "LF:{}\nLH:{reached}\nend_of_record", lines.len())
}
