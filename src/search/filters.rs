//! The distinct filters of a query, by number, and merging those that a list can
//! express. Filters and their values are found by key, so a long list or formula
//! needs no pairwise comparison.

use super::comparison::{ApiFilter, Comparator};
use super::formula::{Connective, Tree};
use crate::api::is_plain;
use serde_json::Value;
use std::collections::BTreeMap;
use std::rc::Rc;

/// All distinct filters.
#[derive(Debug, Default)]
pub struct Filters {
    /// The values as JSON, and the names of fields.
    values: Distinct,
    fields: Distinct,
    filters: Vec<Ranked>,
    numbers: BTreeMap<Rc<Numbered>, usize>,
    /// Where values are written before they are known to be new.
    scratch: String,
}

/// A filter with its field and values by their numbers; one value unless the comparator
/// takes a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Numbered {
    comparator: Comparator,
    listable: bool,
    /// The number of values, before them: lists that grow by a value each begin alike.
    length: usize,
    field: usize,
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
    pub fn number(&mut self, filter: &ApiFilter<'_>) -> usize {
        let values = match &*filter.value {
            Value::Array(values) => values.as_slice(),
            value => std::slice::from_ref(value),
        };
        let number = |value: &Value| {
            self.scratch.clear();
            write_value(value, &mut self.scratch);
            self.values.number(&self.scratch)
        };
        let numbered = Numbered {
            comparator: filter.comparator,
            listable: filter.listable,
            length: values.len(),
            values: values.iter().map(number).collect(),
            field: self.fields.number(filter.field),
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

    /// The number of filters, which is more than that of any filter or field.
    pub fn len(&self) -> usize {
        self.filters.len()
    }

    /// The field, by number, of a filter that may be merged with others of that field.
    pub fn listable_field(&self, number: usize) -> Option<usize> {
        let filter = &self.filters.get(number)?.filter;
        let is_equality = matches!(
            filter.comparator,
            Comparator::Equal | Comparator::NotEqual | Comparator::In | Comparator::NotIn
        );
        (filter.listable && is_equality).then_some(filter.field)
    }

    /// A query of filters, by number, as JSON.
    pub fn to_json(&self, query: &Tree<usize>) -> String {
        let mut json = String::new();
        self.write(query, &mut json);
        json
    }

    fn write(&self, query: &Tree<usize>, json: &mut String) {
        match query {
            Tree::Leaf(number) => self.write_filter(*number, json),
            Tree::Not(inner) => self.write(inner, json),
            Tree::Group(connective, parts) => {
                json.push_str(r#"{"operator":""#);
                json.push_str(connective.name());
                json.push_str(r#"","value":["#);
                for (index, part) in parts.iter().enumerate() {
                    json.push_str(if index > 0 { "," } else { "" });
                    self.write(part, json);
                }
                json.push_str("]}");
            }
        }
    }

    fn write_filter(&self, number: usize, json: &mut String) {
        let Some(Ranked { filter, .. }) = self.filters.get(number) else {
            return;
        };
        let is_list = matches!(filter.comparator, Comparator::In | Comparator::NotIn);
        json.push_str(r#"{"field":"#);
        write_text(self.fields.get(filter.field), json);
        json.push_str(r#","operator":""#);
        json.push_str(filter.comparator.name());
        json.push_str(r#"","value":"#);
        json.push_str(if is_list { "[" } else { "" });
        for (index, value) in filter.values.iter().enumerate() {
            json.push_str(if index > 0 { "," } else { "" });
            json.push_str(self.values.get(*value));
        }
        json.push_str(if is_list { "]}" } else { "}" });
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
        // The values of one list are of one JSON type.
        let kind = |filter: &Numbered| {
            let first = filter.values.first()?;
            Some(json_type(self.values.get(*first)))
        };
        if kind(first) != kind(second) {
            return None;
        }
        let values = united(&first.values, &second.values, self.values.texts.len());
        let merged = Numbered {
            comparator: if values.len() == 1 { one } else { many },
            listable: true,
            length: values.len(),
            field: first.field,
            values,
        };
        Some(self.ranked(merged, rank))
    }
}

/// The values of two lists, each once, in their order. All are less than `end`.
fn united(first: &[usize], second: &[usize], end: usize) -> Vec<usize> {
    let mut known = Marks::new(end);
    let all = first.iter().chain(second).copied();
    all.filter(|value| known.mark(*value)).collect()
}

/// A set of numbers.
pub struct Marks(Vec<bool>);

impl Marks {
    /// None of the numbers below `end`.
    pub fn new(end: usize) -> Self {
        Self(vec![false; end])
    }

    /// Marks a number. Whether it was not marked before.
    pub fn mark(&mut self, number: usize) -> bool {
        let mark = self.0.get_mut(number);
        mark.is_some_and(|mark| !std::mem::replace(mark, true))
    }
}

/// What distinguishes the JSON types of values that may be in a list.
fn json_type(json: &str) -> u8 {
    match json.bytes().next() {
        Some(first @ (b'"' | b'n')) => first,
        Some(b't' | b'f') => b't',
        _ => b'0',
    }
}

fn write_value(value: &Value, json: &mut String) {
    match value {
        Value::String(text) => write_text(text, json),
        value => json.push_str(&value.to_string()),
    }
}

fn write_text(text: &str, json: &mut String) {
    if !is_plain(text.as_bytes()) {
        return json.push_str(&Value::from(text).to_string());
    }
    json.push('"');
    json.push_str(text);
    json.push('"');
}

/// Distinct texts, by number.
#[derive(Debug, Default)]
struct Distinct {
    texts: Vec<Rc<str>>,
    numbers: BTreeMap<Rc<str>, usize>,
}

impl Distinct {
    fn number(&mut self, text: &str) -> usize {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.texts.len();
        let text: Rc<str> = text.into();
        self.numbers.insert(Rc::clone(&text), number);
        self.texts.push(text);
        number
    }

    fn get(&self, number: usize) -> &str {
        self.texts.get(number).map_or("", AsRef::as_ref)
    }
}
