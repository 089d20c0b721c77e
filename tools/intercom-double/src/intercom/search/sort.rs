//! The order of a search's rows.

use http::StatusCode;
use serde_json::Value;

use super::fields::{Rules, Table};
use super::key::Key;
use crate::intercom::response::ApiError;

/// A sort order. The default is newest first: Intercom's own default, the last
/// request of a contact's browser, does not exist here.
#[derive(Debug, Default)]
pub struct Sort {
    field: Option<String>,
    /// Whether the smallest key comes first.
    pub ascending: bool,
}

impl Sort {
    /// Reads the `sort` of a search.
    ///
    /// # Errors
    ///
    /// 400 `invalid_sort_order`, or 400 `parameter_invalid` for an unknown field.
    pub fn read(table: &Table, sort: Option<&Value>, rules: Rules) -> Result<Self, ApiError> {
        let Some(sort) = sort.filter(|sort| !sort.is_null()) else {
            return Ok(Self::default());
        };
        let ascending = match sort.get("order") {
            None => false,
            Some(order) if order == "descending" => false,
            Some(order) if order == "ascending" => true,
            Some(order) => {
                let order = order
                    .as_str()
                    .map_or_else(|| order.to_string(), str::to_owned);
                return Err(ApiError::new(
                    StatusCode::BAD_REQUEST,
                    "invalid_sort_order",
                    format!("Invalid sort order '{order}'. Must be one of: ascending, descending"),
                ));
            }
        };
        let field = sort.get("field").and_then(Value::as_str);
        match field.map(|field| (field, (table.kind)(field, rules))) {
            None => Ok(Self {
                field: None,
                ascending,
            }),
            Some((field, Some(_))) => Ok(Self {
                field: Some(field.to_owned()),
                ascending,
            }),
            Some((field, None)) => Err(ApiError::invalid(format!(
                "{field:?} is not a field to sort {} by",
                table.rows
            ))),
        }
    }

    /// The key that sorts a row, by the values of its fields.
    pub fn key(&self, row: &dyn Fn(&str) -> Value) -> Key {
        let field = self.field.as_deref();
        field.map_or(Key::Absent, |field| Key::of(&row(field)))
    }
}
