//! A search's filter, as Intercom takes it.

use crate::input::{FromInput, Given, Problem, Resolve, shown};
use serde_json::Value;

/// A query of Intercom's search: a single filter or a group of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter(Value);

impl Filter {
    /// The query as the API takes it.
    pub fn query(&self) -> Value {
        self.0.clone()
    }
}

impl FromInput for Filter {
    const EXPECTED: &'static str =
        "a JSON object, such as {\"field\": \"role\", \"operator\": \"=\", \"value\": \"user\"}";

    fn read(resolve: Resolve<'_>, written: Value) -> Result<Given<Self>, Problem> {
        Given::parse(resolve.json_input(written)?)
    }

    fn from_value(value: Value) -> Result<Self, Problem> {
        let keys: &[&str] = match value.get("field") {
            Some(_) => &["field", "operator", "value"],
            None => &["operator", "value"],
        };
        match value.as_object() {
            Some(map) if keys.iter().all(|key| map.contains_key(*key)) => Ok(Self(value)),
            _ => Err(Problem::new(format!(
                "{} is not a filter; give {}",
                shown(&value),
                Self::EXPECTED
            ))),
        }
    }
}
