//! The recorded cases pass, and replay reports every difference.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fs;
use std::num::NonZeroU32;

use connector_cases::{ActionFailure, Blessed, Case, Expect, Failure};
use connector_host::Session;
use connector_host::manifest::TriggerSource;
use host_test::build;
use serde_json::{Value, json};
use test_support::{connector, exchange, run_case, write_case};

/// With fewer, cases have gone missing.
const MIN_CASES: usize = 265;

#[tokio::test]
async fn every_recorded_delivery_means_what_it_should() {
    every_trigger_keeps(&test_support::all_deliveries(), TriggerSource::Webhook).await;
}

#[tokio::test]
async fn every_recorded_poll_returns_what_it_should() {
    every_trigger_keeps(&test_support::all_polls(), TriggerSource::Poll).await;
}

/// Each trigger of a source has a case, and each case passes.
async fn every_trigger_keeps(cases: &[Case], source: TriggerSource) {
    let manifest = test_support::manifest().await;
    let mut triggers = manifest.triggers.iter();
    let without_case = triggers.find(|trigger| {
        let mut names = cases.iter().map(|case| &case.name.action);
        trigger.sources.contains(&source) && !names.any(|name| *name == trigger.id)
    });
    assert!(without_case.is_none(), "no case: {without_case:?}");
    for case in cases {
        let outcome = connector_cases::run(&connector(), case).await;
        assert!(outcome.passed(), "{}", outcome.report());
    }
}

#[tokio::test]
async fn every_recorded_case_passes() {
    let cases = test_support::all_cases();
    let mut failed = Vec::new();
    for case in &cases {
        let outcome = connector_cases::run(&connector(), case).await;
        if !outcome.passed() {
            failed.push(outcome.report());
        }
    }
    assert!(failed.is_empty(), "\n\n{}\n", failed.join("\n\n"));
    assert!(cases.len() >= MIN_CASES, "only {} cases", cases.len());
}

/// Fails with the name of an action without an example.
#[tokio::test]
async fn every_action_has_one_example_and_cases_belong_to_actions() {
    let manifest = test_support::manifest().await;
    connector_cases::examples(&build::workspace().join("fixtures"), &manifest)
        .unwrap_or_else(|error| panic!("{error}"));
    for case in test_support::all_cases() {
        // An action of the catalogue, or one that the case defines itself.
        let is_defined = case.environment.contains_key("WORKFLOW_ACTIONS");
        let connector = connector();
        let ids = std::slice::from_ref(&case.name.action);
        let is_known = is_defined || !connector.describe(ids).await.unwrap().is_empty();
        assert!(is_known, "{}", case.name);
    }
}

/// All in one sandbox, so that state that a case leaves behind affects another.
#[tokio::test]
async fn every_recorded_case_passes_in_a_reused_sandbox() {
    let plugin = connector();
    let mut session = Session::new(&plugin, NonZeroU32::MAX);
    for case in &test_support::all_cases() {
        let outcome = connector_cases::run_in(&mut session, case).await;
        assert!(outcome.passed(), "{}", outcome.report());
    }
}

/// A read of the contact `1` with the response `body`.
fn read_contact() -> Value {
    json!({
        "about": "Reads a contact.",
        "input": { "contact_id": "1" },
    })
}

fn contact(name: &str) -> Value {
    json!({ "type": "contact", "id": "1", "name": name })
}

/// The failures of a case other than that it expects nothing.
async fn failures(case: &Value, entries: &[Value]) -> Vec<String> {
    let outcome = run_case("get-contact-by-id/case", case, entries).await;
    let failures = outcome.failures.iter();
    failures
        .filter(|failure| !matches!(failure, Failure::NothingExpected { .. }))
        .map(ToString::to_string)
        .collect()
}

#[tokio::test]
async fn a_recorded_request_gets_its_response() {
    let entry = exchange("GET", "/contacts/1", &contact("Ada"));
    assert_eq!(failures(&read_contact(), &[entry]).await, [""; 0]);
}

#[tokio::test]
async fn an_unused_exchange_fails() {
    let used = exchange("GET", "/contacts/1", &contact("Ada"));
    let unused = exchange("GET", "/admins?b=2&a=1", &json!({}));
    assert_eq!(
        failures(&read_contact(), &[used, unused]).await,
        ["exchange 2 was not requested\n  \
          recorded GET /admins?a=1&b=2\n  \
          if intended: remove it from exchange.har"]
    );
}

#[tokio::test]
async fn a_request_that_nothing_was_recorded_for_fails() {
    assert_eq!(
        failures(&read_contact(), &[]).await,
        ["request 1 matches no recorded exchange\n  \
          sent     GET /contacts/1\n  \
          nearest  none, nothing is recorded\n  \
          if intended: add it to exchange.har"]
    );
}

#[tokio::test]
async fn the_nearest_exchange_is_named_with_its_one_difference() {
    let mut entry = exchange("POST", "/messages", &json!({}));
    entry["request"]["postData"] = json!({ "mimeType": "application/json", "text": json!({
        "message_type": "inapp",
        "body": "Hello",
        "from": { "type": "admin", "id": "814860" },
        "to": { "type": "user", "id": "5" },
    }).to_string() });
    let case = json!({ "about": "Sends.", "input": {
        "message_type": "in-app",
        "body": "Hello",
        "from_id": "814860",
        "recipient_contact_type": "user",
        "recipient_contact_id": "5",
    } });
    let farther = exchange("GET", "/messages", &json!({}));
    let outcome = run_case("send-message/case", &case, &[farther, entry]).await;
    assert_eq!(
        outcome.failures[0].to_string(),
        "request 1 matches no recorded exchange\n  \
         sent     POST /messages\n  \
         nearest  exchange 2, one difference: body.from.id\n           \
         recorded \"814860\" (string), sent 814860 (number)\n  \
         if intended: add it to exchange.har"
    );
}

#[tokio::test]
async fn several_differences_are_listed() {
    let mut entry = exchange("PUT", "/contacts/2?x=1", &json!({}));
    entry["request"]["headers"] = json!([{ "name": "Accept", "value": "text/html" }]);
    assert_eq!(
        failures(&read_contact(), &[entry]).await[0],
        "request 1 matches no recorded exchange\n  \
         sent     GET /contacts/1\n  \
         nearest  exchange 1, 4 differences: method, path, query x, header accept\n           \
         method: recorded PUT, sent GET\n           \
         path: recorded /contacts/2, sent /contacts/1\n           \
         query x: recorded \"1\", sent nothing\n           \
         header accept: recorded \"text/html\", sent \"application/json\"\n  \
         if intended: add it to exchange.har"
    );
}

#[tokio::test]
async fn equal_requests_get_their_responses_in_recorded_order() {
    let busy = json!({
        "request": { "method": "GET", "url": "https://api.intercom.io/contacts/1" },
        "response": { "status": 503 },
    });
    let entry = exchange("GET", "/contacts/1", &contact("Ada"));
    let mut case = read_contact();
    case["expect"] = json!({ "ok": { "id": "1" } });
    case["environment"] = json!({ "INTERCOM_MAX_RETRIES": 0 });
    let outcome = run_case("get-contact-by-id/case", &case, &[busy, entry]).await;
    let report = outcome.report();
    assert!(
        report.contains("503"),
        "the first answer comes first: {report}"
    );
    assert!(report.contains("exchange 2 was not requested"), "{report}");
}

#[tokio::test]
async fn headers_match_by_value_and_redacted_ones_by_presence() {
    let table = [
        ("Authorization", "REDACTED", true),
        ("authorization", "Bearer fixture-token", true),
        ("AUTHORIZATION", "Bearer another", false),
        ("X-Never-Sent", "REDACTED", false),
    ];
    for (name, value, matches) in table {
        let mut entry = exchange("GET", "/contacts/1", &contact("Ada"));
        entry["request"]["headers"] = json!([{ "name": name, "value": value }]);
        let failed = failures(&read_contact(), &[entry]).await;
        assert_eq!(failed.is_empty(), matches, "{name}: {value}: {failed:?}");
    }
}

#[tokio::test]
async fn response_references_stand_for_recorded_bodies() {
    let body = json!({ "type": "contact", "id": "1", "tags": { "data": [{ "id": "9" }] } });
    let table = [
        (json!({ "$response": 1 }), ""),
        (json!({ "$response": 1, "at": "" }), ""),
        (
            json!({ "$response": 1, "at": "/tags" }),
            "expect.ok.response.type",
        ),
        (json!({ "$response": 2 }), "exchange 2 has no JSON body"),
        (json!({ "$response": 0 }), "exchange 0 has no JSON body"),
        (
            json!({ "$response": 1, "at": "/nope" }),
            "exchange 1 has nothing at \"/nope\"",
        ),
        (
            json!({ "$response": 1, "path": "/tags" }),
            "is not a reference",
        ),
    ];
    for (reference, complaint) in table {
        let root = tempfile::tempdir().unwrap();
        let entries = [exchange("GET", "/contacts/1", &body)];
        write_case(
            root.path(),
            "get-contact-by-id/case",
            &read_contact(),
            &entries,
        );
        let folder = root.path().join("get-contact-by-id/case");
        bless(&folder).await;
        let mut written: Value =
            serde_json::from_slice(&fs::read(folder.join("case.json")).unwrap()).unwrap();
        assert_eq!(
            written["expect"]["ok"]["response"],
            json!({ "$response": 1 })
        );
        written["expect"]["ok"]["response"] = reference.clone();
        write_case(root.path(), "get-contact-by-id/case", &written, &entries);
        let outcome = connector_cases::run(&connector(), &Case::read(&folder).unwrap()).await;
        let report = outcome.report();
        assert_eq!(
            outcome.passed(),
            complaint.is_empty(),
            "{reference}: {report}"
        );
        assert!(report.contains(complaint), "{reference}: {report}");
    }
}

async fn bless(folder: &std::path::Path) -> Blessed {
    let case = Case::read(folder).unwrap();
    let outcome = connector_cases::run(&connector(), &case).await;
    connector_cases::bless(&case, &outcome).unwrap()
}

#[tokio::test]
async fn bless_writes_what_then_passes_and_refuses_wrong_requests() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("get-contact-by-id/case");
    let right = exchange("GET", "/contacts/1", &contact("Ada"));
    let wrong = exchange("GET", "/contacts/2", &contact("Ada"));
    let name = "get-contact-by-id/case";

    write_case(root.path(), name, &read_contact(), &[wrong]);
    assert_eq!(bless(&folder).await, Blessed::Refused);
    write_case(root.path(), name, &read_contact(), &[right]);
    assert_eq!(bless(&folder).await, Blessed::Written);
    assert_eq!(bless(&folder).await, Blessed::Unchanged);
    let text = fs::read_to_string(folder.join("case.json")).unwrap();
    let about = text.find("\"about\"").unwrap();
    assert!(
        about < text.find("\"input\"").unwrap(),
        "keys keep their order: {text}"
    );
}

#[tokio::test]
async fn a_wrong_expectation_shows_both_values() {
    let mut case = read_contact();
    case["expect"] = json!({ "error": {
        "kind": "permanent", "reason": "not-found", "message": "gone", "status": 404,
    } });
    let entry = exchange("GET", "/contacts/1", &contact("Ada"));
    let report = run_case("get-contact-by-id/case", &case, &[entry])
        .await
        .report();
    assert!(
        report.starts_with("get-contact-by-id/case: the outcome differs in 2 places"),
        "{report}"
    );
    assert!(
        report.contains("expect.error\n    expected {\"kind\":\"permanent\""),
        "{report}"
    );
    assert!(report.contains("found    nothing"), "{report}");
}

#[tokio::test]
async fn faults_reach_the_component_as_errors() {
    const PERMANENT: [&str; 2] = ["unknown-host", "untrusted-certificate"];
    let table = [
        ("connection-refused", "connection refused"),
        ("dns", "address not available"),
        ("unknown-host", "the host name was not found: NXDOMAIN"),
        ("tls", "TLS failed"),
        ("untrusted-certificate", "certificate is not trusted"),
        ("connection-reset", "connection closed"),
        ("response-timeout", "response timeout"),
        ("body-truncated", "the connection failed inside it"),
    ];
    for (fault, words) in table {
        let mut entry = exchange("GET", "/contacts/1", &contact("Ada"));
        entry["response"]["_fault"] = json!(fault);
        let mut case = read_contact();
        case["environment"] = json!({ "INTERCOM_MAX_RETRIES": 0 });
        let outcome = run_case("get-contact-by-id/case", &case, &[entry]).await;
        let Some(Expect::Error(error)) = outcome.result else {
            panic!("{fault} gave {:?}", outcome.result);
        };
        let (facts, lasts) = match error {
            ActionFailure::Permanent(facts) => (facts, true),
            ActionFailure::Retryable(facts) => (facts, false),
            ActionFailure::ExecutionFailed => panic!("{fault}"),
        };
        assert_eq!(lasts, PERMANENT.contains(&fault), "{fault}");
        assert!(facts.message.contains(words), "{fault}: {}", facts.message);
    }
}
