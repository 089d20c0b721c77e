//! Turns the entries of a HAR file into cases, each of the action that would
//! send its request.

mod entry;
mod typed;

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

pub use entry::Skipped;

use self::entry::ApiEntry;
use super::draft::{Draft, DraftError};
use crate::recording::Recording;
use crate::redaction::redact;
use connector_cases::har::VERSION;
use connector_cases::{CaseName, FixtureError, TOKEN, read_json};
use connector_host::{ConnectorPre, Environment};

/// The request headers that a case keeps: a browser's or a program's others are
/// not those that the connector sends.
const KEPT: [&str; 2] = ["authorization", VERSION_HEADER];

const VERSION_HEADER: &str = "intercom-version";

/// What became of one entry.
#[derive(Debug)]
pub struct Imported {
    /// Which entry, counted from 1.
    pub number: usize,
    /// The case that it became, or why it did not.
    pub outcome: Result<CaseName, Skipped>,
}

#[derive(Deserialize)]
struct Archive {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    #[serde(default)]
    version: String,
    entries: Vec<Value>,
}

/// Imports all entries of `file` that went to Intercom's API, as cases below
/// `fixtures`. Those that are there already are replaced if `replace` is set,
/// else left alone.
///
/// # Errors
///
/// When the file is no HAR 1.2; an entry that makes no case is among the
/// results.
pub async fn import(
    plugin: &ConnectorPre,
    file: &Path,
    fixtures: &Path,
    replace: bool,
) -> Result<Vec<Imported>, FixtureError> {
    let archive: Archive = read_json(file)?;
    if archive.log.version != VERSION {
        return Err(FixtureError::HarVersion {
            path: file.to_owned(),
            given: archive.log.version,
        });
    }
    let mut all = Vec::new();
    for (entry, number) in archive.log.entries.iter().zip(1..) {
        let outcome = match drafts(entry, number) {
            Ok(drafts) => keep(plugin, drafts, fixtures, replace).await,
            Err(skipped) => Err(skipped),
        };
        all.push(Imported { number, outcome });
    }
    Ok(all)
}

/// The cases that an entry of an archive, the `number`th from 1, could become:
/// one for each action that may have sent its request, best first. They are
/// redacted; whether one repeats the request is for replay to show.
///
/// # Errors
///
/// Why it becomes none.
pub fn drafts(entry: &Value, number: usize) -> Result<Vec<Draft>, Skipped> {
    let entry = entry::read(entry)?;
    let calls = typed::calls(&entry.exchange).map_err(Skipped::Unsendable)?;
    let (case, about) = description(&entry, number);
    let draft = |(action, input): typed::Call| Draft {
        name: CaseName {
            action: action.to_owned(),
            case: case.clone(),
        },
        about: about.clone(),
        recording: recording(&entry, &input),
    };
    Ok(calls.into_iter().map(draft).collect())
}

/// Writes the first draft that repeats its request.
async fn keep(
    plugin: &ConnectorPre,
    drafts: Vec<Draft>,
    fixtures: &Path,
    replace: bool,
) -> Result<CaseName, Skipped> {
    let mut refused = None;
    for draft in drafts {
        let CaseName { action, case } = &draft.name;
        let folder = fixtures.join(action).join(case);
        match draft.keep(plugin, &folder, replace).await {
            Ok(()) => return Ok(draft.name),
            Err(error @ DraftError::Replay { .. }) => refused = Some(error),
            Err(error) => return Err(Skipped::Refused(error)),
        }
    }
    Err(refused.map_or_else(
        || Skipped::Unsendable("it is of no kind".to_owned()),
        Skipped::Refused,
    ))
}

/// The exchange with what the action needs to repeat it, redacted.
fn recording(entry: &ApiEntry, input: &Value) -> Recording {
    let (token, fixture_token) = TOKEN;
    let mut environment = Environment::from([(token.to_owned(), fixture_token.to_owned())]);
    if let Some(region) = entry.region {
        environment.insert("INTERCOM_REGION".to_owned(), region.to_owned());
    }
    let headers = &entry.exchange.request_headers;
    let version = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(VERSION_HEADER));
    if let Some((_, version)) = version {
        environment.insert("INTERCOM_VERSION".to_owned(), version.clone());
    }
    let input = input.to_string();
    // Without a context, an escape would be text.
    if input.contains(r"\\{{") || input.contains(r"\\<<") {
        environment.insert("WORKFLOW_CONTEXT".to_owned(), "{}".to_owned());
    }
    let recording = Recording {
        environment,
        input,
        exchanges: vec![entry.exchange.clone()],
    };
    // The headers are looked at before they go: they may hold secrets that
    // stand elsewhere, too.
    let mut redacted = redact(&recording, &[]).recording;
    for exchange in &mut redacted.exchanges {
        let headers = &mut exchange.request_headers;
        headers.retain(|(name, _)| KEPT.contains(&name.to_ascii_lowercase().as_str()));
    }
    redacted
}

/// A case's name and what it shows: by method, path without ids, and status.
/// The number tells entries of one kind apart. Both are taken from what
/// redaction leaves, since a path may hold a name.
fn description(entry: &ApiEntry, number: usize) -> (String, String) {
    let status = entry.exchange.status;
    let method = &entry.exchange.method;
    let redacted = recording(entry, &Value::Null);
    let url = redacted
        .exchanges
        .first()
        .map(|exchange| exchange.url.as_str());
    let (path, _) = typed::path_and_query(url.unwrap_or_default());
    let segments: Vec<&str> = path.split('/').skip(1).collect();

    let words = segments.iter().copied().filter(|segment| is_word(segment));
    let mut name = vec![method.to_ascii_lowercase()];
    name.extend(words.map(|word| word.replace('_', "-")));
    name.extend([status.to_string(), number.to_string()]);

    let shown = segments
        .iter()
        .map(|segment| if is_word(segment) { segment } else { "{id}" });
    let shown: Vec<&str> = shown.collect();
    let about = format!("Imported: {method} /{} answers {status}.", shown.join("/"));
    (name.join("-"), about)
}

/// Whether a segment is one of the API's own words.
fn is_word(segment: &str) -> bool {
    let letters = segment
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    letters && !segment.is_empty()
}
