//! Builds the page and reads its files, which are served from memory.

use std::collections::HashMap;
use std::path::Path;

use bytes::Bytes;

use crate::program::{NODE, ProgramError, install_npm_packages};

/// The page's files by path, such as `cases/index.json`.
#[derive(Debug, Default)]
pub struct Page {
    files: HashMap<String, Bytes>,
}

/// Why the page cannot be built.
#[derive(Debug, thiserror::Error)]
#[error("the playground: {0}")]
pub struct PageError(#[from] ProgramError);

impl Page {
    /// Builds the page of `component` with the cases below `fixtures`, in `tools/playground` of
    /// `workspace`. The first build installs the npm packages.
    ///
    /// # Errors
    ///
    /// When Node.js is missing, or the build fails.
    pub fn build(workspace: &Path, component: &Path, fixtures: &Path) -> Result<Self, PageError> {
        let folder = workspace.join("tools").join("playground");
        install_npm_packages(&folder)?;
        let out = folder.join("generated").join("page");
        // Node.js runs in another folder than the one that these may be relative to.
        let absolute = |path| std::path::absolute(path).map_err(ProgramError::file(path));
        let (component, fixtures) = (absolute(component)?, absolute(fixtures)?);
        NODE.run(&folder, |build| {
            build.args(["build.js", "--quiet", "--component"]);
            build.arg(component).arg("--cases").arg(fixtures);
            build.arg("--out").arg(&out)
        })?;
        Self::read(&out)
    }

    /// Reads the files of a built page.
    ///
    /// # Errors
    ///
    /// When a file cannot be read.
    pub fn read(folder: &Path) -> Result<Self, PageError> {
        let mut page = Self::default();
        page.add(folder, "")?;
        Ok(page)
    }

    /// The file at this path of a URL, with its media type.
    pub(super) fn file(&self, path: &str) -> Option<(Bytes, &'static str)> {
        let name = match path.trim_start_matches('/') {
            "" => "index.html",
            name => name,
        };
        let body = self.files.get(name)?;
        let (_, extension) = name.rsplit_once('.')?;
        Some((body.clone(), media_type(extension)))
    }

    fn add(&mut self, folder: &Path, prefix: &str) -> Result<(), ProgramError> {
        for entry in std::fs::read_dir(folder).map_err(ProgramError::file(folder))? {
            let entry = entry.map_err(ProgramError::file(folder))?;
            let path = entry.path();
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if path.is_dir() {
                self.add(&path, &format!("{name}/"))?;
            } else {
                let body = std::fs::read(&path).map_err(ProgramError::file(&path))?;
                self.files.insert(name, body.into());
            }
        }
        Ok(())
    }
}

fn media_type(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css",
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript",
        "json" => "application/json",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}
