//! Redaction of a whole recording: both passes over all parts.

use std::collections::BTreeMap;

use super::collect::Found;
use super::contexts::Contexts;
use super::hosts::Hosts;
use super::kind::{Hint, Kind, hint, is_credential};
use super::public_examples::REDACTED;
use super::rewrite::Rewrite;
use super::secrets::Secrets;
use super::stand_ins::allot;
use super::substitution::Substitution;
use super::walk::{Visitor, Walk};
use crate::recording::{Headers, RecordedExchange, Recording};
use connector_host::Environment;

/// A recording that may be shown.
#[derive(Debug)]
pub struct Redacted {
    /// The redacted recording.
    pub recording: Recording,
    /// The number of replaced values by kind.
    pub replaced: BTreeMap<Kind, usize>,
}

/// Maximum number of rounds. Text beside a stand-in may match a pattern only afterwards, such as
/// `token-1@acme.io`, which looks like an address. Fuzzing found nothing that needs more than
/// four rounds.
const MOST_ROUNDS: usize = 8;

/// Redacts a recording. Known `secrets` are removed everywhere. Those of fewer than eight
/// characters are removed only under names that say so.
pub fn redact(recording: &Recording, secrets: &[&str]) -> Redacted {
    let mut redacted = once(recording, secrets);
    for _ in 1..MOST_ROUNDS {
        let again = once(&redacted.recording, secrets).recording;
        if again == redacted.recording {
            break;
        }
        redacted.recording = again;
    }
    redacted
}

fn once(recording: &Recording, secrets: &[&str]) -> Redacted {
    // Secrets first: the rest is then classified without them.
    let (_, found) = visit(recording, Found::default());
    let secrets = secrets
        .iter()
        .copied()
        .chain(found.secrets.iter().map(String::as_str));
    let without_secrets = Rewrite {
        secrets: Secrets::new(secrets),
        substitution: Substitution::new(&[]),
    };
    let (recording, _) = visit(recording, without_secrets);

    let (recording, found) = visit(&recording, Found::default());
    let stand_ins = Rewrite {
        secrets: Secrets::new([]),
        substitution: Substitution::new(&allot(&found.values, &found.taken)),
    };
    let (recording, _) = visit(&recording, stand_ins);
    let mut replaced = BTreeMap::new();
    for (kind, _) in &found.values {
        *replaced.entry(*kind).or_default() += 1;
    }
    Redacted {
        recording,
        replaced,
    }
}

/// Leads a visitor through all parts of a recording, and returns the changed recording.
fn visit<V: Visitor>(recording: &Recording, visitor: V) -> (Recording, V) {
    let variables = recording.environment.values().map(String::as_str);
    let requests = recording.exchanges.iter().map(|one| one.url.as_str());
    let hosts = Hosts::of(requests.chain(variables.filter(|value| is_url(value))));
    let mut walk = Walk {
        visitor,
        hosts: &hosts,
        contexts: None,
        levels: 0,
    };
    let visited = parts(&mut walk, recording);
    (visited, walk.visitor)
}

/// Exchanges first, since Intercom's keys say more about a value than the input that it came
/// from.
fn parts<V: Visitor>(walk: &mut Walk<'_, V>, recording: &Recording) -> Recording {
    let exchanges = recording.exchanges.iter();
    let exchanges = exchanges.map(|one| exchange(walk, one)).collect();
    let environment = recording.environment.iter().map(|(name, value)| {
        let value = match name.as_str() {
            _ if is_url(value) => walk.url(value),
            DEFINITIONS => value.clone(),
            name => walk.text(hint(name), value),
        };
        (name.clone(), value)
    });
    let environment: Environment = environment.collect();
    walk.contexts = Contexts::of(
        |name| recording.environment.get(name),
        |name| environment.get(name),
    );
    let input = walk.text(Hint::Nothing, &recording.input);
    Recording {
        exchanges,
        environment,
        input,
    }
}

/// The variable with custom actions: documents whose keys are not Intercom's fields. They are
/// not changed; [`super::scan`] still rejects a recording if they contain something that looks
/// like a secret or personal data.
const DEFINITIONS: &str = "WORKFLOW_ACTIONS";

/// Whether a variable contains the API's address.
fn is_url(variable: &str) -> bool {
    variable.starts_with("http://") || variable.starts_with("https://")
}

fn exchange<V: Visitor>(walk: &mut Walk<'_, V>, one: &RecordedExchange) -> RecordedExchange {
    RecordedExchange {
        url: walk.url(&one.url),
        request_headers: headers(walk, &one.request_headers, true),
        request_body: one
            .request_body
            .as_deref()
            .map(|text| body(walk, &one.request_headers, text)),
        response_headers: headers(walk, &one.response_headers, false),
        response_body: body(walk, &one.response_headers, &one.response_body),
        ..one.clone()
    }
}

fn body<V: Visitor>(walk: &mut Walk<'_, V>, headers: &Headers, text: &str) -> String {
    let is_form = headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("content-type") && value.contains("form-urlencoded")
    });
    if is_form {
        walk.query(text)
    } else {
        walk.text(Hint::Nothing, text)
    }
}

/// Credentials are visited, then dropped. A request keeps the fact that it had an authorization.
fn headers<V: Visitor>(walk: &mut Walk<'_, V>, headers: &Headers, of_request: bool) -> Headers {
    let mut kept = Headers::new();
    for (name, value) in headers {
        if !is_credential(name) {
            kept.push((name.clone(), walk.header(name, value)));
            continue;
        }
        for secret in credentials(name, value) {
            walk.visitor.text(Hint::Is(Kind::Secret), secret);
        }
        if of_request && name.eq_ignore_ascii_case("authorization") {
            kept.push((name.clone(), REDACTED.to_owned()));
        }
    }
    kept
}

/// The secrets in a header: for cookies, the values without names and attributes; otherwise the
/// whole value.
fn credentials<'a>(name: &str, value: &'a str) -> Vec<&'a str> {
    let of_cookie = |cookie: &'a str| cookie.split_once('=').map(|(_, value)| value.trim());
    match name.to_ascii_lowercase().as_str() {
        "cookie" => value.split(';').filter_map(of_cookie).collect(),
        "set-cookie" => value.split(';').take(1).filter_map(of_cookie).collect(),
        _ => vec![value],
    }
}
