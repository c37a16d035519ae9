//! What to look at: the paths of the command line become files, each once, and a diagnostic for each thing that is left out.

use std::{
    borrow::Cow,
    env, fs, io,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use anyhow::Result;
use guard_manifest::discover::{self, Reason};

use super::examples::Examples;
use crate::{
    input,
    report::{Code, Diagnostic, Location},
};

/// Something to read.
pub(crate) struct Input {
    /// What reports call it.
    pub(crate) name: Arc<str>,
    /// Where its bytes are.
    content: Content,
}

enum Content {
    File(PathBuf),
    /// The standard input and other pipes can be read once, and files are read twice.
    Bytes(Vec<u8>),
}

impl Content {
    fn of(path: PathBuf) -> io::Result<Self> {
        if fs::metadata(&path)?.is_file() { Ok(Self::File(path)) } else { fs::read(path).map(Self::Bytes) }
    }
}

/// What the paths led to.
pub(crate) struct Inputs {
    /// In the order of their names.
    pub(crate) inputs: Vec<Input>,
    /// What was left out, and what could not be looked at.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Input {
    /// Bytes that were read.
    pub(super) fn of_bytes(name: &str, bytes: &[u8]) -> Self {
        Self { name: name.into(), content: Content::Bytes(bytes.to_vec()) }
    }

    /// The bytes.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub(crate) fn bytes(&self) -> io::Result<Cow<'_, [u8]>> {
        match &self.content {
            Content::File(path) => fs::read(path).map(Cow::Owned),
            Content::Bytes(bytes) => Ok(Cow::Borrowed(bytes)),
        }
    }
}

/// Finds what to look at; `partial` as in [`super::Scope`]. Examples are left out, unless somebody names the file.
///
/// # Errors
/// Where the standard input is asked for and cannot be read.
pub(crate) fn collect(paths: &[PathBuf], partial: bool, examples: &Examples) -> Result<Inputs> {
    let (streams, paths): (Vec<_>, Vec<_>) =
        paths.iter().cloned().partition(|path| path == Path::new(input::STDIN));
    let names = Names::new();
    let mut inputs = Vec::new();
    if !streams.is_empty() {
        inputs.push(Input { name: input::STDIN_NAME.into(), content: Content::Bytes(input::read_stdin()?) });
    }
    let mut diagnostics = Vec::new();
    if !paths.is_empty() {
        let found = if partial { discover::discover_listed(&paths) } else { discover::discover(&paths) };
        diagnostics.extend(found.failures.into_iter().map(|failure| {
            let name = names.of(&failure.path);
            Diagnostic::new(Code::UnreadableFile, format!("{name}: {}", failure.reason))
        }));
        diagnostics.extend(
            found
                .skipped
                .into_iter()
                .filter_map(|skipped| left_out(names.of(&skipped.path), &skipped.reason)),
        );
        for path in found.files {
            let name = names.of(&path);
            if examples.contains(&path) && (partial || !is_named(&path, &paths)) {
                diagnostics.push(example(name));
                continue;
            }
            match Content::of(path) {
                Ok(content) => inputs.push(Input { name, content }),
                Err(error) => diagnostics.push(unreadable(&name, &error)),
            }
        }
    }
    inputs.sort_by(|a, b| a.name.cmp(&b.name));
    // A file may be named by an absolute path and by a relative one.
    inputs.dedup_by(|a, b| a.name == b.name);
    Ok(Inputs { inputs, diagnostics })
}

/// Whether a file is among the paths, however it is written there.
fn is_named(file: &Path, paths: &[PathBuf]) -> bool {
    let file = fs::canonicalize(file).ok();
    paths.iter().any(|path| fs::canonicalize(path).ok() == file)
}

fn example(file: Arc<str>) -> Diagnostic {
    Diagnostic::new(Code::PolicyExample, "a policy's own example: `guard test` judges it")
        .at(Location::whole_file(file))
}

/// A file that cannot be read at all.
pub(super) fn unreadable(file: &Arc<str>, error: &io::Error) -> Diagnostic {
    Diagnostic::new(Code::UnreadableFile, format!("cannot be read: {error}"))
        .at(Location::whole_file(Arc::clone(file)))
}

fn left_out(file: Arc<str>, reason: &Reason) -> Option<Diagnostic> {
    let code = match reason {
        Reason::HelmTemplates { .. } => Code::UnrenderedHelmChart,
        Reason::HelmChart => Code::LocalOnlyKind,
        Reason::Kustomize { .. } => Code::KustomizePatch,
        // Its mistakes have stopped the run, and what it does is in the report.
        Reason::Configuration => return None,
    };
    let chart = file.strip_suffix("/templates").unwrap_or(".").to_owned();
    let diagnostic = Diagnostic::new(code, reason.to_string()).at(Location::whole_file(file));
    Some(match reason {
        Reason::HelmTemplates { .. } => {
            diagnostic.with_help(format!("judge what it renders to: `helm template {chart} | guard check -`"))
        }
        _ => diagnostic,
    })
}

/// What reports call files: relative to the folder the program runs in, where they lie in it.
struct Names {
    folder: Option<PathBuf>,
}

impl Names {
    fn new() -> Self {
        // Without a working directory every name stays as it was given.
        Self { folder: env::current_dir().ok() }
    }

    fn of(&self, path: &Path) -> Arc<str> {
        let within = self.folder.as_ref().and_then(|folder| path.strip_prefix(folder).ok()).unwrap_or(path);
        let mut name = String::new();
        for component in within.components().filter(|component| *component != Component::CurDir) {
            if !name.is_empty() && !name.ends_with('/') {
                name.push('/');
            }
            for chunk in component.as_os_str().as_encoded_bytes().utf8_chunks() {
                name.push_str(chunk.valid());
                // Two names that differ must not look the same: the second file would be left out.
                name.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")));
            }
        }
        if name.is_empty() { ".".into() } else { name.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_by_its_place_in_the_working_folder() {
        let names = Names { folder: Some("/home/me/shop".into()) };
        for (path, name) in [
            ("./deploy/web.yaml", "deploy/web.yaml"),
            ("deploy/web.yaml", "deploy/web.yaml"),
            ("/home/me/shop/deploy/web.yaml", "deploy/web.yaml"),
            ("../other/web.yaml", "../other/web.yaml"),
            ("/etc/web.yaml", "/etc/web.yaml"),
            (".", "."),
        ] {
            assert_eq!(&*names.of(Path::new(path)), name);
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_unicode_are_told_apart() {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

        let names = Names { folder: None };
        for (path, name) in [(&b"a\xff.yaml"[..], "a\\xFF.yaml"), (b"a\xfe.yaml", "a\\xFE.yaml")] {
            assert_eq!(&*names.of(Path::new(OsStr::from_bytes(path))), name);
        }
    }
}
