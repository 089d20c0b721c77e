//! Tags, and tagged objects (`docs/intercom-api.md`, Tags).

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::intercom::call::Call;
use crate::intercom::response::{ApiError, Success};
use crate::intercom::route::{Access, Route, route};
use crate::intercom::state::State;
use crate::intercom::tags::Tag;

/// The routes of tags.
pub const ROUTES: [Route; 10] = [
    route(Access::Idempotent, "GET", "/tags", list),
    route(Access::Idempotent, "POST", "/tags", create),
    route(Access::Idempotent, "GET", "/tags/{id}", get),
    route(Access::Idempotent, "GET", "/contacts/{id}/tags", of_contact),
    route(
        Access::Idempotent,
        "POST",
        "/contacts/{id}/tags",
        tag_contact,
    ),
    route(
        Access::Idempotent,
        "DELETE",
        "/contacts/{id}/tags/{other}",
        untag_contact,
    ),
    route(
        Access::Idempotent,
        "POST",
        "/conversations/{id}/tags",
        tag_conversation,
    ),
    route(
        Access::Idempotent,
        "DELETE",
        "/conversations/{id}/tags/{other}",
        untag_conversation,
    ),
    route(Access::Idempotent, "POST", "/tickets/{id}/tags", tag_ticket),
    route(
        Access::Idempotent,
        "DELETE",
        "/tickets/{id}/tags/{other}",
        untag_ticket,
    ),
];

fn list(state: &mut State, _: &Call<'_>) -> Result<Success, ApiError> {
    Ok(rows(state.tags.all().iter()))
}

fn of_contact(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    contact(state, call)?;
    Ok(rows(state.tags.on(&format!("/contacts/{}", call.id))))
}

fn rows<'a>(tags: impl Iterator<Item = &'a Tag>) -> Success {
    let data: Vec<Value> = tags.map(Tag::to_json).collect();
    Success::Json(json!({ "type": "list", "data": data }))
}

fn get(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let tag = state.tags.find(&call.id);
    let tag = tag.ok_or_else(|| ApiError::not_found("Resource Not Found"))?;
    Ok(Success::Json(tag.to_json()))
}

/// Finds or creates a tag by its name, and adds it to companies or removes it.
fn create(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let body = call.object()?;
    let name = text(&body, "name").ok_or_else(|| ApiError::invalid("invalid tag parameters"))?;
    let companies = body.get("companies").and_then(Value::as_array);
    let companies = companies.map(Vec::as_slice).unwrap_or_default();
    let mut marked = Vec::new();
    for item in companies {
        let company = match (item.get("id"), item.get("company_id")) {
            (Some(id), _) => state.companies.find(id.as_str().unwrap_or_default()),
            (None, Some(own)) => {
                let own = own.as_str().unwrap_or_default();
                state.companies.find_by("company_id", own)
            }
            (None, None) => None,
        };
        let id = company.map(|company| company.id().to_owned());
        let id = id.ok_or_else(|| missing("company_not_found", "Company Not Found"))?;
        marked.push((id, item.get("untag") != Some(&Value::Bool(true))));
    }
    let tag = state.tags.named_or_new(name);
    for (company, tagged) in &marked {
        let object = format!("/companies/{company}");
        match tagged {
            true => state.tags.put(&object, &tag.id),
            false => _ = state.tags.take(&object, &tag.id),
        }
    }
    let companies = marked.into_iter();
    let companies: Vec<Value> = companies
        .map(|(id, tagged)| json!({ "id": id, "tagged": tagged }))
        .collect();
    Ok(Success::Json(json!({
        "type": "tag", "id": tag.id, "name": tag.name, "users": [], "companies": companies,
    })))
}

fn tag_contact(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    contact(state, call)?;
    put(state, call, "contacts", "not_found", "Resource Not Found")
}

fn untag_contact(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    contact(state, call)?;
    take(state, call, "contacts", "not_found", "Resource Not Found")
}

fn tag_conversation(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    conversation(state, call)?;
    admin(state, call)?;
    put(
        state,
        call,
        "conversations",
        "tag_not_found",
        "Tag not found",
    )
}

fn untag_conversation(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    conversation(state, call)?;
    admin(state, call)?;
    take(
        state,
        call,
        "conversations",
        "tag_not_found",
        "Tag not found",
    )
}

fn tag_ticket(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    state.tickets.find(&call.id)?;
    admin(state, call)?;
    put(state, call, "tickets", "tag_not_found", "Tag not found")
}

fn untag_ticket(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    state.tickets.find(&call.id)?;
    admin(state, call)?;
    take(state, call, "tickets", "tag_not_found", "Tag not found")
}

fn put(
    state: &mut State,
    call: &Call<'_>,
    kind: &str,
    code: &'static str,
    message: &str,
) -> Result<Success, ApiError> {
    let body = call.object()?;
    let tag = text(&body, "id")
        .and_then(|id| state.tags.find(id))
        .cloned();
    let tag = tag.ok_or_else(|| missing(code, message))?;
    state.tags.put(&format!("/{kind}/{}", call.id), &tag.id);
    Ok(applied(&tag, call))
}

fn take(
    state: &mut State,
    call: &Call<'_>,
    kind: &str,
    code: &'static str,
    message: &str,
) -> Result<Success, ApiError> {
    let tag = state.tags.find(&call.other).cloned();
    let object = format!("/{kind}/{}", call.id);
    let tag = tag.filter(|tag| state.tags.take(&object, &tag.id));
    let tag = tag.ok_or_else(|| missing(code, message))?;
    Ok(applied(&tag, call))
}

fn applied(tag: &Tag, call: &Call<'_>) -> Success {
    let mut json = tag.to_json();
    if let Some(tag) = json.as_object_mut() {
        tag.insert("applied_at".to_owned(), call.now.into());
    }
    Success::Json(json)
}

fn contact(state: &State, call: &Call<'_>) -> Result<(), ApiError> {
    match state.contacts.live(&call.id) {
        Some(_) => Ok(()),
        None => Err(ApiError::not_found("User Not Found")),
    }
}

fn conversation(state: &State, call: &Call<'_>) -> Result<(), ApiError> {
    let found = state.conversations.find(&call.id);
    found
        .map(|_| ())
        .map_err(|_| ApiError::not_found("Conversation not found"))
}

/// The acting admin, also in the body of a DELETE.
fn admin(state: &State, call: &Call<'_>) -> Result<(), ApiError> {
    let body = call.object()?;
    let id = body.get("admin_id").filter(|id| id.is_string());
    let id = id.ok_or_else(|| ApiError::invalid("is required").with_field("admin_id"))?;
    match state.workspace.admin(id) {
        Some(_) => Ok(()),
        None => Err(missing("admin_not_found", "Admin not found")),
    }
}

fn missing(code: &'static str, message: &str) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, code, message)
}

/// A non-empty string.
fn text<'a>(body: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    let text = body.get(name).and_then(Value::as_str);
    text.filter(|text| !text.is_empty())
}
