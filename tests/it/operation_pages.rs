//! Lists page by page: every way in which Intercom pages, one result.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "for tests only"
)]

use crate::wire_model::{Event, World, response};
use intercom_connector::internals::types::ActionError;
use intercom_connector::internals::{MAX_REQUESTS, preview};
use serde_json::{Value, json};

/// A list whose link sets a parameter by a value of the response.
fn list(parameter: &str, kind: &str, at: &str) -> String {
    let link = json!({"parameters": {parameter: format!("$response.body#/{at}")}});
    let rows =
        json!({"properties": {"data": {"type": "array"}, "total_count": {"type": "integer"}}});
    let parameter = json!({"name": parameter, "in": "query", "schema": {"type": kind}});
    let size = json!({"name": "per_page", "in": "query", "schema": {"type": "integer"}});
    json!({"openapi": "3.1.0", "paths": {"/things": {"get": {
        "operationId": "look",
        "parameters": [parameter, size],
        "responses": {"200": {
            "content": {"application/json": {"schema": rows}}, "links": {"next": link}
        }}
    }}}})
    .to_string()
}

fn by_cursor() -> String {
    list("starting_after", "string", "pages/next/starting_after")
}

fn came(body: &Value) -> Event {
    response(200, &[("intercom-version", "2.16")], body.to_string())
}

/// The result, and the requests.
fn run(document: &str, input: &Value, pages: &[Value]) -> (Value, Vec<String>) {
    let world = World::new(pages.iter().map(came));
    let variables = [("WORKFLOW_ACTIONS", document)];
    let result = world.invoke_with("look", &input.to_string(), &[], &variables);
    let result = result.unwrap_or_else(|error| panic!("{error:?}"));
    (serde_json::from_str(&result).unwrap(), world.sent())
}

fn ids(result: &Value) -> Vec<&str> {
    let items = result["items"].as_array().unwrap().iter();
    items.map(|item| item["id"].as_str().unwrap()).collect()
}

fn note(result: &Value) -> &str {
    result["notes"][0].as_str().unwrap_or_default()
}

#[test]
fn one_page_says_what_the_next_one_is() {
    let page = json!({
        "type": "list", "data": [{"id": "a"}], "total_count": 2,
        "pages": {"next": {"starting_after": "w+"}, "page": 1}
    });
    let (result, sent) = run(&by_cursor(), &json!({"per_page": 1}), &[page]);
    assert_eq!(
        result,
        json!({
            "items": [{"id": "a"}], "next_page": "w+", "total_count": 2, "notes": [],
            "response": {"type": "list", "total_count": 2, "pages": {"next": {"starting_after": "w+"}, "page": 1}}
        })
    );
    assert_eq!(sent, ["GET /things?per_page=1"]);
    let last = json!({"data": [{"id": "b"}], "pages": {"next": null}});
    let input = json!({"per_page": 1, "next_page": "w+"});
    let (result, sent) = run(&by_cursor(), &input, &[last]);
    assert_eq!(
        (ids(&result), &result["next_page"]),
        (vec!["b"], &Value::Null)
    );
    assert_eq!(sent, ["GET /things?per_page=1&starting_after=w%2B"]);
}

#[test]
fn all_pages_are_read_in_every_way_of_paging() {
    let number = list("page", "integer", "pages/page");
    let scroll = list("scroll_param", "string", "scroll_param");
    let address = list("before", "string", "pages/next");
    let row = |id: &str| json!([{"id": id}]);
    for (document, pages, expected) in [
        (
            by_cursor(),
            vec![
                json!({"data": row("a"), "pages": {"next": {"starting_after": "1"}}}),
                json!({"data": row("b"), "pages": {"next": null}}),
            ],
            vec!["GET /things", "GET /things?starting_after=1"],
        ),
        // An address in place of the cursor has it in its query.
        (
            by_cursor(),
            vec![
                json!({"data": row("a"), "pages": {"next": "https://x/?starting_after=1"}}),
                json!({"data": row("b"), "pages": {}}),
            ],
            vec!["GET /things", "GET /things?starting_after=1"],
        ),
        (
            number.clone(),
            vec![
                json!({"data": row("a"), "pages": {"page": 1, "total_pages": 2}}),
                json!({"data": row("b"), "pages": {"page": 2, "total_pages": 2, "next": "https://x"}}),
            ],
            vec!["GET /things", "GET /things?page=2"],
        ),
        // Without the number of pages, the link to the next one tells, or the rows.
        (
            number.clone(),
            vec![
                json!({"data": row("a"), "pages": {"page": 1, "next": "https://x?page=2"}}),
                json!({"data": row("b"), "pages": {"page": 2, "next": null}}),
            ],
            vec!["GET /things", "GET /things?page=2"],
        ),
        (
            scroll,
            vec![
                json!({"data": row("a"), "scroll_param": "s1"}),
                json!({"data": row("b"), "scroll_param": "s1"}),
                json!({"data": [], "scroll_param": "s1"}),
            ],
            vec![
                "GET /things",
                "GET /things?scroll_param=s1",
                "GET /things?scroll_param=s1",
            ],
        ),
        // Only the query of an address is taken: it can't lead to another host.
        (
            address,
            vec![
                json!({"data": row("a"), "pages": {"next": "https://evil.example.org/things?before=7&per_page=9"}}),
                json!({"data": row("b"), "pages": {"next": null}}),
            ],
            vec!["GET /things", "GET /things?before=7&per_page=9"],
        ),
    ] {
        let (result, sent) = run(&document, &json!({"all": true}), &pages);
        assert_eq!(ids(&result), ["a", "b"], "{document}");
        assert_eq!(result["next_page"], Value::Null, "{document}");
        assert_eq!(result["notes"], json!([]), "{document}");
        assert_eq!(sent, expected, "{document}");
    }
}

#[test]
fn what_is_odd_about_the_next_page_is_noted() {
    let next =
        |next: Value| json!({"data": [{"id": "a"}], "total_count": 3, "pages": {"next": next}});
    for (pages, expected, next_page) in [
        (
            vec![next(Value::Null)],
            "sent 1 of the 3 rows that it counts, but no next page",
            Value::Null,
        ),
        (
            vec![next(json!([1]))],
            "and a next page that can't be read",
            Value::Null,
        ),
        (
            vec![
                next(json!({"starting_after": "1"})),
                next(json!({"starting_after": "1"})),
            ],
            "and a next page that was already read",
            Value::Null,
        ),
        (
            vec![json!({"data": [], "total_count": 3, "pages": {"next": {"starting_after": "1"}}})],
            "then a page without rows",
            json!("1"),
        ),
    ] {
        let (result, _) = run(&by_cursor(), &json!({"all": true}), &pages);
        assert!(note(&result).contains(expected), "{result}");
        assert_eq!(result["next_page"], next_page, "{result}");
    }
}

#[test]
fn all_pages_end_at_the_bound() {
    let page = |n: u64| json!({"data": [{"id": "a"}], "pages": {"next": {"starting_after": n.to_string()}}});
    let pages: Vec<Value> = (0..MAX_REQUESTS + 5).map(page).collect();
    let (result, sent) = run(&by_cursor(), &json!({"all": true}), &pages);
    assert_eq!(sent.len() as u64, MAX_REQUESTS);
    assert_eq!(result["next_page"], (MAX_REQUESTS - 1).to_string());
    assert!(
        note(&result).contains("pass next_page back in for the rest"),
        "{result}"
    );
}

#[test]
fn a_scroll_says_that_it_has_a_minute() {
    let scroll = list("scroll_param", "string", "scroll_param");
    let page = json!({"data": [{"id": "a"}], "scroll_param": "s1"});
    let (result, _) = run(&scroll, &json!({}), &[page]);
    assert_eq!(result["next_page"], "s1");
    assert!(note(&result).contains("within a minute"), "{result}");
}

#[test]
fn a_list_without_rows_is_an_error() {
    let world = World::new([came(&json!({"type": "list"}))]);
    let variables = [("WORKFLOW_ACTIONS", by_cursor())];
    let variables = variables
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let error = world
        .invoke_with("look", "{}", &[], &variables)
        .unwrap_err();
    assert!(
        format!("{error:?}").contains("it has no field data"),
        "{error:?}"
    );
}

/// Taken for absent, the end would start at the first page again.
#[test]
fn the_end_passed_back_in_is_an_error() {
    for next_page in [json!(null), json!("{{steps.none}}"), json!("")] {
        let world = World::new([]);
        let context = json!({"steps": {"none": null}}).to_string();
        let document = by_cursor();
        let variables = [
            ("WORKFLOW_ACTIONS", document.as_str()),
            ("WORKFLOW_CONTEXT", context.as_str()),
        ];
        let input = json!({"next_page": next_page}).to_string();
        let error = world
            .invoke_with("look", &input, &[], &variables)
            .unwrap_err();
        assert!(format!("{error:?}").contains("next_page"), "{error:?}");
        assert!(world.sent().is_empty());
    }
}

fn in_body(parameter: Value, properties: Value) -> String {
    json!({"openapi": "3.1.0", "paths": {"/things/search": {"post": {
        "operationId": "look",
        "x-workflow-effect": "read",
        "requestBody": {"content": {"application/json": {"schema": {"properties": properties}}}},
        "responses": {"200": {
            "content": {"application/json": {"schema": {"properties": {
                "data": {"type": "object", "properties": {"things": {"type": "array"}}}
            }}}},
            "links": {"next": {"requestBody": parameter}}
        }}
    }}}})
    .to_string()
}

#[test]
fn a_cursor_or_a_number_goes_into_the_body() {
    let cursor = in_body(
        json!({"pagination": {"starting_after": "$response.body#/pages/next/starting_after"}}),
        json!({"query": {}, "pagination": {"type": "object", "properties": {
            "per_page": {"type": "integer"}, "starting_after": {"type": "string"}
        }}}),
    );
    let number = in_body(
        json!({"page": "$response.body#/pages/page"}),
        json!({"query": {}, "page": {"type": "integer"}}),
    );
    for (document, input, expected) in [
        (
            &cursor,
            json!({"query": {"a": 1}, "pagination": {"per_page": 2}, "next_page": "7"}),
            json!({"query": {"a": 1}, "pagination": {"per_page": 2, "starting_after": "7"}}),
        ),
        (
            &cursor,
            json!({"next_page": 7}),
            json!({"pagination": {"starting_after": "7"}}),
        ),
        (&number, json!({"next_page": "7"}), json!({"page": 7})),
    ] {
        let variables = vec![("WORKFLOW_ACTIONS".to_owned(), document.clone())];
        let requests = preview("look", &input.to_string(), variables).unwrap();
        let body: Value = serde_json::from_str(requests[0].body.as_deref().unwrap()).unwrap();
        assert_eq!(body, expected, "{input}");
    }
}

/// Rows below the top level leave their neighbours in `response`.
#[test]
fn rows_may_be_one_level_deep() {
    let document = in_body(
        json!({"page": "$response.body#/pages/page"}),
        json!({"page": {"type": "integer"}}),
    );
    let page = json!({"data": {"things": [{"id": "a"}], "marks": [1]}, "pages": {"page": 1, "total_pages": 1}});
    let (result, _) = run(&document, &json!({}), &[page]);
    assert_eq!(ids(&result), ["a"]);
    assert_eq!(
        result["response"],
        json!({"data": {"marks": [1]}, "pages": {"page": 1, "total_pages": 1}})
    );
}

#[test]
fn a_page_that_can_t_be_read_is_an_error_and_not_the_end() {
    let world = World::new([
        came(&json!({"data": [{"id": "a"}], "pages": {"next": {"starting_after": "1"}}})),
        response(200, &[], "<html>"),
    ]);
    let document = by_cursor();
    let variables = [("WORKFLOW_ACTIONS", document.as_str())];
    let result: Result<String, ActionError> =
        world.invoke_with("look", r#"{"all": true}"#, &[], &variables);
    assert!(result.is_err(), "{result:?}");
}
