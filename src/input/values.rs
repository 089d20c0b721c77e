//! The types that inputs are parsed into. Each holds only valid values.

use super::error::{InputError, shown};
use super::resolve::Resolve;
use serde_json::{Map, Value};

/// A type that an input's value can be parsed into.
pub trait FromInput: Sized {
    /// What is accepted, as a noun phrase that errors use.
    const EXPECTED: &'static str;

    /// Reads an input as written: resolves its placeholders, then parses the value.
    ///
    /// # Errors
    /// An invalid template, a placeholder without a value, or an invalid value.
    fn read(resolve: Resolve<'_>, written: Value) -> Result<Patch<Self>, InputError> {
        Patch::parse(resolve.json(written)?)
    }

    /// Parses a value that is not null, its placeholders resolved.
    ///
    /// # Errors
    /// The value, and what is accepted.
    fn from_value(value: Value) -> Result<Self, InputError>;
}

/// What a call does with a field: leave it alone, clear it or set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Patch<T> {
    /// Left alone.
    Absent,
    /// Cleared.
    Null,
    /// Set.
    Value(T),
}

impl<T> Patch<T> {
    /// Parses a value, or null.
    ///
    /// # Errors
    /// As for [`FromInput::from_value`].
    pub fn parse(value: Value) -> Result<Self, InputError>
    where
        T: FromInput,
    {
        match value {
            Value::Null => Ok(Self::Null),
            value => T::from_value(value).map(Self::Value),
        }
    }

    /// The value, if any.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Absent | Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }

    /// Changes the value, if any.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Absent => Patch::Absent,
            Self::Null => Patch::Null,
            Self::Value(value) => Patch::Value(change(value)),
        }
    }
}

/// The error of an invalid value.
pub fn unexpected<T: FromInput>(value: &Value, what: &str) -> InputError {
    InputError::new(format!("{} {what}; give {}", shown(value), T::EXPECTED))
}

/// Any text. A number counts as its text, since ids often come as numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(pub String);

impl FromInput for Text {
    const EXPECTED: &'static str = "text";

    fn from_value(value: Value) -> Result<Self, InputError> {
        match value {
            Value::String(text) => Ok(Self(text)),
            Value::Number(number) => Ok(Self(number.to_string())),
            other => Err(unexpected::<Self>(&other, "is not text")),
        }
    }
}

/// A boolean, or the text `true` or `false`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag(pub bool);

impl FromInput for Flag {
    const EXPECTED: &'static str = "true or false";

    fn from_value(value: Value) -> Result<Self, InputError> {
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

    fn read(resolve: Resolve<'_>, written: Value) -> Result<Patch<Self>, InputError> {
        Patch::parse(resolve.json_input(written)?)
    }

    fn from_value(value: Value) -> Result<Self, InputError> {
        match value {
            Value::Object(map) => Ok(Self(map)),
            other => Err(unexpected::<Self>(&other, "is not a JSON object")),
        }
    }
}

/// An email address by its shape: something, an at sign, something, and no
/// spaces. Not checked further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(pub String);

impl FromInput for Email {
    const EXPECTED: &'static str = "an address such as name@example.com";

    fn from_value(value: Value) -> Result<Self, InputError> {
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

#[cfg(test)]
mod tests {
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
}
