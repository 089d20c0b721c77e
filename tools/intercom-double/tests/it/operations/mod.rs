//! The catalogue's files by themselves: the subset, ids, texts, choices, pages and
//! examples. `openapi_operations` compares their facts with Intercom's description.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

pub mod files;
mod recipes;
mod subset;

use std::collections::BTreeMap;

use files::{Operation, files, kinds_of_choices, operations, operations_of, typed_actions};
use serde_json::{Value, json};

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn every_file_is_in_the_subset() {
    let files = files();
    let problems = files.iter().flat_map(|file| {
        let problems = subset::violations(&file.document).into_iter();
        problems.map(|problem| format!("{} {problem}", file.name))
    });
    assert_none(&problems.collect::<Vec<_>>());
    assert!(files.len() > 20, "{} files", files.len());
}

#[test]
fn what_is_outside_the_subset_is_found() {
    let file = files().into_iter().find(|file| file.name == "tags.json");
    let document = file.unwrap().document;
    let tag = "/paths/~1contacts~1{contact_id}~1tags/post";
    let field = "/requestBody/content/application~1json/schema/properties/id";
    for (at, key, value, problem) in [
        ("", "servers", json!([]), "servers is outside the subset"),
        ("/info", "version", json!("2.17"), "not one of 2.16"),
        (tag, "x-workflow-effect", json!("once"), "not one of read"),
        (tag, "security", json!([]), "security is outside the subset"),
        (
            tag,
            "parameters",
            json!([]),
            "path and path parameters differ",
        ),
        (
            &format!("{tag}/parameters/0"),
            "in",
            json!("header"),
            "not one of path, query",
        ),
        (
            &format!("{tag}/parameters/0"),
            "required",
            json!(false),
            "a required string",
        ),
        (
            &format!("{tag}/parameters/0/schema"),
            "type",
            json!("integer"),
            "a required string",
        ),
        (
            &format!("{tag}/requestBody"),
            "required",
            json!(false),
            "is not required",
        ),
        (
            &format!("{tag}{field}"),
            "$ref",
            json!("#/a"),
            "$ref is outside the subset",
        ),
        (
            &format!("{tag}{field}"),
            "type",
            json!("text"),
            "not one of string",
        ),
        (
            &format!("{tag}{field}"),
            "format",
            json!("uuid"),
            "no format of",
        ),
        (
            &format!("{tag}{field}"),
            "items",
            json!({"type": "string"}),
            "has items",
        ),
        (
            &format!("{tag}{field}"),
            "description",
            json!(7),
            "no description",
        ),
        (
            &format!("{tag}/responses"),
            "404",
            json!({"description": "Not Found"}),
            "no success",
        ),
        (
            &format!("{tag}/responses/200"),
            "description",
            json!("Fine"),
            "not one of OK",
        ),
    ] {
        let mut document = document.clone();
        document.pointer_mut(at).unwrap()[key] = value;
        let problems = subset::violations(&document).join("\n");
        assert!(problems.contains(problem), "{at} {key}: {problems:?}");
    }
}

#[test]
fn ids_are_unique_and_no_typed_action() {
    let typed = typed_actions();
    assert!(typed.contains(&"create-contact".to_owned()), "{typed:?}");
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut problems = Vec::new();
    for operation in operations() {
        let (id, name) = (operation.id(), operation.name());
        let kebab = id.split('-').all(|word| {
            let letters = word.chars().all(|c| c.is_ascii_lowercase());
            letters && !word.is_empty()
        });
        if !kebab || !id.contains('-') {
            problems.push(format!("{name}: {id} is not kebab case"));
        }
        if typed.iter().any(|typed| typed == id) {
            problems.push(format!("{name}: {id} is a typed action"));
        }
        if let Some(other) = known.insert(id.to_owned(), name.clone()) {
            problems.push(format!("{name}: {id} is {other}"));
        }
    }
    assert_none(&problems);
}

/// Words of a title that are written otherwise.
const NAMES: [&str; 3] = ["IP", "ID", "WhatsApp"];

#[test]
fn titles_are_short_and_in_title_case() {
    let mut problems = Vec::new();
    for operation in operations() {
        let title = operation.value["summary"].as_str().unwrap();
        let words: Vec<_> = title.split(' ').collect();
        let cased = words.iter().all(|word| {
            let rest = word.chars().skip(1);
            let first = word.starts_with(|c: char| c.is_ascii_uppercase());
            NAMES.contains(word) || (first && rest.clone().all(|c| c.is_ascii_lowercase()))
        });
        if !cased || !(2..=5).contains(&words.len()) {
            problems.push(format!("{}: {title}", operation.name()));
        }
    }
    assert_none(&problems);
}

#[test]
fn texts_are_sentences() {
    let mut problems = Vec::new();
    for file in files() {
        let about = file.document["info"]["description"].as_str().unwrap();
        problems.extend(fault(about).map(|fault| format!("{}: {fault}: {about}", file.name)));
        for operation in operations_of(&file) {
            let text = operation.value["description"].as_str().unwrap();
            let inputs = operation.inputs();
            let texts = inputs.iter().map(|input| input.description);
            for text in texts.chain([text]) {
                let fault = fault(text);
                problems
                    .extend(fault.map(|fault| format!("{}: {fault}: {text}", operation.name())));
            }
        }
    }
    assert_none(&problems);
}

/// What is wrong with a text.
fn fault(text: &str) -> Option<&'static str> {
    let start = text.trim_start_matches('`');
    let rules = [
        (text.len() <= 240, "is too long"),
        (text.ends_with('.'), "has no full stop"),
        (
            !text.contains("..") && !text.contains("  "),
            "has a typing error",
        ),
        (!text.contains(['\n', '$', '—', '<']), "is not plain text"),
        (
            start.len() < text.len() || text.starts_with(char::is_uppercase),
            "has no capital",
        ),
        (
            text.matches('`').count().is_multiple_of(2),
            "has an open quotation",
        ),
        (!text.contains("answer"), "says answer for response"),
    ];
    rules.iter().find(|rule| !rule.0).map(|rule| rule.1)
}

#[test]
fn a_bad_text_is_found() {
    for text in [
        "",
        "no capital.",
        "No stop",
        "Has $ref.",
        "Two..",
        "An `open quotation.",
        "An answer.",
    ] {
        assert!(fault(text).is_some(), "{text}");
    }
    assert_eq!(fault("`asc` or `desc`."), None);
}

#[test]
fn an_input_has_one_name_and_an_example() {
    let mut problems = Vec::new();
    for operation in operations() {
        let inputs = operation.inputs();
        for (index, input) in inputs.iter().enumerate() {
            if inputs
                .iter()
                .take(index)
                .any(|other| other.name == input.name)
            {
                problems.push(format!("{}: {} twice", operation.name(), input.name));
            }
            let sample = ["example", "enum", "const"];
            let sample = sample.iter().any(|key| input.schema.get(*key).is_some());
            let boolean = input.schema["type"] == "boolean";
            if input.required && !sample && !boolean {
                problems.push(format!(
                    "{}: {} has no example",
                    operation.name(),
                    input.name
                ));
            }
            problems.extend(
                misfit(input.schema)
                    .map(|what| format!("{}: {}: {what}", operation.name(), input.name)),
            );
        }
    }
    assert_none(&problems);
}

/// The example or default that does not fit the schema.
fn misfit(schema: &Value) -> Option<String> {
    let validator = jsonschema::validator_for(schema).unwrap();
    let values = ["example", "default"].map(|key| (key, schema.get(key)));
    let misfit = values
        .into_iter()
        .find(|(_, value)| value.is_some_and(|value| !validator.is_valid(value)));
    misfit.map(|(key, value)| format!("{key} {} does not fit", value.unwrap()))
}

#[test]
fn an_effect_is_given_where_the_method_says_otherwise() {
    let mut problems = Vec::new();
    for operation in operations() {
        let by_method = match operation.method.as_str() {
            "GET" => "read",
            "PUT" | "DELETE" => "write-idempotent",
            _ => "write-once",
        };
        if operation.value["x-workflow-effect"] == by_method {
            problems.push(format!("{}: {by_method} by itself", operation.name()));
        }
    }
    assert_none(&problems);
}

#[test]
fn choices_name_a_list() {
    let operations = operations();
    let kinds = kinds_of_choices();
    let mut listed = 0;
    let mut problems = Vec::new();
    for operation in &operations {
        for input in operation.inputs() {
            let Some(choices) = input.schema.get("x-workflow-choices") else {
                continue;
            };
            let keys = choices.as_object().unwrap().keys();
            let id = choices["operationId"].as_str().unwrap();
            if id == "list-choices" {
                assert!(keys.eq(["operationId", "input"]), "{choices}");
                let kind = choices["input"]["kind"].as_str().unwrap();
                if !kinds.iter().any(|known| known == kind) {
                    problems.push(format!("{}: {}: {kind}", operation.name(), input.name));
                }
                continue;
            }
            assert!(keys.eq(["operationId", "value", "label"]), "{choices}");
            let list = operations.iter().find(|list| list.id() == id);
            listed += 1;
            if list.is_none_or(|list| list.rows().is_empty()) {
                problems.push(format!(
                    "{}: {}: {id} is no list",
                    operation.name(),
                    input.name
                ));
            }
        }
    }
    assert_none(&problems);
    assert!(listed > 20, "{listed} choices");
}

#[test]
fn a_list_has_rows_and_its_pages_are_of_a_known_kind() {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut problems = Vec::new();
    for operation in operations() {
        let verb = operation.id().split('-').next().unwrap();
        if ["list", "search", "scroll", "find"].contains(&verb) && operation.rows().is_empty() {
            problems.push(format!("{} has no rows", operation.name()));
        }
        let link = operation.next_page();
        if link.is_null() {
            continue;
        }
        match kind(&operation, link) {
            Some(kind) => *kinds.entry(kind).or_default() += 1,
            None => problems.push(format!("{}: {link}", operation.name())),
        }
    }
    assert_none(&problems);
    assert_eq!(kinds.len(), 5, "{kinds:?}");
}

/// The kind of paging that a link says, if the link is one of those in the README.
fn kind(operation: &Operation, link: &Value) -> Option<String> {
    let (place, moved) = match (link.get("parameters"), link.get("requestBody")) {
        (Some(parameters), None) => ("query", parameters),
        (None, Some(body)) => ("body", body),
        _ => return None,
    };
    let (name, value) = only_entry(moved)?;
    let (name, value) = match only_entry(value) {
        Some((inner, value)) => (format!("{name}.{inner}"), value),
        None => (name.to_owned(), value),
    };
    let pointer = value.as_str()?.strip_prefix("$response.body#/")?;
    let how = match pointer.rsplit('/').next()? {
        "page" => "page",
        "next" => "URL",
        _ => "cursor",
    };
    let inputs = operation.inputs();
    let input = inputs
        .iter()
        .any(|input| input.place == place && input.name == name);
    (input && link["operationId"] == operation.id()).then(|| format!("{how} in {place}"))
}

fn only_entry(value: &Value) -> Option<(&str, &Value)> {
    let object = value.as_object()?;
    let (name, value) = object.iter().next()?;
    (object.len() == 1).then_some((name, value))
}
