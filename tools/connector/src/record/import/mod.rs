//! Converts the entries of a HAR file to cases of the actions that send their requests.

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

/// The request headers that a case keeps: the connector does not send other headers of a browser
/// or program.
const KEPT: [&str; 2] = ["authorization", VERSION_HEADER];

const VERSION_HEADER: &str = "intercom-version";

/// The outcome of one entry.
#[derive(Debug)]
pub struct Imported {
    /// The entry's number, from 1.
    pub number: usize,
    /// The new case, or why there is none.
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
/// `fixtures`. Existing cases are replaced only if `replace` is set.
///
/// # Errors
///
/// When the file is not HAR 1.2. An entry that cannot become a case is among the
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

/// The cases that an entry of an archive, counted from 1, could become: one for each
/// action that could have sent its request, most specific first. They are redacted;
/// replay shows whether one sends the same request.
///
/// # Errors
///
/// When the entry cannot become a case.
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

/// Writes the first draft that sends the same request in replay.
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
        || Skipped::Unsendable("no action sends it".to_owned()),
        Skipped::Refused,
    ))
}

/// The exchange with the environment that its action needs, redacted.
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
    // Headers are redacted before they are dropped, since their secrets may occur elsewhere.
    let mut redacted = redact(&recording, &[]).recording;
    for exchange in &mut redacted.exchanges {
        let headers = &mut exchange.request_headers;
        headers.retain(|(name, _)| KEPT.contains(&name.to_ascii_lowercase().as_str()));
    }
    redacted
}

/// A case's name and description: method, path without ids, and status. The number
/// makes the name unique. Both are taken from the redacted URL, since a path may
/// contain a name.
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

/// Whether a path segment is a word of the API, not an id.
fn is_word(segment: &str) -> bool {
    let letters = segment
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    letters && !segment.is_empty()
}
