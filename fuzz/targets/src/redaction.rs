//! Redaction: no seeded secret survives, redacting twice is redacting once, and
//! what was JSON still is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connector::recording::{Headers, RecordedExchange, Recording};
use connector::redaction::redact;
use connector_host::Environment;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;

/// Handed in as known.
const SECRET: &str = "pa55 \"w/rd\"+ä";

/// Found by its form.
const EMAIL: &str = "jo.hansen@acme.io";

/// Found by its form: an access token as Intercom makes them.
const TOKEN: &str = "dG9rOmEwYjFjMmQzX2U0ZjU=";

/// What stands for a text in an input, and the text.
type Seed = (&'static str, fn() -> String);

/// All that is hidden, in the writings in which it has to be found.
const SEEDS: [Seed; 8] = [
    ("{secret}", || SECRET.to_owned()),
    ("{percent}", || {
        utf8_percent_encode(SECRET, NON_ALPHANUMERIC).to_string()
    }),
    ("{json}", || json_escaped(SECRET)),
    ("{base64}", || STANDARD.encode(SECRET)),
    ("{inside}", || STANDARD.encode(format!("jo:{SECRET}!"))),
    ("{email}", || EMAIL.to_owned()),
    ("{at}", || EMAIL.replace('@', "%40")),
    ("{token}", || TOKEN.to_owned()),
];

fn json_escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted.trim_matches('"').to_owned()
}

/// The text with all seeds in it.
pub fn seeded(text: &str) -> String {
    let mut text = text.to_owned();
    for (name, seed) in SEEDS {
        if text.contains(name) {
            text = text.replace(name, &seed());
        }
    }
    text
}

/// A request (`METHOD url`, header lines, an empty line, the body), the response
/// (its status in the first line), the action's input, and lines of
/// `NAME=value`, each after a line `===`.
pub fn redaction(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let recording = read(&seeded(text));
    let redacted = redact(&recording, &[SECRET]).recording;
    assert_is_redacted(&redacted, &[SECRET]);
    let pairs = recording.exchanges.iter().zip(&redacted.exchanges);
    for (before, after) in pairs {
        assert_eq!(before.status, after.status);
        assert_eq!(before.method, after.method);
        let (sent, left) = (&before.request_body, &after.request_body);
        assert_eq!(sent.is_some(), left.is_some());
        if !is_form(&before.request_headers) {
            stays_json(
                sent.as_deref().unwrap_or_default(),
                left.as_deref().unwrap_or_default(),
            );
        }
        if !is_form(&before.response_headers) {
            stays_json(&before.response_body, &after.response_body);
        }
    }
    stays_json(&recording.input, &redacted.input);
}

fn read(text: &str) -> Recording {
    let mut parts = text.split("\n===\n");
    let mut part = || parts.next().unwrap_or_default();
    let (request, request_headers, request_body) = message(part());
    let (status, response_headers, response_body) = message(part());
    let input = part().to_owned();
    let environment = part().lines().filter_map(|line| line.split_once('='));
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let environment =
        environment.filter(|(_, value)| !value.contains("://") || has_known_host(value));
    let (method, url) = request.split_once(' ').unwrap_or(("GET", request));
    let origin = if has_known_host(url) {
        ""
    } else {
        "https://api.intercom.io/"
    };
    Recording {
        environment: environment.collect::<Environment>(),
        input,
        exchanges: vec![RecordedExchange {
            started: "2026-03-07T10:40:25.000Z".to_owned(),
            milliseconds: 1,
            method: method.to_owned(),
            url: format!("{origin}{url}"),
            request_headers,
            request_body: Some(request_body).filter(|body| !body.is_empty()),
            status: status.parse().unwrap_or(200),
            response_headers,
            response_body,
            fault: None,
        }],
    }
}

/// Whether a URL leads where requests can go. A secret for a host would be hidden
/// from nobody.
fn has_known_host(url: &str) -> bool {
    let Some(("http" | "https", rest)) = url.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    ["api.intercom.io", "api.eu.intercom.io", "proxy.acme.io"].contains(&host)
}

/// The first line, the headers and the body.
fn message(text: &str) -> (&str, Headers, String) {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let (first, headers) = head.split_once('\n').unwrap_or((head, ""));
    let headers = headers.lines().filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    (first, headers.collect(), body.to_owned())
}

fn is_form(headers: &Headers) -> bool {
    headers
        .iter()
        .any(|(_, value)| value.contains("form-urlencoded"))
}

fn stays_json(before: &str, after: &str) {
    if serde_json::from_str::<Value>(before).is_ok() {
        let left = serde_json::from_str::<Value>(after);
        assert!(left.is_ok(), "{before}\nbecame\n{after}");
    }
}

/// Nothing is left to take out, and none of the seeds is there in any writing.
pub fn assert_is_redacted(recording: &Recording, secrets: &[&str]) {
    let again = redact(recording, secrets).recording;
    let texts = texts(recording);
    assert_eq!(self::texts(&again), texts);
    let mut sought = vec![EMAIL, TOKEN.trim_end_matches('=')];
    sought.extend(secrets);
    for (name, text) in &texts {
        for plain in [text.clone(), decoded(text), unescaped(text)] {
            for seed in &sought {
                assert!(!plain.contains(seed), "{seed} is left in {name}: {text}");
            }
        }
    }
}

/// All texts of a recording by what they are. Names of headers and variables are
/// nobody's secrets.
fn texts(recording: &Recording) -> Vec<(String, String)> {
    let mut texts: Vec<_> = recording.environment.clone().into_iter().collect();
    texts.push(("input".to_owned(), recording.input.clone()));
    for one in &recording.exchanges {
        texts.extend(one.request_headers.iter().cloned());
        texts.extend(one.response_headers.iter().cloned());
        texts.push(("url".to_owned(), one.url.clone()));
        texts.push((
            "sent".to_owned(),
            one.request_body.clone().unwrap_or_default(),
        ));
        texts.push(("answered".to_owned(), one.response_body.clone()));
    }
    texts
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Without JSON's escapes.
fn unescaped(text: &str) -> String {
    text.replace("\\\"", "\"").replace("\\/", "/")
}
