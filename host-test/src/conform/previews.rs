//! Clauses about previews.

use connector_host::bindings::plugin::HttpRequest;
use connector_host::bindings::types::{Failure, InputProblem};
use serde_json::Value;

use super::clause::{Check, Clause, Finding};
use super::facts::{Call, Facts, Probe};
use super::script::{Script, Sent};

pub const CLAUSES: &[Clause] = &[
    Clause {
        number: "5.1",
        promise: "`preview` sends nothing, needs no secret and shows none.",
        check: Check::Facts(needs_nothing),
    },
    Clause {
        number: "5.2",
        promise: "`preview` shows the first request that `invoke` sends, with secrets as \
                  `[redacted]`.",
        check: Check::Facts(is_sent),
    },
    Clause {
        number: "5.3",
        promise: "`preview` refuses exactly the inputs that `invoke` refuses before it sends, \
                  for the same reason.",
        check: Check::Facts(refuses_alike),
    },
];

/// The replacement of a secret in a preview.
const REDACTED: &str = "[redacted]";

/// The longest URL that a host can send, in bytes; a connector can't know this limit.
const LONGEST_URL: usize = 65_534;

/// Headers that hosts and proxies add.
const ADDED: [&str; 4] = ["host", "content-length", "transfer-encoding", "connection"];

fn needs_nothing(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for probe in &facts.probes {
        let place = probe.input.place();
        let sent = probe.previews().find_map(|call| call.sent.first());
        findings.extend(sent.map(|sent| format!("{place}: sends {} {}", sent.method, sent.url)));
        let shown = probe
            .preview
            .returned()
            .map(|requests| format!("{requests:?}"));
        let shown = shown.unwrap_or_default();
        if facts.secrets.iter().any(|secret| shown.contains(secret)) {
            findings.push(format!("{place}: shows a secret"));
        }
        let bare = probe.bare.as_ref().map(|call| &call.ended);
        let is_other = |bare| format!("{:?}", probe.preview.ended) != format!("{bare:?}");
        if probe.preview.ended.is_ok() && bare.is_some_and(|bare| bare.is_ok() && is_other(bare)) {
            findings.push(format!("{place}: differs without secrets"));
        }
    }
    findings
}

/// The probes whose preview and call have returned, and whose request a host can send.
fn both(facts: &Facts) -> impl Iterator<Item = (&Probe, &Call<String>)> {
    facts.probes.iter().filter_map(|probe| {
        let (_, invoke) = probe
            .invokes
            .iter()
            .find(|(script, _)| *script == Script::Empty)?;
        let both_returned = probe.preview.ended.is_ok() && invoke.ended.is_ok();
        let mut shown = probe.preview.returned().into_iter().flatten();
        let is_usual =
            probe.input.variable.is_none() && shown.all(|request| request.url.len() <= LONGEST_URL);
        (both_returned && is_usual).then_some((probe, invoke))
    })
}

fn is_sent(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (probe, invoke) in both(facts) {
        let Some(shown) = probe.preview.returned() else {
            continue;
        };
        if invoke.sent.is_empty() && invoke.failure().is_some() {
            // Refusals are checked by the next clause.
            continue;
        }
        let place = probe.input.place();
        let counted = match (shown.len(), invoke.sent.len()) {
            (0, 1..) => Some("shows nothing, but a request is sent".to_owned()),
            (shown, sent) if shown > sent => {
                Some(format!("shows {shown} requests, but {sent} are sent"))
            }
            _ => None,
        };
        let mut pairs = shown.iter().zip(&invoke.sent);
        let wrong = counted.or_else(|| pairs.find_map(|(shown, sent)| difference(shown, sent)));
        findings.extend(wrong.map(|wrong| format!("{place}: {wrong}")));
    }
    findings
}

/// The difference between a request and its preview.
pub fn difference(shown: &HttpRequest, sent: &Sent) -> Option<String> {
    if shown.method != sent.method {
        return Some(format!(
            "shows {}, but {} is sent",
            shown.method, sent.method
        ));
    }
    let url = sent.url.to_string();
    if !matches(&shown.url, &url) {
        return Some(format!("shows {}, but {url} is sent", shown.url));
    }
    let is_shown = |(name, value): &&(String, String)| {
        let mut headers = shown.headers.iter();
        headers.any(|header| header.name == *name && matches(&header.value, value))
    };
    let mut unseen = sent
        .headers
        .iter()
        .filter(|(name, _)| !ADDED.contains(&name.as_str()));
    if let Some((name, _)) = unseen.find(|header| !is_shown(header)) {
        return Some(format!("does not show the header {name} as it is sent"));
    }
    let is_sent = |name: &str| sent.headers.iter().any(|(other, _)| other == name);
    if let Some(header) = shown.headers.iter().find(|header| !is_sent(&header.name)) {
        return Some(format!(
            "shows the header {}, which is not sent",
            header.name
        ));
    }
    let body = shown.body.as_deref().unwrap_or_default();
    (!same_body(body, &sent.body)).then(|| {
        let [shown, sent] = [body, &sent.body].map(super::odd::shortened);
        format!("shows the body {shown:?}, but {sent:?} is sent")
    })
}

fn same_body(shown: &str, sent: &str) -> bool {
    let parsed = |text| serde_json::from_str::<Value>(text);
    match (parsed(shown), parsed(sent)) {
        (Ok(shown), Ok(sent)) => same_value(&shown, &sent),
        _ => matches(shown, sent),
    }
}

fn same_value(shown: &Value, sent: &Value) -> bool {
    match (shown, sent) {
        (Value::String(shown), Value::String(sent)) => matches(shown, sent),
        (Value::Array(shown), Value::Array(sent)) => {
            let mut pairs = shown.iter().zip(sent);
            shown.len() == sent.len() && pairs.all(|(shown, sent)| same_value(shown, sent))
        }
        (Value::Object(shown), Value::Object(sent)) => {
            let same = |(key, value): (&String, &Value)| {
                sent.get(key).is_some_and(|sent| same_value(value, sent))
            };
            shown.len() == sent.len() && shown.iter().all(same)
        }
        (shown, sent) => shown == sent,
    }
}

/// Whether a text equals its preview, where `[redacted]` matches anything.
fn matches(shown: &str, sent: &str) -> bool {
    let mut pieces = shown.split(REDACTED);
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = sent.strip_prefix(first) else {
        return false;
    };
    let mut is_open = false;
    for piece in pieces {
        is_open = true;
        match rest.split_once(piece) {
            Some((_, after)) if !piece.is_empty() => {
                rest = after;
                is_open = false;
            }
            Some(_) => {}
            None => return false,
        }
    }
    is_open || rest.is_empty()
}

fn refuses_alike(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (probe, invoke) in both(facts) {
        let refused = invoke.failure().filter(|_| invoke.sent.is_empty());
        let wrong = match (probe.preview.failure(), refused) {
            // Previews need no secrets.
            (None, Some(failure)) if is_unset(facts, failure) => continue,
            (None, Some(failure)) => format!("is shown, but refused: {}", failure.message),
            (Some(failure), None) => format!("is refused only in a preview: {}", failure.message),
            (Some(one), Some(other)) if one != other => "is refused for another reason".to_owned(),
            _ => continue,
        };
        findings.push(format!("{}: {wrong}", probe.input.place()));
    }
    findings
}

/// Whether all problems are about variables.
fn is_unset(facts: &Facts, failure: &Failure) -> bool {
    let is_variable = |problem: &InputProblem| {
        let mut variables = facts.manifest.variables.iter();
        variables.any(|variable| variable.name == problem.field)
    };
    !failure.problems.is_empty() && failure.problems.iter().all(is_variable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_may_stand_for_what_is_redacted() {
        for (shown, sent, same) in [
            ("Bearer [redacted]", "Bearer abc", true),
            ("Bearer [redacted]", "Basic abc", false),
            ("a [redacted] b", "a secret b", true),
            ("a [redacted] b", "a secret c", false),
            ("a [redacted] b", "a secret b c", false),
            ("a", "a", true),
            ("a", "ab", false),
        ] {
            assert_eq!(matches(shown, sent), same, "{shown:?} {sent:?}");
        }
        assert!(same_body(
            r#"{"a": "[redacted]", "b": 1}"#,
            r#"{"b":1,"a":"x"}"#
        ));
        assert!(!same_body(r#"{"a": "[redacted]"}"#, r#"{"a":"x","b":1}"#));
    }
}
