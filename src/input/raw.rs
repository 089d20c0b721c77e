//! The unparsed input of one call: names and JSON values.
//!
//! Typed calls and `invoke` both create a raw input, so they run the same code.

use super::bounds::INPUT;
use super::error::{InputError, InputErrors};
use crate::world::types::Flag;
use serde_json::{Map, Value};

/// Values by name. An absent name leaves its field unchanged; null clears it.
#[derive(Debug, Default)]
pub struct RawInput {
    pub(super) values: Map<String, Value>,
    pub(super) cleared: Vec<String>,
    /// Notes for the caller.
    pub(super) notes: Vec<String>,
}

impl RawInput {
    /// Parses the JSON object of `invoke`.
    ///
    /// # Errors
    /// The text is not a JSON object, or too large.
    pub fn from_json(text: &str) -> Result<Self, InputErrors> {
        const HINT: &str = "give a JSON object with the action's inputs";
        let error = match INPUT.parse_noting(text, HINT) {
            Ok((Value::Object(values), replaced)) => {
                return Ok(Self {
                    values,
                    cleared: Vec::new(),
                    notes: replaced
                        .notes()
                        .map(|note| format!("in the input, {note}"))
                        .collect(),
                });
            }
            Ok((other, _)) => InputError::of_value(&other, "is not a JSON object", HINT),
            Err(error) => error,
        };
        let mut errors = InputErrors::default();
        errors.note("input", error);
        Err(errors)
    }

    /// Adds a value.
    #[inline(never)]
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a value that may be absent.
    #[inline(never)]
    #[must_use]
    pub fn with_option(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a list of records.
    #[must_use]
    pub fn with_list<T: Into<Self>>(self, name: &str, records: Vec<T>) -> Self {
        let records: Vec<Value> = records
            .into_iter()
            .map(|record| Value::Object(record.into().values))
            .collect();
        self.with(name, records)
    }

    /// Clears the marked fields. A field that is also set is an error.
    #[must_use]
    pub fn with_cleared(mut self, fields: &[(&str, bool)]) -> Self {
        let cleared = fields.iter().filter(|(_, clear)| *clear);
        self.cleared
            .extend(cleared.map(|(name, _)| (*name).to_owned()));
        self
    }
}

impl From<Flag> for Value {
    fn from(flag: Flag) -> Self {
        match flag {
            Flag::Literal(value) => Value::Bool(value),
            Flag::Template(text) => Value::String(text),
        }
    }
}
