//! OPA, asked in JSON lines.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Modules, and a query to answer for each input.
#[derive(Debug, Serialize)]
pub struct Request<'a> {
    /// Texts by file.
    pub modules: BTreeMap<&'a str, &'a str>,
    /// Such as `data.p.violation`.
    pub query: &'a str,
    /// One evaluation each.
    pub inputs: &'a [Value],
    /// What stands under `data` beside the modules; null where there is nothing.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub data: Value,
}

/// What OPA says of the modules, and then of each input.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Reply {
    /// It refuses the modules.
    Refused {
        /// Why.
        error: String,
    },
    /// One result an input.
    Evaluated {
        /// In the order of the inputs.
        results: Vec<Answer>,
    },
}

/// What OPA says of one input: a value, an error, or neither where the query is undefined.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Answer {
    /// The value; sets are sorted arrays.
    pub value: Option<Value>,
    /// The evaluation failed.
    pub error: Option<String>,
}

/// A running OPA.
pub struct Opa {
    child: Child,
    stdin: BufWriter<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl Opa {
    /// Builds OPA where that has not been done, and starts it.
    ///
    /// # Errors
    /// Go is missing, or OPA does not build.
    pub fn start() -> anyhow::Result<Self> {
        let mut child = Command::new(folder()?.join("oracle"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("OPA does not start")?;
        let stdin = child.stdin.take().context("OPA has no standard input")?;
        let stdout = child.stdout.take().context("OPA has no standard output")?;
        Ok(Self { child, stdin: BufWriter::new(stdin), stdout: BufReader::new(stdout) })
    }

    /// Asks one request.
    ///
    /// # Errors
    /// OPA has ended, or says what cannot be read.
    pub fn ask(&mut self, request: &Request<'_>) -> anyhow::Result<Reply> {
        serde_json::to_writer(&mut self.stdin, request)?;
        self.stdin.write_all(b"\n")?;
        self.stdin.flush()?;
        let mut line = String::new();
        if self.stdout.read_line(&mut line)? == 0 {
            bail!("OPA has ended");
        }
        serde_json::from_str(&line).with_context(|| format!("OPA's reply cannot be read: {line}"))
    }
}

impl Drop for Opa {
    fn drop(&mut self) {
        // It has nothing to lose; waiting leaves no zombie behind.
        if self.child.kill().is_ok() {
            self.child.wait().map(drop).unwrap_or_default();
        }
    }
}

/// The folder of the built commands `opa` and `oracle`.
///
/// # Errors
/// Go is missing, or OPA does not build.
pub fn folder() -> anyhow::Result<PathBuf> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("opa.sh");
    let output = Command::new(&script).stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("{} does not start", script.display()))?;
    if !output.status.success() {
        bail!("{} failed: the conformance tests need Go, to build OPA", script.display());
    }
    Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim_end()))
}
