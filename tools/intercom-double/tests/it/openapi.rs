//! Every request that a case makes, and any that another input would make, is
//! one that Intercom's published API description allows: its path, its method
//! and each property of its body.
//!
//! The description is not part of this repository; `INTERCOM_OPENAPI` names the
//! file. Without it these tests say so and pass.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Write;
use std::sync::Arc;

use connector_cases::{Body, HttpRequest};
use connector_host::bindings::types::{ActionError, Failure, FailureReason};
use connector_host::{DenyAll, Environment, PreviewedRequest};
use intercom_double::openapi::{DEVIATIONS, Description, Deviation, VARIABLE};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use test_support::inputs;

/// Prints a line that the test runner doesn't hold back, so that the output of
/// every run says whether the check ran.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// The description, where it is at hand.
fn description() -> Option<Description> {
    let described = Description::at_hand().expect("the description is readable");
    if described.is_none() {
        say(&format!("API description: not run: {VARIABLE} is not set"));
    }
    described
}

#[tokio::test]
async fn requests_follow_the_published_description() {
    let Some(description) = description() else {
        return;
    };
    let mut validated = 0;
    let mut wrong = Vec::new();
    for case in test_support::all_cases() {
        if case.outside_description.is_some() {
            continue;
        }
        let outcome = connector_cases::run(&test_support::connector(), &case).await;
        for request in &outcome.requests {
            validated += 1;
            let complaints = complaints(&description, request);
            wrong.extend(
                complaints
                    .iter()
                    .map(|complaint| format!("{}: {complaint}", case.name)),
            );
        }
    }
    say(&format!(
        "API description: validated {validated} requests against {}",
        std::env::var(VARIABLE).unwrap()
    ));
    for Deviation {
        operation,
        place,
        sent,
        described,
        reason,
    } in &DEVIATIONS
    {
        say(&format!(
            "  taken as described: {operation} {place}: {sent} for {described}, since {reason}"
        ));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(validated > 0, "no case made a request");
}

/// Inputs tried for each action; each takes a few milliseconds.
const INPUTS: usize = 250;

/// The actions whose requests are not the description's: one makes any request
/// that its user wants, the other asks an endpoint that is not in it.
const OUTSIDE: [&str; 2] = ["custom-action", "exchange-code"];

#[tokio::test]
async fn what_is_accepted_makes_a_described_request() {
    let Some(description) = description() else {
        return;
    };
    let cases = test_support::all_cases();
    let mut runner = TestRunner::deterministic();
    let mut wrong = Vec::new();
    for action in &test_support::manifest().await.actions {
        if OUTSIDE.contains(&action.id.as_str()) {
            continue;
        }
        let inputs = inputs::of(action, &cases);
        let mut accepted = 0;
        for _ in 0..INPUTS {
            let input = inputs.new_tree(&mut runner).unwrap().current();
            let input = input.to_string();
            let Some(requests) = preview(&action.id, &input).await else {
                continue;
            };
            accepted += 1;
            for request in requests {
                let complaints = complaints(&description, &test_support::as_sent(&request));
                let complaints = complaints.iter();
                wrong.extend(complaints.map(|what| format!("{} {input}: {what}", action.id)));
            }
        }
        say(&format!(
            "API description: {} accepted {accepted} of {INPUTS} made-up inputs",
            action.id
        ));
        assert!(accepted * 10 > INPUTS, "{} accepts too few", action.id);
    }
    wrong.truncate(10);
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// The requests of an input; none where the input is refused as one.
async fn preview(action: &str, input: &str) -> Option<Vec<PreviewedRequest>> {
    let context = inputs::context().to_string();
    let variables = [
        ("WORKFLOW_CONTEXT", context.as_str()),
        ("INTERCOM_CLIENT_ID", "app-1"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let environment = Environment::from(variables);
    let plugin = test_support::connector();
    let sandbox = plugin.sandbox(&environment, Arc::new(DenyAll)).await;
    match sandbox.unwrap().preview(action, input).await.unwrap() {
        Ok(requests) => Some(requests),
        Err(ActionError::Permanent(Failure {
            reason: FailureReason::InvalidInput(_) | FailureReason::UnresolvedPlaceholder(_),
            ..
        })) => None,
        Err(other) => panic!("{action} {input}: {other:?}"),
    }
}

fn complaints(description: &Description, request: &HttpRequest) -> Vec<String> {
    let body = match &request.body {
        None => String::new(),
        Some(Body::Json(body)) => body.to_string(),
        Some(Body::Text(body)) => body.clone(),
    };
    description.complaints(&request.method, &request.path, body.as_bytes())
}
