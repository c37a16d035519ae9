//! What a repository has already, and what `guard init` writes or tells.

use std::path::{Path, PathBuf};

use super::File;

/// What is there.
#[derive(Debug)]
pub(crate) struct Repository {
    root: PathBuf,
    /// A guard.yaml in the folder or above it.
    guard_yaml: Option<String>,
    /// The folders of policies that it names.
    bundles: Vec<PathBuf>,
}

/// Files to write, and what to add where.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) files: Vec<File>,
    /// A sentence each, and lines to add.
    pub(crate) advice: Vec<(String, String)>,
}

/// The schema of guard.yaml, beside it: hidden, so that nobody takes it for a manifest.
pub(crate) const SCHEMA: &str = ".guard.schema.json";
const PRE_COMMIT: &str = ".pre-commit-config.yaml";
const GITHUB: &str = ".github/workflows/guard.yaml";
const GITLAB: &str = ".gitlab-ci.yml";

impl Repository {
    /// Looks at a folder; `guard_yaml` is the one that counts there.
    pub(crate) fn new(root: &Path, guard_yaml: Option<&str>, bundles: Vec<PathBuf>) -> Self {
        Self { root: root.to_owned(), guard_yaml: guard_yaml.map(str::to_owned), bundles }
    }

    /// guard.yaml and its schema.
    pub(crate) fn settings(&self, schema: String, plan: &mut Plan) {
        let purpose = "by which your editor checks guard.yaml; `guard schema guard.yaml` renews it";
        match &self.guard_yaml {
            None => {
                let bundles = match self.policies() {
                    Some(folder) => format!("bundles: [./{folder}]"),
                    None => "# bundles: [./policies]".to_owned(),
                };
                let text = include_str!("templates/guard.yaml").replace("BUNDLES", &bundles);
                plan.write(&self.root, "guard.yaml", text, "which guardrails run, and who is exempted");
                if self.has(SCHEMA) {
                    plan.tell(
                        format!("{SCHEMA} is there: `guard schema guard.yaml > {SCHEMA}` renews it"),
                        "",
                    );
                } else {
                    plan.write(&self.root, SCHEMA, schema, purpose);
                }
            }
            Some(file) => {
                plan.tell(format!("{file} is there and stays as it is"), "");
                if let Some(folder) = self.policies().filter(|folder| !self.names(folder)) {
                    plan.tell(
                        format!("{file} does not name the folder {folder}; for its policies to run, add:"),
                        &format!("bundles: [./{folder}]"),
                    );
                }
                if !self.has(SCHEMA) {
                    plan.write(&self.root, SCHEMA, schema, purpose);
                    plan.tell(
                        format!("write over the first line of {file}:"),
                        &format!("# yaml-language-server: $schema={SCHEMA}"),
                    );
                }
            }
        }
    }

    /// The commit hook.
    pub(crate) fn pre_commit(&self, plan: &mut Plan) {
        let mut hooks = include_str!("templates/pre-commit.yaml").to_owned();
        if let Some(folder) = self.policies() {
            hooks.push_str(&include_str!("templates/pre-commit-test.yaml").replace("POLICIES", folder));
        }
        if self.has(PRE_COMMIT) {
            let item = hooks.trim_start_matches("repos:\n");
            plan.tell(format!("{PRE_COMMIT} is there and stays as it is; add under `repos`:"), item);
        } else {
            plan.write(
                &self.root,
                PRE_COMMIT,
                hooks,
                "what is committed is judged, after `pre-commit install`",
            );
        }
    }

    /// The workflow of GitHub.
    pub(crate) fn github(&self, plan: &mut Plan) {
        let text = include_str!("templates/github.yaml");
        if self.has(GITHUB) {
            plan.tell(format!("{GITHUB} is there and stays as it is; it would be:"), text);
        } else {
            plan.write(&self.root, GITHUB, text.to_owned(), "pull requests are judged");
        }
    }

    /// The pipeline of GitLab.
    pub(crate) fn gitlab(&self, plan: &mut Plan) {
        let text = include_str!("templates/gitlab.yaml");
        if self.has(GITLAB) {
            plan.tell(format!("{GITLAB} is there and stays as it is; add the job:"), text);
        } else {
            plan.write(&self.root, GITLAB, text.to_owned(), "merge requests are judged");
        }
    }

    /// What of the above could be asked for, seeing what is there.
    pub(crate) fn hints(&self, asked: [bool; 3], plan: &mut Plan) {
        let [pre_commit, github, gitlab] = asked;
        let there = [
            (!pre_commit && self.has(PRE_COMMIT), "--pre-commit", PRE_COMMIT),
            (!github && self.has(".github/workflows"), "--github", ".github/workflows"),
            (!gitlab && self.has(GITLAB), "--gitlab", GITLAB),
        ];
        for (_, flag, file) in there.into_iter().filter(|(is_there, ..)| *is_there) {
            plan.tell(format!("there is {file}: `guard init {flag}` says what to add for guard"), "");
        }
    }

    /// A folder that holds policies.
    pub(crate) fn policies(&self) -> Option<&'static str> {
        let holds_policies = |folder: &&str| {
            let entries = self.root.join(folder).read_dir().into_iter().flatten().flatten();
            entries.into_iter().any(|entry| entry.path().join("policy.rego").is_file())
        };
        ["policies", "guardrails"].into_iter().find(holds_policies)
    }

    /// Whether guard.yaml names a folder.
    fn names(&self, folder: &str) -> bool {
        let real = |path: &Path| path.canonicalize().ok();
        let folder = real(&self.root.join(folder));
        self.bundles.iter().any(|named| real(named).is_some_and(|named| Some(named) == folder))
    }

    fn has(&self, file: &str) -> bool {
        self.root.join(file).symlink_metadata().is_ok()
    }
}

impl Plan {
    fn write(&mut self, root: &Path, file: &str, text: String, purpose: &'static str) {
        self.files.push(File { path: root.join(file), text, purpose });
    }

    fn tell(&mut self, sentence: String, lines: &str) {
        self.advice.push((sentence, lines.to_owned()));
    }
}
