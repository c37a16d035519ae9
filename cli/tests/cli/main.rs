//! The program as its users run it: arguments and files in, exit code and both streams out.
#![expect(clippy::unwrap_used, reason = "what cannot be prepared fails the test")]

mod check;
mod coverage;
mod documentation;
mod explain;
mod init;
mod new;
mod policies;
mod shell;
mod test;
mod view;
mod why;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// A folder to run the program in.
struct CliTest {
    folder: TempDir,
    _settings: insta::internals::SettingsBindDropGuard,
}

impl CliTest {
    /// An empty folder.
    fn new() -> Self {
        let folder = TempDir::with_prefix("guard-").unwrap();
        let mut settings = insta::Settings::clone_current();
        settings.add_filter(&regex_escape(folder.path().to_str().unwrap()), "[FOLDER]");
        settings.add_filter(r"\b[0-9a-f]{64}\b", "[SHA-256]");
        Self { folder, _settings: settings.bind_to_scope() }
    }

    /// A folder that holds fixtures/manifests/`scenario`.
    fn with_fixture(scenario: &str) -> Self {
        let test = Self::new();
        copy(&root().join("fixtures/manifests").join(scenario), test.folder.path());
        test
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, file: &str, content: impl AsRef<[u8]>) -> &Self {
        let file = self.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
        self
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path().join(file)).unwrap()
    }

    /// The program, to be run in the folder; arguments are split at blanks.
    fn guard(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_guard"));
        command.current_dir(self.path()).args(arguments.split_whitespace());
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "RUST_BACKTRACE", "COLUMNS"] {
            command.env_remove(variable);
        }
        command
    }
}

/// The repository's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn regex_escape(text: &str) -> String {
    text.chars().flat_map(|c| (!c.is_alphanumeric()).then_some('\\').into_iter().chain([c])).collect()
}
