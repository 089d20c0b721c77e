//! Parses actions from an OpenAPI document, 3.1 or 3.0.
//!
//! `docs/custom-actions.md` describes the subset. Everything outside the subset that would
//! change the request is a problem, so that no field is silently dropped; purely descriptive
//! parts are ignored. The build script parses the catalogue with the same code.

mod constants;
mod links;
mod node;
mod request;
mod response;
mod schema;

pub use node::{Problem, Reference, References};

use crate::method::{Effect, Method};
use crate::operation::{Body, Operation};
use node::{Node, Notes};
use serde_json::Value;

/// The actions of a document, and its problems. Actions with a problem are not included; after a
/// problem of the whole document there are none.
#[derive(Debug, Default)]
pub struct Definitions {
    /// The actions, in the document's order.
    pub operations: Vec<Operation>,
    /// All problems.
    pub problems: Vec<Problem>,
}

/// Maximum number of actions of a document: more than a list can show, and each costs memory in
/// every call.
pub const MAX_OPERATIONS: usize = 300;

/// Maximum number of inputs of a document, including nested ones. References let a short
/// document describe very many.
pub const MAX_INPUTS: usize = 10_000;

/// Parses a document, or one action of it, which is enough for a call. `is_taken` knows the ids
/// of other actions, `references` the inputs in a text.
pub fn read(
    document: &Value,
    only: Option<&str>,
    is_taken: &dyn Fn(&str) -> bool,
    references: References,
) -> Definitions {
    let mut notes = Notes::new(document, references);
    let root = Node::root(document);
    check_document(&mut notes, &root);
    let is_whole = notes.problems.is_empty();
    let mut operations = operations(&mut notes, &root, only, is_taken);
    operations.retain(|_| is_whole);
    Definitions {
        operations,
        problems: notes.problems,
    }
}

/// The operations without problems.
fn operations<'a>(
    notes: &mut Notes<'a>,
    root: &Node<'a>,
    only: Option<&str>,
    is_taken: &dyn Fn(&str) -> bool,
) -> Vec<Operation> {
    let mut operations: Vec<Operation> = Vec::new();
    let mut inputs = 0;
    // Swagger has other keywords: everything would be a problem.
    let paths = root.get("paths").filter(|_| !root.has("swagger"));
    for (path, item) in paths.iter().flat_map(Node::entries) {
        let Some(item) = notes.object(&item) else {
            continue;
        };
        check_item(notes, &item);
        for (method, node) in methods(&item) {
            if only.is_some() && only != node.text("operationId") {
                continue;
            }
            let before = notes.problems.len();
            let operation = operation(notes, path, method, &item, &node);
            let taken = |id: &str| is_taken(id) || operations.iter().any(|other| other.id == id);
            check_id(notes, &node, &operation.id, &taken);
            inputs += count(&operation);
            if operations.len() >= MAX_OPERATIONS || inputs > MAX_INPUTS {
                let message = "exceeds the limit: the document describes too much";
                notes.note(&node, message, "leave out unused actions");
                return operations;
            }
            if notes.problems.len() == before {
                operations.push(operation);
            }
        }
    }
    operations
}

fn count(operation: &Operation) -> usize {
    let inputs = operation.inputs.iter();
    inputs.map(|input| 1 + input.fields.len()).sum()
}

/// The reason why servers are not allowed.
const SERVERS: (&str, &str) = (
    "servers",
    "sets the host, which the connector's settings determine",
);

/// The reason why credentials are not allowed.
const SECURITY: (&str, &str) = (
    "security",
    "sets the authorization, which the connector's own token does",
);

fn check_document(notes: &mut Notes<'_>, root: &Node<'_>) {
    if !root.value.is_object() {
        let hint = "give an OpenAPI document, such as {\"openapi\": \"3.1.0\", \"paths\": {}}";
        return notes.note(root, "is not a JSON object", hint);
    }
    let known = [
        "openapi",
        "info",
        "paths",
        "components",
        "tags",
        "externalDocs",
        "jsonSchemaDialect",
    ];
    let webhooks = ("webhooks", "describes requests that Intercom sends");
    notes.check_keys(root, &known, &[SERVERS, SECURITY, webhooks]);
    let version = root.text("openapi").unwrap_or_default();
    if !version.starts_with("3.0.") && !version.starts_with("3.1.") {
        let message = match root.has("swagger") {
            true => "is Swagger 2, which is not supported".to_owned(),
            false => "openapi is not a version of 3.0 or 3.1".to_owned(),
        };
        notes.note(
            root,
            message,
            "write the document for \"openapi\": \"3.1.0\"",
        );
    }
    match root.get("paths") {
        Some(paths) if paths.value.is_object() => {}
        Some(paths) => notes.note(&paths, "is not an object", "give an object of paths"),
        None => notes.note(root, "has no paths", "describe an action under paths"),
    }
}

fn check_item(notes: &mut Notes<'_>, item: &Node<'_>) {
    let known = [
        "summary",
        "description",
        "parameters",
        "get",
        "head",
        "post",
        "put",
        "patch",
        "delete",
    ];
    let unsent = "is not a method of Intercom's API";
    notes.check_keys(
        item,
        &known,
        &[SERVERS, ("options", unsent), ("trace", unsent)],
    );
}

/// The operations of a path, in the order of [`Method::ALL`].
fn methods<'a>(item: &Node<'a>) -> Vec<(Method, Node<'a>)> {
    let methods = Method::ALL.into_iter();
    methods
        .filter_map(|method| Some((method, item.get(&method.name().to_ascii_lowercase())?)))
        .collect()
}

fn operation<'a>(
    notes: &mut Notes<'a>,
    path: &str,
    method: Method,
    item: &Node<'a>,
    node: &Node<'a>,
) -> Operation {
    let known = [
        "operationId",
        "summary",
        "description",
        "tags",
        "parameters",
        "requestBody",
        "responses",
        "deprecated",
        "externalDocs",
        "x-workflow-effect",
        request::INPUTS,
    ];
    let callbacks = ("callbacks", "describes requests that Intercom sends");
    notes.check_keys(node, &known, &[SERVERS, SECURITY, callbacks]);
    let id = notes.text(node, "operationId");
    let title = notes.text(node, "summary");
    let mut operation = Operation {
        title: match title.is_empty() {
            true => crate::title(&id),
            false => title,
        },
        id,
        description: notes.text(node, "description"),
        group: group(notes, node),
        effect: effect(notes, node, method),
        method,
        path: path.to_owned(),
        ..Operation::default()
    };
    request::named(notes, node, &mut operation);
    request::parameters(notes, item, node, &mut operation);
    request::check_path(notes, node, &operation);
    request::body(notes, node, &mut operation);
    if operation.body != Body::None && matches!(method, Method::Get | Method::Head) {
        let message = format!("{} has no body", method.name());
        notes.note(node, message, "leave requestBody out");
    }
    let schema = response::success(notes, node, &mut operation);
    if let Some((response, schema)) = schema {
        links::pages(notes, &response, &schema, &mut operation);
    }
    // A form shows required inputs first. (A sort would be 15 KB of code.)
    let inputs = std::mem::take(&mut operation.inputs).into_iter();
    let (required, others): (Vec<_>, Vec<_>) = inputs.partition(|input| input.required);
    operation.inputs.extend(required.into_iter().chain(others));
    request::check_names(notes, node, &operation);
    constants::check_named(notes);
    operation
}

/// The group: the first tag, or the document's title.
fn group(notes: &mut Notes<'_>, node: &Node<'_>) -> String {
    let tags = node
        .get("tags")
        .map(|tags| tags.items())
        .unwrap_or_default();
    let first = tags.first().and_then(|tag| tag.value.as_str());
    let title = || notes.title().unwrap_or("Custom");
    first.unwrap_or_else(title).to_owned()
}

fn effect(notes: &mut Notes<'_>, node: &Node<'_>, method: Method) -> Effect {
    let Some(given) = node.get("x-workflow-effect") else {
        return method.effect();
    };
    let named = |effect: &Effect| given.value.as_str() == Some(effect.name());
    Effect::ALL.into_iter().find(named).unwrap_or_else(|| {
        let hint = "give read, write-idempotent or write-once";
        notes.note(&given, format!("{} is not an effect", given.value), hint);
        method.effect()
    })
}

/// Maximum length of an id, in bytes.
const MAX_ID: usize = 64;

fn check_id(notes: &mut Notes<'_>, node: &Node<'_>, id: &str, taken: &dyn Fn(&str) -> bool) {
    if id.is_empty() {
        let hint = "give an operationId, such as tag-article";
        return notes.note(node, "has no operationId, which is the action's id", hint);
    }
    let Some(at) = node.get("operationId") else {
        return;
    };
    let kebab = kebab(id);
    if kebab != id || id.len() > MAX_ID {
        let message = format!("{} is not an id in kebab case", shown(id));
        let kebab: String = kebab.chars().take(MAX_ID).collect();
        return notes.note(&at, message, format!("write {}", kebab.trim_matches('-')));
    }
    if taken(id) {
        let message = format!("another action has the id {id}");
        notes.note(&at, message, format!("choose another one, such as my-{id}"));
    }
}

/// An id in kebab case: lower-case letters and digits, in words.
fn kebab(id: &str) -> String {
    let mut out = String::new();
    let mut before = '-';
    for c in id.chars() {
        let starts_word = c.is_ascii_uppercase() && (before.is_ascii_lowercase());
        let c = match c.is_ascii_alphanumeric() {
            true => c,
            false => '-',
        };
        if (starts_word || c == '-') && !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
        if c != '-' {
            out.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    let is_letter = |c: char| c.is_ascii_lowercase();
    let out = out.trim_end_matches('-');
    match out.starts_with(is_letter) {
        true => out.to_owned(),
        false => format!("action-{out}"),
    }
}

/// A text as a message shows it.
fn shown(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    format!("{short:?}")
}

#[cfg(test)]
mod tests;
