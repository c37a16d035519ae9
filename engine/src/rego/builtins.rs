//! Builtins, in three lists: refused at load, corrected to answer as OPA does, tolerated.

/// Whether `pattern` is a regular expression that policies may use.
///
/// # Errors
/// Why not, without a full stop.
pub fn check_regex(pattern: &str) -> Result<(), String> {
    regex::Regex::new(pattern).map(drop).map_err(|error| error.to_string())
}

/// Whether `pattern` is a glob that policies may use.
///
/// # Errors
/// Why not, without a full stop.
pub fn check_glob(pattern: &str) -> Result<(), String> {
    globset::Glob::new(pattern).map(drop).map_err(|error| error.to_string())
}
