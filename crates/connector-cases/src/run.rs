//! Runs one case in a sandbox and compares its outcome.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::diff;
use crate::response::{self, ReferenceError};
use crate::{ActionFailure, Case, CaseName, Expect, Failure, HttpRequest, Replay};
use crate::{RecordedDelivery, outcome_json, page_json};
use connector_host::bindings::triggers::Meaning;
use connector_host::{ConnectorPre, Sandbox, SandboxError, Session};

/// The run of a case.
#[derive(Debug)]
pub struct Outcome {
    /// The case.
    pub name: CaseName,
    /// The component's requests, in order.
    pub requests: Vec<HttpRequest>,
    /// The action's outcome, unless the sandbox failed.
    pub result: Option<Expect>,
    /// The failures of the case; empty if it passed.
    pub failures: Vec<Failure>,
    /// How long creating the sandbox took.
    pub instantiate: Duration,
    /// How long the action took, without creating the sandbox.
    pub action: Duration,
}

impl Outcome {
    /// Whether requests and outcome are as recorded and expected.
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }

    /// The failures as text, each after the case's name.
    pub fn report(&self) -> String {
        let texts = self
            .failures
            .iter()
            .map(|failure| format!("{}: {failure}", self.name));
        texts.collect::<Vec<_>>().join("\n\n")
    }
}

/// Runs `case` in a fresh sandbox of `plugin`.
pub async fn run(plugin: &ConnectorPre, case: &Case) -> Outcome {
    run_in(&mut Session::new(plugin, NonZeroU32::MIN), case).await
}

/// Runs `case` in a sandbox that other cases of the session may have used.
pub async fn run_in(session: &mut Session, case: &Case) -> Outcome {
    let replay = Replay::new(&case.exchanges);
    let mut times = Times::default();
    let result = invoke(session, case, &replay, &mut times).await;
    let seen = replay.seen();

    let mut failures = Vec::new();
    for (number, mismatch) in seen.unmatched {
        if let Some(sent) = seen.requests.get(number - 1).cloned() {
            failures.push(Failure::Unmatched {
                number,
                sent,
                mismatch,
            });
        }
    }
    for number in seen.unused {
        if let Some(exchange) = case.exchanges.get(number - 1) {
            let recorded = exchange.request.clone();
            failures.push(Failure::Unused { number, recorded });
        }
    }
    let result = match result {
        Ok(found) => {
            failures.extend(judge(case, &found));
            Some(found)
        }
        Err(failure) => {
            failures.push(failure);
            None
        }
    };
    Outcome {
        name: case.name.clone(),
        requests: seen.requests,
        result,
        failures,
        instantiate: times.instantiate,
        action: times.action,
    }
}

#[derive(Default)]
struct Times {
    instantiate: Duration,
    action: Duration,
}

async fn invoke(
    session: &mut Session,
    case: &Case,
    replay: &Replay,
    times: &mut Times,
) -> Result<Expect, Failure> {
    let start = Instant::now();
    let transport = Arc::new(replay.clone());
    let sandbox = session
        .sandbox(&case.environment, transport)
        .await
        .map_err(Failure::Sandbox)?;
    times.instantiate = start.elapsed();

    let start = Instant::now();
    if let Some(delivery) = &case.delivery {
        let received = receive(sandbox, case, delivery).await;
        times.action = start.elapsed();
        return received.map_err(Failure::Sandbox);
    }
    if let Some(poll) = &case.poll {
        let cursor = poll.cursor();
        let trigger = &case.name.action;
        let polled = sandbox.poll(trigger, &case.input, cursor.as_deref(), poll.now_ms);
        let polled = polled.await;
        times.action = start.elapsed();
        return match polled.map_err(Failure::Sandbox)? {
            Ok(page) => Ok(Expect::Ok(page_json(&page))),
            Err(error) => Ok(Expect::Error(ActionFailure::from(error))),
        };
    }
    let invoked: Result<_, SandboxError> = sandbox.invoke(&case.name.action, &case.input).await;
    times.action = start.elapsed();
    match invoked.map_err(Failure::Sandbox)? {
        Ok(text) => match serde_json::from_str(&text) {
            Ok(value) => Ok(Expect::Ok(value)),
            Err(_) => Err(Failure::NotJson(text)),
        },
        Err(error) => Ok(Expect::Error(ActionFailure::from(error))),
    }
}

/// Receives a delivery, and matches its event with the case's input.
async fn receive(
    sandbox: &mut Sandbox,
    case: &Case,
    delivery: &RecordedDelivery,
) -> Result<Expect, SandboxError> {
    let manifest = sandbox.manifest().await?;
    let delivery = delivery.delivery(&manifest, &case.environment);
    let outcome = match sandbox.receive(&delivery).await? {
        Ok(outcome) => outcome,
        Err(error) => return Ok(Expect::Error(ActionFailure::from(error))),
    };
    let mut shown = outcome_json(&outcome);
    if let Meaning::Events(events) = &outcome.meaning {
        for event in events {
            let trigger = &case.name.action;
            match sandbox.matches(trigger, &case.input, event).await? {
                Ok(matches) => shown.insert("matches".to_owned(), matches.into()),
                Err(error) => return Ok(Expect::Error(ActionFailure::from(error))),
            };
        }
    }
    Ok(Expect::Ok(Value::Object(shown)))
}

/// Compares the action's outcome with the expected one.
fn judge(case: &Case, found: &Expect) -> Option<Failure> {
    let Some(expect) = &case.expect else {
        return Some(Failure::NothingExpected {
            found: as_json(found),
        });
    };
    let expected = match filled(case, expect) {
        Ok(expected) => expected,
        Err(error) => return Some(Failure::Reference(error)),
    };
    let differences = diff::json("expect", &as_json(&expected), &as_json(found));
    (!differences.is_empty()).then_some(Failure::Different(differences))
}

fn filled(case: &Case, expect: &Expect) -> Result<Expect, ReferenceError> {
    match expect {
        Expect::Ok(value) => response::fill(value, &case.exchanges).map(Expect::Ok),
        error => Ok(error.clone()),
    }
}

/// The outcome in the form of `case.json`. Both types consist of strings, numbers and string
/// keys, so serialising cannot fail.
fn as_json(expect: &Expect) -> Value {
    serde_json::to_value(expect).unwrap_or_default()
}
