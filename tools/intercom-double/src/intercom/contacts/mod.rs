//! Contacts: who there is, and the operations on one of them.

mod contact;
mod fields;
mod merge;
mod store;

use serde_json::{Value, json};

pub use contact::Contact;
pub use fields::Changes;
pub use merge::merge;
pub use store::Contacts;

use super::answer::{Answer, Refusal};
use super::router::Call;
use super::state::State;

/// The contact as the answer to `call` shows it.
pub fn shown(state: &State, call: &Call<'_>, contact: &Contact) -> Value {
    let history = call.parameter("include_merge_history");
    let history = history.as_deref() == Some("true");
    contact.to_json(state.workspace.id, call.version, history)
}

/// `POST /contacts`
pub fn create(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let changes = Changes::read(&call.object()?, call.version, &state.workspace)?;
    let changes = changes.of_a_new_contact()?;
    let id = state.contacts.create(changes, call.now)?;
    get_by_id(state, call, &id)
}

/// `PUT /contacts/{id}`
pub fn update(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let mut contact = state.contacts.find(&call.id, call.version)?.clone();
    let changes = Changes::read(&call.object()?, call.version, &state.workspace)?;
    contact.apply(changes.of_a(contact.role())?, call.now);
    state.contacts.store(contact)?;
    get(state, call)
}

/// `GET /contacts/{id}`: an archived contact is there, too.
pub fn get(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    get_by_id(state, call, &call.id)
}

fn get_by_id(state: &State, call: &Call<'_>, id: &str) -> Result<Answer, Refusal> {
    let contact = state.contacts.find(id, call.version)?;
    Ok(Answer::Json(shown(state, call, contact)))
}

/// `GET /contacts/find_by_external_id/{id}`: users only.
pub fn find_by_external_id(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    match state.contacts.by_external_id(&call.id) {
        Some(contact) if contact.role() == "user" => Ok(Answer::Json(shown(state, call, contact))),
        _ => Err(state.contacts.missing_external_id(&call.id, call.version)),
    }
}

/// `POST /contacts/{id}/archive`
pub fn archive(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    set_archived(state, call, true)
}

/// `POST /contacts/{id}/unarchive`
pub fn unarchive(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    set_archived(state, call, false)
}

fn set_archived(state: &mut State, call: &Call<'_>, archived: bool) -> Result<Answer, Refusal> {
    let mut contact = state.contacts.find(&call.id, call.version)?.clone();
    contact.archived = archived;
    let answer = reference(&contact, "archived", archived);
    state.contacts.store(contact)?;
    Ok(answer)
}

/// `DELETE /contacts/{id}`
pub fn delete(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let contact = state.contacts.find(&call.id, call.version)?.clone();
    state.contacts.remove(contact.id());
    Ok(reference(&contact, "deleted", true))
}

/// What is left to say of a contact that something was done to.
fn reference(contact: &Contact, done: &str, value: bool) -> Answer {
    let external_id: Value = contact.field("external_id");
    Answer::Json(json!({
        "type": "contact",
        "id": contact.id(),
        "external_id": external_id,
        done: value,
    }))
}
