//! Finds and reads cases.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::har::{Archive, VERSION};
use crate::{Exchange, Expect, FixtureError, RecordedDelivery, RecordedPoll, without_mark};
use connector_host::manifest::Action;
use connector_host::{Environment, Manifest};

/// A case's token, unless it sets another.
pub const TOKEN: (&str, &str) = ("INTERCOM_ACCESS_TOKEN", "fixture-token");

/// No retries, unless a case sets them, so that a case about one response records it once.
pub const RETRIES: (&str, &str) = ("INTERCOM_MAX_RETRIES", "0");

/// A case's name: its action or trigger, and its own name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CaseName {
    /// The action's id, such as `create-contact`.
    pub action: String,
    /// The case within the action.
    pub case: String,
}

impl CaseName {
    /// The name of the case in `folder`.
    pub fn of(folder: &Path) -> Self {
        let text = |path: Option<&Path>| {
            let name = path.and_then(Path::file_name).unwrap_or_default();
            name.to_string_lossy().into_owned()
        };
        Self {
            action: text(folder.parent()),
            case: text(Some(folder)),
        }
    }
}

impl fmt::Display for CaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.action, self.case)
    }
}

/// A case, read from its folder.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name.
    pub name: CaseName,
    /// Its folder.
    pub folder: PathBuf,
    /// One sentence about what it shows.
    pub about: String,
    /// Whether it is the example of its action: see [`examples`].
    pub example: bool,
    /// The component's environment.
    pub environment: Environment,
    /// The action's input: JSON, except in cases about invalid input.
    pub input: String,
    /// The delivery, in a case of a webhook. The input is then the trigger's.
    pub delivery: Option<RecordedDelivery>,
    /// The poll, in a case of a poll. The input is then the trigger's.
    pub poll: Option<RecordedPoll>,
    /// The expected outcome; `None` until the case is blessed.
    pub expect: Option<Expect>,
    /// Why its requests are not in the service's published description, if they are not.
    pub outside_description: Option<String>,
    /// The recorded requests and their responses, in order.
    pub exchanges: Vec<Exchange>,
}

/// `case.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    about: String,
    #[serde(default)]
    example: bool,
    #[serde(default)]
    environment: BTreeMap<String, Value>,
    input: Option<Value>,
    delivery: Option<RecordedDelivery>,
    poll: Option<RecordedPoll>,
    expect: Option<Expect>,
    outside_description: Option<String>,
}

impl Case {
    /// Reads the case in `folder`, whose parent's name is the action.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or has the wrong shape.
    pub fn read(folder: &Path) -> Result<Self, FixtureError> {
        let path = folder.join("case.json");
        let file: CaseFile = read_json(&path)?;
        let is_of_a_trigger = file.delivery.is_some() || file.poll.is_some();
        let input = match (file.input, is_of_a_trigger) {
            (Some(Value::String(verbatim)), _) => verbatim,
            (Some(json), _) => json.to_string(),
            (None, true) => "{}".to_owned(),
            (None, false) => return Err(FixtureError::NoInput { path }),
        };
        Ok(Self {
            name: CaseName::of(folder),
            folder: folder.to_owned(),
            about: file.about,
            example: file.example,
            environment: environment(file.environment),
            input,
            delivery: file.delivery,
            poll: file.poll,
            expect: file.expect,
            outside_description: file.outside_description,
            exchanges: read_exchanges(&folder.join("exchange.har"))?,
        })
    }
}

/// The cases below `fixtures` that `pattern` selects, ordered by name: those whose `action/case`
/// contains it, or, with `*` or `?`, matches it. No pattern selects all.
///
/// # Errors
///
/// When the pattern does not parse or a selected case cannot be read.
pub fn select(fixtures: &Path, pattern: Option<&str>) -> Result<Vec<Case>, FixtureError> {
    let pattern = Pattern::parse(pattern.unwrap_or_default())?;
    let mut folders = Vec::new();
    for action in subfolders(fixtures)? {
        folders.extend(subfolders(&action)?);
    }
    folders.retain(|folder| pattern.matches(&CaseName::of(folder)));
    folders.sort();
    folders.iter().map(|folder| Case::read(folder)).collect()
}

/// The example of each action, in the manifest's order: the one case below `fixtures` that is
/// marked. Tools that call every action use its input.
///
/// # Errors
///
/// When a case cannot be read, or an action has no example or several.
pub fn examples(fixtures: &Path, manifest: &Manifest) -> Result<Vec<Case>, FixtureError> {
    let mut marked = select(fixtures, None)?;
    marked.retain(|case| case.example);
    let of_action = |action: &Action| {
        let mut found = marked.iter().filter(|case| case.name.action == action.id);
        match (found.next(), found.count()) {
            (Some(example), 0) => Ok(example.clone()),
            (first, more) => Err(FixtureError::Example {
                action: action.id.clone(),
                found: usize::from(first.is_some()) + more,
            }),
        }
    };
    manifest.actions.iter().map(of_action).collect()
}

/// A selection of cases.
enum Pattern {
    Part(String),
    Whole(glob::Pattern),
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, FixtureError> {
        if !text.contains(['*', '?']) {
            return Ok(Self::Part(text.to_owned()));
        }
        let parsed = glob::Pattern::new(text).map_err(|source| FixtureError::Pattern {
            pattern: text.to_owned(),
            source,
        });
        parsed.map(Self::Whole)
    }

    fn matches(&self, name: &CaseName) -> bool {
        let name = name.to_string();
        match self {
            Self::Part(part) => name.contains(part),
            Self::Whole(pattern) => pattern.matches(&name),
        }
    }
}

fn environment(given: BTreeMap<String, Value>) -> Environment {
    let defaults = [TOKEN, RETRIES].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut environment = Environment::from(defaults);
    for (name, value) in given {
        match value {
            Value::Null => environment.remove(&name),
            Value::String(text) => environment.insert(name, text),
            json => environment.insert(name, json.to_string()),
        };
    }
    environment
}

fn read_exchanges(path: &Path) -> Result<Vec<Exchange>, FixtureError> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let archive: Archive = read_json(path)?;
    if archive.log.version != VERSION {
        return Err(FixtureError::HarVersion {
            path: path.to_owned(),
            given: archive.log.version,
        });
    }
    let numbered = archive.log.entries.into_iter().zip(1..);
    numbered
        .map(|(entry, number)| {
            Exchange::recorded(entry).map_err(|problem| FixtureError::Entry {
                path: path.to_owned(),
                number,
                problem,
            })
        })
        .collect()
}

/// Reads a JSON file. A byte order mark before the JSON is ignored.
///
/// # Errors
///
/// When it cannot be read, or is not JSON of this form.
pub fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, FixtureError> {
    let bytes = std::fs::read(path).map_err(unreadable(path))?;
    serde_json::from_slice(without_mark(&bytes)).map_err(|source| FixtureError::Json {
        path: path.to_owned(),
        source,
    })
}

fn subfolders(folder: &Path) -> Result<Vec<PathBuf>, FixtureError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    Ok(found)
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> FixtureError {
    let path = path.to_owned();
    move |source| FixtureError::Read {
        path: path.clone(),
        source,
    }
}
