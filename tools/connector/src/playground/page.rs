//! Builds the page and reads its files, which are served from memory.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use bytes::Bytes;

/// The page's files by path, such as `cases/index.json`.
#[derive(Debug, Default)]
pub struct Page {
    files: HashMap<String, Bytes>,
}

/// Why the page cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// Node.js is missing.
    #[error(
        "{program} did not start ({source}); install Node.js 20.11 or later with npm, which build \
         the playground"
    )]
    Start {
        /// The program.
        program: &'static str,
        /// The system's error.
        source: io::Error,
    },
    /// A step of the build failed.
    #[error("{program} ended with {status}; its output is above")]
    Failed {
        /// The program.
        program: &'static str,
        /// Its exit status.
        status: ExitStatus,
    },
    /// The page cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl Page {
    /// Builds the page of `component` with the cases below `fixtures`, in `tools/playground` of
    /// `workspace`. The first build installs the npm packages.
    ///
    /// # Errors
    ///
    /// When Node.js is missing, or the build fails.
    pub fn build(workspace: &Path, component: &Path, fixtures: &Path) -> Result<Self, PageError> {
        let folder = workspace.join("tools").join("playground");
        install(&folder)?;
        let out = folder.join("generated").join("page");
        let mut build = Command::new("node");
        build.arg("build.js").arg("--quiet");
        build.arg("--component").arg(component);
        build.arg("--cases").arg(fixtures).arg("--out").arg(&out);
        finish("node", build.current_dir(&folder))?;
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

    fn add(&mut self, folder: &Path, prefix: &str) -> Result<(), PageError> {
        for entry in std::fs::read_dir(folder).map_err(unreadable(folder))? {
            let entry = entry.map_err(unreadable(folder))?;
            let path = entry.path();
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if path.is_dir() {
                self.add(&path, &format!("{name}/"))?;
            } else {
                let body = std::fs::read(&path).map_err(unreadable(&path))?;
                self.files.insert(name, body.into());
            }
        }
        Ok(())
    }
}

/// Installs the pinned packages, unless they are installed already.
fn install(folder: &Path) -> Result<(), PageError> {
    let wanted = folder.join("package-lock.json");
    let installed = folder.join("node_modules").join("installed-lock.json");
    let read = |path: &Path| std::fs::read(path).map_err(unreadable(path));
    if read(&installed).is_ok_and(|installed| read(&wanted).is_ok_and(|wanted| wanted == installed))
    {
        return Ok(());
    }
    eprintln!("installing the playground's npm packages");
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--loglevel", "error"]);
    finish("npm", npm.current_dir(folder))?;
    std::fs::copy(&wanted, &installed).map_err(unreadable(&installed))?;
    Ok(())
}

fn finish(program: &'static str, command: &mut Command) -> Result<(), PageError> {
    let status = command
        .status()
        .map_err(|source| PageError::Start { program, source })?;
    match status.success() {
        true => Ok(()),
        false => Err(PageError::Failed { program, status }),
    }
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> PageError {
    let path = path.to_owned();
    move |source| PageError::File {
        path: path.clone(),
        source,
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
