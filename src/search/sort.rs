//! The order of a search's rows.

use super::fields::Table;
use super::suggestions::suggestion;
use crate::input::InputError;
use serde_json::{Map, Value, json};
use std::fmt;

/// The order of the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    field: String,
    ascending: bool,
}

impl Sort {
    /// Reads `field`, `field:asc` or `field:desc`.
    ///
    /// # Errors
    /// Not a field of the rows, or not an order.
    pub fn parse(table: &Table, text: &str) -> Result<Self, InputError> {
        let (name, order) = text.rsplit_once(':').unwrap_or((text, "desc"));
        let field = table.find(name).ok_or_else(|| {
            let hint = suggestion(table, name);
            let hint = hint.unwrap_or_else(|| "give a field, such as created_at".to_owned());
            let problem = format!("is not a field of {}", table.rows);
            InputError::of_value(&name.into(), problem, hint).at("sort")
        })?;
        let ascending = match order.trim().to_ascii_lowercase().as_str() {
            "asc" | "ascending" => true,
            "desc" | "descending" => false,
            _ => {
                let error =
                    InputError::of_value(&order.into(), "is not an order", "give asc or desc");
                return Err(error.at("sort"));
            }
        };
        let field = field.name.into_owned();
        Ok(Self { field, ascending })
    }

    /// Reads the API's own form: `{"field": …, "order": …}`.
    ///
    /// # Errors
    /// Another form, or as for [`Sort::parse`].
    pub fn from_json(table: &Table, sort: &Map<String, Value>) -> Result<Self, InputError> {
        let text = |key| sort.get(key).and_then(Value::as_str);
        match (text("field"), text("order"), sort.len()) {
            (Some(field), Some(order), 2) => Self::parse(table, &format!("{field}:{order}")),
            (Some(field), None, 1) => Self::parse(table, field),
            _ => Err(InputError::of_value(
                &sort.clone().into(),
                "is not an order",
                "give a field and an order, such as created_at:asc",
            )
            .at("sort")),
        }
    }

    /// The order as the API takes it.
    pub fn to_json(&self) -> Value {
        json!({"field": self.field, "order": self.order()})
    }

    fn order(&self) -> &'static str {
        if self.ascending {
            "ascending"
        } else {
            "descending"
        }
    }
}

/// `field:asc` or `field:desc`, as [`Sort::parse`] reads it.
impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = if self.ascending { "asc" } else { "desc" };
        write!(f, "{}:{order}", self.field)
    }
}
