//! Normalises a filter to two levels: an OR of AND groups, or an AND of OR groups,
//! without duplicates and without groups that another one covers.
//!
//! Knows only how filters are joined. Their meaning matters only where equalities
//! of one field become a list.

use super::comparison::{ApiFilter, Comparator};
use super::formula::{Connective, Tree};
use serde_json::Value;

/// Maximum number of groups during normalisation. Intercom accepts 15, or 225
/// single filters in 15 groups; more than 256 do not shrink below that in practice,
/// and time grows with the square: 256 take less than 10 ms.
pub const MAX_GROUPS: usize = 256;

/// Filters of one group, by their number in [`Filters`], in the order in which
/// their fields were first written.
pub type Group = Vec<usize>;

/// All distinct filters, with their ranks: a filter's own number, or that of the
/// first filter merged into it.
#[derive(Debug, Default)]
pub struct Filters(Vec<(ApiFilter, usize)>);

impl Filters {
    /// The number of a filter. Equal filters share one.
    pub fn number(&mut self, filter: ApiFilter) -> usize {
        self.ranked(filter, self.0.len())
    }

    fn ranked(&mut self, filter: ApiFilter, rank: usize) -> usize {
        match self.0.iter().position(|(known, _)| *known == filter) {
            Some(number) => number,
            None => {
                self.0.push((filter, rank));
                self.0.len() - 1
            }
        }
    }

    /// A filter by its number.
    pub fn get(&self, number: usize) -> Option<&ApiFilter> {
        self.0.get(number).map(|(filter, _)| filter)
    }

    fn rank(&self, number: usize) -> usize {
        self.0.get(number).map_or(number, |(_, rank)| *rank)
    }

    /// Inserts a filter into a group.
    fn insert(&self, group: &mut Group, filter: usize) {
        let key = |number: usize| (self.rank(number), number);
        let after = group.iter().position(|other| key(*other) >= key(filter));
        match after {
            Some(at) if group.get(at) == Some(&filter) => {}
            Some(at) => group.insert(at, filter),
            None => group.push(filter),
        }
    }

    /// Merges two filters, if one can express both: `= x OR = y` is `IN (x, y)`,
    /// `!= x AND != y` is `NOT IN (x, y)`.
    fn merged(&mut self, joined: Connective, a: usize, b: usize) -> Option<usize> {
        let (one, many) = match joined {
            Connective::Or => (Comparator::Equal, Comparator::In),
            Connective::And => (Comparator::NotEqual, Comparator::NotIn),
        };
        let (first, second) = (self.get(a)?, self.get(b)?);
        let fits = |filter: &ApiFilter| {
            filter.listable && (filter.comparator == one || filter.comparator == many)
        };
        if first.field != second.field || !fits(first) || !fits(second) {
            return None;
        }
        let mut values = listed(&first.value);
        for value in listed(&second.value) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        let alike = values.windows(2).all(|pair| match pair {
            [a, b] => std::mem::discriminant(a) == std::mem::discriminant(b),
            _ => true,
        });
        let (comparator, value) = match values.as_slice() {
            [value] => (one, value.clone()),
            _ => (many, Value::Array(values)),
        };
        let merged = ApiFilter {
            comparator,
            value,
            ..first.clone()
        };
        let rank = self.rank(a).min(self.rank(b));
        alike.then(|| self.ranked(merged, rank))
    }
}

fn listed(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values.clone(),
        value => vec![value.clone()],
    }
}

/// A filter in two levels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NormalForm {
    /// Joins the groups. The dual joins the filters of a group.
    pub outer: Connective,
    /// The groups, in the order as written.
    pub groups: Vec<Group>,
}

impl NormalForm {
    /// Normalises a tree without `Not`. `None` if that takes more than
    /// [`MAX_GROUPS`] groups.
    pub fn of(tree: &Tree<usize>, outer: Connective, filters: &mut Filters) -> Option<Self> {
        let groups = expand(tree, outer, filters)?;
        Some(Self { outer, groups })
    }

    /// The number of filters in all.
    pub fn filters(&self) -> usize {
        self.groups.iter().map(Vec::len).sum()
    }
}

fn expand(tree: &Tree<usize>, outer: Connective, filters: &mut Filters) -> Option<Vec<Group>> {
    match tree {
        Tree::Leaf(filter) => Some(vec![vec![*filter]]),
        // The check has pushed every negation into the filters.
        Tree::Not(inner) => expand(inner, outer, filters),
        Tree::Group(connective, parts) if *connective == outer => {
            let mut groups = Vec::new();
            for part in parts {
                groups.extend(expand(part, outer, filters)?);
            }
            within_bounds(simplified(groups, outer, filters))
        }
        Tree::Group(_, parts) => {
            let mut groups = vec![Group::new()];
            for part in parts {
                let part = expand(part, outer, filters)?;
                if groups.len() * part.len() > MAX_GROUPS {
                    return None;
                }
                groups = product(&groups, &part, outer, filters);
                groups = simplified(groups, outer, filters);
            }
            within_bounds(groups)
        }
    }
}

fn within_bounds(groups: Vec<Group>) -> Option<Vec<Group>> {
    (groups.len() <= MAX_GROUPS).then_some(groups)
}

fn product(
    left: &[Group],
    right: &[Group],
    outer: Connective,
    filters: &mut Filters,
) -> Vec<Group> {
    let mut groups = Vec::new();
    for a in left {
        for b in right {
            groups.push(united(a, b, outer.dual(), filters));
        }
    }
    groups
}

/// One group with the filters of two, those of one field in one list.
fn united(a: &Group, b: &Group, inner: Connective, filters: &mut Filters) -> Group {
    let mut group = a.clone();
    for filter in b {
        if group.contains(filter) {
            continue;
        }
        let merged = group
            .iter()
            .enumerate()
            .find_map(|(at, other)| Some((at, filters.merged(inner, *other, *filter)?)));
        match merged {
            Some((at, merged)) => {
                group.remove(at);
                filters.insert(&mut group, merged);
            }
            None => filters.insert(&mut group, *filter),
        }
    }
    group
}

/// Merges groups that differ in one list, and drops those that another covers.
fn simplified(groups: Vec<Group>, outer: Connective, filters: &mut Filters) -> Vec<Group> {
    let mut groups = groups;
    loop {
        let before = groups.len();
        let mut kept: Vec<Group> = Vec::new();
        for group in groups {
            let covered = kept.iter().any(|other| covers(other, &group));
            if covered {
                continue;
            }
            kept.retain(|other| !covers(&group, other));
            let merged = kept
                .iter()
                .enumerate()
                .find_map(|(at, other)| Some((at, merged_groups(other, &group, outer, filters)?)));
            match merged {
                Some((at, merged)) => {
                    if let Some(place) = kept.get_mut(at) {
                        *place = merged;
                    }
                }
                None => kept.push(group),
            }
        }
        groups = kept;
        if groups.len() == before {
            return groups;
        }
    }
}

/// Whether `covering` has all filters of `group`: then one of the two is enough, in
/// an OR of ANDs as in an AND of ORs.
fn covers(covering: &Group, group: &Group) -> bool {
    covering.len() <= group.len() && covering.iter().all(|filter| group.contains(filter))
}

/// Merges two groups that differ in one filter each, if those merge.
fn merged_groups(a: &Group, b: &Group, outer: Connective, filters: &mut Filters) -> Option<Group> {
    if a.len() != b.len() {
        return None;
    }
    let only = |these: &Group, those: &Group| {
        let mut only = these.iter().filter(|filter| !those.contains(filter));
        let first = only.next().copied();
        first.filter(|_| only.next().is_none())
    };
    let (in_a, in_b) = (only(a, b)?, only(b, a)?);
    let merged = filters.merged(outer, in_a, in_b)?;
    let mut group: Group = a.iter().copied().filter(|filter| *filter != in_a).collect();
    filters.insert(&mut group, merged);
    Some(group)
}
