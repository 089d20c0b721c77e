//! A model of Intercom's search, written apart from the compiler: what a formula
//! means for a row, here called a contact, and what a query finds. The two must agree.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use intercom_connector::internals::formula::{
    Condition, Connective, Literal, Operator, Tree, Written,
};
use serde_json::Value;
use std::cmp::Ordering;

/// The workspace: how far its clock is from UTC, in seconds, and whether the API
/// version compares dates by the second.
#[derive(Debug, Clone, Copy)]
pub struct Workspace {
    pub offset: i64,
    pub exact_dates: bool,
}

impl Workspace {
    fn day(self, seconds: i64) -> i64 {
        (seconds + self.offset).div_euclid(86_400)
    }

    /// The number of a day that a formula names: days are the workspace's own
    /// where Intercom compares by the day, and UTC's where it does not.
    fn day_of_row(self, seconds: i64) -> i64 {
        match self.exact_dates {
            true => seconds.div_euclid(86_400),
            false => self.day(seconds),
        }
    }
}

/// Whether a formula holds for a contact. `None` if it asks for the order of an
/// absent value.
pub fn means(tree: &Tree<Condition<Written>>, contact: &Value, at: Workspace) -> Option<bool> {
    match tree {
        Tree::Leaf(condition) => condition_means(condition, contact, at),
        Tree::Not(inner) => means(inner, contact, at).map(|holds| !holds),
        Tree::Group(connective, parts) => {
            let stop = *connective == Connective::Or;
            let parts: Vec<_> = parts.iter().map(|part| means(part, contact, at)).collect();
            match parts.contains(&Some(stop)) {
                true => Some(stop),
                false if parts.contains(&None) => None,
                false => Some(!stop),
            }
        }
    }
}

fn condition_means(c: &Condition<Written>, contact: &Value, at: Workspace) -> Option<bool> {
    let found = field(contact, &c.field);
    let literals: Vec<&Literal> = c
        .operands
        .iter()
        .map(|operand| match &operand.value {
            Written::Literal(literal) => literal,
            other => panic!("the model has no placeholders: {other:?}"),
        })
        .collect();
    let order = |index: usize| compare(&found, literals.get(index).unwrap(), at);
    let any_equal = || {
        if let Some(ids) = found.as_array() {
            let is_given = |literal: &&Literal| matches!(literal, Literal::Text(id) if ids.contains(&Value::from(id.as_str())));
            return Some(literals.iter().any(is_given));
        }
        let orders: Vec<_> = (0..literals.len()).map(order).collect();
        match is_date(&c.field) && found.is_null() {
            true => None,
            false => Some(orders.contains(&Some(Ordering::Equal))),
        }
    };
    let text = || match literals.first().unwrap() {
        Literal::Text(text) => text.clone(),
        other => panic!("{other:?}"),
    };
    let contains = || found.as_str().is_some_and(|found| found.contains(&text()));
    let between = || Some(order(0)?.is_ge() && order(1)?.is_le());
    match c.operator {
        Operator::Equal | Operator::In => any_equal(),
        Operator::NotEqual | Operator::NotIn => any_equal().map(|equal| !equal),
        Operator::Less => order(0).map(Ordering::is_lt),
        Operator::LessOrEqual => order(0).map(Ordering::is_le),
        Operator::Greater => order(0).map(Ordering::is_gt),
        Operator::GreaterOrEqual => order(0).map(Ordering::is_ge),
        Operator::Between => between(),
        Operator::NotBetween => between().map(|inside| !inside),
        Operator::Contains => Some(contains()),
        Operator::NotContains => Some(!contains()),
        Operator::StartsWith => found.as_str().map(|found| found.starts_with(&text())),
        Operator::EndsWith => found.as_str().map(|found| found.ends_with(&text())),
        Operator::IsNull => Some(found.is_null()),
        Operator::IsNotNull => Some(!found.is_null()),
        other => panic!("the model has no {other:?}"),
    }
}

fn is_date(field: &str) -> bool {
    field.ends_with("_at") || ["waiting_since", "snoozed_until"].contains(&field)
}

fn field(contact: &Value, name: &str) -> Value {
    let steps = name.split('.');
    let found = steps.fold(Some(contact), |found, step| found?.get(step));
    found.cloned().unwrap_or_default()
}

/// Compares a contact's value with a literal.
fn compare(found: &Value, literal: &Literal, at: Workspace) -> Option<Ordering> {
    match literal {
        Literal::Text(text) => Some(found.as_str()?.cmp(text)),
        Literal::Number(number) => Some(found.as_i64()?.cmp(&number.parse().unwrap())),
        Literal::Flag(flag) => Some(found.as_bool()?.cmp(flag)),
        Literal::Date(date) => Some(at.day_of_row(found.as_i64()?).cmp(&days(date))),
        Literal::Null => None,
    }
}

/// The days since 1970 of a date in January to December 2023.
pub fn days(date: &str) -> i64 {
    let parts: Vec<i64> = date.split('-').map(|part| part.parse().unwrap()).collect();
    let [2023, month, day] = parts[..] else {
        panic!("the model knows 2023 only: {date}")
    };
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    19_358 + lengths.iter().take(month as usize - 1).sum::<i64>() + day - 1
}

/// Whether a query finds a contact, by Intercom's rules.
pub fn finds(query: &Value, contact: &Value, at: Workspace) -> bool {
    let operator = query["operator"].as_str().unwrap();
    let value = &query["value"];
    if let Some(name) = query.get("field") {
        let found = field(contact, name.as_str().unwrap());
        return filter_finds(&found, operator, value, at, is_date(name.as_str().unwrap()));
    }
    let mut parts = value.as_array().unwrap().iter();
    match operator {
        "AND" => parts.all(|part| finds(part, contact, at)),
        "OR" => parts.any(|part| finds(part, contact, at)),
        other => panic!("{other} is no group"),
    }
}

fn filter_finds(found: &Value, operator: &str, value: &Value, at: Workspace, date: bool) -> bool {
    let by_day = date && !at.exact_dates;
    let number = |value: &Value| {
        let number = value.as_i64()?;
        Some(if by_day { at.day(number) } else { number })
    };
    let order = || Some(number(found)?.cmp(&number(value)?));
    let list = || value.as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if by_day {
        assert!(
            ["=", "<", ">"].contains(&operator),
            "{operator} is no operator of a day"
        );
    }
    // Of several ids, one is enough.
    if let Some(ids) = found.as_array() {
        return match operator {
            "=" => ids.contains(value),
            "!=" => !ids.contains(value),
            "IN" => ids.iter().any(|id| list().contains(id)),
            "NIN" => !ids.iter().any(|id| list().contains(id)),
            other => panic!("{other} is no operator of ids"),
        };
    }
    match operator {
        "=" if date && !value.is_null() => order() == Some(Ordering::Equal),
        "!=" if date && !value.is_null() => order().is_some_and(Ordering::is_ne),
        "=" => found == value,
        "!=" => found != value,
        "IN" => list().contains(found),
        "NIN" => !list().contains(found),
        "<" => order().is_some_and(Ordering::is_lt),
        ">" => order().is_some_and(Ordering::is_gt),
        "<=" => order().is_some_and(Ordering::is_le),
        ">=" => order().is_some_and(Ordering::is_ge),
        "~" => found.is_string() && text(found).contains(&text(value)),
        "!~" => !(found.is_string() && text(found).contains(&text(value))),
        "^" => found.is_string() && text(found).starts_with(&text(value)),
        "$" => found.is_string() && text(found).ends_with(&text(value)),
        other => panic!("{other} is no operator"),
    }
}

/// Checks Intercom's limits: two levels, fifteen filters, no group of one.
pub fn within_limits(query: &Value, level: usize) -> bool {
    if query.get("field").is_some() {
        return true;
    }
    let parts = query["value"].as_array().unwrap();
    level < 2
        && (2..=15).contains(&parts.len())
        && parts.iter().all(|part| within_limits(part, level + 1))
}
