//! Writes recorded exchanges as an HTTP archive (HAR 1.2).

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::recording::{Headers, RecordedExchange};
use connector_cases::CONNECTION_HEADERS;
use connector_cases::har::VERSION;

/// Request headers that depend on the transport or on the connector's build. If recorded, replay
/// would require them.
const NOT_REQUIRED: [&str; 5] = [
    "connection",
    "content-length",
    "host",
    "transfer-encoding",
    "user-agent",
];

/// The archive of these exchanges.
pub(super) fn archive(exchanges: &[RecordedExchange]) -> Value {
    json!({ "log": {
        "version": VERSION,
        "creator": { "name": "connector record", "version": env!("CARGO_PKG_VERSION") },
        "entries": exchanges.iter().map(entry).collect::<Vec<_>>(),
    } })
}

fn entry(exchange: &RecordedExchange) -> Value {
    json!({
        "startedDateTime": exchange.started,
        "time": exchange.milliseconds,
        "request": request(exchange),
        "response": response(exchange),
        "cache": {},
        "timings": { "send": 0, "wait": exchange.milliseconds, "receive": 0 },
    })
}

fn request(exchange: &RecordedExchange) -> Value {
    let query = exchange.url.split_once('?').unwrap_or_default().1;
    let query = form_urlencoded::parse(query.as_bytes());
    let headers = exchange.request_headers.iter();
    let headers = headers.filter(|(name, _)| !NOT_REQUIRED.contains(&name.to_lowercase().as_str()));
    let mut request = Map::from_iter([
        ("method".to_owned(), exchange.method.clone().into()),
        ("url".to_owned(), exchange.url.clone().into()),
        ("httpVersion".to_owned(), "HTTP/1.1".into()),
        ("cookies".to_owned(), json!([])),
        ("headers".to_owned(), pairs(headers.map(borrowed))),
        ("queryString".to_owned(), pairs(query)),
    ]);
    if let Some(body) = &exchange.request_body {
        let kind = mime_type(&exchange.request_headers);
        let data = json!({ "mimeType": kind, "text": body });
        request.insert("postData".to_owned(), data);
    }
    let size = exchange.request_body.as_ref().map_or(0, String::len);
    request.insert("headersSize".to_owned(), (-1).into());
    request.insert("bodySize".to_owned(), size.into());
    request.into()
}

fn response(exchange: &RecordedExchange) -> Value {
    let headers = &exchange.response_headers;
    let kept = headers.iter().filter(|(name, _)| {
        !CONNECTION_HEADERS
            .iter()
            .any(|other| name.eq_ignore_ascii_case(other.as_str()))
    });
    let location = header(headers, "location").unwrap_or_default();
    let reason = StatusCode::from_u16(exchange.status).ok();
    let reason = reason.and_then(|status| status.canonical_reason());
    let body = &exchange.response_body;
    let mut response = Map::from_iter([
        ("status".to_owned(), exchange.status.into()),
        ("statusText".to_owned(), reason.unwrap_or_default().into()),
        ("httpVersion".to_owned(), "HTTP/1.1".into()),
        ("cookies".to_owned(), json!([])),
        ("headers".to_owned(), pairs(kept.map(borrowed))),
        (
            "content".to_owned(),
            json!({ "size": body.len(), "mimeType": mime_type(headers), "text": body }),
        ),
        ("redirectURL".to_owned(), location.into()),
        ("headersSize".to_owned(), (-1).into()),
        ("bodySize".to_owned(), body.len().into()),
    ]);
    if let Some(fault) = exchange.fault {
        response.insert("_fault".to_owned(), json!(fault));
    }
    response.into()
}

fn borrowed((name, value): &(String, String)) -> (&str, &str) {
    (name, value)
}

fn pairs(pairs: impl Iterator<Item = (impl ToString, impl ToString)>) -> Value {
    pairs
        .map(|(name, value)| json!({ "name": name.to_string(), "value": value.to_string() }))
        .collect()
}

fn mime_type(headers: &Headers) -> &str {
    header(headers, "content-type").unwrap_or_default()
}

fn header<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    let found = headers
        .iter()
        .find(|(other, _)| other.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}
