//! Parses the request of an operation: its path, parameters and body.

use super::node::{Named, Node, Notes};
use super::{schema, shown};
use crate::operation::{Body, Input, Kind, NextBy, Operation, Place};

/// The extension with the inputs that constants use.
pub const INPUTS: &str = "x-workflow-inputs";

/// Parses the inputs that constants use.
pub fn named<'a>(notes: &mut Notes<'a>, node: &Node<'a>, operation: &mut Operation) {
    notes.named.clear();
    let Some(at) = node.get(INPUTS).and_then(|at| notes.object(&at)) else {
        return;
    };
    let mut whole = Input::default();
    schema::input(notes, &at, &mut whole, 0);
    if whole.kind != Kind::Record {
        let hint = "give \"properties\", and a schema for each input";
        return notes.note(&at, "describes no inputs", hint);
    }
    for input in whole.fields {
        let place = at.get("properties").and_then(|node| node.get(&input.name));
        let place = place.unwrap_or_else(|| at.clone());
        if !input.fixed.is_empty() {
            notes.note(
                &place,
                "is fixed, so it is not an input",
                "write the value where it is sent",
            );
        }
        notes.named.push(Named {
            name: input.name.clone(),
            at: place,
            required: input.required,
            secret: input.secret || input.fields.iter().any(|field| field.secret),
            is_used: false,
        });
        operation.inputs.push(Input {
            place: Place::Placeholder,
            ..input
        });
    }
}

/// Parses the parameters of a path and of one of its operations, which override those with the
/// same name and place.
pub fn parameters<'a>(
    notes: &mut Notes<'a>,
    item: &Node<'a>,
    node: &Node<'a>,
    operation: &mut Operation,
) {
    let lists = [item.get("parameters"), node.get("parameters")];
    for list in lists.iter().flatten() {
        if !list.value.is_array() {
            notes.note(list, "is not a list", "give a list of parameters");
        }
        for at in list.items() {
            let Some(input) = notes.object(&at).and_then(|at| parameter(notes, &at)) else {
                continue;
            };
            let is_same = |old: &Input| old.name == input.name && old.place == input.place;
            match operation.inputs.iter_mut().find(|old| is_same(old)) {
                Some(old) => *old = input,
                None => operation.inputs.push(input),
            }
        }
    }
}

fn parameter<'a>(notes: &mut Notes<'a>, at: &Node<'a>) -> Option<Input> {
    let known = [
        "name",
        "in",
        "description",
        "required",
        "deprecated",
        "schema",
        "style",
        "explode",
        "example",
        "examples",
        "x-workflow-choices",
    ];
    notes.check_keys(at, &known, &[]);
    let place = match at.text("in") {
        Some("path") => Place::Path,
        Some("query") => Place::Query,
        Some(other @ ("header" | "cookie")) => {
            let message = format!("is a parameter in a {other}, which the connector sets itself");
            notes.note(at, message, "leave it out");
            return None;
        }
        _ => {
            let message = "has no known place";
            notes.note(at, message, "give \"in\": \"path\" or \"query\"");
            return None;
        }
    };
    let mut input = Input {
        name: notes.text(at, "name"),
        place,
        required: at.is_true("required"),
        explode: at.get("explode").is_none_or(|node| node.value != false),
        description: notes.text(at, "description"),
        ..Input::default()
    };
    let style = at.text("style").unwrap_or_default();
    if !matches!(
        (place, style),
        (_, "") | (Place::Path, "simple") | (Place::Query, "form")
    ) {
        let message = format!("style {} is not supported", shown(style));
        notes.note(at, message, "leave it out: lists use OpenAPI's default");
    }
    schema::examples(at, &mut input);
    let description = std::mem::take(&mut input.description);
    match at.get("schema") {
        Some(schema) => schema::input(notes, &schema, &mut input, 0),
        None => notes.note(
            at,
            "has no schema",
            "give one, such as {\"type\": \"string\"}",
        ),
    }
    if !description.is_empty() {
        input.description = description;
    }
    schema::choices(notes, at, &mut input);
    let is_plain = |kind| matches!(kind, Kind::Text | Kind::Integer | Kind::Number | Kind::Flag);
    match (place, input.kind) {
        (Place::Path, _) => {
            if !input.required {
                notes.note(at, "is part of the path", "give \"required\": true");
            }
            if !is_plain(input.kind) {
                notes.note(at, "is not text or a number", "give \"type\": \"string\"");
            }
            // Ids are numbers in one place and text in another: text accepts both.
            (input.kind, input.format) = (Kind::Text, "id".to_owned());
        }
        (_, Kind::List) if is_plain(input.items) => {}
        (_, Kind::Json) if !input.fixed.is_empty() => {}
        (_, kind) if is_plain(kind) => {}
        _ => notes.note(
            at,
            "is an object, which has no standard form in a query",
            "describe each of its fields as a parameter",
        ),
    }
    if input.secret {
        let message = "is a secret in a URL, which logs contain";
        notes.note(at, message, "send it in the body");
    }
    Some(input)
}

/// Checks a path against its parameters.
pub fn check_path(notes: &mut Notes<'_>, node: &Node<'_>, operation: &Operation) {
    let path = operation.path.as_str();
    let Some(segments) = path.strip_prefix('/') else {
        let hint = "begin it with a slash: the connector adds the host";
        return notes.note(node, format!("{} is not a path", shown(path)), hint);
    };
    for segment in segments.split('/') {
        let name = segment
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        match name {
            Some(name) => {
                let is_it = |input: &&Input| input.place == Place::Path && input.name == name;
                if !operation.inputs.iter().any(|input| is_it(&input)) {
                    let message = format!("{{{name}}} in the path has no parameter");
                    notes.note(node, message, "add it to parameters, with \"in\": \"path\"");
                }
            }
            None if is_literal(segment) => {}
            None => {
                let message = format!("{} can't be a segment of the path", shown(segment));
                let hint = "give letters, digits and -._~, or one {parameter}; a query belongs to \
                            parameters";
                notes.note(node, message, hint);
            }
        }
    }
    let inputs = operation.inputs.iter();
    for input in inputs.filter(|input| input.place == Place::Path) {
        let expected = format!("{{{}}}", input.name);
        if !segments.split('/').any(|segment| segment == expected) {
            let message = format!("the path has no {expected}");
            notes.note(
                node,
                message,
                "leave the parameter out, or add it to the path",
            );
        }
    }
}

/// Whether a segment is sent verbatim and is not a dot segment.
fn is_literal(segment: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    !matches!(segment, "" | "." | "..") && segment.chars().all(is_plain)
}

/// The one content type of requests.
const JSON: &str = "application/json";

/// Parses the body.
pub fn body<'a>(notes: &mut Notes<'a>, node: &Node<'a>, operation: &mut Operation) {
    let Some(at) = node.get("requestBody").and_then(|at| notes.object(&at)) else {
        return;
    };
    notes.check_keys(&at, &["description", "content", "required"], &[]);
    operation.body = match at.is_true("required") {
        true => Body::Required,
        false => Body::Optional,
    };
    let content = at.get("content");
    for (kind, media) in content.iter().flat_map(Node::entries) {
        if kind != JSON {
            let message = "is a content type other than application/json, the only one supported";
            notes.note(&media, message, "describe the body as application/json");
        }
    }
    let Some(media) = content.and_then(|content| content.get(JSON)) else {
        let hint = "give content with application/json and a schema";
        return notes.note(&at, "has no JSON content", hint);
    };
    notes.check_keys(&media, &["schema", "example", "examples"], &[]);
    match media.get("schema") {
        Some(schema) => fields(notes, &schema, operation),
        None => notes.note(&media, "has no schema", "give one of \"type\": \"object\""),
    }
}

fn fields<'a>(notes: &mut Notes<'a>, schema: &Node<'a>, operation: &mut Operation) {
    let mut whole = Input {
        name: "body".to_owned(),
        required: operation.body == Body::Required,
        ..Input::default()
    };
    schema::input(notes, schema, &mut whole, 0);
    for name in ["allOf", "oneOf", "anyOf"] {
        if let Some(at) = schema.get(name) {
            let hint = "describe the body as one object with all its properties";
            notes.note(&at, "describes the body in parts", hint);
        }
    }
    // An object whose values are all fixed is one fixed value.
    match whole.kind {
        Kind::Record => operation.inputs.extend(whole.fields),
        _ => operation.inputs.push(Input {
            place: Place::Whole,
            ..whole
        }),
    }
}

/// Checks that the names of inputs are unique, and different from those that lists have.
pub fn check_names(notes: &mut Notes<'_>, node: &Node<'_>, operation: &Operation) {
    let inputs = operation.inputs.iter();
    let inputs = inputs.filter(|input| input.fixed.is_empty());
    let names: Vec<&str> = inputs.map(|input| input.name.as_str()).collect();
    for (index, name) in names.iter().enumerate() {
        if names.iter().take(index).any(|other| other == name) {
            let message = format!("two inputs have the name {}", shown(name));
            let hint = "rename the one in the path, whose name is not sent, or fix one by const";
            notes.note(node, message, hint);
        }
        let is_lists = matches!(*name, "next_page" | "all");
        if is_lists && operation.pages.next != NextBy::None {
            let message = format!("{name} is an input that every list has");
            notes.note(node, message, "leave it out");
        }
    }
    let nested = operation.inputs.iter().flat_map(|input| &input.fields);
    for input in operation.inputs.iter().chain(nested) {
        let is_plain = |c: char| c.is_alphanumeric() || "_-$".contains(c);
        if input.name.is_empty() || !input.name.chars().all(is_plain) {
            let message = format!("{} can't be the name of an input", shown(&input.name));
            notes.note(node, message, "give letters, digits, _ and -");
        }
    }
}
