//! All requests follow Intercom's published API description: those of the cases,
//! and those of generated inputs. Path, method and every property of the body.
//!
//! The description is not part of this repository; `INTERCOM_OPENAPI` names the
//! file. Without it, these tests print that they were skipped.
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

/// Prints a line that the test runner does not capture, so that every run shows
/// whether the check ran.
fn print(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// The description, if `INTERCOM_OPENAPI` is set.
fn description() -> Option<Description> {
    let description = Description::from_env().expect("the description is readable");
    if description.is_none() {
        print(&format!("API description: skipped: {VARIABLE} is not set"));
    }
    description
}

#[tokio::test]
async fn requests_follow_the_published_description() {
    let Some(description) = description() else {
        return;
    };
    let mut validated = 0;
    let mut found = Vec::new();
    for case in test_support::all_cases() {
        if case.outside_description.is_some() {
            continue;
        }
        let outcome = connector_cases::run(&test_support::connector(), &case).await;
        for request in &outcome.requests {
            validated += 1;
            let violations = violations(&description, request);
            found.extend(
                violations
                    .iter()
                    .map(|violation| format!("{}: {violation}", case.name)),
            );
        }
    }
    print(&format!(
        "API description: validated {validated} requests against {}",
        std::env::var(VARIABLE).unwrap()
    ));
    for Deviation {
        operation,
        path,
        sent,
        described,
        reason,
    } in &DEVIATIONS
    {
        print(&format!(
            "  deviation: {operation} {path}: {sent} for {described}, since {reason}"
        ));
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    assert!(validated > 0, "no case made a request");
}

/// Inputs tried for each action; each takes a few milliseconds.
const INPUTS: usize = 250;

/// Actions outside the description: one sends any request, the other uses an
/// endpoint that is not in it.
const OUTSIDE: [&str; 2] = ["custom-action", "exchange-code"];

#[tokio::test]
async fn accepted_inputs_follow_the_description() {
    let Some(description) = description() else {
        return;
    };
    let cases = test_support::all_cases();
    let mut runner = TestRunner::deterministic();
    let mut found = Vec::new();
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
                let violations = violations(&description, &test_support::as_sent(&request));
                let violations = violations.iter();
                found.extend(violations.map(|what| format!("{} {input}: {what}", action.id)));
            }
        }
        print(&format!(
            "API description: {} accepted {accepted} of {INPUTS} generated inputs",
            action.id
        ));
        assert!(accepted * 10 > INPUTS, "{} accepts too few", action.id);
    }
    found.truncate(10);
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// The requests for an input; `None` if the input is invalid.
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
            reason: FailureReason::InvalidInput | FailureReason::UnresolvedPlaceholder,
            ..
        })) => None,
        Err(other) => panic!("{action} {input}: {other:?}"),
    }
}

fn violations(description: &Description, request: &HttpRequest) -> Vec<String> {
    let body = match &request.body {
        None => String::new(),
        Some(Body::Json(body)) => body.to_string(),
        Some(Body::Text(body)) => body.clone(),
    };
    description.violations(&request.method, &request.path, body.as_bytes())
}
