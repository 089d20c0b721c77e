//! Every request that a case makes is one that Intercom's published API
//! description allows: its path, its method and each property of its body.
//!
//! The description is not part of this repository; `INTERCOM_OPENAPI` names the
//! file. Without it this test says so and passes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::io::Write;

use host_test::fixtures::{self, Body, HttpRequest};
use host_test::openapi::{DEVIATIONS, Description, Deviation, VARIABLE};

/// Prints a line that the test runner doesn't hold back, so that the output of
/// every run says whether the check ran.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

#[tokio::test]
async fn requests_follow_the_published_description() {
    let described = Description::at_hand().expect("the description is readable");
    let Some(description) = described else {
        say(&format!("API description: not run: {VARIABLE} is not set"));
        return;
    };
    let mut validated = 0;
    let mut wrong = Vec::new();
    for case in support::all_cases() {
        if case.outside_description.is_some() {
            continue;
        }
        let outcome = fixtures::run(&support::plugin(), &case).await;
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

fn complaints(description: &Description, request: &HttpRequest) -> Vec<String> {
    let body = match &request.body {
        None => String::new(),
        Some(Body::Json(body)) => body.to_string(),
        Some(Body::Text(body)) => body.clone(),
    };
    description.complaints(&request.method, &request.path, body.as_bytes())
}
