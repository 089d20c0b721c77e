//! Filters of events: a filter is evaluated here, on the data of one event, and not by
//! Intercom's search. So every operator works for every field that it fits.
//!
//! A comparison with a missing value is false, its negation true. Text is compared regardless of
//! case; a list matches if one of its items does. Days are days in UTC.

use super::decimal::Decimal;
use super::fields::Table;
use super::fill::FilledFormula;
use super::formula::quoted_part;
use super::formula::{Condition, Connective, FormulaError, Literal, Operand, Operator, Tree};
use super::moment::{DAY, Moment};
use crate::api::Version;
use crate::input::{list_names, nearest, shortened};
use serde_json::Value;
use std::cmp::Ordering;

/// The table that errors about an event's filter use. Its fields are those of [`EventFields`].
pub static EVENTS: Table = Table {
    rows: "events",
    fields: &[],
    attributes: &[],
    attribute_hint: "",
    exact_dates: Version::Numbered(0, 0),
    exact_attributes: None,
    per_page: 0,
    example: ("role", "user"),
    expected: "a formula, such as role = 'user' AND created_at > '2023-01-01', or a JSON filter",
    meanings: &[],
};

/// The fields that a filter can name.
pub trait EventFields {
    /// What a field holds; `None` if there is no such field.
    fn holds(&self, name: &str) -> Option<Holds>;

    /// The names of all fields.
    fn names(&self) -> Vec<&str>;
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Flag,
    /// Unix seconds.
    Date,
    /// Any JSON; a path may follow the name.
    Anything,
}

/// A filter whose fields and values were checked.
#[derive(Debug, Clone, PartialEq)]
pub struct EventFilter(Tree<Test>);

/// One condition.
#[derive(Debug, Clone, PartialEq)]
struct Test {
    path: Vec<String>,
    operator: Operator,
    wanted: Vec<Wanted>,
}

/// A value that a field is compared with.
#[derive(Debug, Clone, PartialEq)]
enum Wanted {
    /// In lower case.
    Text(String),
    Number(Decimal),
    Flag(bool),
    Moment(Moment),
}

/// Checks a filter.
///
/// # Errors
/// All errors, in reading order.
pub fn check(
    tree: FilledFormula,
    fields: &dyn EventFields,
) -> Result<EventFilter, Vec<FormulaError>> {
    let mut errors = Vec::new();
    let checked = tree.try_map(&mut |condition| {
        let test = Test::read(&condition, fields).map_err(|error| errors.push(error));
        // Check every condition, so that all errors are reported.
        Ok::<_, std::convert::Infallible>(test.ok())
    });
    let Ok(checked) = checked;
    match checked.try_map(&mut |test| test.ok_or(())) {
        Ok(tree) if errors.is_empty() => Ok(EventFilter(tree)),
        _ => Err(errors),
    }
}

impl EventFilter {
    /// Whether it holds for an event's data.
    pub fn holds(&self, data: &Value) -> bool {
        holds(&self.0, data)
    }
}

fn holds(tree: &Tree<Test>, data: &Value) -> bool {
    match tree {
        Tree::Leaf(test) => test.holds(data),
        Tree::Not(inner) => !holds(inner, data),
        Tree::Group(Connective::And, parts) => parts.iter().all(|part| holds(part, data)),
        Tree::Group(Connective::Or, parts) => parts.iter().any(|part| holds(part, data)),
    }
}

impl Test {
    fn read(
        condition: &Condition<Literal>,
        fields: &dyn EventFields,
    ) -> Result<Self, FormulaError> {
        let (path, holds) = found(&condition.field, fields).ok_or_else(|| {
            let problem = format!(
                "{} is not a field of this event",
                quoted_part(&condition.field)
            );
            FormulaError::at(
                &condition.field_location,
                problem,
                hint(&condition.field, fields),
            )
        })?;
        let operator = condition.operator;
        let is_fit = match holds {
            Holds::Text => !operator.is_ordering(),
            Holds::Number | Holds::Date => !operator.is_textual(),
            Holds::Flag => !operator.is_textual() && !operator.is_ordering(),
            Holds::Anything => true,
        };
        if !is_fit {
            let name = quoted_part(operator.name());
            let problem = format!("{name} does not compare {}", holds.noun());
            let by = holds.operators();
            let hint = format!("compare {} with {by}", shortened(&condition.field));
            return Err(FormulaError::at(
                &condition.operator_location,
                problem,
                hint,
            ));
        }
        let wanted = condition.operands.iter();
        let wanted = wanted.map(|operand| wanted_of(operand, condition, holds));
        Ok(Self {
            path,
            operator,
            wanted: wanted.collect::<Result<_, _>>()?,
        })
    }

    fn holds(&self, data: &Value) -> bool {
        let value = self.path.iter().try_fold(data, |value, step| match value {
            Value::Array(items) => items.get(step.parse::<usize>().ok()?),
            value => value.get(step),
        });
        self.accepts(self.operator, value.unwrap_or(&Value::Null))
    }

    fn accepts(&self, operator: Operator, value: &Value) -> bool {
        let order = |index: usize| compare(value, self.wanted.get(index)?);
        let text = |test: fn(&str, &str) -> bool| {
            let wanted = self.wanted.first();
            wanted.is_some_and(|wanted| any(value, &|item| matches_text(item, wanted, test)))
        };
        match operator {
            Operator::IsNull => value.is_null(),
            Operator::Equal | Operator::In => self.wanted.iter().any(|wanted| {
                any(value, &|item| {
                    compare(item, wanted) == Some(Ordering::Equal)
                })
            }),
            Operator::Less => order(0) == Some(Ordering::Less),
            Operator::LessOrEqual => order(0).is_some_and(Ordering::is_le),
            Operator::Greater => order(0) == Some(Ordering::Greater),
            Operator::GreaterOrEqual => order(0).is_some_and(Ordering::is_ge),
            Operator::Between => {
                order(0).is_some_and(Ordering::is_ge) && order(1).is_some_and(Ordering::is_le)
            }
            Operator::Contains => text(|found, wanted| found.contains(wanted)),
            Operator::StartsWith => text(|found, wanted| found.starts_with(wanted)),
            Operator::EndsWith => text(|found, wanted| found.ends_with(wanted)),
            Operator::NotEqual
            | Operator::NotIn
            | Operator::NotBetween
            | Operator::NotContains
            | Operator::NotStartsWith
            | Operator::NotEndsWith
            | Operator::IsNotNull => !self.accepts(operator.opposite(), value),
        }
    }
}

impl Holds {
    /// The most common of the operators that apply.
    fn operators(self) -> &'static str {
        match self {
            Self::Text | Self::Anything => "=, !=, CONTAINS or IN",
            Self::Number | Self::Date => "=, <, > or BETWEEN",
            Self::Flag => "= or !=",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Flag => "true or false",
            Self::Date => "a date",
            Self::Anything => "a value",
        }
    }
}

/// The path of a field, and what is there. The first name is written in any case.
fn found(written: &str, fields: &dyn EventFields) -> Option<(Vec<String>, Holds)> {
    let mut steps = written.trim().split('.');
    let name = steps.next()?.to_ascii_lowercase().replace([' ', '-'], "_");
    let holds = fields.holds(&name)?;
    let inner: Vec<String> = steps.map(str::to_owned).collect();
    let is_path = holds == Holds::Anything && inner.iter().all(|step| !step.is_empty());
    (inner.is_empty() || is_path).then(|| {
        let path = [name].into_iter().chain(inner);
        (path.collect(), holds)
    })
}

fn hint(written: &str, fields: &dyn EventFields) -> String {
    let names = fields.names();
    match nearest(written, names.iter().copied()) {
        Some(near) => format!("write {near} if you meant that"),
        None => format!("compare {}", list_names(&names, "or")),
    }
}

fn wanted_of(
    operand: &Operand<Literal>,
    condition: &Condition<Literal>,
    holds: Holds,
) -> Result<Wanted, FormulaError> {
    let textual = condition.operator.is_textual();
    let wanted = match (holds, &operand.value) {
        (Holds::Text, literal) => text(literal),
        (Holds::Anything, literal) if textual => text(literal),
        (Holds::Number, Literal::Number(written) | Literal::Text(written)) => number(written),
        (Holds::Flag, Literal::Flag(flag)) => Some(Wanted::Flag(*flag)),
        (Holds::Date, literal) => moment(literal),
        (Holds::Anything, Literal::Number(written)) => number(written),
        (Holds::Anything, Literal::Flag(flag)) => Some(Wanted::Flag(*flag)),
        (Holds::Anything, literal @ Literal::Date(_)) => moment(literal),
        // Text has no order, so quoted text is read as a number or a date.
        (Holds::Anything, literal @ Literal::Text(written)) => {
            match condition.operator.is_ordering() {
                true => number(written).or_else(|| moment(literal)),
                false => text(literal),
            }
        }
        _ => None,
    };
    wanted.ok_or_else(|| {
        let problem = match holds {
            Holds::Flag => format!("{} is neither true nor false", operand.shown()),
            _ => format!("{} is not {}", operand.shown(), holds.noun()),
        };
        let field = shortened(&condition.field);
        let hint = match operand.value {
            Literal::Null => format!("write {field} IS NULL"),
            _ => format!("compare {field} with {}", holds.noun()),
        };
        FormulaError::at(&operand.location, problem, hint)
    })
}

fn text(literal: &Literal) -> Option<Wanted> {
    Some(Wanted::Text(literal.text()?.to_lowercase()))
}

fn number(written: &str) -> Option<Wanted> {
    Decimal::parse(written.trim()).map(Wanted::Number)
}

fn moment(literal: &Literal) -> Option<Wanted> {
    Moment::parse(literal.text()?).ok().map(Wanted::Moment)
}

/// Whether a value, or an item of a list, passes a test.
fn any(value: &Value, test: &dyn Fn(&Value) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(test),
        value => test(value),
    }
}

fn matches_text(value: &Value, wanted: &Wanted, test: fn(&str, &str) -> bool) -> bool {
    match (plain(value), wanted) {
        (Some(found), Wanted::Text(wanted)) => test(&found, wanted),
        _ => false,
    }
}

/// A text, or a number as text, in lower case.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.to_lowercase()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Compares an event's value. `None` if the two have no order.
fn compare(value: &Value, wanted: &Wanted) -> Option<Ordering> {
    match (value, wanted) {
        (Value::Bool(found), Wanted::Flag(wanted)) => Some(found.cmp(wanted)),
        (value, Wanted::Text(wanted)) => Some(plain(value)?.cmp(wanted)),
        (value, Wanted::Number(wanted)) => Some(Decimal::parse(&plain(value)?)?.cmp(wanted)),
        (value, Wanted::Moment(moment)) => Some(compare_dates(seconds(value)?, *moment)),
        _ => None,
    }
}

fn seconds(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => match Moment::parse(text).ok()? {
            Moment::Day(second) | Moment::Second(second) | Moment::DayOf(second) => Some(second),
        },
        _ => None,
    }
}

fn compare_dates(found: i64, moment: Moment) -> Ordering {
    let (start, end) = match moment {
        Moment::Second(second) => return found.cmp(&second),
        Moment::Day(start) => (start, start + DAY),
        Moment::DayOf(second) => {
            let start = second - second.rem_euclid(DAY);
            (start, start + DAY)
        }
    };
    match found {
        _ if found < start => Ordering::Less,
        _ if found >= end => Ordering::Greater,
        _ => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests;
