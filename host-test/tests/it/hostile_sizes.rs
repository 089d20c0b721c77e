//! Sizes up to the component's own bounds fit into a sandbox of 64 MB, and sizes
//! beyond them end in an error: neither traps.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;

use bytes::Bytes;
use connector_host::bindings::types::ActionError;
use connector_host::{Environment, ResponseFuture, Transport};
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use wasmtime_wasi_http::{RequestOptions, WasiBody};

const MIB: usize = 1024 * 1024;

/// A body that is valid for every search and every write.
const NONE: &str = r#"{"data": []}"#;

/// Answers every request with 200 and the same body.
struct Same {
    headers: usize,
    body: Bytes,
}

impl Transport for Same {
    fn send_request(&self, _: Request<WasiBody>, _: Option<RequestOptions>) -> ResponseFuture {
        let body = Full::new(self.body.clone()).map_err(|never| match never {});
        let mut response = Response::new(body.boxed_unsync());
        let headers = response.headers_mut();
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        for number in 0..self.headers {
            headers.append("x-more", HeaderValue::from(number));
        }
        Box::pin(async move {
            let connection: connector_host::Connection = Box::new(std::future::ready(Ok(())));
            Ok((response, connection))
        })
    }
}

async fn invoke(environment: Environment, action: &str, input: &str, server: Same) -> String {
    let mut environment = environment;
    environment.insert("INTERCOM_ACCESS_TOKEN".into(), "token".into());
    environment.insert("INTERCOM_MAX_RETRIES".into(), "0".into());
    let plugin = test_support::connector();
    let sandbox = plugin.sandbox(&environment, Arc::new(server)).await;
    let invoked = sandbox.unwrap().invoke(action, input).await;
    match invoked.unwrap_or_else(|error| panic!("{action}: {error}")) {
        Ok(json) => {
            let parsed = serde_json::from_str::<Value>(&json);
            assert!(parsed.is_ok(), "{action}: {parsed:?}");
            "ok".to_owned()
        }
        Err(ActionError::Permanent(failure) | ActionError::Retryable(failure)) => {
            let hint = failure.hint.unwrap_or_default();
            format!("{}; {hint}", failure.message)
        }
        Err(ActionError::ExecutionFailed) => panic!("the connector never says this"),
    }
}

/// The result of an action for a response with this body.
async fn told(action: &str, input: &str, body: String) -> String {
    let body = Bytes::from(body);
    let server = Same { headers: 0, body };
    invoke(Environment::new(), action, input, server).await
}

fn nested(depth: usize) -> String {
    format!("{}1{}", "[".repeat(depth), "]".repeat(depth))
}

fn ones(many: usize) -> String {
    format!("[{}1]", "1,".repeat(many - 1))
}

/// A JSON object of about so many bytes.
fn long(bytes: usize) -> String {
    format!(r#"{{"id": "1", "x": "{}"}}"#, "x".repeat(bytes - 30))
}

#[tokio::test]
async fn large_responses_are_read_or_refused() {
    const ID: &str = r#"{"contact_id": "1"}"#;
    let with = |json: String| format!(r#"{{"id": "1", "x": {json}}}"#);
    for (what, body, expected) in [
        ("16 MiB", long(16 * MIB), "ok"),
        ("more", long(17 * MIB), "larger than 16777216 bytes"),
        (
            "16 MiB of fields",
            format!(
                r#"{{"id": "1", "name": "{0}", "phone": "{0}", "email": "{1}"}}"#,
                "x".repeat(MIB - 10),
                "y".repeat(14 * MIB - 100)
            ),
            "ok",
        ),
        (
            "16 MiB of escapes",
            with(format!("\"{}\"", r"\u0001".repeat(16 * MIB / 6 - 10))),
            "ok",
        ),
        ("250,000 values", with(ones(249_990)), "ok"),
        (
            "250,000 keys",
            format!("{{{}\"id\": \"1\"}}", "\"a\":1,".repeat(249_990)),
            "ok",
        ),
        (
            "more values",
            with(ones(8_000_000)),
            "more than 250000 values",
        ),
        ("98 levels", with(nested(98)), "ok"),
        ("100,000 levels", with(nested(100_000)), "ok"),
        ("never closed", with("[".repeat(8_000_000)), "can't be read"),
    ] {
        let found = told("get-contact-by-id", ID, body).await;
        assert!(found.contains(expected), "{what}: {found}");
    }
}

#[tokio::test]
async fn results_hold_no_more_than_fits() {
    const ROLE: &str = r#"{"filter_formula": "role = 'user'"}"#;
    const SECOND: &str = r#"{"filter_formula": "created_at > '2023-01-01T10:00:00Z'"}"#;
    const GET: &str = r#"{"method": "GET", "path": "/x"}"#;
    let rows = |rows: &[String]| format!(r#"{{"data": [{}]}}"#, rows.join(","));
    let named = format!(r#"{{"id": "1", "name": "{}"}}"#, "x".repeat(MIB - 10));
    let checked = format!(r#"{{"created_at": 1700000000, "x": {}}}"#, ones(249_000));
    for (action, input, body, expected) in [
        ("search-contacts", ROLE, rows(&[long(5 * MIB)]), "ok"),
        ("search-contacts", ROLE, rows(&vec![named; 5]), "ok"),
        ("search-contacts", SECOND, rows(&[checked]), "ok"),
        (
            "search-contacts",
            ROLE,
            rows(&[long(6 * MIB)]),
            "would contain",
        ),
        (
            "list-admins",
            "{}",
            format!(r#"{{"admins": [{}]}}"#, long(9 * MIB)),
            "would contain",
        ),
        ("test-connection", "{}", long(9 * MIB), "would contain"),
        ("custom-action", GET, long(15 * MIB), "ok"),
        ("custom-action", GET, "x".repeat(15 * MIB), "ok"),
        (
            "custom-action",
            GET,
            "\u{1}".repeat(15 * MIB),
            "as a JSON string it is larger",
        ),
    ] {
        let found = told(action, input, body).await;
        assert!(found.contains(expected), "{action}: {found}");
    }
}

#[tokio::test]
async fn large_inputs_are_read_or_refused() {
    let text = |bytes: usize| format!(r#"{{"role": "lead", "name": "{}"}}"#, "x".repeat(bytes));
    let custom =
        |json: String| format!(r#"{{"role": "lead", "custom_attribute": {{"x": {json}}}}}"#);
    for (what, input, expected) in [
        ("4 MiB", text(4 * MIB - 40), "ok"),
        ("more", text(4 * MIB), "longer than 4194304 bytes"),
        ("50,000 values", custom(ones(49_990)), "ok"),
        (
            "more values",
            custom(ones(2_000_000)),
            "more than 50000 values",
        ),
        ("98 levels", custom(nested(98)), "ok"),
        (
            "100,000 levels",
            custom(nested(100_000)),
            "more than 100 levels",
        ),
        ("no object", "[".repeat(1_000_000), "more than 100 levels"),
    ] {
        let found = told(
            "create-contact",
            &input,
            r#"{"type": "contact"}"#.to_owned(),
        )
        .await;
        assert!(found.contains(expected), "{what}: {found}");
    }
}

#[tokio::test]
async fn large_contexts_are_read_or_refused() {
    let found = |rows: usize| {
        let row = json!({ "id": "c", "name": "x".repeat(50), "n": [1, 2, 3, 4, 5] });
        json!({ "steps": { "find": vec![row; rows] } }).to_string()
    };
    let long = json!({ "x": "x".repeat(17 * MIB) }).to_string();
    for (what, context, expected) in [
        ("243,000 values", found(27_000), "ok"),
        (
            "more values",
            found(100_000),
            "more than 250000 values; give less",
        ),
        ("17 MiB", long, "longer than 16777216 bytes; give less"),
    ] {
        let environment = Environment::from([("WORKFLOW_CONTEXT".to_owned(), context)]);
        let body = Bytes::from_static(br#"{"type": "contact"}"#);
        let server = Same { headers: 0, body };
        let input = r#"{"contact_id": "{{steps.find.7.id}}"}"#;
        let told = invoke(environment, "get-contact-by-id", input, server).await;
        assert!(told.contains(expected), "{what}: {told}");
    }
}

#[tokio::test]
async fn thousands_of_headers_cost_nothing() {
    let body = Bytes::from_static(br#"{"type": "contact"}"#);
    let server = Same {
        headers: 30_000,
        body,
    };
    let input = r#"{"contact_id": "1"}"#;
    let told = invoke(Environment::new(), "get-contact-by-id", input, server).await;
    assert_eq!(told, "ok");
}

/// JSON in a text in JSON, over and over, below a key of which the JSON library
/// reads the text as JSON. None of it is deeper than the library takes, all of it
/// together is.
fn disguised(bytes: usize) -> String {
    const LEVELS: usize = 120;
    let (open, close) = ("[".repeat(LEVELS), "]".repeat(LEVELS));
    let mut json = "1".to_owned();
    loop {
        let text = Value::from(json.as_str());
        let more = format!("{open}{{\"$serde_json::private::RawValue\":{text}}}{close}");
        if more.len() > bytes {
            let text = Value::from(json);
            return format!("{{\"$serde_json::private::RawValue\":{text}}}");
        }
        json = more;
    }
}

#[tokio::test]
async fn no_nesting_overflows_the_stack() {
    const ROLE: &str = "role = 'user'";
    const GROUP: &str = r#"{"operator": "AND", "value": ["#;
    const LEAF: &str = r#"{"field": "role", "operator": "=", "value": "user"}"#;
    let around = |open: &str, inner: &str, close: &str, levels: usize| {
        format!("{}{inner}{}", open.repeat(levels), close.repeat(levels))
    };
    let formula = |formula: String| json!({ "filter_formula": formula }).to_string();
    let filter = |json: String| format!(r#"{{"filter_formula": {json}}}"#);
    let custom = |json: String| format!(r#"{{"role": "lead", "custom_attribute": {json}}}"#);
    let number = json!({ "field": "owner_id", "operator": "=", "value": disguised(MIB) });
    let (search, create) = ("search-contacts", "create-contact");
    let (too_deep, reserved) = ("nested more than 64 levels deep", "begins with $serde_json");
    for (what, action, input, expected) in [
        (
            "63 parentheses",
            search,
            formula(around("(", ROLE, ")", 63)),
            "ok",
        ),
        (
            "16,000 parentheses",
            search,
            formula(around("(", ROLE, ")", 16_000)),
            too_deep,
        ),
        (
            "8000 negations",
            search,
            formula(around("NOT ", ROLE, "", 8000)),
            too_deep,
        ),
        (
            "31 of both",
            search,
            formula(around("NOT (", ROLE, ")", 31)),
            "ok",
        ),
        (
            "45 groups",
            search,
            filter(around(GROUP, LEAF, "]}", 45)),
            "ok",
        ),
        (
            "1000 groups",
            search,
            filter(around(GROUP, LEAF, "]}", 1000)),
            "100 levels",
        ),
        ("texts of JSON", create, custom(disguised(MIB)), reserved),
        (
            "the same, a text",
            create,
            custom(Value::from(disguised(MIB)).to_string()),
            reserved,
        ),
        (
            "the same, for a number",
            search,
            filter(number.to_string()),
            "is not an admin id",
        ),
    ] {
        let environment = Environment::from([("INTERCOM_VERSION".into(), "2.15".into())]);
        let body = Bytes::from_static(br#"{"data": []}"#);
        let server = Same { headers: 0, body };
        let found = invoke(environment, action, &input, server).await;
        assert!(found.contains(expected), "{what}: {found}");
    }
}

#[tokio::test]
async fn values_nested_in_values_are_written_whole() {
    const INPUT: &str = r#"{"role": "lead", "custom_attribute": {"a": "{{x}}"}}"#;
    let hidden = format!(r#"{{"x": {}}}"#, disguised(2 * MIB));
    for (context, expected) in [
        (format!(r#"{{"x": {}}}"#, nested(99)), "ok"),
        (hidden, "begins with $serde_json"),
    ] {
        let environment = Environment::from([("WORKFLOW_CONTEXT".to_owned(), context)]);
        let body = Bytes::from_static(br#"{"type": "contact"}"#);
        let server = Same { headers: 0, body };
        let found = invoke(environment, "create-contact", INPUT, server).await;
        assert!(found.contains(expected), "{found}");
    }
}

/// The largest filters of several kinds, and larger ones, which would compute for
/// longer than the five seconds that a sandbox has.
#[tokio::test]
async fn no_filter_takes_a_sandbox_s_time() {
    let formula = |formula: String| json!({ "filter_formula": formula }).to_string();
    let within = |field: &str, values: usize| {
        let values: Vec<String> = (0..values).map(|value| value.to_string()).collect();
        json!({ "filter_formula": { "field": field, "operator": "IN", "value": values } })
            .to_string()
    };
    let joined = |many: usize, by: &str, condition: fn(usize) -> String| {
        (0..many).map(condition).collect::<Vec<_>>().join(by)
    };
    let equal = |n: usize| format!("name = '{n}'");
    let either = |n: usize| format!("(name = '{n}' OR id ~ '{n}')");
    let both = |n: usize| format!("name = '{n}' AND id ~ '{n}'");
    for (what, input, expected) in [
        ("5000 values", within("id", 5000), "ok"),
        (
            "more",
            within("id", 45_000),
            "has 45000 values, and the maximum is 5000",
        ),
        ("900 tags", within("tag_id", 900), "900 AND groups"),
        (
            "more tags",
            within("tag_id", 5000),
            "has 5000 conditions, and the maximum is 900",
        ),
        ("900 equalities", formula(joined(900, " OR ", equal)), "ok"),
        (
            "450 alternatives",
            formula(joined(450, " AND ", either)),
            "AND groups",
        ),
        (
            "450 pairs",
            formula(joined(450, " OR ", both)),
            "AND groups",
        ),
        (
            "16,000 words",
            formula("a ".repeat(16_000)),
            "expected an operator after a",
        ),
    ] {
        let found = told("search-contacts", &input, NONE.to_owned()).await;
        assert!(found.contains(expected), "{what}: {found}");
    }
}

#[tokio::test]
async fn no_name_takes_a_sandbox_s_time() {
    let context = json!({ "x".repeat(MIB): 1, "settings": { "admin": 1 } }).to_string();
    let environment = Environment::from([("WORKFLOW_CONTEXT".to_owned(), context)]);
    let input = format!(r#"{{"contact_id": "{{{{{}y}}}}"}}"#, "x".repeat(MIB));
    let body = Bytes::from_static(br#"{"type": "contact"}"#);
    let server = Same { headers: 0, body };
    let found = invoke(environment, "get-contact-by-id", &input, server).await;
    assert!(found.contains("has no value"), "{found}");
}
