//! Actions that a user defines: whatever a document says, requests go to Intercom's
//! host, below its root, as JSON, with the connector's own headers; and no document
//! stops a built-in action.

use super::wire::{TOKEN, variables};
use intercom_connector::internals;
use intercom_connector::internals::plugin::HttpRequest;
use serde_json::Value;

/// What placeholders look into.
const CONTEXT: &str = r#"{
    "settings": {"bot": "814860", "n": 5, "none": null, "list": [1, "2"], "on": true},
    "up": "..", "path": "a/../b?c=d#e", "crlf": "a\r\nHost: x", "again": "{{settings.bot}}"
}"#;

/// The headers that a request may have.
const HEADERS: [&str; 5] = [
    "accept",
    "authorization",
    "content-type",
    "intercom-version",
    "user-agent",
];

/// An input, a line end, and a document or a list of documents.
pub fn definitions(data: &[u8]) {
    let Ok(data) = std::str::from_utf8(data) else {
        return;
    };
    let (input, document) = data.split_once('\n').unwrap_or(("{}", data));
    let mut environment = variables(CONTEXT);
    environment.push(("WORKFLOW_ACTIONS".to_owned(), document.to_owned()));
    check_problems(document, &environment);
    let curated = internals::manifest(&variables(CONTEXT)).actions.len();
    let manifest = internals::manifest(&environment);
    for action in manifest.actions.iter().skip(curated) {
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(action.id.chars().all(kebab), "{}", action.id);
        let sent = internals::preview(&action.id, input, environment.clone());
        let given = internals::preview_defined(document, &action.id, input, environment.clone());
        assert_eq!(format!("{sent:?}"), format!("{given:?}"));
        for request in sent.unwrap_or_default() {
            check_request(&request);
        }
    }
    let built_in = r#"{"role": "lead", "name": "x"}"#;
    assert!(internals::preview("create-contact", built_in, environment).is_ok());
}

/// What is wrong has a place and something to do about it.
fn check_problems(document: &str, environment: &[(String, String)]) {
    let text = document.trim_start_matches('\u{feff}');
    // An empty variable counts as not set; odd JSON may be read all the same.
    let is_no_document = !text.is_empty() && !text.trim_start().starts_with(['{', '[']);
    let problems = internals::problems(environment);
    assert!(!is_no_document || !problems.is_empty(), "{document}");
    for problem in problems {
        assert_eq!(problem.field, "WORKFLOW_ACTIONS");
        assert!(!problem.message.is_empty());
    }
}

fn check_request(request: &HttpRequest) {
    let path = request.url.strip_prefix("https://api.intercom.io/");
    let path = path.unwrap_or_else(|| panic!("{}", request.url));
    assert!(!path.contains(['#', '\\', ' ', '\r', '\n']), "{path}");
    let path = path.split('?').next().unwrap_or_default();
    for segment in path.split('/') {
        assert!(!matches!(segment, "" | "." | ".."), "{path}");
    }
    for header in &request.headers {
        assert!(HEADERS.contains(&header.name.as_str()), "{}", header.name);
        assert!(!header.value.contains(['\r', '\n']));
        assert!(header.name != "content-type" || header.value == "application/json");
    }
    if let Some(body) = &request.body {
        assert!(serde_json::from_str::<Value>(body).is_ok(), "{body}");
    }
    assert!(!format!("{request:?}").contains(TOKEN));
}
