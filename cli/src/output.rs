//! Where a report goes: one format to standard output, any of them to files.
//!
//! A file is whole or not there: it is written beside its place and then moved. A device or a pipe is written to directly.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{self, Path, PathBuf},
    str::FromStr,
};

use anyhow::{Context, Result, bail};
use guard_engine::enforcement::EnforcementAction;

use crate::report::{Level, Report, concise, github, gitlab, json, junit, pretty, sarif};

/// The formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people: code frames, help, a summary.
    Pretty,
    /// For editors and grep: a line a finding.
    Concise,
    /// The documented contract, docs/report.schema.json.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit XML.
    Junit,
    /// GitHub workflow commands.
    Github,
    /// GitLab Code Quality.
    Gitlab,
}

/// The formats of a verb.
pub(crate) trait Formats: Copy + 'static {
    /// Every format, in the order of the documentation.
    const ALL: &'static [Self];

    /// The word on the command line.
    fn as_str(self) -> &'static str;
}

/// A format and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output<F = Format> {
    /// In which form.
    pub(crate) format: F,
    /// Into which file; none: standard output.
    pub(crate) file: Option<PathBuf>,
}

/// How the formats for people look. The caller knows the terminal, NO_COLOR and the flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Style {
    /// With ANSI colours. Files have none.
    pub(crate) color: bool,
    /// How much is said.
    pub(crate) verbosity: Verbosity,
}

/// How much is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// What is denied and what failed, alone.
    Quiet,
    /// Also what is warned of, and the summary.
    #[default]
    Normal,
    /// Also what is only recorded, what is exempted and what was skipped.
    Verbose,
}

impl Style {
    /// The same for what goes to `place`: a file has no colours.
    pub(crate) fn at(self, place: Place) -> Self {
        Self { color: self.color && place == Place::Stdout, ..self }
    }

    /// Whether findings of this action are shown one by one. What is only recorded on a cluster is only counted here.
    pub(crate) fn shows_action(self, action: EnforcementAction) -> bool {
        match action {
            EnforcementAction::Deny => true,
            EnforcementAction::Warn => self.verbosity >= Verbosity::Normal,
            EnforcementAction::Audit => self.verbosity == Verbosity::Verbose,
        }
    }

    /// Whether diagnostics of this level are shown.
    pub(crate) fn shows(self, level: Level) -> bool {
        match level {
            Level::Error => true,
            Level::Warning => self.verbosity >= Verbosity::Normal,
            Level::Note => self.verbosity == Verbosity::Verbose,
        }
    }
}

impl Formats for Format {
    const ALL: &'static [Self] =
        &[Self::Pretty, Self::Concise, Self::Json, Self::Sarif, Self::Junit, Self::Github, Self::Gitlab];

    fn as_str(self) -> &'static str {
        match self {
            Self::Pretty => "pretty",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
        }
    }
}

impl Format {
    /// Whether the format shows the lines of the files that it points into.
    pub(crate) fn needs_sources(self) -> bool {
        self == Self::Pretty
    }

    /// Writes a report.
    pub(crate) fn write(self, report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Pretty => pretty::write(report, style, out),
            Self::Concise => concise::write(report, style, out),
            Self::Json => json::write(report, out),
            Self::Sarif => sarif::write(report, style, out),
            Self::Junit => junit::write(report, out),
            Self::Github => github::write(report, out),
            Self::Gitlab => gitlab::write(report, out),
        }
    }
}

impl<F> Output<F> {
    /// Also by its name as a device, which puts two formats into one log: opened as a file, it would overwrite the other.
    fn goes_to_stdout(&self) -> bool {
        self.file.as_deref().is_none_or(|file| file == Path::new("/dev/stdout"))
    }

    /// Its file, however it is written: `a` and `./a` are one.
    fn place(&self) -> Option<PathBuf> {
        self.file.as_ref().map(|file| path::absolute(file).unwrap_or_else(|_| file.clone()))
    }
}

impl<F: Formats> FromStr for Output<F> {
    type Err = String;

    /// `json`, or `sarif=guard.sarif`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            None => Ok(Self { format: named(text)?, file: None }),
            Some((format, "")) => Err(format!("`{format}=` names no file")),
            Some((format, file)) => Ok(Self { format: named(format)?, file: Some(file.into()) }),
        }
    }
}

fn named<F: Formats>(word: &str) -> Result<F, String> {
    F::ALL.iter().copied().find(|format| format.as_str() == word).ok_or_else(|| {
        let words: Vec<_> = F::ALL.iter().map(|format| format.as_str()).collect();
        format!("there is no format {word:?}: it is one of {}", words.join(", "))
    })
}

/// What was asked for, and the usual format where nothing was. An error where two would share a place.
pub(crate) fn outputs<F: Formats>(given: &[Output<F>], usual: F) -> Result<Vec<Output<F>>> {
    if let Some(conflict) = conflict(given) {
        bail!(conflict);
    }
    let usual = given.is_empty().then_some(Output { format: usual, file: None });
    Ok(given.iter().cloned().chain(usual).collect())
}

/// Says why a set of outputs cannot be written together: two would share a place.
fn conflict<F: Formats>(outputs: &[Output<F>]) -> Option<String> {
    outputs.iter().enumerate().find_map(|(i, output)| {
        let other = outputs.iter().take(i).find(|other| other.place() == output.place())?;
        let (other, format) = (other.format.as_str(), output.format.as_str());
        Some(match &output.file {
            None => format!(
                "{other} and {format} would both go to standard output: give one of them a file, `--format {format}=FILE`"
            ),
            Some(file) => format!("{other} and {format} would both go to {}", file.display()),
        })
    })
}

/// Where a format goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Where a person may be reading.
    Stdout,
    /// Where nobody is.
    File,
}

/// Writes each of the formats with `write`: the files first, so that they are whole when whoever reads standard output
/// goes away, which is no error. One file that cannot be written does not keep the others from being written.
pub(crate) fn emit<F: Formats>(
    outputs: &[Output<F>],
    stdout: &mut dyn Write,
    write: impl Fn(F, Place, &mut dyn Write) -> io::Result<()>,
) -> Result<()> {
    let mut result = Ok(());
    let (to_stdout, to_files): (Vec<_>, Vec<_>) = outputs.iter().partition(|output| output.goes_to_stdout());
    for (format, file) in
        to_files.into_iter().filter_map(|output| Some((output.format, output.file.as_ref()?)))
    {
        let written = write_file(file, |out| write(format, Place::File, out))
            .with_context(|| format!("cannot write the {} report to {}", format.as_str(), file.display()));
        result = result.and(written);
    }
    for output in to_stdout {
        let mut out = BufWriter::with_capacity(1 << 16, &mut *stdout);
        match write(output.format, Place::Stdout, &mut out).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                // What is left in the buffer has no reader.
                drop(out.into_parts());
            }
            written => result = result.and(written.context("cannot write the report to standard output")),
        }
    }
    result
}

/// Writes a file, whole or not at all.
pub(crate) fn write_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        let mut out = BufWriter::new(File::options().write(true).open(path)?);
        return write(&mut out).and_then(|()| out.flush());
    }
    // A link stays a link: what it leads to is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let aside = path.with_file_name(name);
    let written = write_new(&aside, write).and_then(|()| fs::rename(&aside, &path));
    if written.is_err() {
        // Best effort: the error that matters is the one at hand.
        drop(fs::remove_file(&aside));
    }
    written
}

fn write_new(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, File::create(path)?);
    write(&mut out)?;
    out.into_inner()?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    const STYLE: Style = Style { color: false, verbosity: Verbosity::Normal };

    fn parsed(words: &[&str]) -> Vec<Output> {
        words.iter().map(|word| word.parse().unwrap()).collect()
    }

    fn emit(report: &Report, outputs: &[Output], style: Style, stdout: &mut dyn Write) -> Result<()> {
        super::emit(outputs, stdout, |format, place, out| format.write(report, style.at(place), out))
    }

    /// Takes so many bytes, then says so.
    struct Failing(usize, io::ErrorKind);

    impl Write for Failing {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0 == 0 {
                return Err(self.1.into());
            }
            let taken = bytes.len().min(self.0);
            self.0 -= taken;
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_output_is_a_format_and_perhaps_a_file() {
        assert_eq!("json".parse(), Ok(Output { format: Format::Json, file: None }));
        assert_eq!(
            "sarif=a=b.sarif".parse(),
            Ok(Output { format: Format::Sarif, file: Some("a=b.sarif".into()) })
        );
        assert_eq!("sarif=".parse::<Output>(), Err("`sarif=` names no file".to_owned()));
        insta::assert_snapshot!(
            "yaml=out".parse::<Output>().unwrap_err(),
            @r#"there is no format "yaml": it is one of pretty, concise, json, sarif, junit, github, gitlab"#
        );
        for &format in Format::ALL {
            assert_eq!(format.as_str().parse(), Ok(Output { format, file: None }));
        }
    }

    #[test]
    fn two_outputs_cannot_share_a_place() {
        assert!(outputs(&parsed(&["sarif=a", "json=a"]), Format::Pretty).is_err());
        assert_eq!(conflict(&parsed(&["github", "sarif=a", "json=b"])), None);
        insta::assert_snapshot!(
            conflict(&parsed(&["github", "json"])).unwrap(),
            @"github and json would both go to standard output: give one of them a file, `--format json=FILE`"
        );
        insta::assert_snapshot!(conflict(&parsed(&["sarif=a", "json=a"])).unwrap(), @"sarif and json would both go to a");
        insta::assert_snapshot!(conflict(&parsed(&["sarif=a", "json=./a"])).unwrap(), @"sarif and json would both go to ./a");
    }

    #[test]
    fn where_no_format_is_asked_for_the_usual_one_is_written() {
        assert_eq!(outputs(&[], Format::Pretty).unwrap(), parsed(&["pretty"]));
        assert_eq!(outputs(&parsed(&["json=a"]), Format::Pretty).unwrap(), parsed(&["json=a"]));
    }

    #[test]
    fn each_format_goes_to_its_place_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let (sarif, json) = (folder.path().join("a.sarif"), folder.path().join("b.json"));
        fs::write(&json, "what stood here before, and is longer than nothing").unwrap();
        let outputs = [
            Output { format: Format::Concise, file: None },
            Output { format: Format::Sarif, file: Some(sarif.clone()) },
            Output { format: Format::Json, file: Some(json.clone()) },
        ];
        let mut stdout = Vec::new();
        emit(&fixture::clean(), &outputs, STYLE, &mut stdout).unwrap();
        assert_eq!(String::from_utf8(stdout).unwrap(), "");
        for file in [sarif, json] {
            serde_json::from_slice::<serde_json::Value>(&fs::read(file).unwrap()).unwrap();
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn two_formats_share_standard_output_where_one_names_it() {
        let mut stdout = Vec::new();
        emit(&fixture::rich(), &parsed(&["concise", "github=/dev/stdout"]), STYLE, &mut stdout).unwrap();
        let text = String::from_utf8(stdout).unwrap();
        let first_command = text.lines().position(|line| line.starts_with("::")).unwrap();
        assert!(first_command > 0 && text.lines().skip(first_command).all(|line| line.starts_with("::")));
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named_and_the_others_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let outputs = [
            Output { format: Format::Json, file: Some(folder.path().join("missing/a.json")) },
            Output { format: Format::Json, file: Some(folder.path().join("b.json")) },
            Output { format: Format::Concise, file: None },
        ];
        let mut stdout = Vec::new();
        let error = emit(&fixture::rich(), &outputs, STYLE, &mut stdout).unwrap_err();
        let error = format!("{error:#}").replace(folder.path().to_str().unwrap(), "[folder]");
        assert!(error.starts_with("cannot write the json report to [folder]/missing/a.json: "), "{error}");
        assert!(folder.path().join("b.json").exists());
        assert!(!stdout.is_empty());
    }

    #[test]
    fn a_writer_that_fails_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        fs::write(&file, "old").unwrap();
        let half = |out: &mut dyn Write| out.write_all(b"half").and(Err(io::Error::other("no more")));
        write_file(&file, half).unwrap_err();
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_a_device_is_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_file(&link, |out| out.write_all(b"new")).unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        write_file(Path::new("/dev/null"), |out| out.write_all(b"gone")).unwrap();
        assert!(!Path::new("/dev/null").is_file());
    }

    #[test]
    fn a_reader_that_goes_away_is_no_error_and_a_full_disk_is() {
        let report = fixture::large(2000);
        for &format in Format::ALL {
            let outputs = [Output { format, file: None }];
            emit(&report, &outputs, STYLE, &mut Failing(10, io::ErrorKind::BrokenPipe)).unwrap();
            emit(&report, &outputs, STYLE, &mut Failing(10, io::ErrorKind::StorageFull)).unwrap_err();
        }
    }
}
