//! Responses, through each action's decoder: a typed result or a typed error,
//! whatever came.

use super::wire::{Answer, CLIENT_SECRET, TOKEN, call, failure};
use intercom_connector::internals::plugin::{self, Effect};
use intercom_connector::internals::types::{ActionError, FailureReason};
use intercom_connector::internals::{
    self, BodyCut, Headers, Phase, Response, SendError, SendErrorKind, WireRequest,
};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Calls whose inputs are more than the manifest's examples: a name, the action's
/// id, its input, and what repeating it does.
const CALLS: [(&str, &str, &str, Effect); 11] = [
    (
        "search-contacts",
        "search-contacts",
        r#"{"filter_formula": "created_at > '2023-01-01T10:00:00Z'"}"#,
        Effect::Read,
    ),
    (
        "search-all-contacts",
        "search-contacts",
        r#"{"filter_formula": "created_at > '2023-01-01T10:00:00Z'", "pagination_parameters": "all=true"}"#,
        Effect::Read,
    ),
    (
        "custom-action",
        "custom-action",
        r#"{"method": "GET", "path": "/companies"}"#,
        Effect::Read,
    ),
    (
        "custom-post",
        "custom-action",
        r#"{"method": "POST", "path": "/companies", "body": {}}"#,
        Effect::WriteOnce,
    ),
    (
        "list-companies",
        "list-companies",
        r#"{"all": true}"#,
        Effect::Read,
    ),
    (
        "tag",
        "tag",
        r#"{"target": "contact", "contact_id": "7", "tag": "VIP", "create_missing": true}"#,
        Effect::WriteIdempotent,
    ),
    (
        "untag",
        "untag",
        r#"{"target": "contact", "contact_id": "7", "tag": "VIP"}"#,
        Effect::WriteIdempotent,
    ),
    (
        "add-note",
        "add-note",
        r#"{"target": "contact", "contact_id": "7", "body": "A note"}"#,
        Effect::WriteOnce,
    ),
    (
        "reply-to-conversation",
        "reply-to-conversation",
        r#"{"conversation_id": "7", "reply_as": "admin", "admin_id": "1", "body": "Hello"}"#,
        Effect::WriteOnce,
    ),
    (
        "manage-conversation",
        "manage-conversation",
        r#"{"conversation_id": "7", "operation": "close", "admin_id": "1"}"#,
        Effect::WriteOnce,
    ),
    (
        "create-ticket",
        "create-ticket",
        r#"{"ticket_type_id": "7", "contacts": [{"contact_id": "7"}]}"#,
        Effect::WriteOnce,
    ),
];

/// What the placeholders of the manifest's examples resolve to.
const CONTEXT: &str = r#"{"settings": {"admin": "814860"}, "trigger": {"query": {"code": "fixture-code-of-person"}}}"#;

/// A call by its name: one of [`CALLS`], or any action that sends something, with
/// the examples of its inputs.
fn find_call(name: &str) -> Option<(String, String, Effect)> {
    if let Some((_, action, input, effect)) = CALLS.iter().find(|(known, ..)| *known == name) {
        return Some(((*action).to_owned(), (*input).to_owned(), *effect));
    }
    let mut actions = internals::manifest(&[]).actions.into_iter();
    let action = actions.find(|action| action.id == name && name != "authorize-url")?;
    let examples = action
        .inputs
        .iter()
        .filter(|input| !input.name.contains('['));
    let example = |input: &plugin::Field| {
        let example = input.example.as_deref()?;
        Some((input.name.clone(), serde_json::from_str(example).ok()?))
    };
    let input: Map<String, Value> = examples.filter_map(example).collect();
    Some((action.id, Value::Object(input).to_string(), action.effect))
}

/// A call by its name, see [`find_call`], then responses, each after a line `===`:
/// a status, or one of [`NO_ANSWER`] instead (`received` after it
/// if the request got through); lines of `name: value`; an empty line; the body,
/// whole unless one of [`CUTS`] follows the status. After [`ODD`], a call's name is
/// followed by odd fields instead. `{token}` and `{secret}` stand
/// for the secrets sent.
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
    let name = String::from_utf8_lossy(name);
    if let Some(name) = name.strip_prefix(ODD) {
        return parts.for_each(|odd| odd_field(name, odd));
    }
    let Some((action, input, effect)) = find_call(&name) else {
        return;
    };
    let answers: Vec<Answer> = parts.map(read).collect();
    let Some(last) = answers.last().cloned() else {
        return;
    };
    let call = call(&action, &input, CONTEXT, answers.clone());
    let sent = call.requests.len();
    let told = answers.get(sent - 1).unwrap_or(&last);
    let before = (0..sent - 1).map(|turn| answers.get(turn).unwrap_or(&last));
    if action == "search-contacts" {
        return;
    }
    for unsuccessful in before {
        assert!(may_be_repeated(effect, unsuccessful), "{unsuccessful:?}");
    }
    let what = |request: &WireRequest| (request.path_with_query.clone(), request.body.clone());
    let sent: BTreeSet<_> = call.requests.iter().map(what).collect();
    assert_eq!(sent.len(), 1, "a repeated request is the same one");
    check(&action, effect, told, &call.result);
}

/// Before a call's name: what follows are fields of good responses, not responses.
const ODD: &str = "odd ";

/// Puts an odd value into one field of a good response, and asks that all others
/// are read. What is not JSON becomes a JSON string.
fn odd_field(name: &str, odd: &[u8]) {
    let Some((action, input, _)) = find_call(name) else {
        return;
    };
    let text = String::from_utf8_lossy(odd);
    let json = match serde_json::from_str::<IgnoredAny>(&text) {
        Ok(_) if text.len() < 100_000 => text.trim().to_owned(),
        _ => Value::String(text.into_owned()).to_string(),
    };
    for key in [r#""name""#.to_owned(), r#""custom_attributes""#.to_owned()] {
        let kept = r#""id": "kept""#;
        let one = |kind: &str| format!(r#"{{"type": "{kind}", {key}: {json}, {kept}}}"#);
        let (kind, read) = match action.as_str() {
            "send-message" => ("admin_message", "/id"),
            "test-connection" => ("admin", "/admin/id"),
            "search-contacts" => ("contact", "/contacts/0/id"),
            "list-admins" => ("admin", "/admins/0/id"),
            "custom-action" => ("contact", "/body/id"),
            "exchange-code" => return,
            _ => ("contact", "/id"),
        };
        let body = match action.as_str() {
            "search-contacts" => format!(r#"{{"type": "list", "data": [{}]}}"#, one(kind)),
            "list-admins" => format!(r#"{{"admins": [{}]}}"#, one(kind)),
            _ => one(kind),
        };
        let good = Response {
            status: 200,
            headers: Headers(Vec::new()),
            body: body.into_bytes(),
            cut: None,
        };
        let result = call(&action, &input, CONTEXT, vec![Ok(good)]).result;
        let result = result.unwrap_or_else(|error| panic!("{action}: {error:?}"));
        let result: Value = serde_json::from_str(&result).expect("JSON");
        let found = result.pointer(read).and_then(Value::as_str);
        // What a contact was found by may be what is odd in it.
        let left_out =
            action == "search-contacts" && result.get("contacts") == Some(&Value::Array(vec![]));
        assert!(found == Some("kept") || left_out, "{action}: {result}");
    }
}

/// What may happen instead of a response.
const NO_ANSWER: [(&str, SendErrorKind); 8] = [
    ("network", SendErrorKind::Network),
    ("connect-timeout", SendErrorKind::Timeout(Phase::Connect)),
    ("timeout", SendErrorKind::Timeout(Phase::FirstByte)),
    ("action-timeout", SendErrorKind::Timeout(Phase::Action)),
    ("denied", SendErrorKind::Denied),
    ("unsendable", SendErrorKind::Unsendable),
    ("unknown-host", SendErrorKind::UnknownHost),
    ("untrusted", SendErrorKind::Untrusted),
];

/// What may end a body early.
const CUTS: [(&str, BodyCut); 3] = [
    ("cut", BodyCut::Broken(String::new())),
    ("slow", BodyCut::TimedOut(Phase::BetweenBytes)),
    ("large", BodyCut::TooLarge(16)),
];

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
    if let Some((_, kind)) = NO_ANSWER.iter().find(|(known, _)| *known == word) {
        return Err(SendError {
            kind: *kind,
            maybe_received: more.starts_with("received"),
            detail: more.to_owned(),
        });
    }
    let cut = CUTS.into_iter().find(|(known, _)| *known == more);
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Ok(Response {
        status: word.parse().unwrap_or(200),
        headers: Headers(headers.collect()),
        body: body.map(seeded_bytes).unwrap_or_default(),
        cut: cut.map(|(_, cut)| cut),
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

/// Whether a request with this outcome may be retried: it had no effect or may have
/// it twice, and it may succeed later.
fn may_be_repeated(effect: Effect, answer: &Answer) -> bool {
    match answer {
        Ok(Response { status: 429, .. }) => true,
        Ok(Response { status, cut, .. }) => match status {
            200..=299 => effect == Effect::Read && cut.is_some(),
            408 | 500..=599 => effect != Effect::WriteOnce,
            _ => false,
        },
        Err(unsent) => effect != Effect::WriteOnce || !unsent.maybe_received,
    }
}

fn check(action: &str, effect: Effect, answer: &Answer, result: &Result<String, ActionError>) {
    match (answer, result) {
        (Ok(response), Ok(json)) => {
            let any = action == "custom-action" && (300..400).contains(&response.status);
            let good = any || (200..300).contains(&response.status);
            assert!(good, "{}", response.status);
            keeps_the_response(action, response, json);
        }
        (Err(unsent), Ok(_)) => panic!("{unsent:?} is no success"),
        (Ok(response), Err(error)) if (200..300).contains(&response.status) => {
            let is_write = effect != Effect::Read && action != "exchange-code";
            assert!(!is_write || says_other(response, error), "{error:?}");
        }
        (Ok(response), Err(error)) => {
            assert_eq!(failure(error).status, Some(response.status));
            let unclear = response.status == 408 || (500..600).contains(&response.status);
            check_outcome(effect, unclear, error);
        }
        (Err(unsent), Err(error)) => check_outcome(effect, unsent.maybe_received, error),
    }
}

/// Whether a success is one in its status only: Intercom's list of errors, or a
/// response that is not to this request, of which nothing is known.
fn says_other(response: &Response, error: &ActionError) -> bool {
    let refused = String::from_utf8_lossy(&response.body).contains("error.list");
    let unknown = matches!(failure(error).reason, FailureReason::OutcomeUnknown);
    refused || unknown && matches!(error, ActionError::Permanent(_))
}

/// A write that may have taken effect, and must not twice, is never retried.
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

/// A response that is an object is in the result unchanged, but for the rows of a list.
fn keeps_the_response(action: &str, response: &Response, json: &str) {
    let result: BTreeMap<String, &RawValue> = serde_json::from_str(json).expect("an object");
    let kept = result.get("response").or(result.get("body"));
    let Some(kept) = kept.filter(|_| action != "custom-action") else {
        return;
    };
    let sent = String::from_utf8_lossy(&response.body);
    let sent = sent.trim_start_matches('\u{feff}').trim();
    let repaired = json.contains("in the response, ");
    let unchanged = match action {
        "list-admins" | "search-contacts" => {
            let rows = ["admins", "data"];
            without(sent, &rows) == without(kept.get(), &rows)
        }
        _ => sent == kept.get(),
    };
    assert!(
        repaired || unchanged || kept.get() == "null",
        "{action}: {json}"
    );
}

fn without(json: &str, keys: &[&str]) -> Option<serde_json::Map<String, serde_json::Value>> {
    let mut object: serde_json::Map<_, _> = serde_json::from_str(json).ok()?;
    object.retain(|key, _| !keys.contains(&key.as_str()));
    Some(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_that_sends_something_is_called() {
        let ids = internals::manifest(&[]).actions.into_iter();
        for id in ids
            .map(|action| action.id)
            .filter(|id| id != "authorize-url")
        {
            let (action, input, _) = find_call(&id).expect("a call");
            let answers = vec![read(b"503")];
            let call = call(&action, &input, CONTEXT, answers);
            assert!(!call.requests.is_empty(), "{id}: {:?}", call.result);
        }
    }
}
