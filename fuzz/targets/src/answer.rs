//! Intercom's answers, through each action's decoder: a typed result or a typed
//! error, whatever came.

use super::wire::{Answer, CLIENT_SECRET, TOKEN, call, failure};
use intercom_connector::api::{BodyCut, Headers, Response, SendError, SendErrorKind};
use intercom_connector::world::types::{ActionError, FailureReason};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// What an action does to the workspace.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    Read,
    Write,
    WriteOnce,
}

/// Every action that sends something, with an input that it takes.
const CALLS: [(&str, &str, Effect); 11] = [
    (
        "create-contact",
        r#"{"role": "user", "email": "name@example.com"}"#,
        Effect::WriteOnce,
    ),
    (
        "update-contact",
        r#"{"contact_id": "c1", "name": null}"#,
        Effect::Write,
    ),
    ("get-contact-by-id", r#"{"contact_id": "c1"}"#, Effect::Read),
    (
        "search-contacts",
        r#"{"filter_formula": "created_at > '2023-01-01T10:00:00Z'"}"#,
        Effect::Read,
    ),
    (
        "search-all-contacts",
        r#"{"filter_formula": "created_at > '2023-01-01T10:00:00Z'", "pagination_parameters": "all=true"}"#,
        Effect::Read,
    ),
    (
        "send-message",
        r#"{"recipient_contact_type": "user", "recipient_contact_id": "c1",
            "message_type": "in-app", "from_id": "1", "body": "x"}"#,
        Effect::WriteOnce,
    ),
    (
        "custom-action",
        r#"{"method": "GET", "path": "/companies"}"#,
        Effect::Read,
    ),
    (
        "custom-post",
        r#"{"method": "POST", "path": "/companies", "body": {}}"#,
        Effect::WriteOnce,
    ),
    ("test-connection", "{}", Effect::Read),
    ("list-admins", "{}", Effect::Read),
    (
        "exchange-code",
        r#"{"code": "fixture-code-of-person"}"#,
        Effect::WriteOnce,
    ),
];

/// An action by its name in [`CALLS`], then answers, each after a line `===`:
/// a status (or `network`, `timeout`, `denied`, perhaps with `received`), lines
/// of `name: value`, an empty line, the body. `cut` after a status breaks the
/// body off. `{token}` and `{secret}` are what was sent.
pub fn answer(data: &[u8]) {
    let mut parts = Vec::new();
    let mut rest = data;
    while let Some(at) = find(rest, SEPARATOR) {
        let (part, after) = rest.split_at(at);
        parts.push(part);
        rest = after.get(SEPARATOR.len()..).unwrap_or_default();
    }
    parts.push(rest);
    let mut parts = parts.into_iter();
    let name = parts.next().unwrap_or_default();
    let Some((name, input, effect)) = CALLS.iter().find(|(id, ..)| id.as_bytes() == name) else {
        return;
    };
    let answers: Vec<Answer> = parts.map(read).collect();
    let Some(first) = answers.first().cloned() else {
        return;
    };
    let action = match *name {
        "search-all-contacts" => "search-contacts",
        "custom-post" => "custom-action",
        name => name,
    };
    let is_one = answers.len() == 1 && *name != "search-all-contacts";
    let result = call(action, input, "{}", answers).result;
    if is_one {
        check(action, *effect, &first, &result);
    }
}

const SEPARATOR: &[u8] = b"\n===\n";

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

fn read(part: &[u8]) -> Answer {
    let (head, body) = match find(part, b"\n\n") {
        Some(at) => (part.get(..at), part.get(at + 2..)),
        None => (Some(part), None),
    };
    let head = String::from_utf8_lossy(head.unwrap_or_default()).into_owned();
    let head = seeded(&head);
    let mut lines = head.split('\n');
    let first = lines.next().unwrap_or_default();
    let (word, more) = first.split_once(' ').unwrap_or((first, ""));
    let kind = match word {
        "network" => Some(SendErrorKind::Network),
        "timeout" => Some(SendErrorKind::Timeout),
        "denied" => Some(SendErrorKind::Denied),
        _ => None,
    };
    if let Some(kind) = kind {
        return Err(SendError {
            kind,
            maybe_received: more.starts_with("received"),
            detail: more.to_owned(),
        });
    }
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Ok(Response {
        status: word.parse().unwrap_or(200),
        headers: Headers(headers.collect()),
        body: body.map(seeded_bytes).unwrap_or_default(),
        cut: match more {
            "cut" => Some(BodyCut::Broken("connection closed".to_owned())),
            "large" => Some(BodyCut::TooLarge(16)),
            _ => None,
        },
    })
}

fn seeded(text: &str) -> String {
    text.replace("{token}", TOKEN)
        .replace("{secret}", CLIENT_SECRET)
}

fn seeded_bytes(bytes: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(bytes) {
        Ok(text) => seeded(text).into_bytes(),
        Err(_) => bytes.to_vec(),
    }
}

fn check(action: &str, effect: Effect, answer: &Answer, result: &Result<String, ActionError>) {
    match (answer, result) {
        (Ok(response), Ok(json)) => {
            assert!((200..300).contains(&response.status), "{}", response.status);
            keeps_the_response(action, response, json);
        }
        (Err(unsent), Ok(_)) => panic!("{unsent:?} is no success"),
        (Ok(response), Err(error)) if (200..300).contains(&response.status) => {
            let done = effect != Effect::Read && action != "exchange-code";
            assert!(!done, "a write that was done is no failure: {error:?}");
        }
        (Ok(response), Err(error)) => {
            assert_eq!(failure(error).status, Some(response.status));
            let unclear = response.status == 408 || (500..600).contains(&response.status);
            check_outcome(effect, unclear, error);
        }
        (Err(unsent), Err(error)) => check_outcome(effect, unsent.maybe_received, error),
    }
}

/// What may have been done, and must not be done twice, is never repeated.
fn check_outcome(effect: Effect, may_be_done: bool, error: &ActionError) {
    let reason = &failure(error).reason;
    let unknown = matches!(reason, FailureReason::OutcomeUnknown);
    assert_eq!(
        unknown,
        may_be_done && effect == Effect::WriteOnce,
        "{error:?}"
    );
    if unknown {
        assert!(matches!(error, ActionError::Permanent(_)), "{error:?}");
    }
}

/// What Intercom sent is in the result letter for letter, where it is an object.
fn keeps_the_response(action: &str, response: &Response, json: &str) {
    let result: BTreeMap<String, &RawValue> = serde_json::from_str(json).expect("an object");
    let kept = result.get("response").or(result.get("body"));
    let Some(kept) = kept.filter(|_| action != "custom-action") else {
        return;
    };
    let sent = String::from_utf8_lossy(&response.body);
    assert!(
        [sent.trim(), "null"].contains(&kept.get()),
        "{action}: {json}"
    );
}
