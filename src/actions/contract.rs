//! What the WIT text says about each action, and the conversions of its records:
//! inputs into [`RawInput`], results into JSON and out of responses. `build/`
//! writes all of it.

use super::json::JsonObject;
use crate::api::{Effect, Item, Object, ResponseBody, SuccessResponse, Tag};
use crate::input::RawInput;
use crate::world::types::ActionError;
use crate::{actions, world};

/// An action's part in the contract.
pub trait Contract {
    /// The action's id, as `invoke` takes it.
    const ID: &'static str;

    /// What a retry of the action does. Its requests are retried accordingly.
    const EFFECT: Effect;

    /// The result.
    type Output: ToJson + Noted;
}

/// A result that `invoke` returns as JSON.
pub trait ToJson {
    /// Writes its fields, their keys in snake case. Absent values are null, so every
    /// result of an action has the same keys.
    fn write(&self, object: &mut JsonObject);

    /// The whole JSON object.
    fn to_json(&self) -> String {
        let mut object = JsonObject::default();
        self.write(&mut object);
        object.finish()
    }
}

/// A result that holds notes.
pub trait Noted {
    /// Notes on the result, for the caller.
    fn notes(&mut self) -> &mut Vec<String>;
}

/// A record whose fields have the names of a response's fields, or are read by other means.
pub trait FromResponse {
    /// Reads the fields that a response's field can have the name of, leniently. Lists, notes and
    /// `response` stay empty.
    fn read(object: &Object<'_>) -> Self;
}

/// A record whose JSON can be written straight from a row of a response.
pub trait WriteRow {
    /// Writes the fields that the record of the row would have. Writes nothing and returns
    /// `false` if one of its texts came as an object.
    fn write_row(row: Item<'_>, object: &mut JsonObject) -> bool;
}

/// A result that holds the response and notes on it.
pub trait WithBody {
    /// Adds them.
    #[must_use]
    fn with_body(self, body: ResponseBody) -> Self;
}

/// The record in a response.
///
/// # Errors
/// As for [`SuccessResponse::into_document`].
pub fn into_record<T: FromResponse + WithBody>(
    response: SuccessResponse<'_>,
) -> Result<T, ActionError> {
    let (record, body) = response.into_document(T::read)?;
    Ok(record.with_body(body))
}

include!(concat!(env!("OUT_DIR"), "/conversions.rs"));
