//! The types that inputs are parsed into; each can hold only what it allows.

use super::problem::{Problem, quoted, shown};
use super::resolve::Resolve;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};
use std::fmt;

/// A type that an input's value can be parsed into.
pub trait FromInput: Sized {
    /// What is accepted, as a noun phrase that errors use.
    const EXPECTED: &'static str;

    /// Reads an input as it was written: fills its placeholders, then parses
    /// the value.
    ///
    /// # Errors
    /// No template, a placeholder without a value, or a value that is not what
    /// is expected.
    fn read(resolve: Resolve<'_>, written: Value) -> Result<Given<Self>, Problem> {
        Given::parse(resolve.json(written)?)
    }

    /// Parses a value that is not null and holds no placeholders any more.
    ///
    /// # Errors
    /// What was given and what is accepted.
    fn from_value(value: Value) -> Result<Self, Problem>;
}

/// What a caller did with a field that can be left alone, cleared or set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given<T> {
    /// Left alone.
    Absent,
    /// Cleared.
    Null,
    /// Set.
    Value(T),
}

impl<T> Given<T> {
    /// Parses a value, or null.
    ///
    /// # Errors
    /// As for [`FromInput::from_value`].
    pub fn parse(value: Value) -> Result<Self, Problem>
    where
        T: FromInput,
    {
        match value {
            Value::Null => Ok(Self::Null),
            value => T::from_value(value).map(Self::Value),
        }
    }

    /// The value, where there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Absent | Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }

    /// Changes the value, where there is one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Given<U> {
        match self {
            Self::Absent => Given::Absent,
            Self::Null => Given::Null,
            Self::Value(value) => Given::Value(change(value)),
        }
    }
}

/// The problem of a value that is not what was expected.
pub(super) fn unexpected<T: FromInput>(value: &Value, what: &str) -> Problem {
    Problem::new(format!("{} {what}; give {}", shown(value), T::EXPECTED))
}

/// Any text; a number is taken as its text, since ids often come as numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(pub String);

impl FromInput for Text {
    const EXPECTED: &'static str = "text";

    fn from_value(value: Value) -> Result<Self, Problem> {
        match value {
            Value::String(text) => Ok(Self(text)),
            Value::Number(number) => Ok(Self(number.to_string())),
            other => Err(unexpected::<Self>(&other, "is not text")),
        }
    }
}

/// Yes or no: a boolean, or the text `true` or `false`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag(pub bool);

impl FromInput for Flag {
    const EXPECTED: &'static str = "true or false";

    fn from_value(value: Value) -> Result<Self, Problem> {
        match &value {
            Value::Bool(flag) => Ok(Self(*flag)),
            Value::String(text) if text == "true" => Ok(Self(true)),
            Value::String(text) if text == "false" => Ok(Self(false)),
            _ => Err(unexpected::<Self>(&value, "is neither true nor false")),
        }
    }
}

/// A JSON object.
#[derive(Debug, Clone, PartialEq)]
pub struct Object(pub Map<String, Value>);

impl FromInput for Object {
    const EXPECTED: &'static str = "a JSON object, such as {\"plan\": \"pro\"}";

    fn read(resolve: Resolve<'_>, written: Value) -> Result<Given<Self>, Problem> {
        Given::parse(resolve.json_input(written)?)
    }

    fn from_value(value: Value) -> Result<Self, Problem> {
        match value {
            Value::Object(map) => Ok(Self(map)),
            other => Err(unexpected::<Self>(&other, "is not a JSON object")),
        }
    }
}

/// An email address by its shape: something, an at sign, something, and no
/// spaces. Whether it can receive mail is Intercom's to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(pub String);

impl FromInput for Email {
    const EXPECTED: &'static str = "an address such as name@example.com";

    fn from_value(value: Value) -> Result<Self, Problem> {
        let is_email = value
            .as_str()
            .filter(|text| !text.contains(|c: char| c.is_whitespace() || c.is_control()))
            .and_then(|text| text.split_once('@'))
            .is_some_and(|(name, domain)| {
                !name.is_empty() && !domain.is_empty() && !domain.contains('@')
            });
        match value {
            Value::String(text) if is_email => Ok(Self(text)),
            other => Err(unexpected::<Self>(&other, "is not an email address")),
        }
    }
}

/// The id of an admin: digits. (`docs/intercom-api.md`, Ids and times; a
/// contact's id given here would be an unexplained 404.)
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

    fn from_value(value: Value) -> Result<Self, Problem> {
        let id = match &value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            other => return Err(unexpected::<Self>(other, "is not an admin id")),
        };
        // With zeros before it, it would be no JSON integer.
        let padded = id.len() > 1 && id.starts_with('0');
        if id.is_empty() || padded || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(unexpected::<Self>(&value, "is not an admin id"));
        }
        Ok(Self(id))
    }
}

/// What stands in a path segment or a query unencoded: RFC 3986's unreserved
/// characters.
pub const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// One segment of a URL path, percent-encoded: no value can add another
/// segment, a query, or step up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathSegment(String);

impl PathSegment {
    /// Encodes a text.
    ///
    /// # Errors
    /// Text that no segment can be: empty, `.`, `..`, or with control
    /// characters.
    pub fn encode(text: &str) -> Result<Self, Problem> {
        let problem = |what: &str| {
            let given = quoted(text);
            Problem::new(format!(
                "{given} {what}; give one part of a path, such as an id"
            ))
        };
        match text {
            "" => Err(problem("is empty")),
            "." | ".." => Err(problem("would lead to another path")),
            _ if text.contains(char::is_control) => Err(problem("holds control characters")),
            _ => Ok(Self(utf8_percent_encode(text, UNRESERVED).to_string())),
        }
    }
}

impl fmt::Display for PathSegment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Intercom's id of a contact. Its form is Intercom's to judge; what cannot be
/// an id at all is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactId {
    text: String,
    segment: PathSegment,
}

impl ContactId {
    /// The id as it stands in a body.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The id as it stands in a path.
    pub fn into_segment(self) -> PathSegment {
        self.segment
    }
}

impl FromInput for ContactId {
    const EXPECTED: &'static str =
        "the contact's id from the URL of its page in Intercom, such as con_abc123456";

    fn from_value(value: Value) -> Result<Self, Problem> {
        let refused = |value: &Value| unexpected::<Self>(value, "is not an id");
        let Text(text) = Text::from_value(value.clone()).map_err(|_| refused(&value))?;
        if text.contains(char::is_whitespace) {
            return Err(refused(&value));
        }
        let segment = PathSegment::encode(&text).map_err(|_| refused(&value))?;
        Ok(Self { text, segment })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn accepts<T: FromInput>(values: &[Value]) {
        for value in values {
            assert!(
                T::from_value(value.clone()).is_ok(),
                "{value} should be accepted"
            );
        }
    }

    fn refuses<T: FromInput>(values: &[Value]) {
        for value in values {
            assert!(
                T::from_value(value.clone()).is_err(),
                "{value} should be refused"
            );
        }
    }

    #[test]
    fn emails_are_checked_by_shape_only() {
        accepts::<Email>(&[
            json!("name@example.com"),
            json!("a+b@sub.example"),
            json!("ü@é"),
        ]);
        refuses::<Email>(&[
            json!(""),
            json!("name"),
            json!("@x"),
            json!("x@"),
            json!("a@b@c"),
            json!("a b@c"),
            json!(1),
        ]);
    }

    #[test]
    fn flags_are_booleans_or_their_words() {
        accepts::<Flag>(&[json!(true), json!("false")]);
        refuses::<Flag>(&[json!("yes"), json!(1), json!("")]);
    }

    #[test]
    fn admin_ids_are_digits() {
        accepts::<AdminId>(&[json!("814860"), json!(814860)]);
        refuses::<AdminId>(&[
            json!("con_abc123456"),
            json!(""),
            json!("0814860"),
            json!(-1),
            json!(1.5),
            json!(true),
        ]);
        let id = AdminId::from_value(json!("814860")).unwrap();
        assert_eq!(
            (id.as_integer(), id.as_text()),
            (json!(814860), json!("814860"))
        );
        let huge = "9".repeat(30);
        assert!(AdminId::from_value(json!(huge)).is_ok());
    }

    #[test]
    fn contact_ids_stay_one_segment() {
        accepts::<ContactId>(&[
            json!("con_abc123456"),
            json!("6762f0dd1bb69f9f2193bb83"),
            json!(25),
        ]);
        refuses::<ContactId>(&[
            json!(""),
            json!(".."),
            json!("a b"),
            json!("a\n"),
            json!({}),
        ]);
        let id = ContactId::from_value(json!("a/../b?c#d%2e")).unwrap();
        assert_eq!(id.into_segment().to_string(), "a%2F..%2Fb%3Fc%23d%252e");
    }
}
