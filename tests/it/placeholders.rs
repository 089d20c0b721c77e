//! A value of the workflow replaces its placeholder and changes nothing else in a
//! request, whatever it contains.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use intercom_connector::internals::preview;
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use serde_json::{Value, json};

/// The URL and the body of the request that an input makes with this value. `None`
/// if the value is refused.
fn request(action: &str, input: &Value, value: &str) -> Option<(String, Value)> {
    let context = json!({ "v": value }).to_string();
    let variables = vec![("WORKFLOW_CONTEXT".to_owned(), context)];
    let mut requests = preview(action, &input.to_string(), variables).ok()?;
    let request = requests.pop().unwrap();
    let body = request.body.unwrap_or_default();
    let body = serde_json::from_str(&body).unwrap_or_default();
    Some((request.url, body))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

/// The parts of hostile values: delimiters of URLs, JSON, formulas, queries, headers
/// and placeholders.
fn hostile() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "a",
        "7",
        " ",
        "/",
        "..",
        ".",
        "?",
        "#",
        "&",
        "=",
        "%2F",
        "%",
        "\\",
        "\"",
        "'",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        ",",
        ":",
        ";",
        "{{v}}",
        "<<v>>",
        " OR role = 'lead'",
        "&page=9",
        "é",
        "\r\n",
        "\u{0}",
        "@",
        "//evil.example",
    ];
    prop::collection::vec(prop::sample::select(PIECES), 0..6).prop_map(|p| p.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_a_path_a_query_and_a_body(value in hostile()) {
        let input = json!({
            "method": "POST",
            "path": "/things/{{v}}/x",
            "query": [{ "name": "q", "value": "{{v}}" }],
            "body": { "whole": "{{v}}", "part": ["a{{v}}b"] },
        });
        let Some((url, body)) = request("custom-action", &input, &value) else {
            // Only what no segment can be is refused.
            let refused = ["", ".", ".."].contains(&value.as_str()) || value.contains(char::is_control);
            prop_assert!(refused, "{value:?}");
            return Ok(());
        };
        let rest = url.strip_prefix("https://api.intercom.io/things/").unwrap();
        let (segment, rest) = rest.split_once('/').unwrap();
        prop_assert_eq!(decoded(segment), &*value);
        prop_assert_eq!(decoded(rest.strip_prefix("x?q=").unwrap()), &*value);
        prop_assert!(!rest.contains(['&', '#', '/']), "{rest}");
        prop_assert_eq!(body, json!({ "whole": value, "part": [format!("a{value}b")] }));
    }

    #[test]
    fn in_the_query_of_a_path(value in hostile()) {
        let input = json!({ "method": "GET", "path": "/things?q={{v}}&r=a{{v}}b" });
        let (url, _) = request("custom-action", &input, &value).unwrap();
        let query = url.strip_prefix("https://api.intercom.io/things?q=").unwrap();
        let (q, r) = query.split_once("&r=").unwrap();
        prop_assert_eq!(decoded(q), &*value);
        prop_assert_eq!(decoded(r), format!("a{value}b"));
        prop_assert!(!query.replacen("&r=", "", 1).contains(['&', '#', '/']), "{query}");
    }

    #[test]
    fn in_a_formula_and_in_parameters(value in hostile()) {
        let input = json!({
            "filter_formula": "email = {{v}} AND name != 'a{{v}}b'",
            "pagination_parameters": "per_page=5&starting_after={{v}}",
        });
        let Some((url, body)) = request("search-contacts", &input, &value) else {
            prop_assert!(value.trim().is_empty(), "{value:?}");
            return Ok(());
        };
        prop_assert_eq!(url, "https://api.intercom.io/contacts/search");
        let leaf = |field: &str, operator: &str, value: String| {
            json!({ "field": field, "operator": operator, "value": value })
        };
        let query = json!({ "operator": "AND", "value": [
            leaf("email", "=", value.clone()),
            leaf("name", "!=", format!("a{value}b")),
        ] });
        prop_assert_eq!(&body["query"], &query);
        let pagination = json!({ "per_page": 5, "starting_after": value });
        prop_assert_eq!(&body["pagination"], &pagination);
    }
}
