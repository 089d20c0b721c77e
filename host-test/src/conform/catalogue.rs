//! Clauses about the catalogue.

use connector_host::bindings::plugin::{Action, ActionSummary, CatalogueQuery};

use super::clause::{Check, Clause, Finding};
use super::facts::Facts;
use super::input::UNKNOWN_ACTION;

pub const CLAUSES: &[Clause] = &[
    Clause {
        number: "3.1",
        promise: "A query without words lists the manifest's actions first, in their order, and \
                  no action twice.",
        check: Check::Facts(whole),
    },
    Clause {
        number: "3.2",
        promise: "Words, group and effect only narrow that list: each action is found by the \
                  words of its title and group, in any order, by its group and by its effect.",
        check: Check::Facts(narrowed),
    },
    Clause {
        number: "3.3",
        promise: "`describe` returns the actions with the given ids in that order, leaves out \
                  unknown ids, and agrees with the manifest and the catalogue.",
        check: Check::Facts(described),
    },
];

fn whole(facts: &Facts) -> Vec<Finding> {
    let manifest: Vec<&str> = facts
        .manifest
        .actions
        .iter()
        .map(|action| &*action.id)
        .collect();
    let listed: Vec<&str> = facts.catalogue.iter().map(|action| &*action.id).collect();
    let mut findings = Vec::new();
    if !listed.starts_with(&manifest) {
        let differs = manifest
            .iter()
            .zip(&listed)
            .position(|(one, other)| one != other);
        let at = differs.unwrap_or_else(|| listed.len().min(manifest.len()));
        let found = listed.get(at).copied().unwrap_or("nothing");
        let expected = manifest.get(at).copied().unwrap_or_default();
        findings.push(format!(
            "action {} is {found}, but {expected} in the manifest",
            at + 1
        ));
    }
    for (number, id) in listed.iter().enumerate() {
        if listed.iter().take(number).any(|other| other == id) {
            findings.push(format!("{id} is listed twice"));
        }
    }
    findings
}

fn narrowed(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (query, found) in &facts.searches {
        let place = place(query);
        let mut rest = facts.catalogue.iter();
        if !found
            .iter()
            .all(|action| rest.any(|listed| listed == action))
        {
            findings.push(format!(
                "{place}: its list is not a part of the list without words"
            ));
            continue;
        }
        let has = |action: &&ActionSummary| found.contains(action);
        let mut meant = facts
            .catalogue
            .iter()
            .filter(|action| is_meant(query, action));
        if let Some(missing) = meant.find(|action| !has(action)) {
            findings.push(format!("{place}: does not list {}", missing.id));
        }
        if let Some(other) = found.iter().find(|action| is_excluded(query, action)) {
            findings.push(format!("{place}: lists {}", other.id));
        }
    }
    findings
}

/// Whether a query must list an action.
fn is_meant(query: &CatalogueQuery, action: &ActionSummary) -> bool {
    let holds = |word: &str| action.title.contains(word) || action.group.contains(word);
    query.words.split_whitespace().all(holds) && !is_excluded(query, action)
}

/// Whether a query must not list an action.
fn is_excluded(query: &CatalogueQuery, action: &ActionSummary) -> bool {
    query.words == UNKNOWN_ACTION
        || query
            .group
            .as_ref()
            .is_some_and(|group| *group != action.group)
        || query.effect.is_some_and(|effect| effect != action.effect)
}

fn place(query: &CatalogueQuery) -> String {
    match (&query.group, query.effect) {
        (Some(group), _) => format!("group {group:?}"),
        (None, Some(effect)) => format!("effect {effect:?}"),
        (None, None) => format!("words {:?}", query.words),
    }
}

fn described(facts: &Facts) -> Vec<Finding> {
    let asked = facts.asked.iter().filter(|id| *id != UNKNOWN_ACTION);
    if !asked.eq(facts.described.iter().map(|action| &action.id)) {
        return vec![
            "it does not return the actions with the given ids, in their order".to_owned(),
        ];
    }
    let mut findings = Vec::new();
    for action in &facts.described {
        let id = &action.id;
        let mut manifest = facts.manifest.actions.iter();
        if manifest.any(|listed| listed.id == *id && listed != action) {
            findings.push(format!("{id} differs from the manifest"));
        }
        let mut catalogue = facts.catalogue.iter();
        if catalogue.any(|listed| listed.id == *id && !agrees(listed, action)) {
            findings.push(format!("{id} differs from the catalogue"));
        }
    }
    findings
}

/// Whether a summary is that of the action; its description is shorter.
fn agrees(summary: &ActionSummary, action: &Action) -> bool {
    summary.title == action.title
        && summary.group == action.group
        && summary.effect == action.effect
        && summary.destructive == action.destructive
}
