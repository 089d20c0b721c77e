//! The ids that inputs hold.

use super::path::PathSegment;
use crate::input::{FromInput, InputError, id_text, unexpected};
use serde_json::Value;

/// The id of an admin: digits (`docs/intercom-api.md`, Ids and times). A contact's id in its place would lead to a 404
/// that explains nothing.
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
        "the digits of an admin's id, such as 814860; list-admins shows them";

    fn from_value(value: Value) -> Result<Self, InputError> {
        let id = id_text::<Self>(&value)
            .map_err(|_| unexpected::<Self>(&value, "is not an admin id"))?;
        // With leading zeros it would be no JSON integer.
        let padded = id.len() > 1 && id.starts_with('0');
        if id.is_empty() || padded || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(unexpected::<Self>(&value, "is not an admin id"));
        }
        Ok(Self(id))
    }
}

/// Intercom's id of a contact. Refuses only what no id can be; Intercom judges
/// the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactId(PathId);

/// Intercom's id of a company, checked as [`ContactId`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyId(PathId);

impl ContactId {
    /// The id as a body has it.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The id as a path has it.
    pub fn into_segment(self) -> PathSegment {
        self.0.segment
    }
}

impl FromInput for ContactId {
    const EXPECTED: &'static str =
        "the contact's id from the URL of its page in Intercom, such as con_abc123456";

    fn from_value(value: Value) -> Result<Self, InputError> {
        PathId::read::<Self>(&value).map(Self)
    }
}

impl CompanyId {
    /// The id as a body has it.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// The id as a path has it.
    pub fn into_segment(self) -> PathSegment {
        self.0.segment
    }
}

impl FromInput for CompanyId {
    const EXPECTED: &'static str = "Intercom's id of the company, such as 6762f0a61bb69f9f2193aa01";

    fn from_value(value: Value) -> Result<Self, InputError> {
        PathId::read::<Self>(&value).map(Self)
    }
}

/// An id that a body and a path can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PathId {
    text: String,
    segment: PathSegment,
}

impl PathId {
    fn read<T: FromInput>(value: &Value) -> Result<Self, InputError> {
        let refused = || unexpected::<T>(value, "is not an id");
        let text = id_text::<T>(value)?;
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
