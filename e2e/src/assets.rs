//! The programs of Kubernetes that the tests run.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use anyhow::{Context, bail};

/// The folder with kube-apiserver, etcd and kubectl. They are built and installed where that has not been done.
///
/// # Errors
/// One of them cannot be had; `apiserver.sh` has said on standard error why, and what to do.
pub fn folder() -> anyhow::Result<PathBuf> {
    static FOLDER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    FOLDER.get_or_init(|| get().map_err(|error| format!("{error:#}"))).clone().map_err(anyhow::Error::msg)
}

fn get() -> anyhow::Result<PathBuf> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("apiserver.sh");
    let output = Command::new(&script).stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("{} does not start", script.display()))?;
    if !output.status.success() {
        bail!("{} failed, so there is no API server to test with", script.display());
    }
    Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim_end()))
}
