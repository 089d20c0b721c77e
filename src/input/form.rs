//! The inputs of one call before they are read: names and JSON values.
//!
//! Typed calls and `invoke` both become a form, so that they run the same code.

use super::bounds::INPUT;
use super::problem::{Problem, Problems};
use crate::world::types::Flag;
use serde_json::{Map, Value};

/// Inputs by name. A name that is not there leaves its field alone; null
/// clears it.
#[derive(Debug, Default)]
pub struct Form {
    pub(super) inputs: Map<String, Value>,
    pub(super) cleared: Vec<&'static str>,
}

impl Form {
    /// Reads the JSON object that `invoke` was given.
    ///
    /// # Errors
    /// The text is not a JSON object, or too large.
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        let message = match INPUT.parse(text, "give a JSON object") {
            Ok(Value::Object(inputs)) => {
                return Ok(Self {
                    inputs,
                    cleared: Vec::new(),
                });
            }
            Ok(other) => format!(
                "is {}; give a JSON object with the action's inputs",
                super::shown(&other)
            ),
            Err(message) => message,
        };
        let mut problems = Problems::default();
        problems.note("input", Problem::new(message));
        Err(problems)
    }

    /// Adds an input.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.inputs.insert(name.to_owned(), value.into());
        self
    }

    /// Adds an input that may be absent.
    #[must_use]
    pub fn with_option(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a list of records.
    #[must_use]
    pub fn with_list<T: Into<Form>>(self, name: &str, records: Vec<T>) -> Self {
        let records: Vec<Value> = records
            .into_iter()
            .map(|record| Value::Object(record.into().inputs))
            .collect();
        self.with(name, records)
    }

    /// Clears inputs; one that is given as well is a problem.
    #[must_use]
    pub fn with_cleared(mut self, names: impl IntoIterator<Item = &'static str>) -> Self {
        self.cleared.extend(names);
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
