#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::*;
use crate::operation::{Body, Input, Kind, NextBy, Place, Success};
use serde_json::json;

mod problems;

/// The component finds placeholders; here no text has any.
fn references(_: &str) -> Result<Vec<Reference>, (String, String)> {
    Ok(Vec::new())
}

/// A document with one operation, `POST /tags`, changed by a JSON Merge Patch.
fn document(change: Value) -> Value {
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Ours"},
        "paths": {"/tags": {"post": {
            "operationId": "tag-vip",
            "requestBody": {"content": {"application/json": {"schema": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}}
            }}}}
        }}}
    });
    merge(&mut document, change);
    document
}

fn merge(into: &mut Value, change: Value) {
    match (into, change) {
        (Value::Object(into), Value::Object(change)) => {
            for (key, value) in change {
                match value {
                    Value::Null => _ = into.remove(&key),
                    value => merge(into.entry(key).or_insert(Value::Null), value),
                }
            }
        }
        (into, change) => *into = change,
    }
}

/// The same with a change of the operation alone.
fn with(change: Value) -> Value {
    document(json!({"paths": {"/tags": {"post": change}}}))
}

/// The same with other properties of the body.
fn properties(properties: Value) -> Value {
    let mut document = document(json!({}));
    let schema = "/paths/~1tags/post/requestBody/content/application~1json/schema";
    *document.pointer_mut(schema).unwrap() = json!({"type": "object", "properties": properties});
    document
}

fn read_one(document: &Value) -> Operation {
    let read = read(document, None, &|_| false, references);
    assert_eq!(read.problems, [], "{document}");
    let [operation] = read.operations.as_slice() else {
        panic!("not one operation: {document}")
    };
    operation.clone()
}

fn input(document: &Value, name: &str) -> Input {
    let mut inputs = read_one(document).inputs.into_iter();
    inputs.find(|input| input.name == name).unwrap()
}

#[test]
fn an_operation_is_read() {
    let operation = read_one(&with(
        json!({"tags": ["Tags"], "description": "Marks them."}),
    ));
    assert_eq!(operation.id, "tag-vip");
    assert_eq!(operation.title, "Tag Vip");
    assert_eq!(operation.group, "Tags");
    assert_eq!(operation.description, "Marks them.");
    assert_eq!(operation.method, Method::Post);
    assert_eq!(operation.effect, Effect::WriteOnce);
    assert_eq!(operation.body, Body::Optional);
    assert_eq!(operation.inputs.len(), 1);
    assert!(operation.inputs[0].required);
    assert_eq!(read_one(&document(json!({}))).group, "Ours");
}

#[test]
fn inputs_have_the_types_of_their_schemas() {
    for (schema, kind, items) in [
        (json!({"type": "string"}), Kind::Text, Kind::Text),
        (json!({"type": ["string", "null"]}), Kind::Text, Kind::Text),
        (
            json!({"type": "string", "nullable": true}),
            Kind::Text,
            Kind::Text,
        ),
        (
            json!({"type": ["string", "integer"]}),
            Kind::Text,
            Kind::Text,
        ),
        (
            json!({"anyOf": [{"type": "integer"}, {"type": "null"}]}),
            Kind::Integer,
            Kind::Text,
        ),
        (json!({"type": "number"}), Kind::Number, Kind::Text),
        (json!({"type": "boolean"}), Kind::Flag, Kind::Text),
        (json!({}), Kind::Json, Kind::Text),
        (json!(true), Kind::Json, Kind::Text),
        (
            json!({"oneOf": [{"type": "string"}, {"type": "object"}]}),
            Kind::Json,
            Kind::Text,
        ),
        (json!({"type": "object"}), Kind::Object, Kind::Text),
        (
            json!({"type": "object", "additionalProperties": true, "properties": {"a": {}}}),
            Kind::Object,
            Kind::Text,
        ),
        (
            json!({"type": "object", "properties": {"a": {}}}),
            Kind::Record,
            Kind::Text,
        ),
        (
            json!({"type": "array", "items": {"type": "integer"}}),
            Kind::List,
            Kind::Integer,
        ),
        (json!({"type": "array"}), Kind::Json, Kind::Text),
        (
            json!({"type": "array", "items": {"type": "object", "properties": {"a": {}}}}),
            Kind::RecordList,
            Kind::Text,
        ),
    ] {
        let input = input(&properties(json!({"x": schema.clone()})), "x");
        assert_eq!((input.kind, input.items), (kind, items), "{schema}");
    }
}

#[test]
fn what_describes_an_input_is_kept() {
    let input = input(
        &properties(json!({"x": {
            "type": "integer", "format": "date-time", "description": "When.",
            "default": 5, "examples": [7], "writeOnly": true,
            "x-workflow-choices": "list-tags", "x-ms-summary": "ignored", "minimum": 0
        }})),
        "x",
    );
    assert_eq!(input.format, "date-time");
    assert_eq!(input.description, "When.");
    assert_eq!((input.default.as_str(), input.example.as_str()), ("5", "7"));
    assert!(input.secret);
    assert_eq!(input.choices.action, "list-tags");
    assert_eq!(input.choices.rows, "items");
}

#[test]
fn choices_of_list_choices_need_only_their_kind() {
    let schema = json!({
        "type": "string",
        "x-workflow-choices": {"operationId": "list-choices", "input": {"kind": "tags"}},
    });
    let choices = input(&properties(json!({"x": schema})), "x").choices;
    assert_eq!(choices.input, r#"{"kind":"tags"}"#);
    let keys = [choices.rows, choices.value, choices.label, choices.search];
    assert_eq!(keys, ["choices", "value", "label", "search"]);
}

#[test]
fn const_fixes_a_value() {
    let fixed = |schema: Value| input(&properties(json!({"x": schema})), "x").fixed;
    assert_eq!(
        fixed(json!({"const": "{{settings.bot}}"})),
        r#""{{settings.bot}}""#
    );
    assert_eq!(fixed(json!({"type": "boolean", "const": true})), "true");
    // An object of fixed values is one fixed value.
    let object = json!({"type": "object", "properties": {"type": {"const": "team"}}});
    assert_eq!(fixed(object), r#"{"type":"team"}"#);
    let part = json!({"type": "object", "properties": {"type": {"const": "team"}, "id": {}}});
    assert_eq!(fixed(part), "");
}

#[test]
fn local_references_are_followed() {
    let mut document = properties(json!({"x": {"$ref": "#/components/schemas/A"}}));
    document["components"] = json!({"schemas": {
        "A": {"$ref": "#/components/schemas/B"},
        "B": {"type": "boolean", "description": "Whether."}
    }});
    let input = input(&document, "x");
    assert_eq!(input.kind, Kind::Flag);
    assert_eq!(input.description, "Whether.");
}

#[test]
fn parameters_go_into_path_and_query() {
    let document = json!({
        "openapi": "3.0.3",
        "paths": {"/contacts/{contact_id}/tags": {
            "parameters": [
                {"name": "contact_id", "in": "path", "required": true, "schema": {"type": "integer"}}
            ],
            "get": {
                "operationId": "tags-of",
                "parameters": [{
                    "name": "ids", "in": "query", "explode": false,
                    "schema": {"type": "array", "items": {"type": "string"}}
                }]
            }
        }}
    });
    let operation = read_one(&document);
    assert_eq!(operation.group, "Custom");
    let [id, ids] = operation.inputs.as_slice() else {
        panic!("not one operation: {document}")
    };
    // Ids are text on the wire, whichever type is described.
    assert_eq!((id.place, id.kind), (Place::Path, Kind::Text));
    assert_eq!(
        (ids.place, ids.kind, ids.explode),
        (Place::Query, Kind::List, false)
    );
}

#[test]
fn a_list_says_how_its_next_page_is_requested() {
    let list = |parameters: Value, next: Value| {
        with(json!({
            "requestBody": null,
            "parameters": parameters,
            "responses": {"200": {
                "content": {"application/json": {"schema": {"properties": {
                    "data": {"type": "array"}, "total_count": {"type": "integer"}
                }}}},
                "links": {"next": next}
            }}
        }))
    };
    let parameter =
        |name: &str, kind: &str| json!([{"name": name, "in": "query", "schema": {"type": kind}}]);
    let link =
        |name: &str, at: &str| json!({"parameters": {name: format!("$response.body#/{at}")}});
    for (parameters, next, by, at) in [
        (
            parameter("starting_after", "string"),
            link("starting_after", "pages/next/starting_after"),
            NextBy::Cursor,
            "pages/next/starting_after",
        ),
        (
            parameter("page", "integer"),
            link("page", "pages/page"),
            NextBy::Number,
            "pages/page",
        ),
        (
            parameter("scroll_param", "string"),
            link("scroll_param", "scroll_param"),
            NextBy::Scroll,
            "scroll_param",
        ),
        (
            parameter("page", "integer"),
            link("page", "pages/next"),
            NextBy::Address,
            "pages/next",
        ),
    ] {
        let operation = read_one(&list(parameters, next.clone()));
        assert_eq!(operation.pages.rows, ["data"], "{next}");
        assert_eq!(
            (operation.pages.next, operation.pages.at.as_str()),
            (by, at),
            "{next}"
        );
        // Every list has next_page in its place.
        assert!(operation.inputs.is_empty(), "{next}");
    }
    let in_body = with(json!({
        "requestBody": {"content": {"application/json": {"schema": {"required": null, "properties": {
            "pagination": {"type": "object", "properties": {
                "per_page": {"type": "integer"}, "starting_after": {"type": "string"}
            }}
        }}}}},
        "responses": {"200": {
            "content": {"application/json": {"schema": {"properties": {"data": {"type": "array"}}}}},
            "links": {"next": {"requestBody": {"pagination": {
                "starting_after": "$response.body#/pages/next/starting_after"
            }}}}
        }}
    }));
    let operation = read_one(&in_body);
    assert_eq!(operation.pages.parameter, "pagination/starting_after");
    assert!(operation.pages.in_body);
    let pagination = operation
        .inputs
        .iter()
        .find(|input| input.name == "pagination")
        .unwrap();
    assert_eq!(pagination.fields.len(), 1);
}

#[test]
fn a_success_is_what_its_media_type_says() {
    for (responses, success, media_type) in [
        (json!({}), Success::Any, ""),
        (json!({"202": {"description": "Later"}}), Success::Any, ""),
        (
            json!({"200": {"content": {"application/json": {}}}}),
            Success::Json,
            "",
        ),
        (
            json!({"200": {"content": {"text/plain": {}}}}),
            Success::Text,
            "text/plain",
        ),
        (
            json!({"200": {"content": {"application/octet-stream": {}}}}),
            Success::Bytes,
            "application/octet-stream",
        ),
        (
            json!({"302": {"description": "Elsewhere"}}),
            Success::Redirect,
            "",
        ),
        (json!({"404": {}, "default": {}}), Success::Any, ""),
    ] {
        let operation = read_one(&with(json!({"responses": responses.clone()})));
        assert_eq!(operation.success, success, "{responses}");
        assert_eq!(operation.media_type, media_type, "{responses}");
    }
}

#[test]
fn ids_are_suggested_in_kebab_case() {
    for (id, kebab_case) in [
        ("tag-contact", "tag-contact"),
        ("tagContact", "tag-contact"),
        ("Tag_Contact", "tag-contact"),
        ("tag  contact!", "tag-contact"),
        ("2fa", "action-2fa"),
        ("é", "action-"),
    ] {
        assert_eq!(kebab(id), kebab_case, "{id}");
    }
}
