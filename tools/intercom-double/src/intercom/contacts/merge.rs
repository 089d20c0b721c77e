//! Merging a lead into a user (`docs/intercom-api.md`, Conflicts and merges).

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::contact::Contact;
use super::get_by_id;
use crate::intercom::answer::{Answer, Refusal};
use crate::intercom::router::Call;
use crate::intercom::state::State;

/// `POST /contacts/merge`
pub fn merge(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let body = call.object()?;
    let from = contact(state, call, &body, "from", "lead")?;
    let mut into = contact(state, call, &body, "into", "user")?;
    let forced = body.get("skip_duplicate_validation") == Some(&Value::Bool(true));
    if !forced && !are_duplicates(&from, &into) {
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "invalid_merge",
            "these share neither an email nor a phone; skip_duplicate_validation merges them anyway",
        ));
    }
    into.absorb(&from);
    into.set("updated_at", json!(call.now));
    into.merge_history.push(json!({
        "type": "merge_history",
        "source_contact_id": from.id(),
        "source_contact_role": from.role(),
        "merged_at": call.now,
    }));
    let id = into.id().to_owned();
    state.contacts.merge(from.id(), &id);
    state.contacts.store(into)?;
    get_by_id(state, call, &id)
}

fn contact(
    state: &State,
    call: &Call<'_>,
    body: &Map<String, Value>,
    name: &str,
    role: &str,
) -> Result<Contact, Refusal> {
    let id = body.get(name).and_then(Value::as_str).unwrap_or_default();
    let contact = state.contacts.find(id, call.version)?;
    if contact.role() != role {
        return Err(Refusal::invalid(format!("is no {role}")).about(name));
    }
    Ok(contact.clone())
}

fn are_duplicates(one: &Contact, other: &Contact) -> bool {
    let mut told = ["email", "phone"].into_iter();
    told.any(|name| one.text(name).is_some() && one.text(name) == other.text(name))
}
