//! The ids in inputs.

use super::path::PathSegment;
use crate::input::{self, FromInput, InputError, id_text, unexpected};
use serde_json::Value;

/// The id of an admin: digits (`docs/intercom-api.md`, Ids and times). A contact's id instead
/// would get an unexplained 404.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminId(String);

impl AdminId {
    /// The id as a JSON integer.
    pub fn as_integer(&self) -> Value {
        serde_json::from_str(&self.0).unwrap_or_else(|_| self.as_text())
    }

    /// The id as JSON text.
    pub fn as_text(&self) -> Value {
        Value::String(self.0.clone())
    }
}

impl FromInput for AdminId {
    const EXPECTED: &'static str =
        "the digits of an admin's id, such as 814860; list-choices with kind admins shows them";

    fn from_value(value: Value) -> Result<Self, InputError> {
        digits(&value, "is not an admin id", Self::EXPECTED).map(Self)
    }
}

/// The id of a team: digits, numbered separately from admins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamId(String);

impl TeamId {
    /// The id as JSON text.
    pub fn as_text(&self) -> Value {
        Value::String(self.0.clone())
    }
}

impl FromInput for TeamId {
    const EXPECTED: &'static str =
        "the digits of a team's id, such as 5017691; list-choices with kind teams shows them";

    fn from_value(value: Value) -> Result<Self, InputError> {
        digits(&value, "is not a team id", Self::EXPECTED).map(Self)
    }
}

/// The id of an admin or a team, or 0 for nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssigneeId(String);

impl AssigneeId {
    /// Nobody, as JSON text.
    pub const NOBODY: &'static str = "0";

    /// The id as JSON text.
    pub fn as_text(&self) -> Value {
        Value::String(self.0.clone())
    }
}

impl FromInput for AssigneeId {
    const EXPECTED: &'static str =
        "the digits of an admin's or a team's id, such as 814860, or 0 for nobody";

    fn from_value(value: Value) -> Result<Self, InputError> {
        digits(&value, "is not an admin or team id", Self::EXPECTED).map(Self)
    }
}

/// The id of a ticket type: digits. Its name instead would get a 404.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketTypeId(String);

impl TicketTypeId {
    /// The id as JSON text.
    pub fn as_text(&self) -> Value {
        Value::String(self.0.clone())
    }
}

impl FromInput for TicketTypeId {
    const EXPECTED: &'static str = "the digits of a ticket type's id, such as 1234; list-choices with kind ticket-types \
         shows them";

    fn from_value(value: Value) -> Result<Self, InputError> {
        digits(&value, "is not a ticket type id", Self::EXPECTED).map(Self)
    }
}

/// An id that is digits. With leading zeros it would be no JSON integer.
fn digits(value: &Value, what: &str, expected: &str) -> Result<String, InputError> {
    let refused = || input::expected(value, what, expected);
    let id = id_text(value, expected).map_err(|_| refused())?;
    let padded = id.len() > 1 && id.starts_with('0');
    if id.is_empty() || padded || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(refused());
    }
    Ok(id)
}

/// Intercom's id of a contact. Refuses only text that cannot be an id; Intercom checks the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactId(PathId);

/// The id of a conversation. Intercom's `last`, the last conversation of a contact, is refused:
/// it may change before the request arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationId(PathId);

/// Intercom's id of a ticket, which is not the number in the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketId(PathId);

/// Intercom's id of a company, checked as [`ContactId`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyId(PathId);

impl ContactId {
    /// The id in a body.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The id in a path.
    pub fn into_segment(self) -> PathSegment {
        self.0.segment
    }
}

impl FromInput for ContactId {
    const EXPECTED: &'static str =
        "the contact's id from the URL of its page in Intercom, such as con_abc123456";

    fn from_value(value: Value) -> Result<Self, InputError> {
        PathId::read(&value, Self::EXPECTED).map(Self)
    }
}

impl CompanyId {
    /// The id in a body.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The id in a path.
    pub fn into_segment(self) -> PathSegment {
        self.0.segment
    }
}

impl FromInput for CompanyId {
    const EXPECTED: &'static str = "Intercom's id of the company, such as 6762f0a61bb69f9f2193aa01";

    fn from_value(value: Value) -> Result<Self, InputError> {
        PathId::read(&value, Self::EXPECTED).map(Self)
    }
}

impl ConversationId {
    /// The id in a body.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The id in a path.
    pub fn into_segment(self) -> PathSegment {
        self.0.segment
    }
}

impl FromInput for ConversationId {
    const EXPECTED: &'static str = "the conversation's id from its URL in the inbox, such as \
                                    215468213; search-conversations finds it";

    fn from_value(value: Value) -> Result<Self, InputError> {
        let id = PathId::read(&value, Self::EXPECTED)?;
        match id.text.eq_ignore_ascii_case("last") {
            true => Err(unexpected::<Self>(&value, "is not a conversation id")),
            false => Ok(Self(id)),
        }
    }
}

impl TicketId {
    /// The id in a path.
    pub fn into_segment(self) -> PathSegment {
        self.0.segment
    }
}

impl FromInput for TicketId {
    const EXPECTED: &'static str = "Intercom's id of the ticket, such as 494, which is not the \
                                    number in the inbox; search-tickets finds it";

    fn from_value(value: Value) -> Result<Self, InputError> {
        PathId::read(&value, Self::EXPECTED).map(Self)
    }
}

/// An id that is valid in a body and a path.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PathId {
    text: String,
    segment: PathSegment,
}

impl PathId {
    fn read(value: &Value, expected: &str) -> Result<Self, InputError> {
        let refused = || input::expected(value, "is not an id", expected);
        let text = id_text(value, expected)?;
        if text.contains(char::is_whitespace) {
            return Err(refused());
        }
        let segment = PathSegment::encode(&text).map_err(|_| refused())?;
        Ok(Self { text, segment })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn accepts<T: FromInput>(value: &Value) -> bool {
        T::from_value(value.clone()).is_ok()
    }

    #[test]
    fn admin_ids_are_digits() {
        for (value, accepted) in [
            (json!("814860"), true),
            (json!(814_860), true),
            (json!("9".repeat(30)), true),
            (json!(814_860.0), true),
            (json!("814860 "), true),
            (json!("con_abc123456"), false),
            (json!(""), false),
            (json!("0814860"), false),
            (json!(-1), false),
            (json!(1.5), false),
            (json!(true), false),
        ] {
            assert_eq!(accepts::<AdminId>(&value), accepted, "{value}");
        }
        let id = AdminId::from_value(json!("814860")).unwrap();
        assert_eq!(id.as_integer(), json!(814_860));
        assert_eq!(id.as_text(), json!("814860"));
    }

    #[test]
    fn the_last_conversation_is_not_one_to_name() {
        for (value, accepted) in [
            (json!("215468213"), true),
            (json!(215_468_213), true),
            (json!("lasting"), true),
            (json!("last"), false),
            (json!(" Last "), false),
            (json!(".."), false),
            (json!(""), false),
        ] {
            assert_eq!(accepts::<ConversationId>(&value), accepted, "{value}");
        }
    }

    #[test]
    fn zero_is_an_assignee() {
        for (value, accepted) in [
            (json!(0), true),
            (json!("814860"), true),
            (json!("Ines"), false),
        ] {
            assert_eq!(accepts::<AssigneeId>(&value), accepted, "{value}");
        }
    }

    #[test]
    fn contact_ids_stay_one_segment() {
        for (value, accepted) in [
            (json!("con_abc123456"), true),
            (json!("6762f0dd1bb69f9f2193bb83"), true),
            (json!(25), true),
            (json!(5.0), true),
            (json!(" con_abc123456\n"), true),
            (json!(5.5), false),
            (json!(""), false),
            (json!(".."), false),
            (json!("a b"), false),
            (json!("a\nb"), false),
            (json!({}), false),
        ] {
            assert_eq!(accepts::<ContactId>(&value), accepted, "{value}");
        }
        let id = ContactId::from_value(json!("a/../b?c#d%2e")).unwrap();
        assert_eq!(id.into_segment().to_string(), "a%2F..%2Fb%3Fc%23d%252e");
    }
}
