//! Companies, read leniently from responses (`docs/intercom-api.md`, Companies).

use crate::actions::{FromResponse, WithBody};
use crate::api::{Expected, Item, Object, SuccessResponse};
use crate::world::companies::Company;
use crate::world::types::ActionError;

/// What the response to a request for one company must be.
pub const COMPANY: Expected = Expected::Object {
    types: &["company"],
    id: None,
};

/// The company in a response.
///
/// # Errors
/// As for [`SuccessResponse::into_document`].
pub fn company(response: SuccessResponse<'_>) -> Result<Company, ActionError> {
    // A retried DELETE that finds nothing returns no company.
    if response.status() >= 400 {
        return Ok(read(&Object::default()).with_body(response.into_any()?));
    }
    let (company, body) = response.into_document(read)?;
    Ok(company.with_body(body))
}

/// A company among the rows of a list.
pub fn row(item: Item<'_>) -> Company {
    Company {
        response: item.json().to_owned(),
        ..read(&item.object())
    }
}

/// The plan is text in a request, and an object with a name in a response.
fn read(object: &Object<'_>) -> Company {
    let plan = match object.object("plan") {
        Some(plan) => plan.text("name"),
        None => object.text("plan"),
    };
    Company {
        plan,
        ..Company::read(object)
    }
}
