//! Runs an operation: the executor of all actions that are data.

use super::inputs::{self, Given};
use super::operation::{Input, Operation, Output, Place, Success};
use super::pages;
use crate::actions::{HostContext, JsonObject, environment};
use crate::api::{
    CORRECT_INPUT, Client, Effect, Expected, Hints, Query, Request, RequestBody, ResponseBody,
    Token,
};
use crate::input::{InputReader, Notes, RawInput};
use crate::world::types::ActionError;

/// Runs an operation. The result is a JSON object.
///
/// # Errors
/// As for an action: all invalid variables or inputs; Intercom's error, or an unusable response.
pub fn run(
    operation: &Operation,
    input: RawInput,
    host: HostContext<'_>,
) -> Result<String, ActionError> {
    let HostContext {
        variables,
        transport,
        clock,
    } = host;
    let (settings, token) = environment::<Token>(&operation.id, variables)?;
    let noted = Notes::default();
    let fixed = hints_at_fixed(operation);
    let mut reader = InputReader::new(input, &settings.context, &noted);
    reader.hint_at(&fixed);
    let given = inputs::read(operation, &mut reader);
    let (errors, notes) = reader.finish();
    let given = match given {
        Some(given) if errors.is_empty() => given,
        _ => return Err(errors.into_error(&operation.id)),
    };
    let mut client = Client::new(
        &operation.id,
        operation.effect,
        hints(operation),
        &settings,
        &token,
        transport,
        clock,
    );
    let mut performed = match operation.pages.rows.is_empty() {
        true => one(operation, given, notes, &mut client),
        false => pages::read(operation, given, notes, &mut client),
    };
    if let Err(error) = &mut performed {
        client.redact(error);
    }
    performed
}

/// The names of fixed values, for a caller who passes one.
fn hints_at_fixed(operation: &Operation) -> Vec<(&str, &str)> {
    let fixed = operation
        .inputs
        .iter()
        .filter(|input| !input.fixed.is_empty());
    let hint = "leave it out, since the action's definition sets it";
    fixed.map(|input| (input.name.as_str(), hint)).collect()
}

/// Hints of errors, by the operation's effect.
fn hints(operation: &Operation) -> Hints {
    let has_ids = operation
        .inputs
        .iter()
        .any(|input| input.place == Place::Path);
    let is_read = operation.effect == Effect::Read;
    if is_read && !has_ids {
        return Hints::OF_READS;
    }
    Hints {
        not_found: "check the ids in the input",
        no_effect: match is_read {
            true => "",
            false => "nothing was changed",
        },
        conflict: CORRECT_INPUT,
        outcome: "read the data before you send it again",
    }
}

/// The request of an operation.
pub fn request(operation: &Operation, given: &Given) -> Request {
    let is_secret = |input: &&Input| input.secret || input.fields.iter().any(|field| field.secret);
    let secrets = operation.inputs.iter().filter(is_secret);
    let accept = Some(&operation.media_type).filter(|media_type| !media_type.is_empty());
    Request {
        query: Query(given.query.clone()),
        headers: accept
            .map(|media_type| ("accept".to_owned(), media_type.clone()))
            .into_iter()
            .collect(),
        body: given.body.clone().map(RequestBody::Value),
        secrets: secrets.map(|input| input.name.clone()).collect(),
        expected: match operation.success {
            Success::Json => Expected::Json,
            _ => Expected::Anything,
        },
        effect: Some(operation.effect),
        ..Request::new(operation.method, given.path.as_str())
    }
}

/// Sends the only request of an operation that is not a list.
fn one(
    operation: &Operation,
    given: Given,
    mut notes: Vec<String>,
    client: &mut Client<'_>,
) -> Result<String, ActionError> {
    let response = client.send(&request(operation, &given))?;
    let status = response.status();
    let location = response.headers().get("location").map(str::to_owned);
    let redirects = (300..400).contains(&status);
    let outputs: Vec<&Output> = operation
        .outputs
        .iter()
        .filter(|out| is_lifted(out))
        .collect();
    let mut result = JsonObject::default();
    let body = match operation.success {
        _ if redirects => response.into_headers(),
        // A 404 of a retried DELETE has no object of the operation.
        _ if status >= 400 => response.into_any()?,
        Success::Json if !outputs.is_empty() => {
            let (values, body) = response.into_document(|object| {
                let value = |output: &&Output| object.json(&output.name).map(str::to_owned);
                outputs.iter().map(value).collect::<Vec<_>>()
            })?;
            for (output, value) in outputs.iter().zip(&values) {
                result.json(&output.name, value.as_deref().unwrap_or("null"));
            }
            body
        }
        Success::Text => response.into_text()?,
        Success::Bytes => response.into_bytes()?,
        Success::Json | Success::Any | Success::Redirect => response.into_any()?,
    };
    if redirects || operation.success != Success::Json {
        result.value("location", &location);
    }
    let is_listed = operation.statuses.is_empty() || operation.statuses.contains(&status.into());
    if (200..300).contains(&status) && !is_listed {
        notes.push(format!(
            "Intercom responded {status}, which the action does not list"
        ));
    }
    let ResponseBody { json, notes: more } = body;
    notes.extend(more);
    result.value("notes", &notes).json("response", &json);
    Ok(result.finish())
}

/// Whether a field of a response is also a field of the result.
fn is_lifted(output: &Output) -> bool {
    let is_own = matches!(output.name.as_str(), "notes" | "response" | "location");
    let is_plain = |c: char| c.is_alphanumeric() || "_-$".contains(c);
    !is_own && !output.name.is_empty() && output.name.chars().all(is_plain)
}
