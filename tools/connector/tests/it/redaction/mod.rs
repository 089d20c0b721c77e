//! Secrets and people in every corner of a recording, and what is left of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod corners;
mod placeholders;
mod stand_ins;
mod twice;

use connector::recording::{RecordedExchange, Recording};
use connector_host::Environment;
use serde_json::Value;

/// The token of the workspace, handed in as known.
const TOKEN: &str = "dG9rOjg4/ODg4+ODg4_s3cr3t=";

/// Another secret that is known, without the look of a token.
const PASSPHRASE: &str = "correct horse \"battery\" staple";

/// Values that nobody declares, and that must be found.
const FOUND: [&str; 17] = [
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqbyJ9.c2lnbmF0dXJl",
    "dG9rOmFub3RoZXIgdG9rZW4",
    "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "5f4dcc3b5aa765d61d8327deb882cf99",
    "jo.hansen+news@acme.io",
    "+47 22 33 44 55",
    "(202) 555-7890",
    "93.184.216.34",
    "2a00:1450:4001:81c::200e",
    "69b2b19f8bbe006006968bec",
    "9f2c1a00-77aa-4a10-9d3e-0123456789ab",
    "https://gravatar.acme.io/u/jo.jpg",
    "Johanna Hansen",
    "8148601",
    "WzE3NzI0NDAxMDAsImRpIl0=",
    "dXNlcjpwYXNzd29yZA==",
    "likes smørbrød & \"tea\"",
];

fn exchange(url: &str, request: Option<String>, response: String) -> RecordedExchange {
    RecordedExchange {
        started: "2026-03-07T10:40:25.000Z".to_owned(),
        milliseconds: 120,
        method: "POST".to_owned(),
        url: url.to_owned(),
        request_headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        request_body: request,
        status: 200,
        response_headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        response_body: response,
        fault: None,
    }
}

fn recording(input: &Value, exchanges: Vec<RecordedExchange>) -> Recording {
    Recording {
        environment: Environment::new(),
        input: input.to_string(),
        exchanges,
    }
}

fn headers(pairs: &[(&str, String)]) -> Vec<(String, String)> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

/// All that is left of a recording, one text.
fn left(recording: &Recording) -> String {
    let mut texts = vec![
        recording.input.clone(),
        format!("{:?}", recording.environment),
    ];
    for one in &recording.exchanges {
        texts.extend([one.url.clone(), one.response_body.clone()]);
        texts.extend(one.request_body.clone());
        let headers = one.request_headers.iter().chain(&one.response_headers);
        texts.extend(headers.map(|(name, value)| format!("{name}: {value}")));
    }
    texts.join("\n")
}
