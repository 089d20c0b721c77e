//! The examples of `docs/custom-actions.md`: each definition, with its input, sends
//! the request that stands below it, or has the problems that do.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "for tests only"
)]

use intercom_connector::internals::{preview, problems};
use serde_json::{Value, json};

const GUIDE: &str = include_str!("../../docs/custom-actions.md");

/// The fenced blocks, by language and text.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let fenced = GUIDE.split("\n```").skip(1).step_by(2);
    fenced
        .map(|block| block.split_once('\n').unwrap())
        .collect()
}

fn variables(definition: &str) -> Vec<(String, String)> {
    let context = json!({"settings": {
        "vip_tag": "812345", "segment": "6762f25c1bb69f9f2193cc02", "outage": "1295"
    }});
    vec![
        ("WORKFLOW_ACTIONS".to_owned(), definition.to_owned()),
        ("WORKFLOW_CONTEXT".to_owned(), context.to_string()),
    ]
}

fn id(definition: &str) -> String {
    let document: Value = serde_json::from_str(definition).unwrap();
    let text = document["paths"].to_string();
    let (_, after) = text.split_once("\"operationId\":\"").unwrap();
    after.split('"').next().unwrap().to_owned()
}

/// `METHOD path?query`, and the body below an empty line.
fn check_request(definition: &str, input: &str, expected: &str) {
    let requests = preview(&id(definition), input, variables(definition)).unwrap();
    let [request] = requests.as_slice() else {
        panic!("{requests:?}")
    };
    let (line, body) = expected
        .split_once("\n\n")
        .unwrap_or((expected.trim(), "null"));
    let (method, url) = line.split_once(' ').unwrap();
    assert_eq!(request.method, method);
    let sent = request.url.strip_prefix("https://api.intercom.io").unwrap();
    let parts = |url: &str| -> (String, Vec<String>) {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let mut query: Vec<_> = query.split('&').map(str::to_owned).collect();
        query.sort_unstable();
        (path.to_owned(), query)
    };
    assert_eq!(parts(sent), parts(url));
    let sent: Value = serde_json::from_str(request.body.as_deref().unwrap_or("null")).unwrap();
    assert_eq!(sent, serde_json::from_str::<Value>(body).unwrap());
}

#[test]
fn every_example_does_what_the_guide_says() {
    let blocks = blocks();
    let mut checked = 0;
    for (index, (_, definition)) in blocks.iter().enumerate() {
        if !definition.contains("\"openapi\"") {
            continue;
        }
        let found = problems(&variables(definition));
        let found: Vec<_> = found
            .iter()
            .map(|p| {
                format!(
                    "{}: {}; {}",
                    p.field,
                    p.message,
                    p.hint.as_deref().unwrap_or_default()
                )
            })
            .collect();
        match blocks.get(index + 1..index + 3).unwrap_or_default() {
            [("json", input), ("http", expected)] => {
                assert!(found.is_empty(), "{found:?}");
                check_request(definition, input, expected);
            }
            _ => match blocks.get(index + 1) {
                Some(("text", expected)) => assert_eq!(found.join("\n"), expected.trim()),
                other => panic!("{definition} is followed by {other:?}"),
            },
        }
        checked += 1;
    }
    assert_eq!(checked, 5);
}
