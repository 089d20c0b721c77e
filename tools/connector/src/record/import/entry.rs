//! Parses one entry of a HAR file of a browser or proxy, or says why it cannot become a case.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use serde_json::Value;

use super::super::draft::DraftError;
use crate::recording::body_text;
use crate::recording::{Headers, RecordedExchange};
use connector_cases::har;

/// The hosts of Intercom's API with the values of `INTERCOM_REGION`.
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
    /// It cannot be parsed.
    Unreadable(String),
    /// It is a WebSocket connection.
    WebSocket,
    /// It went to another host.
    OtherHost(String),
    /// There was no response.
    NoAnswer,
    /// The file does not contain the response's body.
    NoBody,
    /// No action sends such a request.
    Unsendable(String),
    /// The candidate actions send other requests, or the case cannot be written.
    Refused(DraftError),
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(problem) => write!(f, "it cannot be read: {problem}"),
            Self::WebSocket => f.write_str("it is a WebSocket"),
            Self::OtherHost(host) => write!(f, "{host} is not a host of Intercom's API"),
            Self::NoAnswer => f.write_str("it has no response"),
            Self::NoBody => {
                f.write_str("its response body is not in the file; export the file with content")
            }
            Self::Unsendable(what) => write!(f, "{what}, which no action sends"),
            Self::Refused(error) => write!(f, "{error}"),
        }
    }
}

/// Parses an entry.
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

/// Browsers mark WebSockets by type and messages, proxies by messages or the scheme.
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
            "its url is not an absolute http or https URL".to_owned(),
        ));
    };
    let known = REGIONS.iter().find(|(known, _)| *known == host);
    known
        .map(|(_, region)| *region)
        .ok_or(Skipped::OtherHost(host))
}

/// The text, or the form fields that some tools write instead.
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

/// The headers without HTTP/2's pseudo-headers, which begin with a colon.
fn headers(pairs: Vec<har::Pair>) -> Headers {
    let pairs = pairs.into_iter().map(|pair| (pair.name, pair.value));
    pairs.filter(|(name, _)| !name.starts_with(':')).collect()
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_default()
}

/// A whole number; tools write times with fractions, and -1 for unknown.
fn number(value: &Value, pointer: &str) -> u64 {
    let found = value.pointer(pointer).and_then(Value::as_f64);
    found.map_or(0, |found| found.max(0.0) as u64)
}
