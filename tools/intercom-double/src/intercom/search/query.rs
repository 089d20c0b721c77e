//! A query of a search: read once, with Intercom's limits, then held against
//! contacts.

use serde_json::Value;

use super::fields::{self, Kind, OPERATORS, Operator};
use super::key::Key;
use crate::intercom::answer::Refusal;
use crate::intercom::contacts::Contact;
use crate::intercom::version::Version;

/// How deep groups nest, and how many filters or groups one has at the most
/// (`docs/intercom-api.md`, Search).
const MAX_LEVELS: usize = 2;
const MAX_PARTS: usize = 15;

/// Which contacts are wanted.
#[derive(Debug)]
pub enum Query {
    /// Those that a filter finds.
    Filter(Filter),
    /// Those that all parts find.
    All(Vec<Query>),
    /// Those that one of the parts finds.
    Any(Vec<Query>),
}

/// One comparison.
#[derive(Debug)]
pub struct Filter {
    field: String,
    kind: Kind,
    operator: Operator,
    /// What the field is compared with: one, or for a list any number.
    keys: Vec<Key>,
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    ///
    /// 400 `parameter_invalid` for a field that contacts do not have, an
    /// operator that the field does not take, a value of another type, and more
    /// levels or filters than Intercom takes.
    pub fn parse(query: &Value, version: Version) -> Result<Self, Refusal> {
        Self::parse_at(query, version, 1)
    }

    fn parse_at(query: &Value, version: Version, level: usize) -> Result<Self, Refusal> {
        let operator = text(query, "operator")?;
        if query.get("field").is_some() {
            return Filter::parse(query, operator, version).map(Self::Filter);
        }
        let join: fn(Vec<Self>) -> Self = match operator {
            "AND" => Self::All,
            "OR" => Self::Any,
            _ => {
                return Err(invalid(format!(
                    "{operator} does not join filters; give AND or OR"
                )));
            }
        };
        if level > MAX_LEVELS {
            return Err(invalid(format!(
                "groups nest {MAX_LEVELS} levels deep at the most"
            )));
        }
        join_parts(query.get("value"), version, level).map(join)
    }

    /// Whether it finds a contact.
    pub fn matches(&self, contact: &Contact) -> bool {
        match self {
            Self::Filter(filter) => filter.matches(contact),
            Self::All(parts) => parts.iter().all(|part| part.matches(contact)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(contact)),
        }
    }
}

/// The parts of a group: filters or groups, not some of each, as the API's
/// description has it.
fn join_parts(
    value: Option<&Value>,
    version: Version,
    level: usize,
) -> Result<Vec<Query>, Refusal> {
    let parts = value.and_then(Value::as_array);
    let Some(parts) = parts.filter(|parts| (1..=MAX_PARTS).contains(&parts.len())) else {
        return Err(invalid(format!(
            "a group has a list of 1 to {MAX_PARTS} filters as its value"
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
        .map(|part| Query::parse_at(part, version, level + 1))
        .collect()
}

impl Filter {
    fn parse(filter: &Value, operator: &str, version: Version) -> Result<Self, Refusal> {
        let field = text(filter, "field")?;
        let kind = fields::kind(field, version)
            .ok_or_else(|| invalid(format!("{field} is not a field of contacts")))?;
        let operator = OPERATORS
            .into_iter()
            .find(|(spelled, known)| *spelled == operator && kind.operators().contains(known))
            .map(|(_, known)| known)
            .ok_or_else(|| invalid(format!("{field} does not take the operator {operator}")))?;
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

    fn matches(&self, contact: &Contact) -> bool {
        let found = fields::value(contact, &self.field);
        let found = self.kind.key(&found).unwrap_or(Key::Absent);
        let ordered = |accept: fn(std::cmp::Ordering) -> bool| {
            self.keys
                .iter()
                .any(|key| found != Key::Absent && *key != Key::Absent && accept(found.cmp(key)))
        };
        let inside = |accept: fn(&str, &str) -> bool| {
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
            Operator::Contains => inside(|found, part| found.contains(part)),
            Operator::Lacks => !inside(|found, part| found.contains(part)),
            Operator::StartsWith => inside(|found, part| found.starts_with(part)),
            Operator::EndsWith => inside(|found, part| found.ends_with(part)),
        }
    }
}

fn is_list(operator: Operator) -> bool {
    matches!(operator, Operator::In | Operator::NotIn)
}

/// What a field is compared with; `None` if it cannot be.
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

fn text<'a>(query: &'a Value, name: &str) -> Result<&'a str, Refusal> {
    let text = query.get(name).and_then(Value::as_str);
    text.ok_or_else(|| invalid(format!("every filter and group has text as its {name}")))
}

fn invalid(message: String) -> Refusal {
    Refusal::invalid(message).about("query")
}
