//! Writing and listing notes (`docs/intercom-api.md`, Notes). Those of conversations
//! and tickets are replies.

use http::StatusCode;
use serde_json::{Value, json};

use crate::intercom::call::Call;
use crate::intercom::response::{ApiError, Success};
use crate::intercom::route::{Access, Route, route};
use crate::intercom::state::State;

/// The routes of notes.
pub const ROUTES: [Route; 4] = [
    route(
        Access::WriteOnce,
        "POST",
        "/contacts/{id}/notes",
        on_contact,
    ),
    route(
        Access::Idempotent,
        "GET",
        "/contacts/{id}/notes",
        of_contact,
    ),
    route(
        Access::WriteOnce,
        "POST",
        "/companies/{id}/notes",
        on_company,
    ),
    route(
        Access::Idempotent,
        "GET",
        "/companies/{id}/notes",
        of_company,
    ),
];

fn on_contact(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    if state.contacts.live(&call.id).is_none() {
        return Err(ApiError::not_found("User Not Found"));
    }
    write(state, call, "contacts")
}

fn on_company(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    if state.companies.find(&call.id).is_none() {
        let status = StatusCode::NOT_FOUND;
        return Err(ApiError::new(
            status,
            "company_not_found",
            "Company Not Found",
        ));
    }
    write(state, call, "companies")
}

fn write(state: &mut State, call: &Call<'_>, kind: &str) -> Result<Success, ApiError> {
    let (text, author) = read(state, call)?;
    let object = format!("/{kind}/{}", call.id);
    let note = state.notes.add(object, author, &text, call.now);
    Ok(Success::Json(note.to_json()))
}

/// The text and the author of a note: the named admin, or the token's.
fn read(state: &State, call: &Call<'_>) -> Result<(String, Value), ApiError> {
    let body = call.object()?;
    let text = body.get("body").and_then(Value::as_str);
    let text = text.filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| ApiError::invalid("Body is required").with_field("body"))?;
    let [first, ..] = state.workspace.admins();
    let author = match body.get("admin_id") {
        None => Some(first),
        Some(id) => state.workspace.admin(id).copied(),
    };
    let author = author.ok_or_else(|| ApiError::not_found("Resource Not Found"))?;
    Ok((text.to_owned(), author.to_json()))
}

fn of_contact(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    Ok(rows(state, &format!("/contacts/{}", call.id)))
}

fn of_company(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    Ok(rows(state, &format!("/companies/{}", call.id)))
}

fn rows(state: &State, object: &str) -> Success {
    let data: Vec<Value> = state.notes.on(object).map(|note| note.to_json()).collect();
    let total = data.len();
    Success::Json(json!({
        "type": "list",
        "data": data,
        "total_count": total,
        "pages": { "type": "pages", "page": 1, "per_page": 50, "total_pages": 1 },
    }))
}
