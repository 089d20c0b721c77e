//! Merging a lead into a user (`docs/intercom-api.md`, Conflicts and merges).

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::contacts::get_by_id;
use crate::intercom::call::Call;
use crate::intercom::contacts::Contact;
use crate::intercom::response::{ApiError, Success};
use crate::intercom::state::State;

/// `POST /contacts/merge`
pub fn merge(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let body = call.object()?;
    let from = contact(state, call, &body, "from", "lead")?;
    let mut into = contact(state, call, &body, "into", "user")?;
    let forced = body.get("skip_duplicate_validation") == Some(&Value::Bool(true));
    if !forced && !are_duplicates(&from, &into) {
        return Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "invalid_merge",
            "the contacts share neither email nor phone; set skip_duplicate_validation to merge them anyway",
        ));
    }
    into.merge_from(&from);
    into.set("updated_at", json!(call.now));
    into.merge_history.push(json!({
        "type": "merge_history",
        "source_contact_id": from.id(),
        "source_contact_role": from.role(),
        "merged_at": call.now,
    }));
    let id = into.id().to_owned();
    state.contacts.merge(from.id(), &id);
    state.companies.replace_contact(from.id(), Some(&id));
    state.contacts.store(into, call.now)?;
    get_by_id(state, call, &id)
}

fn contact(
    state: &State,
    call: &Call<'_>,
    body: &Map<String, Value>,
    name: &str,
    role: &str,
) -> Result<Contact, ApiError> {
    let id = body.get(name).and_then(Value::as_str).unwrap_or_default();
    let contact = state.contacts.find(id, call.version)?;
    if contact.role() != role {
        return Err(ApiError::invalid(format!("is not a {role}")).with_field(name));
    }
    Ok(contact.clone())
}

fn are_duplicates(one: &Contact, other: &Contact) -> bool {
    let mut names = ["email", "phone"].into_iter();
    names.any(|name| one.text(name).is_some() && one.text(name) == other.text(name))
}
