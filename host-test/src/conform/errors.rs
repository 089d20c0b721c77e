//! Clauses about errors.

use connector_host::bindings::types::{ActionError, Failure, FailureReason};
use connector_host::reason_name;

use super::clause::{Check, Clause, Finding};
use super::facts::{Call, Facts};
use super::input::{Input, Kind};
use super::script::Script;

pub const CLAUSES: &[Clause] = &[
    Clause {
        number: "4.1",
        promise: "An unknown action, an input that is not a JSON object, an unknown key, a \
                  missing required input and a value that is not allowed are `permanent`, \
                  `invalid-input`, with a problem for each, which names the field.",
        check: Check::Facts(refusals),
    },
    Clause {
        number: "4.2",
        promise: "All problems of an input are reported together.",
        check: Check::Facts(all_at_once),
    },
    Clause {
        number: "4.3",
        promise: "Every failure has a message. No part of a failure contains a secret, even if \
                  the response does.",
        check: Check::Facts(messages),
    },
    Clause {
        number: "4.4",
        promise: "A 401 response is `unauthorized`, and a 429 response `rate-limited`; a failure \
                  after a 404 response is `not-found`. Each has the response's status.",
        check: Check::Facts(statuses),
    },
    Clause {
        number: "4.5",
        promise: "The connector never returns `execution-failed`.",
        check: Check::Facts(never_failed),
    },
];

/// Inputs that must be refused, with the invalid fields of each and the outcomes of its calls.
fn refused(facts: &Facts) -> impl Iterator<Item = (&Input, &[String], [Ended<'_>; 2])> {
    facts.probes.iter().filter_map(|probe| {
        let fields: &[String] = match &probe.input.kind {
            Kind::UnknownAction | Kind::NoObject => &[],
            Kind::Refused(fields) => fields,
            _ => return None,
        };
        let (_, invoke) = probe.invokes.first()?;
        let ended = [
            Ended::of("preview", &probe.preview),
            Ended::of("invoke", invoke),
        ];
        Some((&probe.input, fields, ended))
    })
}

/// The outcome of a call that must be refused.
struct Ended<'a> {
    function: &'static str,
    returned: bool,
    error: Option<&'a ActionError>,
    failure: Option<&'a Failure>,
}

impl<'a> Ended<'a> {
    fn of<T>(function: &'static str, call: &'a Call<T>) -> Self {
        Self {
            function,
            returned: call.returned().is_some(),
            error: call.error(),
            failure: call.failure(),
        }
    }
}

/// An input with one invalid part.
fn refusals(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (input, fields, ended) in refused(facts).filter(|(_, fields, _)| fields.len() < 2) {
        for ended in ended {
            let place = format!("{} of {}", ended.function, input.place());
            let wrong = match ended.error {
                Some(ActionError::Permanent(failure)) => not_a_refusal(failure, fields),
                Some(_) => Some("is not a permanent error".to_owned()),
                None => ended.returned.then(|| "is accepted".to_owned()),
            };
            findings.extend(wrong.map(|wrong| format!("{place}: {wrong}")));
        }
    }
    findings
}

/// The violations in the failure of an input with these invalid fields.
fn not_a_refusal(failure: &Failure, fields: &[String]) -> Option<String> {
    if failure.reason != FailureReason::InvalidInput {
        return Some(format!("its reason is {:?}", reason_name(failure.reason)));
    }
    if failure.problems.is_empty() {
        return Some("it lists no problem".to_owned());
    }
    if failure
        .problems
        .iter()
        .any(|problem| problem.field.is_empty())
    {
        return Some("a problem names no field".to_owned());
    }
    let missing = fields.iter().find(|field| !names(failure, field));
    missing.map(|field| format!("no problem names {field}"))
}

fn names(failure: &Failure, field: &str) -> bool {
    let mut problems = failure.problems.iter();
    problems.any(|problem| problem.field == field)
}

/// Every problem of a single invalid input must also be reported together with others.
fn all_at_once(facts: &Facts) -> Vec<Finding> {
    let alone = refused(facts).filter_map(|(input, fields, [preview, _])| match fields {
        [field] if names(preview.failure?, field) => Some((&input.action, field)),
        _ => None,
    });
    let alone: Vec<(&String, &String)> = alone.collect();
    let mut findings = Vec::new();
    for (input, fields, ended) in refused(facts).filter(|(_, fields, _)| fields.len() > 1) {
        let known = |field: &&String| alone.contains(&(&input.action, *field));
        let known: Vec<&String> = fields.iter().filter(known).collect();
        for ended in ended {
            let failure = ended.failure;
            let is_missing = |field: &&&String| failure.is_some_and(|it| !names(it, field));
            let missing = known.iter().find(is_missing);
            let place = || format!("{} of {}", ended.function, input.place());
            findings.extend(missing.map(|field| format!("{}: no problem names {field}", place())));
        }
    }
    findings
}

fn messages(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (input, failure) in facts.failures() {
        if failure.message.trim().is_empty() {
            findings.push(format!("{}: no message", input.place()));
        }
        let whole = format!("{failure:?}");
        if let Some(secret) = facts.secrets.iter().find(|secret| whole.contains(*secret)) {
            // The surrounding text may be printed: the secrets are made up, or the user passed
            // them for this test.
            let shown = whole.replace(secret, "[the secret]");
            let shown = super::odd::around(&shown, "[the secret]");
            findings.push(format!("{}: shows a secret: {shown}", input.place()));
        }
    }
    findings.dedup();
    findings
}

fn statuses(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (input, script, call) in facts.invokes() {
        let reason = match script {
            Script::Unauthorized => FailureReason::Unauthorized,
            Script::NotFound => FailureReason::NotFound,
            Script::RateLimited => FailureReason::RateLimited,
            _ => continue,
        };
        if call.sent.is_empty() {
            continue;
        }
        // A deletion may accept that the object is gone.
        let may_succeed = script == Script::NotFound;
        let wrong = match (call.returned(), call.failure()) {
            (Some(_), _) if !may_succeed => "ends with a result".to_owned(),
            (_, Some(failure)) if failure.reason != reason => {
                format!("its reason is {:?}", reason_name(failure.reason))
            }
            (_, Some(failure)) if failure.status != script.status() => {
                format!("its status is {:?}", failure.status)
            }
            _ => continue,
        };
        findings.push(format!(
            "{}, with {}: {wrong}",
            input.place(),
            script.name()
        ));
    }
    findings
}

fn never_failed(facts: &Facts) -> Vec<Finding> {
    let is = |error: Option<&ActionError>| matches!(error, Some(ActionError::ExecutionFailed));
    let mut findings = Vec::new();
    for probe in &facts.probes {
        let previews = probe.previews().map(Call::error);
        let invokes = probe.invokes.iter().map(|(_, call)| call.error());
        if previews.chain(invokes).any(is) {
            findings.push(probe.input.place());
        }
    }
    findings
}
