//! What a definition gets wrong.

use super::*;

/// The one problem of a document: pointer, message and hint.
fn problems(document: &Value) -> String {
    let read = read(document, None, &|id| id == "create-contact", references);
    let problems = read.problems.iter();
    let lines = problems.map(|p| format!("{}: {}; {}", p.pointer, p.message, p.hint));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_would_change_the_request_is_refused() {
    let schema = "/paths/~1tags/post/requestBody/content/application~1json/schema";
    for (document, expected) in [
        (
            json!([]),
            ": is not a JSON object; give an OpenAPI document".to_owned(),
        ),
        (json!({"openapi": "3.1.0"}), ": has no paths".to_owned()),
        (
            document(json!({"openapi": "2.0"})),
            ": openapi is not a version".to_owned(),
        ),
        (
            document(json!({"servers": [{"url": "https://example.org"}]})),
            "/servers: sets the host".to_owned(),
        ),
        (
            document(json!({"security": []})),
            "/security: sets the authorization".to_owned(),
        ),
        (
            with(json!({"servers": []})),
            "/paths/~1tags/post/servers: sets the host".to_owned(),
        ),
        (
            with(json!({"security": []})),
            "/paths/~1tags/post/security: sets the authorization".to_owned(),
        ),
        (
            with(json!({"x-workflow-retry": 3})),
            "/paths/~1tags/post/x-workflow-retry: is not a known extension".to_owned(),
        ),
        (
            with(json!({"x-workflow-effect": "write"})),
            "/paths/~1tags/post/x-workflow-effect: \"write\" is not an effect".to_owned(),
        ),
        (
            with(json!({"requestBdy": {}})),
            "/paths/~1tags/post/requestBdy: is not supported here".to_owned(),
        ),
        (
            with(json!({"operationId": null})),
            "/paths/~1tags/post: has no operationId".to_owned(),
        ),
        (
            with(json!({"operationId": "tagVIPContact"})),
            "/paths/~1tags/post/operationId: \"tagVIPContact\" is not an id in kebab case; write \
             tag-vipcontact"
                .to_owned(),
        ),
        (
            with(json!({"operationId": "create-contact"})),
            "/paths/~1tags/post/operationId: another action has the id create-contact".to_owned(),
        ),
        (
            with(json!({"parameters": [{"name": "X-A", "in": "header", "schema": {}}]})),
            "/paths/~1tags/post/parameters/0: is a parameter in a header".to_owned(),
        ),
        (
            with(json!({"parameters": [{"name": "a", "in": "cookie", "schema": {}}]})),
            "/paths/~1tags/post/parameters/0: is a parameter in a cookie".to_owned(),
        ),
        (
            with(
                json!({"parameters": [{"name": "a", "in": "query", "schema": {"type": "object"}}]}),
            ),
            "/paths/~1tags/post/parameters/0: is an object".to_owned(),
        ),
        (
            with(json!({"parameters": [
                {"name": "a", "in": "query", "schema": {"type": "string", "writeOnly": true}}
            ]})),
            "/paths/~1tags/post/parameters/0: is a secret in a URL".to_owned(),
        ),
        (
            with(json!({"parameters": [
                {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}
            ]})),
            "/paths/~1tags/post: the path has no {id}".to_owned(),
        ),
        (
            with(json!({"parameters": [
                {"name": "name", "in": "query", "schema": {"type": "string"}}
            ]})),
            "/paths/~1tags/post: two inputs have the name \"name\"".to_owned(),
        ),
        (
            with(json!({"requestBody": {"content": {"text/plain": {}}}})),
            "/paths/~1tags/post/requestBody/content/text~1plain: is a content type other"
                .to_owned(),
        ),
        (
            with(json!({"requestBody": {"$ref": "https://example.org/body.json"}})),
            "/paths/~1tags/post/requestBody: refers to another document".to_owned(),
        ),
        (
            properties(
                json!({"x": {"$ref": "#/paths/~1tags/post/requestBody/content/application~1json/schema/properties/x"}}),
            ),
            format!("{schema}/properties/x: refers to itself"),
        ),
        (
            properties(json!({"x": {"$ref": "#/components/schemas/Gone"}})),
            format!("{schema}/properties/x: refers to #/components/schemas/Gone, which is not in"),
        ),
        (
            properties(json!({"x": {"cosnt": 1}})),
            format!("{schema}/properties/x/cosnt: is not supported here"),
        ),
        (
            properties(
                json!({"x": {"type": "object", "additionalProperties": true, "properties": {
                    "y": {"const": 1}
                }}}),
            ),
            format!("{schema}/properties/x/properties/y/const: fixes a value deeper"),
        ),
        (
            properties(json!({"x.y": {"type": "string"}})),
            "/paths/~1tags/post: \"x.y\" can't be the name of an input".to_owned(),
        ),
    ] {
        let problems = problems(&document);
        assert!(problems.starts_with(&expected), "{problems}\n{document}");
    }
}

#[test]
fn paths_stay_on_the_api_s_host() {
    for path in [
        "https://example.org/tags",
        "//example.org/tags",
        "/tags?a=b",
        "/tags#a",
        "/../tags",
        "/%2e%2e/tags",
        "/tags/",
        "/a b",
        "/a\\b",
        "tags",
        "",
        "/x-{a}",
    ] {
        let mut document = document(json!({}));
        let paths = document["paths"].as_object_mut().unwrap();
        let item = paths.remove("/tags").unwrap();
        paths.insert(path.to_owned(), item);
        assert_ne!(problems(&document), "", "{path}");
    }
}

#[test]
fn all_problems_come_at_once_and_other_actions_stay() {
    let mut document = with(json!({"operationId": "Tag", "requestBdy": {}}));
    document["paths"]["/companies"] = json!({"get": {"operationId": "good"}});
    let read = read(&document, None, &|_| false, references);
    assert_eq!(read.problems.len(), 2, "{:?}", read.problems);
    let ids: Vec<_> = read
        .operations
        .iter()
        .map(|operation| &operation.id)
        .collect();
    assert_eq!(ids, ["good"]);
}

#[test]
fn one_action_is_read_without_the_others() {
    let mut document = with(json!({"requestBdy": {}}));
    document["paths"]["/companies"] = json!({"get": {"operationId": "good"}});
    for (only, ids, problems) in [
        ("good", ["good"].as_slice(), 0),
        ("tag-vip", &[], 1),
        ("no", &[], 0),
    ] {
        let read = read(&document, Some(only), &|_| false, references);
        let found: Vec<_> = read
            .operations
            .iter()
            .map(|operation| &operation.id)
            .collect();
        assert_eq!(found, ids, "{only}");
        assert_eq!(read.problems.len(), problems, "{only}");
    }
}

#[test]
fn problems_of_the_document_and_of_its_operations_come_together() {
    let mut document = with(json!({"requestBdy": {}}));
    document["servers"] = json!([]);
    document["paths"]["/companies"] = json!({"get": {"operationId": "good"}});
    let read = read(&document, None, &|_| false, references);
    let pointers: Vec<_> = read.problems.iter().map(|p| p.pointer.as_str()).collect();
    assert_eq!(pointers, ["/servers", "/paths/~1tags/post/requestBdy"]);
    // What the whole document gets wrong, each action may.
    assert_eq!(read.operations, []);
    // Of another format all would be wrong.
    let swagger = json!({"swagger": "2.0", "paths": {"/tags": {"post": {"a": 1}}}});
    assert!(!problems(&swagger).contains("/paths/"));
}

#[test]
fn a_short_document_can_t_describe_very_much() {
    let fields = (0..2000).map(|n| (format!("f{n}"), json!({"type": "string"})));
    let body =
        json!({"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}});
    let paths = (0..50).map(|n| {
        let operation = json!({"operationId": format!("a-{n}"), "requestBody": body.clone()});
        (format!("/a/{n}"), json!({"post": operation}))
    });
    let document = json!({
        "openapi": "3.1.0",
        "paths": paths.collect::<serde_json::Map<_, _>>(),
        "components": {"schemas": {"A": {
            "type": "object", "properties": fields.collect::<serde_json::Map<_, _>>()
        }}}
    });
    let problems = problems(&document);
    assert!(problems.contains("describes too much"), "{problems}");
}
