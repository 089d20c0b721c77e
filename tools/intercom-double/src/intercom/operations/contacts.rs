//! Operations on one contact (`docs/intercom-api.md`, Contacts).

use serde_json::{Value, json};

use crate::intercom::call::Call;
use crate::intercom::contacts::{Changes, Contact};
use crate::intercom::response::{ApiError, Success};
use crate::intercom::state::State;

/// The contact as the response to `call` shows it.
pub fn contact_json(state: &State, call: &Call<'_>, contact: &Contact) -> Value {
    let history = call.parameter("include_merge_history");
    let history = history.as_deref() == Some("true");
    let mut json = contact.to_json(state.workspace.id, call.version, history);
    let companies = state.companies.of_contact(contact.id());
    let companies = companies.map(|company| ("company", company.id()));
    fill_list(&mut json, "companies", companies.collect());
    let path = format!("/contacts/{}", contact.id());
    let tags = state.tags.on(&path).map(|tag| ("tag", tag.id.as_str()));
    fill_list(&mut json, "tags", tags.collect());
    json
}

/// The number of items that a list in a contact shows.
const LISTED: usize = 10;

/// Fills a list in a contact with references: type and id of each.
fn fill_list(contact: &mut Value, name: &str, items: Vec<(&str, &str)>) {
    let Some(Value::Object(list)) = contact.get_mut(name) else {
        return;
    };
    let shown = items.iter().take(LISTED);
    let data: Vec<Value> = shown
        .map(|(kind, id)| json!({ "type": kind, "id": id, "url": format!("/{name}/{id}") }))
        .collect();
    list.insert("data".to_owned(), data.into());
    list.insert("total_count".to_owned(), items.len().into());
    list.insert("has_more".to_owned(), (items.len() > LISTED).into());
}

/// `POST /contacts`
pub fn create(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let changes = Changes::read(&call.object()?, call.version, &state.workspace)?;
    let changes = changes.for_new_contact()?;
    let id = state.contacts.create(changes, call.now)?;
    get_by_id(state, call, &id)
}

/// `PUT /contacts/{id}`
pub fn update(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let mut contact = state.contacts.find(&call.id, call.version)?.clone();
    let changes = Changes::read(&call.object()?, call.version, &state.workspace)?;
    contact.apply(changes.for_role(contact.role())?, call.now);
    state.contacts.store(contact, call.now)?;
    get(state, call)
}

/// `GET /contacts/{id}`: returns archived contacts, too.
pub fn get(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    get_by_id(state, call, &call.id)
}

/// The contact with this id as a response.
///
/// # Errors
///
/// 404 `not_found`, or 410 `contact_merged`.
pub fn get_by_id(state: &State, call: &Call<'_>, id: &str) -> Result<Success, ApiError> {
    let contact = state.contacts.find(id, call.version)?;
    Ok(Success::Json(contact_json(state, call, contact)))
}

/// `GET /contacts/find_by_external_id/{id}`: users only.
pub fn find_by_external_id(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    match state.contacts.by_external_id(&call.id) {
        Some(contact) if contact.role() == "user" => {
            Ok(Success::Json(contact_json(state, call, contact)))
        }
        _ => Err(state.contacts.missing_external_id(&call.id, call.version)),
    }
}

/// `POST /contacts/{id}/archive`
pub fn archive(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    set_archived(state, call, true)
}

/// `POST /contacts/{id}/unarchive`
pub fn unarchive(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    set_archived(state, call, false)
}

fn set_archived(state: &mut State, call: &Call<'_>, archived: bool) -> Result<Success, ApiError> {
    let mut contact = state.contacts.find(&call.id, call.version)?.clone();
    contact.archived = archived;
    let response = reference(&contact, "archived", archived);
    state.contacts.store(contact, call.now)?;
    Ok(response)
}

/// `DELETE /contacts/{id}`
pub fn delete(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let contact = state.contacts.find(&call.id, call.version)?.clone();
    state.contacts.remove(contact.id());
    state.companies.replace_contact(contact.id(), None);
    Ok(reference(&contact, "deleted", true))
}

/// The short form of a contact, in responses that do not return it whole.
fn reference(contact: &Contact, flag: &str, value: bool) -> Success {
    let external_id = contact.field("external_id");
    Success::Json(json!({
        "type": "contact",
        "id": contact.id(),
        "external_id": external_id,
        flag: value,
    }))
}
