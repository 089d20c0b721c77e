//! Paging by OpenAPI's links: the link `next` of a response leads to the same operation with
//! another cursor or page. The value's place in the response determines its kind: a number at
//! `…/page`, a URL at `…/next`, a scroll's name at its own name, otherwise a cursor.

use super::node::{Node, Notes};
use super::schema;
use crate::operation::{Input, Kind, NextBy, Operation, Output, Pages, Place};
use serde_json::Value;

/// Parses the rows of a list and its paging. A response is a list if it has a link `next`, or if
/// it has rows and no fields other than those of lists.
pub fn pages<'a>(
    notes: &mut Notes<'a>,
    response: &Node<'a>,
    schema: &Node<'a>,
    operation: &mut Operation,
) {
    let rows = rows(notes, schema);
    let links = response.get("links");
    let next = links.as_ref().and_then(|links| links.get("next"));
    let is_of_lists = |output: &Output| {
        let name = output.name.as_str();
        matches!(name, "type" | "total_count" | "pages") || holds(&rows, name)
    };
    let only_rows = operation.outputs.iter().all(is_of_lists);
    match next {
        None if rows.is_empty() || !only_rows => return,
        None => {
            operation.pages = Pages {
                rows,
                ..Pages::default()
            };
        }
        Some(_) if rows.is_empty() => {
            let hint = "describe the rows: a property of \"type\": \"array\"";
            return notes.note(schema, "has a link to the next page, but no rows", hint);
        }
        Some(next) => {
            let Some(next) = notes.object(&next) else {
                return;
            };
            link(notes, &next, operation);
            operation.pages.rows = rows;
        }
    }
    operation.outputs.clear();
}

/// The lists in a response, at its top level or one below, by their keys.
fn rows<'a>(notes: &mut Notes<'a>, schema: &Node<'a>) -> Vec<String> {
    let mut rows = Vec::new();
    for output in schema::outputs(notes, schema) {
        match output.kind {
            Kind::List => rows.push(output.name),
            Kind::Object => {
                let inner = schema
                    .get("properties")
                    .and_then(|node| node.get(&output.name));
                let Some(inner) = inner.and_then(|inner| notes.object(&inner)) else {
                    continue;
                };
                let lists = schema::outputs(notes, &inner).into_iter();
                let lists = lists.filter(|inner| inner.kind == Kind::List);
                rows.extend(lists.map(|inner| format!("{}/{}", output.name, inner.name)));
            }
            _ => {}
        }
    }
    rows
}

/// Whether a property is one of the lists, or contains one.
fn holds(rows: &[String], name: &str) -> bool {
    rows.iter().any(|row| row.split('/').next() == Some(name))
}

fn link(notes: &mut Notes<'_>, next: &Node<'_>, operation: &mut Operation) {
    let known = ["operationId", "parameters", "requestBody", "description"];
    notes.check_keys(next, &known, &[]);
    if next
        .text("operationId")
        .is_some_and(|id| id != operation.id)
    {
        let hint = "give the operationId of the operation itself";
        return notes.note(next, "leads to another operation", hint);
    }
    let given = match (next.get("parameters"), next.get("requestBody")) {
        (Some(parameters), None) => one(&parameters).map(|(name, at)| (vec![name], at, false)),
        (None, Some(body)) => in_body(&body).map(|(path, at)| (path, at, true)),
        (None, None) => None,
        (Some(_), Some(_)) => None,
    };
    let Some((path, at, in_body)) = given else {
        let hint = "give one parameter whose value is $response.body# and a JSON Pointer";
        return notes.note(next, "does not say how to request the next page", hint);
    };
    let Some(number) = taken(operation, &path, in_body) else {
        let message = format!(
            "sets {}, which is not an input of the operation",
            path.join(".")
        );
        return notes.note(next, message, "describe it as a parameter or property");
    };
    let same = path.last() == at.split('/').next_back().map(str::to_owned).as_ref();
    let is_scroll = same && !at.contains('/');
    operation.pages = Pages {
        next: match at.rsplit('/').next() {
            Some("next") => NextBy::Address,
            Some("page") if number => NextBy::Number,
            _ if is_scroll => NextBy::Scroll,
            _ => NextBy::Cursor,
        },
        at,
        parameter: path.join("/"),
        in_body,
        ..Pages::default()
    };
}

/// The only parameter of a link, and its value's place.
fn one(parameters: &Node<'_>) -> Option<(String, String)> {
    match parameters.entries().as_slice() {
        [(name, node)] => {
            let name = name.strip_prefix("query.").unwrap_or(name);
            Some((name.to_owned(), pointer(node.value.as_str()?)?))
        }
        _ => None,
    }
}

/// The only field of a link's body by its keys, and its value's place.
fn in_body(body: &Node<'_>) -> Option<(Vec<String>, String)> {
    let mut path = Vec::new();
    let mut here = body.clone();
    loop {
        if let Value::String(expression) = here.value {
            return Some((path, pointer(expression)?));
        }
        let entries = here.entries();
        let [(name, node)] = entries.as_slice() else {
            return None;
        };
        path.push((*name).to_owned());
        here = node.clone();
    }
}

/// The keys of `$response.body#/pages/next`: `pages/next`.
fn pointer(expression: &str) -> Option<String> {
    let pointer = expression.strip_prefix("$response.body#/")?;
    (!pointer.is_empty()).then(|| pointer.to_owned())
}

/// Removes the link's input from the operation's inputs, since lists have their own. Returns
/// whether it is a number; `None` if the input does not exist.
fn taken(operation: &mut Operation, path: &[String], in_body: bool) -> Option<bool> {
    let place = match in_body {
        true => Place::Body,
        false => Place::Query,
    };
    let [name, inner @ ..] = path else {
        return None;
    };
    let is_it = |input: &Input| input.place == place && input.name == *name;
    let index = operation.inputs.iter().position(is_it)?;
    let is_number = |input: &Input| input.kind == Kind::Integer;
    let Some(field) = inner.first() else {
        return Some(is_number(&operation.inputs.remove(index)));
    };
    let input = operation.inputs.get_mut(index)?;
    let field = input.fields.iter().position(|inner| inner.name == *field)?;
    let number = is_number(&input.fields.remove(field));
    if input.fields.is_empty() {
        operation.inputs.remove(index);
    }
    Some(number)
}
