//! The types of parsed inputs, whose values are always valid.

use super::error::InputError;
use super::numbers::{integer, number_text};
use super::resolve::Resolve;
use serde_json::{Map, Value};

/// A type that an input's value can be parsed into.
pub trait FromInput: Sized {
    /// The accepted value, as a noun phrase for errors.
    const EXPECTED: &'static str;

    /// Whether it accepts any text, so that text that looks like a placeholder may be literal.
    const FREE_TEXT: bool = false;

    /// How its placeholders are resolved.
    const RESOLVE: Resolver = |resolve, written| resolve.json(written);

    /// Parses a resolved value that is not null.
    ///
    /// # Errors
    /// The value, and what is accepted.
    fn from_value(value: Value) -> Result<Self, InputError>;
}

/// Makes the value of an input as written. Null leaves a field alone, or clears it.
pub type Resolver = fn(Resolve<'_>, Value) -> Result<Value, InputError>;

/// What a call does with a field: leave it alone, clear it or set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Patch<T> {
    /// Unchanged.
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
    expected(value, what, T::EXPECTED)
}

/// The same of a type that accepts `expected`.
#[cold]
#[inline(never)]
pub fn expected(value: &Value, what: &str, expected: &str) -> InputError {
    InputError::of_value(value, what, format!("give {expected}"))
}

/// Any text. A number is accepted as text, since ids often are numbers; an integer becomes
/// digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(pub String);

impl FromInput for Text {
    const EXPECTED: &'static str = "text";
    const FREE_TEXT: bool = true;

    fn from_value(value: Value) -> Result<Self, InputError> {
        match value {
            Value::String(text) => Ok(Self(text)),
            Value::Number(number) => Ok(Self(number_text(&number))),
            other => Err(unexpected::<Self>(&other, "is not text")),
        }
    }
}

/// The text of an id: text without surrounding white space, or an integer.
///
/// # Errors
/// A number that is not an integer, or another type.
pub fn id_text(value: &Value, expected: &str) -> Result<String, InputError> {
    let text = match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => integer(number),
        _ => None,
    };
    text.ok_or_else(|| self::expected(value, "is not an id", expected))
}

/// The id of a contact in the caller's own system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalId(pub String);

impl FromInput for ExternalId {
    const EXPECTED: &'static str = "the contact's id in your own system, as text or a whole number";

    fn from_value(value: Value) -> Result<Self, InputError> {
        match value {
            Value::String(text) => Ok(Self(text)),
            number => id_text(&number, Self::EXPECTED).map(Self),
        }
    }
}

/// A whole number from 0, or its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WholeNumber(pub u64);

impl FromInput for WholeNumber {
    const EXPECTED: &'static str = "a whole number";

    fn from_value(value: Value) -> Result<Self, InputError> {
        let number = id_text(&value, Self::EXPECTED)
            .ok()
            .and_then(|text| text.parse().ok());
        number
            .map(Self)
            .ok_or_else(|| unexpected::<Self>(&value, "is not a whole number from 0"))
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
            Value::String(text) if is_word(text, "true") => Ok(Self(true)),
            Value::String(text) if is_word(text, "false") => Ok(Self(false)),
            _ => Err(unexpected::<Self>(&value, "is neither true nor false")),
        }
    }
}

/// Whether a text is a word, ignoring case and surrounding white space.
fn is_word(text: &str, word: &str) -> bool {
    text.trim().eq_ignore_ascii_case(word)
}

/// A JSON object whose keys are fields: a placeholder whose value is null leaves its field out.
#[derive(Debug, Clone, PartialEq)]
pub struct Object(pub Map<String, Value>);

impl FromInput for Object {
    const EXPECTED: &'static str = "a JSON object, such as {\"plan\": \"pro\"}";
    const FREE_TEXT: bool = true;

    const RESOLVE: Resolver = |resolve, written| resolve.fields_input(written);

    fn from_value(value: Value) -> Result<Self, InputError> {
        match value {
            Value::Object(map) => Ok(Self(map)),
            other => Err(unexpected::<Self>(&other, "is not a JSON object")),
        }
    }
}

/// An email address by its form: text, an at sign, text, without spaces inside. Not checked
/// further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(pub String);

impl FromInput for Email {
    const EXPECTED: &'static str = "an address such as name@example.com";

    fn from_value(value: Value) -> Result<Self, InputError> {
        let text = value.as_str().map(str::trim);
        let is_email = text
            .filter(|text| !text.contains(|c: char| c.is_whitespace() || c.is_control()))
            .and_then(|text| text.split_once('@'))
            .is_some_and(|(name, domain)| {
                !name.is_empty() && !domain.is_empty() && !domain.contains('@')
            });
        match text.filter(|_| is_email) {
            Some(text) => Ok(Self(text.to_owned())),
            None => Err(unexpected::<Self>(&value, "is not an email address")),
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
            json!(" name@example.com\n"),
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
    fn numbers_are_ids_only_where_they_are_integers() {
        for (value, text) in [
            (json!(25.0), Some("25")),
            (serde_json::from_str("1e2").unwrap_or_default(), Some("100")),
            (json!("25.0"), Some("25.0")),
            (json!(25), Some("25")),
            (json!(25.5), None),
            (json!(true), None),
        ] {
            let read = ExternalId::from_value(value.clone()).ok();
            assert_eq!(read.map(|id| id.0).as_deref(), text, "{value}");
        }
    }

    #[test]
    fn whole_numbers_may_be_text_and_are_not_negative() {
        accepts::<WholeNumber>(&[json!(0), json!("15"), json!(" 15 "), json!(15.0)]);
        refuses::<WholeNumber>(&[json!(-1), json!(1.5), json!("1.5"), json!(""), json!(true)]);
    }

    #[test]
    fn flags_are_booleans_or_their_words() {
        accepts::<Flag>(&[json!(true), json!("false"), json!("TRUE"), json!(" False ")]);
        refuses::<Flag>(&[json!("yes"), json!(1), json!("")]);
    }
}
