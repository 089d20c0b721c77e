//! Clauses about triggers.

use connector_host::bindings::triggers::{DeliveryOutcome, Meaning, RefusalReason};
use connector_host::bindings::types::{ActionError, FailureReason};
use serde_json::Value;

use super::clause::{Check, Clause, Finding};
use super::events::{Ended, Expected, MARKER, Received, Signing, UNKNOWN_TRIGGER};
use super::facts::Facts;
use super::odd;

pub const CLAUSES: &[Clause] = &[
    Clause {
        number: "8.1",
        promise: "A connector whose manifest has triggers exports `workflow:plugin/triggers@0.2` \
                  with all its functions.",
        check: Check::Facts(exported),
    },
    Clause {
        number: "8.2",
        promise: "`sample` returns an event of the trigger, of one of its topics, with the \
                  manifest's sample as its data.",
        check: Check::Facts(samples),
    },
    Clause {
        number: "8.3",
        promise: "`receive`, `matches` and `sample` send nothing. Only `receive` needs a \
                  variable: the signing key, unless the delivery is verified.",
        check: Check::Facts(quiet),
    },
    Clause {
        number: "8.4",
        promise: "A delivery with a missing or wrong signature is refused, whatever its content; \
                  one with the right signature, or a verified one, is not refused because of its \
                  signature.",
        check: Check::Facts(signatures),
    },
    Clause {
        number: "8.5",
        promise: "The reply to a refused delivery has a status from 400 to 499, but not 410, and \
                  a body that is empty or the same for every refusal.",
        check: Check::Facts(replies),
    },
    Clause {
        number: "8.6",
        promise: "Neither a reply nor a refusal contains the signing key or content of the \
                  delivery.",
        check: Check::Facts(discretion),
    },
    Clause {
        number: "8.7",
        promise: "A trigger without required inputs matches its sample, and no event of another \
                  trigger.",
        check: Check::Facts(matches),
    },
    Clause {
        number: "8.8",
        promise: "An unknown trigger, inputs that are not a JSON object, an unknown input and a \
                  poll of a trigger that is not polled are `permanent`, `invalid-input`.",
        check: Check::Facts(refusals),
    },
];

fn exported(facts: &Facts) -> Vec<Finding> {
    let triggers = facts.manifest.triggers.len();
    let is_missing = triggers > 0 && !facts.events.exported;
    let finding = format!("its manifest has {triggers} triggers, but it lacks the interface");
    is_missing.then_some(finding).into_iter().collect()
}

fn samples(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, ended) in &facts.events.samples {
        let mut triggers = facts.manifest.triggers.iter();
        let Some(trigger) = triggers.find(|trigger| trigger.id == *id) else {
            continue;
        };
        let Some(event) = returned(ended) else {
            findings.push(format!("{id}: there is no sample"));
            continue;
        };
        let json = |text: &str| serde_json::from_str::<Value>(text).ok();
        let is_of_topic = trigger.topics.is_empty() || trigger.topics.contains(&event.topic);
        for (is_wrong, what) in [
            (event.trigger != *id, "belongs to another trigger"),
            (!is_of_topic, "has another topic"),
            (
                json(&event.data) != json(&trigger.sample),
                "is not the manifest's",
            ),
            (event.id.is_empty(), "has no id"),
        ] {
            findings.extend(is_wrong.then(|| format!("the sample of {id} {what}")));
        }
    }
    findings
}

fn quiet(facts: &Facts) -> Vec<Finding> {
    let sent = facts.events.sent.iter();
    let sent = sent.map(|sent| format!("it sent {} {}", sent.method, sent.url));
    let failed = facts.events.received.iter().filter_map(|received| {
        let failure = received.ended.as_ref().ok()?.as_ref().err()?;
        Some(format!(
            "{}, {}: {failure:?}",
            received.about,
            signing(received.signing)
        ))
    });
    sent.chain(failed).collect()
}

fn signatures(facts: &Facts) -> Vec<Finding> {
    let posted = facts.events.received.iter();
    let posted = posted.filter(|received| received.method == "POST");
    let wrong = posted.filter_map(|received| {
        let outcome = returned(&received.ended)?;
        let refused = match &outcome.meaning {
            Meaning::Refused(refusal) => Some(refusal.reason),
            _ => None,
        };
        let of_signature = [RefusalReason::Unsigned, RefusalReason::WrongSignature];
        let is_right = match received.signing {
            Signing::Missing | Signing::Wrong => refused.is_some(),
            Signing::Right | Signing::Verified => {
                !refused.is_some_and(|reason| of_signature.contains(&reason))
            }
        };
        let done = if refused.is_some() {
            "was refused"
        } else {
            "was accepted"
        };
        (!is_right).then(|| format!("{}, {}: {done}", received.about, signing(received.signing)))
    });
    wrong.collect()
}

fn signing(signing: Signing) -> &'static str {
    match signing {
        Signing::Missing => "not signed",
        Signing::Wrong => "wrongly signed",
        Signing::Right => "rightly signed",
        Signing::Verified => "verified",
    }
}

/// The deliveries that were refused.
fn refused(facts: &Facts) -> impl Iterator<Item = (&Received, &DeliveryOutcome)> {
    facts.events.received.iter().filter_map(|received| {
        let outcome = returned(&received.ended)?;
        matches!(outcome.meaning, Meaning::Refused(_)).then_some((received, outcome))
    })
}

fn replies(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    let first = refused(facts)
        .map(|(_, outcome)| &outcome.reply.body)
        .next();
    for (received, outcome) in refused(facts) {
        let reply = &outcome.reply;
        if !(400..500).contains(&reply.status) || reply.status == 410 {
            findings.push(format!("{}: replied {}", received.about, reply.status));
        }
        if Some(&reply.body) != first {
            let body = odd::shortened(&reply.body);
            findings.push(format!("{}: replied {body:?}", received.about));
        }
    }
    findings
}

fn discretion(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for received in &facts.events.received {
        let Some(outcome) = returned(&received.ended) else {
            continue;
        };
        let shown = match &outcome.meaning {
            Meaning::Refused(refusal) => format!("{refusal:?} {:?}", outcome.reply),
            _ => format!("{:?}", outcome.reply),
        };
        let secrets = facts.secrets.iter().map(String::as_str);
        for word in secrets.chain([MARKER]).filter(|word| shown.contains(word)) {
            findings.push(format!("{}: {}", received.about, odd::around(&shown, word)));
        }
    }
    findings
}

fn matches(facts: &Facts) -> Vec<Finding> {
    let matched = facts.events.matched.iter().filter_map(|matched| {
        let expected = match matched.expected {
            Expected::Match => true,
            Expected::NoMatch => false,
            Expected::Refusal | Expected::Return => return None,
        };
        let found = matched.ended.as_ref().ok()?;
        let is_right = found.as_ref().is_ok_and(|found| *found == expected);
        (!is_right).then(|| format!("{}: {found:?}", matched.about))
    });
    matched.collect()
}

fn refusals(facts: &Facts) -> Vec<Finding> {
    let events = &facts.events;
    let matched = events.matched.iter();
    let matched = matched.filter(|matched| matched.expected == Expected::Refusal);
    let matched = matched.map(|it| (it.about.clone(), is_refused(&it.ended)));
    let samples = events
        .samples
        .iter()
        .filter(|(id, _)| id == UNKNOWN_TRIGGER);
    let samples = samples.map(|(id, ended)| (format!("sample of {id}"), is_refused(ended)));
    let polled = events.polled.iter();
    let polled = polled.map(|(id, ended)| (format!("poll of {id}"), is_refused(ended)));
    let all = matched.chain(samples).chain(polled);
    all.filter(|(_, is_refused)| !is_refused)
        .map(|(about, _)| format!("{about}: was not refused as permanent, invalid-input"))
        .collect()
}

/// Whether a call that returned refused its input.
fn is_refused<T>(ended: &Ended<T>) -> bool {
    match ended {
        Ok(Err(ActionError::Permanent(failure))) => failure.reason == FailureReason::InvalidInput,
        Ok(_) => false,
        // Checked by the first clauses.
        Err(_) => true,
    }
}

fn returned<T>(ended: &Ended<T>) -> Option<&T> {
    ended.as_ref().ok()?.as_ref().ok()
}
