//! Compiles a checked filter to Intercom's query: two levels, fifteen filters per
//! group (`docs/intercom-api.md`, Search), in the form that takes the fewest
//! filters.

use super::check::CheckedFilter;
use super::comparison::{ApiFilter, Comparand, Comparator, Comparison};
use super::dates::rewrite;
use super::fields::{Granularity, Kind};
use super::filters::Filters;
use super::formula::{Connective, FormulaError, Tree};
use super::normal_form::NormalForm;
use crate::api::Version;
use std::borrow::Cow;

/// Maximum number of filters, or groups, of one group.
pub const MAX_FILTERS: usize = 15;

/// Compiles a filter. Returns the query as JSON.
///
/// # Errors
/// More groups or filters than Intercom accepts, in any form.
pub fn compile(checked: &CheckedFilter, version: Version) -> Result<String, FormulaError> {
    let mut filters = Filters::default();
    let tree = number(checked, version, &mut filters);
    let query = shortest(&tree, &mut filters)?;
    Ok(filters.to_json(&query))
}

/// The query of the form with the fewest filters.
fn shortest(tree: &Tree<usize>, filters: &mut Filters) -> Result<Query, FormulaError> {
    let or_of_ands = NormalForm::of(tree, Connective::Or, filters);
    let first = fitting(or_of_ands.as_ref());
    let first = match first {
        Some((form, query)) if form.is_shortest(filters) => return Ok(query),
        first => first,
    };
    let and_of_ors = NormalForm::of(tree, Connective::And, filters);
    match (first, fitting(and_of_ors.as_ref())) {
        (Some((one, query)), Some((other, _))) if one.filters() <= other.filters() => Ok(query),
        (_, Some((_, query))) | (Some((_, query)), None) => Ok(query),
        (None, None) => Err(too_large(tree, or_of_ands)),
    }
}

/// Filters, by number, as Intercom groups them.
type Query = Tree<usize>;

/// A form with its query, if it fits into one.
fn fitting(form: Option<&NormalForm>) -> Option<(&NormalForm, Query)> {
    let form = form?;
    Some((form, query(form)?))
}

/// The filters of every comparison, numbered.
fn number(checked: &CheckedFilter, version: Version, filters: &mut Filters) -> Tree<usize> {
    match checked {
        Tree::Leaf(comparison) => numbered(comparison, version, filters),
        Tree::Not(inner) => number(inner, version, filters),
        Tree::Group(connective, parts) => {
            let parts = parts.iter().map(|part| number(part, version, filters));
            Tree::Group(*connective, parts.collect())
        }
    }
}

fn numbered(comparison: &Comparison, version: Version, filters: &mut Filters) -> Tree<usize> {
    let Comparison {
        field,
        comparator,
        with,
    } = comparison;
    let granularity = field.granularity(version);
    let value = match with {
        Comparand::Moment(moment) => {
            let (connective, dates) = rewrite(field, *comparator, *moment, granularity);
            let dates = dates.into_iter().map(|date| filters.number(&date));
            return Tree::join(connective, dates.map(Tree::Leaf));
        }
        Comparand::Value(value) => value,
    };
    // Dates by the day have no `!=`, not even with null: a contact that has the
    // date has one after 1970.
    let by_day = field.kind == Kind::Date && granularity == Granularity::Day;
    let (comparator, value) = match *comparator {
        Comparator::NotEqual if by_day && value.is_null() => {
            (Comparator::Greater, Cow::Owned(0.into()))
        }
        comparator => (comparator, Cow::Borrowed(value)),
    };
    Tree::Leaf(filters.number(&ApiFilter {
        field: &field.name,
        comparator,
        listable: !value.is_null() && !matches!(field.kind, Kind::Tag | Kind::Date),
        value,
    }))
}

/// The query, if the form fits into it.
fn query(form: &NormalForm) -> Option<Query> {
    let (outer, inner) = (form.outer, form.outer.dual());
    let (large, single): (Vec<_>, Vec<_>) = form.groups.iter().partition(|group| group.len() > 1);
    let single: Vec<usize> = single.into_iter().flatten().copied().collect();
    match (large.as_slice(), single.as_slice()) {
        ([], single) => return flat(outer, single),
        ([only], []) => return flat(inner, only),
        _ => {}
    }
    if large.iter().any(|group| group.len() > MAX_FILTERS) {
        return None;
    }
    // Single filters share groups of the outer kind: Intercom's description has
    // no filters beside groups.
    let large = large.into_iter().map(|group| joined(inner, group));
    let shared = single.chunks(MAX_FILTERS);
    let parts = large.chain(shared.map(|chunk| within(outer, chunk)));
    let parts: Vec<_> = parts.collect();
    (parts.len() <= MAX_FILTERS).then(|| Tree::join(outer, parts))
}

/// One flat group, split into groups of its own kind if it has more than fifteen.
fn flat(connective: Connective, filters: &[usize]) -> Option<Query> {
    if filters.len() <= MAX_FILTERS {
        return Some(joined(connective, filters));
    }
    let chunks = filters.chunks(MAX_FILTERS);
    let parts: Vec<_> = chunks.map(|chunk| within(connective, chunk)).collect();
    (parts.len() <= MAX_FILTERS).then(|| Tree::join(connective, parts))
}

/// A group within a group. A single filter is doubled, which means the same: alone
/// it would be a filter beside groups, or a group of one.
fn within(connective: Connective, filters: &[usize]) -> Query {
    match filters {
        [only] => joined(connective, &[*only, *only]),
        filters => joined(connective, filters),
    }
}

/// A group; one filter alone stays itself: no source shows that Intercom takes a
/// group of one (`docs/intercom-api.md`, Search).
fn joined(connective: Connective, filters: &[usize]) -> Query {
    Tree::join(connective, filters.iter().copied().map(Tree::Leaf))
}

fn too_large(tree: &Tree<usize>, form: Option<NormalForm>) -> FormulaError {
    let groups = match &form {
        Some(form) => form.groups.len() as u64,
        None => and_groups(tree, Connective::Or),
    };
    let longest = form
        .iter()
        .flat_map(|form| &form.groups)
        .map(Vec::len)
        .max();
    match longest {
        Some(longest) if groups <= MAX_FILTERS as u64 => FormulaError::whole(
            format!(
                "has an AND group of {longest} conditions, and Intercom accepts at most \
                 {MAX_FILTERS}"
            ),
            "remove conditions, or search twice",
        ),
        _ => FormulaError::whole(
            format!("becomes {groups} AND groups, and Intercom accepts at most {MAX_FILTERS}"),
            "shorten an OR list, such as role IN ('user', 'lead')",
        ),
    }
}

/// The number of groups that a form would have, without building it.
fn and_groups(tree: &Tree<usize>, outer: Connective) -> u64 {
    match tree {
        Tree::Leaf(_) => 1,
        Tree::Not(inner) => and_groups(inner, outer),
        Tree::Group(connective, parts) => {
            let counts = parts.iter().map(|part| and_groups(part, outer));
            match *connective == outer {
                true => counts.fold(0, u64::saturating_add),
                false => counts.fold(1, u64::saturating_mul),
            }
        }
    }
}
