//! Reads one entry of a HAR file as browsers and proxies write it, or says why
//! it is no case.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use serde_json::Value;

use super::super::draft::DraftError;
use crate::recording::body_text;
use crate::recording::{Headers, RecordedExchange};
use connector_cases::har;

/// The hosts of Intercom's API, and what `INTERCOM_REGION` has to be for them.
const REGIONS: [(&str, Option<&str>); 3] = [
    ("api.intercom.io", None),
    ("api.eu.intercom.io", Some("eu")),
    ("api.au.intercom.io", Some("au")),
];

/// An entry that can become a case.
pub(super) struct ApiEntry {
    pub exchange: RecordedExchange,
    pub region: Option<&'static str>,
}

/// Why an entry did not become a case.
#[derive(Debug)]
pub enum Skipped {
    /// It is none that can be read.
    Unreadable(String),
    /// It is a conversation over a WebSocket.
    WebSocket,
    /// It went to another host.
    OtherHost(String),
    /// Nothing came back.
    NoAnswer,
    /// The file leaves the answer's body out.
    NoBody,
    /// No action sends such a request.
    Unsendable(String),
    /// The actions that could send it do not, or the case is not written.
    Refused(DraftError),
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(problem) => write!(f, "it cannot be read: {problem}"),
            Self::WebSocket => f.write_str("it is a WebSocket"),
            Self::OtherHost(host) => write!(f, "{host} is not a host of Intercom's API"),
            Self::NoAnswer => f.write_str("it has no answer"),
            Self::NoBody => {
                f.write_str("its answer's body is not in the file; export it with contents")
            }
            Self::Unsendable(what) => write!(f, "{what}, which no action sends"),
            Self::Refused(error) => write!(f, "{error}"),
        }
    }
}

/// Reads an entry.
pub(super) fn read(entry: &Value) -> Result<ApiEntry, Skipped> {
    let parsed = serde_json::from_value::<har::Entry>(entry.clone());
    let parsed = parsed.map_err(|error| Skipped::Unreadable(error.to_string()))?;
    if is_websocket(entry, &parsed.request.url) {
        return Err(Skipped::WebSocket);
    }
    let region = region(&parsed.request.url)?;
    if parsed.response.status == 0 {
        return Err(Skipped::NoAnswer);
    }
    let is_bodiless = parsed.response.content.text.is_empty();
    let says_otherwise = number(entry, "/response/content/size") > 0;
    if is_bodiless && says_otherwise {
        return Err(Skipped::NoBody);
    }
    let exchange = RecordedExchange {
        started: text(entry, "/startedDateTime").to_owned(),
        milliseconds: number(entry, "/time"),
        request_body: request_body(entry, &parsed.request),
        response_body: response_body(&parsed.response.content)?,
        method: parsed.request.method.to_ascii_uppercase(),
        url: parsed.request.url,
        request_headers: headers(parsed.request.headers),
        status: parsed.response.status,
        response_headers: headers(parsed.response.headers),
        fault: parsed.response.fault,
    };
    Ok(ApiEntry { exchange, region })
}

/// Browsers mark WebSockets by their type and their messages, proxies by the
/// latter or the scheme alone.
fn is_websocket(entry: &Value, url: &str) -> bool {
    text(entry, "/_resourceType") == "websocket"
        || entry.get("_webSocketMessages").is_some()
        || url.starts_with("ws://")
        || url.starts_with("wss://")
}

fn region(url: &str) -> Result<Option<&'static str>, Skipped> {
    let parsed = url.parse::<Uri>().ok();
    let is_web = |uri: &&Uri| matches!(uri.scheme_str(), Some("http" | "https"));
    let host = parsed.as_ref().filter(is_web).and_then(Uri::host);
    let Some(host) = host.map(str::to_ascii_lowercase) else {
        return Err(Skipped::Unreadable(
            "its url is not an absolute one of http or https".to_owned(),
        ));
    };
    let known = REGIONS.iter().find(|(known, _)| *known == host);
    known
        .map(|(_, region)| *region)
        .ok_or(Skipped::OtherHost(host))
}

/// The text, or what some tools write in its place: the fields of a form.
fn request_body(entry: &Value, request: &har::Request) -> Option<String> {
    let text = request.post_data.as_ref().map(|data| data.text.clone());
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        return Some(text);
    }
    let fields = entry.pointer("/request/postData/params")?.as_array()?;
    let fields = fields
        .iter()
        .map(|field| (self::text(field, "/name"), self::text(field, "/value")));
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    Some(form).filter(|form| !form.is_empty())
}

fn response_body(content: &har::Content) -> Result<String, Skipped> {
    match content.encoding.as_deref() {
        Some("base64") => {
            let decoded = STANDARD.decode(&content.text);
            let bytes = decoded.map_err(|error| Skipped::Unreadable(error.to_string()))?;
            Ok(body_text(&bytes))
        }
        _ => Ok(content.text.clone()),
    }
}

/// Without those that HTTP/2 begins with a colon.
fn headers(pairs: Vec<har::Pair>) -> Headers {
    let pairs = pairs.into_iter().map(|pair| (pair.name, pair.value));
    pairs.filter(|(name, _)| !name.starts_with(':')).collect()
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_default()
}

/// A whole number; tools write times with fractions, and -1 for what they do
/// not know.
fn number(value: &Value, pointer: &str) -> u64 {
    let found = value.pointer(pointer).and_then(Value::as_f64);
    found.map_or(0, |found| found.max(0.0) as u64)
}
