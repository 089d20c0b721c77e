//! Names with values: the query and the headers of a custom action.

use crate::input::{
    FromInput, InputError, InputReader, Record, Resolver, Template, number_text, unexpected,
};
use serde_json::{Value, json};

/// Reads a list of names with values, or an object by name.
pub fn list<'a, R: Record>(input: &mut InputReader<'a>, name: &'a str) -> Option<Vec<R>> {
    input.list_from(name, |object| {
        let pairs = object.into_iter();
        pairs
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect()
    })
}

/// A name as written. It contains no placeholder, so no workflow value can choose it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(pub String);

impl FromInput for Name {
    const EXPECTED: &'static str = "the name itself";

    /// Placeholders in names are not resolved.
    const RESOLVE: Resolver = |_, written| Ok(written);

    fn from_value(value: Value) -> Result<Self, InputError> {
        match value {
            Value::String(name) if Template::find(&name).is_none() => Ok(Self(name)),
            Value::String(_) => Err(unexpected::<Self>(
                &value,
                "contains a placeholder, and names are not resolved",
            )),
            other => Err(unexpected::<Self>(&other, "is not a name")),
        }
    }
}

/// The text of a parameter: text, a number, or `true` and `false`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain(pub String);

impl FromInput for Plain {
    const EXPECTED: &'static str = "text, a number, true or false";
    const FREE_TEXT: bool = true;

    fn from_value(value: Value) -> Result<Self, InputError> {
        match value {
            Value::String(text) => Ok(Self(text)),
            Value::Number(number) => Ok(Self(number_text(&number))),
            Value::Bool(flag) => Ok(Self(flag.to_string())),
            other => Err(unexpected::<Self>(&other, "is not text")),
        }
    }
}

/// One parameter of the query.
#[derive(Debug)]
pub struct Parameter(pub String, pub String);

impl Record for Parameter {
    const EXPECTED: &'static str = "a list such as [{\"name\": \"per_page\", \"value\": \"50\"}]";

    fn read(input: &mut InputReader<'_>) -> Option<Self> {
        let name = input.required::<Name>("name");
        let value = input.required::<Plain>("value");
        Some(Self(name?.0, value?.0))
    }
}
