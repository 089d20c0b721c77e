//! Clauses about requests, and the outcomes of their responses.

use connector_host::bindings::plugin::Effect;
use connector_host::bindings::types::{ActionError, FailureReason};
use connector_host::reason_name;
use serde_json::{Map, Value};

use super::clause::{Check, Clause, Finding};
use super::examples::mistyped;
use super::facts::{Call, Facts};
use super::input::Input;
use super::script::{Script, Sent};

pub const CLAUSES: &[Clause] = &[
    Clause {
        number: "6.1",
        promise: "Every request goes to a host of the manifest, over HTTPS on the default port, \
                  whatever inputs and responses contain.",
        check: Check::Facts(destinations),
    },
    Clause {
        number: "6.2",
        promise: "A `write-once` action whose response was lost does not retry the request, and \
                  ends `permanent` with `outcome-unknown`, unless HTTP defines the method as \
                  idempotent. If an optional input makes it look something up first, the \
                  lookup's response may be the lost one, and it ends `retryable`.",
        check: Check::Facts(lost_writes),
    },
    Clause {
        number: "6.3",
        promise: "Nor does it retry the request, or end `retryable`, after a success that can't \
                  be read.",
        check: Check::Facts(unreadable_writes),
    },
    Clause {
        number: "6.4",
        promise: "After a lost response, an action that is `read` or `write-idempotent` ends \
                  `retryable`.",
        check: Check::Facts(lost_reads),
    },
    Clause {
        number: "6.5",
        promise: "After a refused connection every action ends `retryable`: nothing was sent.",
        check: Check::Facts(refused_connections),
    },
    Clause {
        number: "6.6",
        promise: "A result is a JSON object whose keys are outputs of the action; each value has \
                  its output's type, or is null.",
        check: Check::Facts(results),
    },
];

fn destinations(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (input, script, call) in facts.invokes() {
        let stray = call.sent.iter().find(|sent| !is_declared(facts, sent));
        let place = || format!("{}, with {}", input.place(), script.name());
        findings.extend(stray.map(|sent| format!("{}: sent to {}", place(), sent.url)));
    }
    findings
}

fn is_declared(facts: &Facts, sent: &Sent) -> bool {
    let host = sent.url.host().unwrap_or_default();
    let is_host = facts.manifest.hosts.iter().any(|declared| declared == host);
    let is_usual_port = sent.url.port_u16().is_none_or(|port| port == 443);
    sent.url.scheme_str() == Some("https") && is_host && is_usual_port
}

/// Calls that sent something, of actions with one of these effects, with the service's
/// behaviour.
fn sending<'a>(
    facts: &'a Facts,
    effects: &'static [Effect],
    scripts: &'static [Script],
) -> impl Iterator<Item = (String, &'a Call<String>)> {
    facts.invokes().filter_map(|(input, script, call)| {
        let effect = facts.action(&input.action)?.effect;
        let is_meant = effects.contains(&effect) && scripts.contains(&script);
        let place = |input: &Input| format!("{}, with {}", input.place(), script.name());
        (is_meant && !call.sent.is_empty()).then(|| (place(input), call))
    })
}

/// The number of requests of a call whose method is not idempotent in HTTP.
fn writes(call: &Call<String>) -> usize {
    call.sent
        .iter()
        .filter(|sent| !sent.is_idempotent())
        .count()
}

fn is_retryable(call: &Call<String>) -> bool {
    matches!(call.error(), Some(ActionError::Retryable(_)))
}

const REPEATABLE: &[Effect] = &[Effect::Read, Effect::WriteIdempotent];
const ALL: &[Effect] = &[Effect::Read, Effect::WriteIdempotent, Effect::WriteOnce];

/// Calls of `write-once` actions that sent a possible write.
fn sending_writes<'a>(
    facts: &'a Facts,
    scripts: &'static [Script],
) -> impl Iterator<Item = (String, &'a Call<String>)> {
    let calls = facts.invokes().filter(move |(input, script, call)| {
        let looked_up = !input.is_required_alone() && is_retryable(call);
        scripts.contains(script) && writes(call) > 0 && !looked_up
    });
    calls.filter_map(|(input, script, call)| {
        let effect = facts.action(&input.action)?.effect;
        let place = format!("{}, with {}", input.place(), script.name());
        (effect == Effect::WriteOnce).then_some((place, call))
    })
}

fn lost_writes(facts: &Facts) -> Vec<Finding> {
    let calls = sending_writes(facts, &[Script::Lost]);
    let wrong = calls.filter_map(|(place, call)| {
        let is_unknown = matches!(call.error(), Some(ActionError::Permanent(failure))
            if failure.reason == FailureReason::OutcomeUnknown);
        match (writes(call), is_unknown) {
            (1, true) => None,
            (1, false) => Some(format!("{place}: ends with {}", ending(call))),
            (sent, _) => Some(format!("{place}: was sent {sent} times")),
        }
    });
    wrong.collect()
}

fn unreadable_writes(facts: &Facts) -> Vec<Finding> {
    let scripts = &[Script::Html, Script::OddJson, Script::BrokenOff];
    let calls = sending_writes(facts, scripts);
    let wrong = calls.filter_map(|(place, call)| match writes(call) {
        1 => is_retryable(call).then(|| format!("{place}: ends with {}", ending(call))),
        sent => Some(format!("{place}: was sent {sent} times")),
    });
    wrong.collect()
}

fn lost_reads(facts: &Facts) -> Vec<Finding> {
    not_retryable(sending(facts, REPEATABLE, &[Script::Lost]))
}

fn refused_connections(facts: &Facts) -> Vec<Finding> {
    not_retryable(sending(facts, ALL, &[Script::Refused]))
}

fn not_retryable<'a>(calls: impl Iterator<Item = (String, &'a Call<String>)>) -> Vec<Finding> {
    let wrong = calls.filter(|(_, call)| call.ended.is_ok() && !is_retryable(call));
    wrong
        .map(|(place, call)| format!("{place}: ends with {}", ending(call)))
        .collect()
}

/// The outcome of a call, in a few words.
fn ending(call: &Call<String>) -> String {
    match (call.error(), call.failure()) {
        (Some(ActionError::Permanent(_)), Some(it)) => {
            format!("permanent, {}", reason_name(it.reason))
        }
        (Some(ActionError::Retryable(_)), Some(it)) => {
            format!("retryable, {}", reason_name(it.reason))
        }
        (Some(_), _) => "execution-failed".to_owned(),
        (None, _) => "a result".to_owned(),
    }
}

fn results(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (input, script, call) in facts.invokes() {
        let (Some(result), Some(action)) = (call.returned(), facts.action(&input.action)) else {
            continue;
        };
        let place = format!("{}, with {}", input.place(), script.name());
        match serde_json::from_str::<Map<String, Value>>(result) {
            Err(_) => findings.push(format!("{place}: the result is not a JSON object")),
            Ok(result) => {
                let wrong = mistyped(&action.outputs, &result);
                findings.extend(wrong.map(|wrong| format!("{place}: {wrong}")));
            }
        }
    }
    findings
}
