//! A search query: parsed with Intercom's limits, then matched against rows.

use serde_json::Value;

use super::fields::{Kind, OPERATORS, Operator, Rules, Table};
use super::key::Key;
use crate::intercom::response::ApiError;

/// How deep groups nest, and the maximum number of filters or groups in one
/// (`docs/intercom-api.md`, Search).
const MAX_LEVELS: usize = 2;
const MAX_PARTS: usize = 15;

/// A query.
#[derive(Debug)]
pub enum Query {
    /// Matches by one comparison.
    Filter(Filter),
    /// Matches if all parts match.
    All(Vec<Query>),
    /// Matches if any part matches.
    Any(Vec<Query>),
}

/// One comparison.
#[derive(Debug)]
pub struct Filter {
    field: String,
    kind: Kind,
    operator: Operator,
    /// The operands: one, or any number for a list.
    keys: Vec<Key>,
}

impl Query {
    /// Parses a query.
    ///
    /// # Errors
    ///
    /// 400 `parameter_invalid` for an unknown field, an operator that the field
    /// does not support, a value of the wrong type, and too many levels or
    /// filters.
    pub fn parse(table: &Table, query: &Value, rules: Rules) -> Result<Self, ApiError> {
        Self::parse_at(table, query, rules, 1)
    }

    fn parse_at(
        table: &Table,
        query: &Value,
        rules: Rules,
        level: usize,
    ) -> Result<Self, ApiError> {
        let operator = text(query, "operator")?;
        if query.get("field").is_some() {
            return Filter::parse(table, query, operator, rules).map(Self::Filter);
        }
        let join: fn(Vec<Self>) -> Self = match operator {
            "AND" => Self::All,
            "OR" => Self::Any,
            _ => {
                return Err(invalid(format!(
                    "{operator} is not a group operator; give AND or OR"
                )));
            }
        };
        if level > MAX_LEVELS {
            return Err(invalid(format!("groups nest up to {MAX_LEVELS} levels")));
        }
        parse_parts(table, query.get("value"), rules, level).map(join)
    }

    /// Whether a row matches, by the values of its fields.
    pub fn matches(&self, row: &dyn Fn(&str) -> Value) -> bool {
        match self {
            Self::Filter(filter) => filter.matches(row),
            Self::All(parts) => parts.iter().all(|part| part.matches(row)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(row)),
        }
    }
}

/// Parses the parts of a group: filters or groups, not both, as in the API
/// description.
fn parse_parts(
    table: &Table,
    value: Option<&Value>,
    rules: Rules,
    level: usize,
) -> Result<Vec<Query>, ApiError> {
    let parts = value.and_then(Value::as_array);
    let Some(parts) = parts.filter(|parts| (1..=MAX_PARTS).contains(&parts.len())) else {
        return Err(invalid(format!(
            "the value of a group is a list of 1 to {MAX_PARTS} filters"
        )));
    };
    let filters = parts
        .iter()
        .filter(|part| part.get("field").is_some())
        .count();
    if filters != 0 && filters != parts.len() {
        return Err(invalid(
            "a group holds filters or groups, not both".to_owned(),
        ));
    }
    parts
        .iter()
        .map(|part| Query::parse_at(table, part, rules, level + 1))
        .collect()
}

impl Filter {
    fn parse(
        table: &Table,
        filter: &Value,
        operator: &str,
        rules: Rules,
    ) -> Result<Self, ApiError> {
        let field = text(filter, "field")?;
        let kind = (table.kind)(field, rules)
            .ok_or_else(|| invalid(format!("{field} is not a field of {}", table.rows)))?;
        let operator = OPERATORS
            .into_iter()
            .find(|(spelled, known)| *spelled == operator && kind.operators().contains(known))
            .map(|(_, known)| known)
            .ok_or_else(|| invalid(format!("{field} does not support the operator {operator}")))?;
        let value = filter.get("value").cloned().unwrap_or_default();
        let keys = keys(kind, operator, &value).ok_or_else(|| {
            let list = if is_list(operator) { "a list of " } else { "" };
            invalid(format!("{field}: {value} is not {list}{}", kind.expected()))
        })?;
        Ok(Self {
            field: field.to_owned(),
            kind,
            operator,
            keys,
        })
    }

    fn matches(&self, row: &dyn Fn(&str) -> Value) -> bool {
        let found = row(&self.field);
        if let Value::Array(ids) = &found {
            return self.matches_one_of(ids);
        }
        let found = self.kind.key(&found).unwrap_or(Key::Absent);
        let ordered = |accept: fn(std::cmp::Ordering) -> bool| {
            self.keys
                .iter()
                .any(|key| found != Key::Absent && *key != Key::Absent && accept(found.cmp(key)))
        };
        let text = |accept: fn(&str, &str) -> bool| {
            self.keys.iter().any(|key| match (&found, key) {
                (Key::Text(found), Key::Text(part)) => accept(found, part),
                _ => false,
            })
        };
        match self.operator {
            Operator::Equal | Operator::In => self.keys.contains(&found),
            Operator::NotEqual | Operator::NotIn => !self.keys.contains(&found),
            Operator::Less => ordered(std::cmp::Ordering::is_lt),
            Operator::Greater => ordered(std::cmp::Ordering::is_gt),
            Operator::AtMost => ordered(std::cmp::Ordering::is_le),
            Operator::AtLeast => ordered(std::cmp::Ordering::is_ge),
            Operator::Contains => text(|found, part| found.contains(part)),
            Operator::NotContains => !text(|found, part| found.contains(part)),
            Operator::StartsWith => text(|found, part| found.starts_with(part)),
            Operator::EndsWith => text(|found, part| found.ends_with(part)),
        }
    }
}

impl Filter {
    /// Whether a row with several ids matches: one id is enough, and a negated operator applies
    /// to each.
    fn matches_one_of(&self, ids: &[Value]) -> bool {
        let is_there = ids.iter().any(|id| self.keys.contains(&Key::of(id)));
        match self.operator {
            Operator::NotEqual | Operator::NotIn => !is_there,
            _ => is_there,
        }
    }
}

fn is_list(operator: Operator) -> bool {
    matches!(operator, Operator::In | Operator::NotIn)
}

/// The operands of a filter; `None` if the value has the wrong type.
fn keys(kind: Kind, operator: Operator, value: &Value) -> Option<Vec<Key>> {
    match (is_list(operator), value) {
        (true, Value::Array(values)) => values.iter().map(|value| scalar(kind, value)).collect(),
        (true, _) => None,
        (false, value) => Some(vec![scalar(kind, value)?]),
    }
}

fn scalar(kind: Kind, value: &Value) -> Option<Key> {
    let plain = !value.is_array() && !value.is_object();
    plain.then(|| kind.key(value)).flatten()
}

fn text<'a>(query: &'a Value, name: &str) -> Result<&'a str, ApiError> {
    let text = query.get(name).and_then(Value::as_str);
    text.ok_or_else(|| invalid(format!("every filter and group needs text as its {name}")))
}

fn invalid(message: String) -> ApiError {
    ApiError::invalid(message).with_field("query")
}
