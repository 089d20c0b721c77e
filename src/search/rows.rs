//! Filters rows exactly where Intercom compares more coarsely: a point in time with
//! a date that compares by the day.
//!
//! Drops a row only if it certainly does not match. Fields that a row lacks, and comparisons that
//! Intercom may do differently, are unknown.

use super::check::CheckedFilter;
use super::comparison::{Comparand, Comparator, Comparison};
use super::decimal::Decimal;
use super::fields::{Field, Kind};
use super::formula::{Connective, Tree};
use super::moment::{DAY, Moment};
use crate::api::Version;
use serde_json::Value;
use std::cmp::Ordering;

/// Whether a row matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// It certainly does not match.
    No,
    /// The row does not show it.
    Unknown,
    /// Certainly.
    Yes,
}

impl Match {
    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
            Self::Yes => Self::No,
        }
    }
}

impl From<bool> for Match {
    fn from(matches: bool) -> Self {
        if matches { Self::Yes } else { Self::No }
    }
}

/// A filter for the rows of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct RowFilter {
    filter: CheckedFilter,
    fields: Vec<String>,
}

impl RowFilter {
    /// The row filter that a filter needs. `None` if Intercom's own comparison is
    /// exact.
    pub fn of(filter: &CheckedFilter, version: Version) -> Option<Self> {
        let filter = needed(filter, version)?;
        let mut fields = Vec::new();
        coarsened(&filter, version, &mut fields);
        Some(Self { filter, fields })
    }

    /// The fields that Intercom compares too coarsely.
    pub fn fields(&self) -> Vec<&str> {
        self.fields.iter().map(String::as_str).collect()
    }

    /// Whether a contact that Intercom found matches, by its row.
    pub fn matches(&self, row: &Value) -> Match {
        evaluate(&self.filter, row)
    }
}

/// The part to check: of parts joined by AND, those that Intercom does not compare
/// exactly.
fn needed(filter: &CheckedFilter, version: Version) -> Option<CheckedFilter> {
    if let Tree::Group(Connective::And, parts) = filter {
        let parts: Vec<_> = parts
            .iter()
            .filter_map(|part| needed(part, version))
            .collect();
        return (!parts.is_empty()).then(|| Tree::join(Connective::And, parts));
    }
    let mut fields = Vec::new();
    coarsened(filter, version, &mut fields);
    (!fields.is_empty()).then(|| filter.clone())
}

fn coarsened(filter: &CheckedFilter, version: Version, fields: &mut Vec<String>) {
    match filter {
        Tree::Leaf(Comparison { field, with, .. }) => {
            let granularity = field.granularity(version);
            let coarse = matches!(with, Comparand::Moment(m) if m.is_coarsened(granularity));
            if coarse && !fields.iter().any(|known| *known == field.name) {
                fields.push(field.name.to_string());
            }
        }
        Tree::Not(inner) => coarsened(inner, version, fields),
        Tree::Group(_, parts) => {
            for part in parts {
                coarsened(part, version, fields);
            }
        }
    }
}

fn evaluate(filter: &CheckedFilter, row: &Value) -> Match {
    match filter {
        Tree::Leaf(comparison) => compare(comparison, row),
        Tree::Not(inner) => evaluate(inner, row),
        Tree::Group(connective, parts) => {
            let matches = parts.iter().map(|part| evaluate(part, row));
            match connective {
                Connective::And => matches.min().unwrap_or(Match::Yes),
                Connective::Or => matches.max().unwrap_or(Match::No),
            }
        }
    }
}

fn compare(comparison: &Comparison, row: &Value) -> Match {
    let mut found = Some(row);
    for step in comparison.field.name.splitn(2, '.') {
        found = found.and_then(|value| value.get(step));
    }
    match (found, &comparison.with) {
        (None, _) => Match::Unknown,
        (Some(Value::Null), Comparand::Moment(_)) => Match::No,
        (Some(found), Comparand::Moment(moment)) => match seconds(found) {
            Some(seconds) => compare_dates(seconds, comparison.comparator, *moment),
            None => Match::Unknown,
        },
        (Some(_), _) if comparison.field.kind == Kind::Tag => Match::Unknown,
        (Some(found), Comparand::Value(value)) => {
            compare_values(&comparison.field, found, comparison.comparator, value)
        }
    }
}

fn seconds(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn compare_dates(found: i64, comparator: Comparator, moment: Moment) -> Match {
    match moment {
        Moment::Second(second) => within(found, second, second + 1, 0, comparator),
        Moment::Day(day) => within(found, day, day + DAY, 14 * 3600, comparator),
        // The day of a second starts at most a day before it.
        Moment::DayOf(second) => within(found, second, second + 1, DAY + 3600, comparator),
    }
}

/// Compares with a range whose ends are known up to `unsure` seconds.
fn within(found: i64, start: i64, end: i64, unsure: i64, comparator: Comparator) -> Match {
    let before = certainly(found < start - unsure, found < start + unsure);
    let after = certainly(found >= end + unsure, found >= end - unsure);
    match comparator {
        Comparator::Less => before,
        Comparator::Greater => after,
        Comparator::AtLeast => before.not(),
        Comparator::AtMost => after.not(),
        Comparator::Equal => before.max(after).not(),
        _ => before.max(after),
    }
}

fn certainly(surely: bool, maybe: bool) -> Match {
    match (surely, maybe) {
        (true, _) => Match::Yes,
        (false, true) => Match::Unknown,
        (false, false) => Match::No,
    }
}

fn compare_values(field: &Field, found: &Value, comparator: Comparator, value: &Value) -> Match {
    let any = |values: &Value| {
        let values = values.as_array().map(Vec::as_slice).unwrap_or_default();
        let matches = values.iter().map(|value| equal(field, found, value));
        matches.max().unwrap_or(Match::No)
    };
    let ordered = |accept: fn(Ordering) -> bool| match (decimal(found), decimal(value)) {
        (Some(found), Some(value)) => accept(found.cmp(&value)).into(),
        _ if found.is_null() => Match::No,
        _ => Match::Unknown,
    };
    match comparator {
        Comparator::Equal => equal(field, found, value),
        Comparator::NotEqual => equal(field, found, value).not(),
        Comparator::In => any(value),
        Comparator::NotIn => any(value).not(),
        Comparator::Less => ordered(Ordering::is_lt),
        Comparator::AtMost => ordered(Ordering::is_le),
        Comparator::Greater => ordered(Ordering::is_gt),
        Comparator::AtLeast => ordered(Ordering::is_ge),
        Comparator::Contains
        | Comparator::NotContains
        | Comparator::StartsWith
        | Comparator::EndsWith => Match::Unknown,
    }
}

/// Equality is certain between numbers, by value, between true and false, and with
/// null. How Intercom compares lists and objects, or a text with true, is unknown.
fn equal(field: &Field, found: &Value, value: &Value) -> Match {
    match (found, value) {
        (Value::Null, Value::Null) => Match::Yes,
        (Value::Null, Value::String(text)) | (Value::String(text), Value::Null) => {
            certainly(false, text.is_empty())
        }
        (Value::Array(_) | Value::Object(_), _) => Match::Unknown,
        (Value::Null, _) | (_, Value::Null) => Match::No,
        (Value::Bool(found), Value::Bool(value)) => (found == value).into(),
        (Value::String(found), Value::String(value)) => equal_texts(field, found, value),
        _ => match (decimal(found), decimal(value)) {
            (Some(found), Some(value)) => (found == value).into(),
            _ => Match::Unknown,
        },
    }
}

/// Equality of text is certain if the texts are the same, or differ by more than
/// case, blanks and the form of a number.
fn equal_texts(field: &Field, found: &str, value: &str) -> Match {
    let is_alike = found.trim().eq_ignore_ascii_case(value.trim())
        // Letters beyond ASCII may differ in case, too.
        || !found.is_ascii()
        || !value.is_ascii()
        || Decimal::parse(found.trim()).is_some_and(|a| Decimal::parse(value.trim()) == Some(a))
        || REFORMATTED.contains(&&*field.name);
    match found == value {
        true => Match::Yes,
        false => certainly(false, is_alike),
    }
}

/// Fields that Intercom may store in another form than written.
const REFORMATTED: [&str; 3] = ["phone", "formatted_phone", "avatar"];

/// The number that a value is, as JSON or as text.
fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => Decimal::parse(&number.to_string()),
        Value::String(text) => Decimal::parse(text),
        _ => None,
    }
}
