//! Checks a component against the numbered clauses of `wit/README.md`. Works for any service and
//! sends nothing: the service is simulated.
//!
//! # Modules, outermost first; each depends only on those below
//!
//! - [`Subject`]: a component's file, and the verdicts.
//! - `component`, `manifest`, `examples`, `variables`, `catalogue`, `errors`, `previews`,
//!   `requests`, `definitions`, `triggers`: the clauses, one group each.
//! - `gather`: runs the component; `describe` reads its descriptions, `define` calls custom
//!   actions, `trial` tries an input, `events` its triggers.
//! - [`Clause`], `facts`: a clause with its check, and the data that checks use.
//! - `environment`, `input`, `odd`, `script`: variables, inputs, unusual values, and the
//!   service's behaviour.
//! - `fields`, `placeholders`: the fields of a manifest, and values that fit them.

mod catalogue;
mod clause;
mod component;
mod define;
mod definitions;
mod describe;
mod environment;
mod errors;
mod events;
mod examples;
mod facts;
mod fields;
mod gather;
mod input;
mod manifest;
mod odd;
mod placeholders;
mod previews;
mod requests;
mod script;
mod trial;
mod triggers;
mod variables;

use std::path::Path;
use std::time::Duration;

use connector_host::{ConnectorPre, Engine, Environment, HostError, Limits, Manifest};

pub use clause::{Check, Clause, Finding, Verdict};
use facts::File;
use gather::{Options, gather};

use crate::inspect::{InspectError, inspect};

/// Timeout of an action, including waits for retries.
const WALL: Duration = Duration::from_secs(60);

/// The groups of clauses, in the order of `wit/README.md`.
const GROUPS: [&[Clause]; 10] = [
    component::CLAUSES,
    manifest::CLAUSES,
    examples::CLAUSES,
    variables::CLAUSES,
    catalogue::CLAUSES,
    errors::CLAUSES,
    previews::CLAUSES,
    requests::CLAUSES,
    definitions::CLAUSES,
    triggers::CLAUSES,
];

/// All clauses, in the order of `wit/README.md`.
pub fn clauses() -> impl Iterator<Item = &'static Clause> {
    GROUPS.into_iter().flatten()
}

/// Why a file can't be checked.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub enum SubjectError {
    /// It can't be read.
    Read(#[from] HostError),
    /// It is not a component.
    Inspect(#[from] InspectError),
}

/// A component under test.
pub struct Subject {
    file: File,
    connector: Option<ConnectorPre>,
    quick: bool,
}

impl Subject {
    /// Reads a component. Whether a host can run it is checked by the first clauses.
    ///
    /// # Errors
    ///
    /// When the file can't be read, or is not a component.
    pub fn from_file(engine: &Engine, path: &Path) -> Result<Self, SubjectError> {
        let bytes = std::fs::read(path).map_err(|source| HostError::Read {
            path: path.to_owned(),
            source,
        })?;
        let inspection = inspect(&bytes)?;
        let limits = Limits {
            wall: WALL,
            ..Limits::default()
        };
        let linked = ConnectorPre::from_file(engine, path, limits);
        let unusable = linked.as_ref().err().map(ToString::to_string);
        Ok(Self {
            file: File {
                inspection,
                unusable,
            },
            connector: linked.ok(),
            quick: false,
        })
    }

    /// Tries invalid values only in all inputs of an action at once.
    #[must_use]
    pub fn quick(self, quick: bool) -> Self {
        Self { quick, ..self }
    }

    /// The manifest, if the component can be run and returns one.
    pub async fn manifest(&self) -> Option<Manifest> {
        self.connector.as_ref()?.manifest().await.ok()
    }

    /// The verdict of each clause. `given` are variables of the component's environment in
    /// addition to those that its actions need.
    pub async fn check(&self, given: &Environment) -> Vec<(&'static Clause, Verdict)> {
        let options = Options {
            given,
            quick: self.quick,
        };
        let observed = match &self.connector {
            Some(connector) => Some(gather(connector, options).await),
            None => None,
        };
        let observed = observed.as_ref();
        let facts = observed.and_then(|observed| observed.facts.as_ref());
        let verdict = |clause: &'static Clause| {
            let found = match clause.check {
                Check::File(look) => Some(look(&self.file)),
                Check::Crashes(look) => observed.map(|observed| look(&observed.crashes)),
                Check::Facts(look) => facts.map(look),
            };
            (clause, Verdict::of(found))
        };
        clauses().map(verdict).collect()
    }
}
