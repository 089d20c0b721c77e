//! Tags on companies, for which Intercom accepts a tag's name only.

use super::TAG;
use super::tag_ref::KnownTag;
use crate::actions::{CompanyRef, FromResponse, TargetId, WithBody};
use crate::api::{Client, Method, Object, Request};
use crate::world::tags::TagState;
use crate::world::types::ActionError;
use serde_json::json;

/// Tags a company, or untags it.
///
/// # Errors
/// There is no such tag or company, or a request failed.
pub fn mark(
    company: &CompanyRef,
    tag: &KnownTag,
    tagged: bool,
    client: &mut Client<'_>,
) -> Result<TagState, ActionError> {
    let name = tag.name(client)?;
    let mut item = match company {
        CompanyRef::Id(id) => json!({"id": id.as_str()}),
        CompanyRef::Own(own) => json!({"company_id": own.0}),
    };
    if let Some(item) = item.as_object_mut().filter(|_| !tagged) {
        item.insert("untag".to_owned(), true.into());
    }
    let request = Request {
        not_found: Some(TargetId::Company(company.clone()).not_found()),
        ..Request::new(Method::Post, "/tags")
            .with_body(json!({"name": name, "companies": [item]}))
            .expecting(TAG)
    };
    let (state, body) = client.send(&request)?.into_document(|tag| TagState {
        tagged: Some(now_tagged(tag).unwrap_or(tagged)),
        ..TagState::read(tag)
    })?;
    Ok(state.with_body(body))
}

/// What the response says about the company.
fn now_tagged(tag: &Object<'_>) -> Option<bool> {
    tag.list("companies").first()?.object().boolean("tagged")
}
