//! What is recorded still replays once it is redacted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fs;

use connector::record::Draft;
use connector::recording::{Headers, RecordedExchange, Recording};
use connector::redaction::redact;
use connector_cases::{Case, Fault};
use serde_json::Value;

/// A case of `fixtures/` as if it had been recorded just now.
fn recording(case: &Case) -> Recording {
    let har = fs::read(case.folder.join("exchange.har")).unwrap_or_default();
    let har: Value = serde_json::from_slice(&har).unwrap_or_default();
    let entries = har["log"]["entries"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    Recording {
        environment: case.environment.clone(),
        input: case.input.clone(),
        exchanges: entries.iter().map(exchange).collect(),
    }
}

fn exchange(entry: &Value) -> RecordedExchange {
    let (request, response) = (&entry["request"], &entry["response"]);
    let text = |value: &Value| value.as_str().map(str::to_owned);
    RecordedExchange {
        started: text(&entry["startedDateTime"]).unwrap(),
        milliseconds: entry["time"].as_f64().unwrap() as u64,
        method: text(&request["method"]).unwrap(),
        url: text(&request["url"]).unwrap(),
        request_headers: headers(&request["headers"]),
        request_body: text(&request["postData"]["text"]),
        status: response["status"].as_u64().unwrap() as u16,
        response_headers: headers(&response["headers"]),
        response_body: text(&response["content"]["text"]).unwrap_or_default(),
        fault: serde_json::from_value::<Option<Fault>>(response["_fault"].clone()).unwrap(),
    }
}

fn headers(headers: &Value) -> Headers {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let headers = headers.as_array().unwrap().iter();
    headers
        .map(|header| (text(&header["name"]), text(&header["value"])))
        .collect()
}

#[tokio::test]
async fn every_fixture_replays_when_it_is_redacted() {
    let root = tempfile::tempdir().unwrap();
    let plugin = test_support::connector();
    let mut failed = Vec::new();
    for case in test_support::all_cases() {
        let redacted = redact(&recording(&case), &[]).recording;
        let again = redact(&redacted, &[]).recording;
        if again != redacted {
            failed.push(format!("{}: redacting it again changes it", case.name));
        }
        let folder = root.path().join(case.name.to_string());
        let draft = Draft {
            name: case.name.clone(),
            about: case.about.clone(),
            recording: redacted,
        };
        if let Err(error) = draft.keep(&plugin, &folder, false).await {
            failed.push(format!("{}: {error}", case.name));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[tokio::test]
async fn what_the_scan_finds_is_not_written() {
    let cases = test_support::all_cases().into_iter();
    let mut named = cases.filter(|case| case.name.to_string() == "get-contact-by-id/page-example");
    let case = named.next().expect("the case is there");
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join(case.name.to_string());
    let mut draft = Draft {
        recording: recording(&case),
        name: case.name,
        about: "Written by jo@acme.io.".to_owned(),
    };
    let kept = draft.keep(&test_support::connector(), &folder, false).await;
    let error = kept.unwrap_err().to_string();
    assert!(error.contains("about: email address jo@…"), "{error}");
    assert!(error.contains("nothing was written"), "{error}");
    assert!(!folder.exists());
    draft.about = "Written by name@example.com.".to_owned();
    let kept = draft.keep(&test_support::connector(), &folder, false).await;
    kept.unwrap();
    assert!(folder.join("exchange.har").exists());
}

#[tokio::test]
async fn a_recording_with_retries_keeps_them() {
    let cases = test_support::all_cases().into_iter();
    let mut named = cases.filter(|case| case.name.case == "retried-until-success");
    let case = named.next().expect("the case is there");
    let mut recording = recording(&case);
    recording.environment.remove("INTERCOM_MAX_RETRIES");
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join(case.name.to_string());
    let draft = Draft {
        name: case.name,
        about: case.about,
        recording,
    };
    draft
        .keep(&test_support::connector(), &folder, false)
        .await
        .unwrap();
    let written = fs::read(folder.join("case.json")).unwrap();
    let written: Value = serde_json::from_slice(&written).unwrap();
    let environment = written["environment"].as_object().unwrap();
    assert_eq!(environment["INTERCOM_MAX_RETRIES"], Value::Null);
}
