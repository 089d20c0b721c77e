//! Normalises a filter to two levels: an OR of AND groups, or an AND of OR groups,
//! without duplicates and without groups that another one covers.
//!
//! Knows only how filters are joined. Their meaning matters only where equalities
//! of one field become a list.

use super::filters::{Filters, Marks};
use super::formula::{Connective, Tree};

/// Maximum number of groups during normalisation. Intercom accepts 15, or 225
/// single filters in 15 groups; more than 256 do not shrink below that in practice.
/// Each group is compared with the others.
pub const MAX_GROUPS: usize = 256;

/// Filters of one group, by their number in [`Filters`], in the order in which
/// their fields were first written.
pub type Group = Vec<usize>;

/// A filter in two levels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NormalForm {
    /// Joins the groups; its dual joins the filters within a group.
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

    /// Whether no other form of the same filter has fewer filters: each is in it once,
    /// and no two could be merged.
    pub fn is_shortest(&self, filters: &Filters) -> bool {
        let (mut known, mut fields) = (Marks::new(filters.len()), Marks::new(filters.len()));
        self.groups.iter().flatten().all(|filter| {
            let field = filters.listable_field(*filter);
            known.mark(*filter) && field.is_none_or(|field| fields.mark(field))
        })
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
                if let Tree::Leaf(filter) = part {
                    for group in &mut groups {
                        add(group, *filter, outer.dual(), filters);
                    }
                } else {
                    let part = expand(part, outer, filters)?;
                    if groups.len() * part.len() > MAX_GROUPS {
                        return None;
                    }
                    groups = product(&groups, &part, outer, filters);
                }
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

/// One group with the filters of two.
fn united(a: &Group, b: &Group, inner: Connective, filters: &mut Filters) -> Group {
    let mut group = a.clone();
    for filter in b {
        add(&mut group, *filter, inner, filters);
    }
    group
}

/// Adds a filter to a group, into a list of its field where there is one.
fn add(group: &mut Group, filter: usize, inner: Connective, filters: &mut Filters) {
    if group.contains(&filter) {
        return;
    }
    let merged = group
        .iter()
        .enumerate()
        .find_map(|(at, other)| Some((at, filters.merged(inner, *other, filter)?)));
    match merged {
        Some((at, merged)) => {
            group.remove(at);
            insert(group, merged, filters);
        }
        None => insert(group, filter, filters),
    }
}

/// Inserts a filter into a group.
fn insert(group: &mut Group, filter: usize, filters: &Filters) {
    let place = filters.place(filter);
    let after = group
        .iter()
        .position(|other| filters.place(*other) >= place);
    match after {
        Some(at) if group.get(at) == Some(&filter) => {}
        Some(at) => group.insert(at, filter),
        None => group.push(filter),
    }
}

/// A group with a mark of its filters, one bit for each: nearly all pairs of groups
/// are distinguished by their marks.
struct Marked {
    group: Group,
    mark: u64,
}

impl Marked {
    fn new(group: Group) -> Self {
        let bits = group.iter().map(|filter| 1_u64 << (filter % 64));
        let mark = bits.fold(0, |mark, bit| mark | bit);
        Self { group, mark }
    }

    /// Whether it has no filter that `other` does not have: then one of the two is
    /// enough, in an OR of ANDs as in an AND of ORs.
    fn covers(&self, other: &Self) -> bool {
        let has = |filter| other.group.contains(filter);
        self.mark & !other.mark == 0
            && self.group.len() <= other.group.len()
            && self.group.iter().all(has)
    }

    /// The filters in which two groups differ, if it is one of each.
    fn only_difference(&self, other: &Self) -> Option<(usize, usize)> {
        if (self.mark ^ other.mark).count_ones() > 2 || self.group.len() != other.group.len() {
            return None;
        }
        let only = |these: &Group, those: &Group| {
            let mut only = these.iter().filter(|filter| !those.contains(filter));
            let first = only.next().copied();
            first.filter(|_| only.next().is_none())
        };
        only(&self.group, &other.group).zip(only(&other.group, &self.group))
    }

    /// Merges two groups that differ in one filter each, if those merge.
    fn merged(&self, other: &Self, outer: Connective, filters: &mut Filters) -> Option<Self> {
        let (one, another) = self.only_difference(other)?;
        let merged = filters.merged(outer, one, another)?;
        let rest = self.group.iter().copied().filter(|filter| *filter != one);
        let mut group: Group = rest.collect();
        insert(&mut group, merged, filters);
        Some(Self::new(group))
    }
}

/// Merges groups that differ in one list, and drops those that another covers.
fn simplified(groups: Vec<Group>, outer: Connective, filters: &mut Filters) -> Vec<Group> {
    if groups.len() < 2 {
        return groups;
    }
    let mut groups: Vec<Marked> = groups.into_iter().map(Marked::new).collect();
    loop {
        let before = groups.len();
        groups = simplified_once(groups, outer, filters);
        if groups.len() == before {
            return groups.into_iter().map(|marked| marked.group).collect();
        }
    }
}

fn simplified_once(groups: Vec<Marked>, outer: Connective, filters: &mut Filters) -> Vec<Marked> {
    let mut kept: Vec<Marked> = Vec::new();
    for group in groups {
        if kept.iter().any(|other| other.covers(&group)) {
            continue;
        }
        kept.retain(|other| !group.covers(other));
        let merged = kept.iter_mut().any(|other| {
            let merged = other.merged(&group, outer, filters);
            merged.map(|merged| *other = merged).is_some()
        });
        if !merged {
            kept.push(group);
        }
    }
    kept
}
