//! The arguments of `guard why`.

use std::{convert::Infallible, path::PathBuf, str::FromStr};

use clap::Args;

use super::{PolicyArguments, SurroundingsArguments};

/// Say why a policy fired, or did not
///
/// For each resource of a file, or the one at a line: which policies looked at it and what they found; which did not, and why; where each
/// enforcement comes from; which exemptions cover a finding, and which miss it. A recorded AdmissionReview is asked about as the request that it is.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct WhyArguments {
    /// A file, and the line of the resource: all of them where none is given; `-` is the standard input
    #[arg(value_name = "FILE[:LINE]")]
    pub(crate) place: FilePlace,

    /// One policy alone, by its name or an old one: also how far its rules got, and what it printed
    #[arg(long, value_name = "POLICY")]
    pub(crate) policy: Option<String>,

    /// Files and folders with the other resources that policies may look at
    #[arg(long, value_name = "PATH")]
    pub(crate) beside: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) surroundings: SurroundingsArguments,

    #[command(flatten)]
    pub(crate) policies: PolicyArguments,
}

const EXAMPLES: &str = "\
Examples:
  $ guard why deploy/app.yaml:12
  $ guard why deploy/app.yaml --policy unpinned-image
  $ kubectl get deployment web -n shop -o yaml | guard why -";

/// A file, and perhaps a line in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FilePlace {
    pub(crate) file: PathBuf,
    /// From 1.
    pub(crate) line: Option<u32>,
}

impl FromStr for FilePlace {
    type Err = Infallible;

    /// `deploy/app.yaml`, `deploy/app.yaml:21`, or `deploy/app.yaml:21:11` as it stands in a report. A file that is called so is that file.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let whole = Self { file: text.into(), line: None };
        if whole.file.exists() {
            return Ok(whole);
        }
        let numbered = |text: &str| {
            let (file, number) = text.rsplit_once(':')?;
            Some((file.to_owned(), number.parse::<u32>().ok().filter(|number| *number > 0)?))
        };
        let Some((file, last)) = numbered(text) else { return Ok(whole) };
        let (file, line) = numbered(&file).unwrap_or((file, last));
        Ok(Self { file: file.into(), line: Some(line) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_file_a_line_and_a_column_that_does_not_matter() {
        let place = |text: &str| text.parse::<FilePlace>().unwrap();
        let at = |file: &str, line| FilePlace { file: file.into(), line };
        assert_eq!(place("nowhere/app.yaml"), at("nowhere/app.yaml", None));
        assert_eq!(place("nowhere/app.yaml:21"), at("nowhere/app.yaml", Some(21)));
        assert_eq!(place("nowhere/app.yaml:21:11"), at("nowhere/app.yaml", Some(21)));
        assert_eq!(place("nowhere/a:b.yaml:3"), at("nowhere/a:b.yaml", Some(3)));
        assert_eq!(place("nowhere/app.yaml:0"), at("nowhere/app.yaml:0", None));
        assert_eq!(place("-"), at("-", None));
    }
}
