//! A case that is being written: its files staged, replayed, judged, and only
//! then put where they belong.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::archive::archive;
use crate::recording::Recording;
use crate::redaction::{Leak, scan};
use connector_cases::{Case, CaseName, Failure, FixtureError, RETRIES, TOKEN, bless, run};
use connector_host::ConnectorPre;
use connector_host::atomic;

/// A case that has no files yet.
#[derive(Debug)]
pub struct Draft {
    /// Its name.
    pub name: CaseName,
    /// What it shows, in one sentence.
    pub about: String,
    /// What it is made of, redacted.
    pub recording: Recording,
}

/// Why a draft did not become a case. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The case exists.
    #[error("{}: is there already; give another folder, or --force to replace it", _0.display())]
    Exists(PathBuf),
    /// The component does not ask again what was asked.
    #[error(
        "{report}\nnothing was written, since replay does not repeat the run. Where redaction \
         changed what a request is made of, such as a formula around a placeholder, give plain values \
         as input; else write the case by hand"
    )]
    Replay {
        /// What happened in place of it.
        report: String,
    },
    /// Something is left that must not be shown.
    #[error("{}\nnothing was written, since this may tell of somebody", list(_0))]
    Leaks(Vec<Leak>),
    /// A file cannot be read or written.
    #[error(transparent)]
    Fixture(#[from] FixtureError),
}

fn list(leaks: &[Leak]) -> String {
    leaks
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

impl Draft {
    /// Whether a case may be written to `folder`: to be asked before a call is
    /// made for it.
    ///
    /// # Errors
    ///
    /// When there is one, and `replace` is not set.
    pub fn check_free(folder: &Path, replace: bool) -> Result<(), DraftError> {
        if folder.join("case.json").exists() && !replace {
            return Err(DraftError::Exists(folder.to_owned()));
        }
        Ok(())
    }

    /// Writes the case to `folder`, with what replaying it gives as what it
    /// expects.
    ///
    /// # Errors
    ///
    /// When replay does not repeat the recorded requests, when something is left
    /// in it that [`scan`] finds, when `folder` has a case and `replace` is not
    /// set.
    pub async fn keep(
        &self,
        plugin: &ConnectorPre,
        folder: &Path,
        replace: bool,
    ) -> Result<(), DraftError> {
        Self::check_free(folder, replace)?;
        let root = tempfile::tempdir().map_err(unwritable(folder))?;
        let staged = root.path().join(&self.name.action).join(&self.name.case);
        std::fs::create_dir_all(&staged).map_err(unwritable(&staged))?;
        write(&staged.join("case.json"), &self.case())?;
        if !self.recording.exchanges.is_empty() {
            write(
                &staged.join("exchange.har"),
                &archive(&self.recording.exchanges),
            )?;
        }
        replay(plugin, &staged).await?;
        let leaks = scan(&staged)?;
        if !leaks.is_empty() {
            return Err(DraftError::Leaks(leaks));
        }
        install(&staged, folder)?;
        Ok(())
    }

    /// `case.json`, without what is expected.
    fn case(&self) -> Value {
        let mut environment = Map::new();
        let (token, _) = TOKEN;
        for (name, value) in &self.recording.environment {
            // Any token does in replay, and a case has one unless it says otherwise.
            if name != token || value.is_empty() {
                environment.insert(name.clone(), json_or_text(value));
            }
        }
        if !self.recording.environment.contains_key(token) {
            environment.insert(token.to_owned(), Value::Null);
        }
        let (retries, _) = RETRIES;
        if self.repeats() && !environment.contains_key(retries) {
            // As many as the run had, not as few as a case has.
            environment.insert(retries.to_owned(), Value::Null);
        }
        let mut case = Map::new();
        case.insert("about".to_owned(), self.about.clone().into());
        if !environment.is_empty() {
            case.insert("environment".to_owned(), environment.into());
        }
        case.insert("input".to_owned(), json_or_text(&self.recording.input));
        case.into()
    }
}

impl Draft {
    /// Whether a request was sent again at once.
    fn repeats(&self) -> bool {
        let exchanges = &self.recording.exchanges;
        let mut pairs = exchanges.iter().zip(exchanges.iter().skip(1));
        pairs.any(|(one, next)| one.asks_the_same(next))
    }
}

/// JSON as such, where reading it back gives the same; a JSON string would be
/// taken for the text in it.
fn json_or_text(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => value,
        _ => text.into(),
    }
}

async fn replay(plugin: &ConnectorPre, staged: &Path) -> Result<(), DraftError> {
    let case = Case::read(staged)?;
    let outcome = run(plugin, &case).await;
    let as_recorded = outcome
        .failures
        .iter()
        .all(|failure| matches!(failure, Failure::NothingExpected { .. }));
    if !as_recorded {
        return Err(DraftError::Replay {
            report: outcome.report(),
        });
    }
    bless(&case, &outcome)?;
    Ok(())
}

/// Copies the files of a case; one without exchanges has no archive.
fn install(staged: &Path, folder: &Path) -> Result<(), FixtureError> {
    for name in ["exchange.har", "case.json"] {
        let (from, to) = (staged.join(name), folder.join(name));
        if from.exists() {
            let bytes = std::fs::read(&from).map_err(|source| FixtureError::Read {
                path: from.clone(),
                source,
            })?;
            atomic::write(&to, &bytes).map_err(unwritable(&to))?;
        } else if to.exists() {
            std::fs::remove_file(&to).map_err(unwritable(&to))?;
        }
    }
    Ok(())
}

fn write(path: &Path, json: &Value) -> Result<(), FixtureError> {
    atomic::write(path, format!("{json:#}\n").as_bytes()).map_err(unwritable(path))
}

fn unwritable(path: &Path) -> impl Fn(std::io::Error) -> FixtureError {
    let path = path.to_owned();
    move |source| FixtureError::Write {
        path: path.clone(),
        source,
    }
}
