//! Compiles a checked filter to Intercom's query: two levels, fifteen filters per
//! group (`docs/intercom-api.md`, Search), in the form that takes the fewest
//! filters.

use super::check::CheckedFilter;
use super::comparison::{ApiFilter, Comparand, Comparator, Comparison};
use super::dates::rewrite;
use super::fields::{Granularity, Kind};
use super::filters::Filters;
use super::formula::{Connective, FormulaError, Tree};
use super::normal_form::{Group, NormalForm};
use crate::api::Version;
use serde_json::Value;

/// Maximum number of filters, or groups, of one group.
pub const MAX_FILTERS: usize = 15;

/// Compiles a filter. Returns the query as JSON.
///
/// # Errors
/// More groups or filters than Intercom accepts, in any form.
pub fn compile(checked: &CheckedFilter, version: Version) -> Result<String, FormulaError> {
    let mut filters = Filters::default();
    let tree = number(checked, version, &mut filters);
    let or_of_ands = NormalForm::of(&tree, Connective::Or, &mut filters);
    let first = fitting(or_of_ands.as_ref(), &filters);
    let first = match first {
        Some((form, query)) if form.is_shortest(&filters) => return Ok(query),
        first => first,
    };
    let and_of_ors = NormalForm::of(&tree, Connective::And, &mut filters);
    match (first, fitting(and_of_ors.as_ref(), &filters)) {
        (Some((one, query)), Some((other, _))) if one.filters() <= other.filters() => Ok(query),
        (_, Some((_, query))) | (Some((_, query)), None) => Ok(query),
        (None, None) => Err(too_large(&tree, or_of_ands)),
    }
}

/// A form with its query, if it fits into one.
fn fitting<'f>(
    form: Option<&'f NormalForm>,
    filters: &Filters,
) -> Option<(&'f NormalForm, String)> {
    let form = form?;
    Some((form, query(form, filters)?))
}

/// The filters of every comparison, numbered.
fn number(checked: &CheckedFilter, version: Version, filters: &mut Filters) -> Tree<usize> {
    match checked {
        Tree::Leaf(comparison) => {
            let (connective, rewritten) = rewritten(comparison, version);
            let mut numbered = Vec::new();
            for filter in rewritten {
                numbered.push(Tree::Leaf(filters.number(filter)));
            }
            Tree::join(connective, numbered)
        }
        Tree::Not(inner) => number(inner, version, filters),
        Tree::Group(connective, parts) => {
            let parts = parts.iter().map(|part| number(part, version, filters));
            Tree::Group(*connective, parts.collect())
        }
    }
}

fn rewritten(comparison: &Comparison, version: Version) -> (Connective, Vec<ApiFilter>) {
    let Comparison {
        field,
        comparator,
        with,
    } = comparison;
    let granularity = field.granularity(version);
    let value = match with {
        Comparand::Moment(moment) => return rewrite(field, *comparator, *moment, granularity),
        Comparand::Value(value) => value,
    };
    // Dates by the day have no `!=`, not even with null: a contact that has the
    // date has one after 1970.
    let by_day = field.kind == Kind::Date && granularity == Granularity::Day;
    let (comparator, value) = match *comparator {
        Comparator::NotEqual if by_day && value.is_null() => (Comparator::Greater, Value::from(0)),
        comparator => (comparator, value.clone()),
    };
    let filter = ApiFilter {
        field: field.name.clone(),
        comparator,
        listable: !value.is_null() && !matches!(field.kind, Kind::Tag | Kind::Date),
        value,
    };
    (Connective::And, vec![filter])
}

/// The query, if the form fits into it.
fn query(form: &NormalForm, filters: &Filters) -> Option<String> {
    let inner = form.outer.dual();
    if let [group] = form.groups.as_slice() {
        return grouped(inner, singles(group, filters)?);
    }
    let small = |group: &&Group| group.len() == 1;
    let alone = form.groups.iter().filter(small).count();
    if form.groups.len() <= MAX_FILTERS && (alone == 0 || alone == form.groups.len()) {
        let groups = form.groups.iter().map(|group| {
            let filters = singles(group, filters)?;
            (filters.len() <= MAX_FILTERS).then(|| joined(inner, &filters))
        });
        return Some(joined(form.outer, &groups.collect::<Option<Vec<_>>>()?));
    }
    // Single filters share groups of the outer kind: Intercom's description has
    // no filters beside groups.
    let large = form
        .groups
        .iter()
        .filter(|group| !small(group))
        .map(|group| {
            let filters = singles(group, filters)?;
            (filters.len() <= MAX_FILTERS).then(|| joined(inner, &filters))
        });
    let mut parts = large.collect::<Option<Vec<_>>>()?;
    let rest = form
        .groups
        .iter()
        .filter(small)
        .flatten()
        .copied()
        .collect();
    let rest = singles(&rest, filters)?;
    parts.extend(
        rest.chunks(MAX_FILTERS)
            .map(|chunk| within(form.outer, chunk)),
    );
    (parts.len() <= MAX_FILTERS).then(|| joined(form.outer, &parts))
}

/// One flat group, split into groups of its own kind if it has more than fifteen.
fn grouped(connective: Connective, filters: Vec<String>) -> Option<String> {
    if filters.len() <= MAX_FILTERS {
        return Some(joined(connective, &filters));
    }
    let chunks = filters.chunks(MAX_FILTERS);
    let parts: Vec<_> = chunks.map(|chunk| within(connective, chunk)).collect();
    (parts.len() <= MAX_FILTERS).then(|| joined(connective, &parts))
}

fn singles(group: &Group, filters: &Filters) -> Option<Vec<String>> {
    group
        .iter()
        .map(|filter| filters.to_json(*filter))
        .collect()
}

/// A group within a group. A single filter is doubled, which means the same: alone
/// it would be a filter beside groups, or a group of one.
fn within(connective: Connective, filters: &[String]) -> String {
    match filters {
        [only] => joined(connective, &[only, only]),
        filters => joined(connective, filters),
    }
}

/// A group; one filter alone stays itself: no source shows that Intercom takes a
/// group of one (`docs/intercom-api.md`, Search).
fn joined(connective: Connective, parts: &[impl AsRef<str>]) -> String {
    if let [only] = parts {
        return only.as_ref().to_owned();
    }
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    let (name, parts) = (connective.name(), parts.join(","));
    format!(r#"{{"operator":"{name}","value":[{parts}]}}"#)
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
