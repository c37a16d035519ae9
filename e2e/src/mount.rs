//! A folder as the kubelet mounts a Secret or a ConfigMap: its files are links into `..data`, which is a link that is swapped at once.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use anyhow::Context;

/// Such a folder.
#[derive(Debug)]
pub struct Mount {
    path: PathBuf,
    version: u32,
}

impl Mount {
    /// Makes the folder, with files by name.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new(path: PathBuf, files: &[(&str, &str)]) -> anyhow::Result<Self> {
        fs::create_dir_all(&path)?;
        let mut mount = Self { path, version: 0 };
        mount.swap(files)?;
        for (name, _) in files {
            symlink(Path::new("..data").join(name), mount.path.join(name))?;
        }
        Ok(mount)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces the texts of all files at once; the files stay the same ones by name.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn swap(&mut self, files: &[(&str, &str)]) -> anyhow::Result<()> {
        let old = self.path.join(format!("..{}", self.version));
        self.version += 1;
        let new = format!("..{}", self.version);
        let folder = self.path.join(&new);
        fs::create_dir(&folder)?;
        for (name, text) in files {
            fs::write(folder.join(name), text)?;
        }
        let link = self.path.join("..data_tmp");
        symlink(&new, &link)?;
        fs::rename(&link, self.path.join("..data")).context("the link cannot be swapped")?;
        if old.exists() {
            fs::remove_dir_all(old)?;
        }
        Ok(())
    }
}
