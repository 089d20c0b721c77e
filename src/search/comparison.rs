//! One comparison: as parsed, and as a filter of Intercom's query.

use super::fields::Field;
use super::moment::Moment;
use serde_json::Value;
use std::borrow::Cow;

/// The API's operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(
    missing_docs,
    reason = "the names say it; `name` has the API's spelling"
)]
pub enum Comparator {
    Equal,
    NotEqual,
    In,
    NotIn,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Contains,
    NotContains,
    StartsWith,
    EndsWith,
}

impl Comparator {
    /// The API's spelling.
    pub fn name(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::In => "IN",
            Self::NotIn => "NIN",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::Contains => "~",
            Self::NotContains => "!~",
            Self::StartsWith => "^",
            Self::EndsWith => "$",
        }
    }
}

/// A comparison as parsed.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The field.
    pub field: Field,
    /// The operator.
    pub comparator: Comparator,
    /// The value.
    pub with: Comparand,
}

/// The value that a field is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparand {
    /// A text, a number, a boolean or null; a list of them for `In` and `NotIn`.
    Value(Value),
    /// A date.
    Moment(Moment),
}

impl Comparand {
    /// A text that the values of one list differ in.
    pub fn key(&self) -> String {
        match self {
            Self::Value(value) => value.to_string(),
            Self::Moment(moment) => format!("{moment:?}"),
        }
    }
}

/// A filter of Intercom's query.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiFilter<'a> {
    /// The field's name in the API.
    pub field: &'a str,
    /// The operator.
    pub comparator: Comparator,
    /// The value, or a list of them.
    pub value: Cow<'a, Value>,
    /// Whether the field takes lists, so `= a OR = b` can become `IN`.
    pub listable: bool,
}
