//! The distinct filters of a query, by number, and merging those that a list can
//! express. Filters and their values are found by key, so a long list or formula
//! costs no comparison of each with each.

use super::comparison::{ApiFilter, Comparator};
use super::formula::Connective;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::mem::discriminant;
use std::rc::Rc;

/// All distinct filters.
#[derive(Debug, Default)]
pub struct Filters {
    values: Values,
    filters: Vec<Ranked>,
    numbers: BTreeMap<Rc<Numbered>, usize>,
}

/// A filter with its values by their numbers in [`Values`]; one value unless the
/// comparator takes a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Numbered {
    comparator: Comparator,
    listable: bool,
    field: Cow<'static, str>,
    values: Vec<usize>,
}

/// A filter with its rank: its own number, or that of the first filter merged into
/// it.
#[derive(Debug)]
struct Ranked {
    filter: Rc<Numbered>,
    rank: usize,
}

impl Filters {
    /// The number of a filter. Equal filters share one.
    pub fn number(&mut self, filter: ApiFilter) -> usize {
        let values = match filter.value {
            Value::Array(values) => values,
            value => vec![value],
        };
        let numbered = Numbered {
            comparator: filter.comparator,
            listable: filter.listable,
            field: filter.field,
            values: values
                .into_iter()
                .map(|value| self.values.number(value))
                .collect(),
        };
        self.ranked(numbered, self.filters.len())
    }

    fn ranked(&mut self, filter: Numbered, rank: usize) -> usize {
        if let Some(number) = self.numbers.get(&filter) {
            return *number;
        }
        let number = self.filters.len();
        let filter = Rc::new(filter);
        self.numbers.insert(Rc::clone(&filter), number);
        self.filters.push(Ranked { filter, rank });
        number
    }

    /// Where a filter stands in a group: by its rank, then its number.
    pub fn place(&self, number: usize) -> (usize, usize) {
        let ranked = self.filters.get(number);
        (ranked.map_or(number, |ranked| ranked.rank), number)
    }

    /// The field of a filter that may be merged with others of that field.
    pub fn listable_field(&self, number: usize) -> Option<&str> {
        let filter = &self.filters.get(number)?.filter;
        filter.listable.then_some(&*filter.field)
    }

    /// A filter as the API takes it.
    pub fn to_json(&self, number: usize) -> Option<Value> {
        let filter = &self.filters.get(number)?.filter;
        let mut values = filter.values.iter().map(|value| self.values.get(*value));
        let value = match filter.comparator {
            Comparator::In | Comparator::NotIn => Value::Array(values.collect()),
            _ => values.next().unwrap_or_default(),
        };
        Some(Value::Object(Map::from_iter([
            ("field".to_owned(), Value::from(&*filter.field)),
            ("operator".to_owned(), filter.comparator.name().into()),
            ("value".to_owned(), value),
        ])))
    }

    /// Merges two filters, if one can express both: `= x OR = y` is `IN (x, y)`,
    /// `!= x AND != y` is `NOT IN (x, y)`.
    pub fn merged(&mut self, joined: Connective, a: usize, b: usize) -> Option<usize> {
        let (one, many) = match joined {
            Connective::Or => (Comparator::Equal, Comparator::In),
            Connective::And => (Comparator::NotEqual, Comparator::NotIn),
        };
        let (first, second) = (self.filters.get(a)?, self.filters.get(b)?);
        let rank = first.rank.min(second.rank);
        let (first, second) = (&first.filter, &second.filter);
        let fits = |filter: &Numbered| {
            filter.listable && (filter.comparator == one || filter.comparator == many)
        };
        if !fits(first) || !fits(second) || first.field != second.field {
            return None;
        }
        if !self.values.are_alike(&first.values, &second.values) {
            return None;
        }
        let values = united(&first.values, &second.values);
        let merged = Numbered {
            comparator: if values.len() == 1 { one } else { many },
            listable: true,
            field: first.field.clone(),
            values,
        };
        Some(self.ranked(merged, rank))
    }
}

/// The values of two lists, each once, in their order.
fn united(first: &[usize], second: &[usize]) -> Vec<usize> {
    let mut values = first.to_vec();
    match second {
        [value] if first.contains(value) => {}
        [value] => values.push(*value),
        _ => {
            let known: BTreeSet<usize> = first.iter().copied().collect();
            values.extend(second.iter().filter(|value| !known.contains(value)));
        }
    }
    values
}

/// The distinct values of all filters, by number.
#[derive(Debug, Default)]
struct Values {
    values: Vec<Value>,
    /// By their JSON text.
    numbers: BTreeMap<String, usize>,
}

impl Values {
    fn number(&mut self, value: Value) -> usize {
        let next = self.values.len();
        let number = *self.numbers.entry(value.to_string()).or_insert(next);
        if number == next {
            self.values.push(value);
        }
        number
    }

    fn get(&self, number: usize) -> Value {
        self.values.get(number).cloned().unwrap_or_default()
    }

    /// Whether all values of two lists are of one JSON type. Those of one list are.
    fn are_alike(&self, first: &[usize], second: &[usize]) -> bool {
        let kind = |list: &[usize]| Some(discriminant(self.values.get(*list.first()?)?));
        kind(first) == kind(second)
    }
}
