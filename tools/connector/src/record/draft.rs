//! A draft of a case: its files are written to a temporary folder, replayed and scanned, and
//! only then moved to their place.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::archive::archive;
use crate::recording::Recording;
use crate::redaction::{Leak, scan};
use connector_cases::{Case, CaseName, Failure, FixtureError, RETRIES, TOKEN, bless, run};
use connector_host::ConnectorPre;
use connector_host::atomic;

/// A case without files.
#[derive(Debug)]
pub struct Draft {
    /// Its name.
    pub name: CaseName,
    /// What it shows, in one sentence.
    pub about: String,
    /// Its recording, redacted.
    pub recording: Recording,
}

/// Why a draft did not become a case. No file was written.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The case exists.
    #[error("{}: already exists; give another folder, or --force to replace it", _0.display())]
    Exists(PathBuf),
    /// The replayed component sends other requests than the recorded ones.
    #[error(
        "{report}\nnothing was written, since the replay differs from the run. If redaction \
         changed a part of a \
             request, such as a formula around a placeholder, give plain values as input; otherwise write \
             the case by hand"
    )]
    Replay {
        /// The report of the replay.
        report: String,
    },
    /// The scan found secrets or personal data.
    #[error(
        "{}\nnothing was written, since these may be secrets or personal data",
        list(_0)
    )]
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
    /// Checks that a case may be written to `folder`, before a call is made for it.
    ///
    /// # Errors
    ///
    /// When a case exists there and `replace` is not set.
    pub fn check_free(folder: &Path, replace: bool) -> Result<(), DraftError> {
        if folder.join("case.json").exists() && !replace {
            return Err(DraftError::Exists(folder.to_owned()));
        }
        Ok(())
    }

    /// Writes the case to `folder`; the outcome of its replay becomes the expected one.
    ///
    /// # Errors
    ///
    /// When the replay's requests differ from the recorded ones, when [`scan`] finds something
    /// in the case, or when `folder` has a case and `replace` is not set.
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

    /// `case.json` without the expected outcome.
    fn case(&self) -> Value {
        let mut environment = Map::new();
        let (token, _) = TOKEN;
        for (name, value) in &self.recording.environment {
            // Replay accepts any token, and a case has one by default.
            if name != token || value.is_empty() {
                environment.insert(name.clone(), json_or_text(value));
            }
        }
        if !self.recording.environment.contains_key(token) {
            environment.insert(token.to_owned(), Value::Null);
        }
        let (retries, _) = RETRIES;
        if self.repeats() && !environment.contains_key(retries) {
            // The run's number of retries, not the default of cases.
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
    /// Whether a request was retried.
    fn repeats(&self) -> bool {
        let exchanges = &self.recording.exchanges;
        let mut pairs = exchanges.iter().zip(exchanges.iter().skip(1));
        pairs.any(|(one, next)| one.asks_the_same(next))
    }
}

/// JSON as JSON, if that can be read back unchanged; a JSON string would be read as the text
/// inside it.
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

/// Copies the files of a case; a case without exchanges has no archive.
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
