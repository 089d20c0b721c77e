//! Generated formulas and rows of the searches for conversations and tickets, and what
//! a query selects of them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use crate::search_model::{Workspace, finds, means, within_limits};
use crate::search_properties::{
    EQUALITY, ORDER, TEXT, compile, date, formula_of, leaf, query_of, second, text,
};
use intercom_connector::internals::formula::{
    Condition, Literal, Operator, ParsedFormula, Tree, Written,
};
use intercom_connector::internals::{CONVERSATIONS, TICKETS, Table};
use proptest::prelude::*;
use serde_json::{Value, json};

type Formula = Tree<Condition<Written>>;

const IDS: [Operator; 4] = [
    Operator::Equal,
    Operator::NotEqual,
    Operator::In,
    Operator::NotIn,
];

pub fn conversation_formula() -> impl Strategy<Value = Formula> {
    let number = || (0..4i64).prop_map(|number| Literal::Number(number.to_string()));
    formula_of(prop_oneof![
        leaf("state", &EQUALITY, text(&["open", "closed", "snoozed"])),
        leaf("source.author.name", &TEXT, text(&["Ann", "Bob", "A", "b"])),
        leaf("updated_at", &ORDER, date()),
        leaf("waiting_since", &ORDER, date()),
        leaf("admin_assignee_id", &ORDER, number()),
        leaf("statistics.count_reopens", &ORDER, number()),
        leaf("contact_ids", &IDS, text(&["c1", "c2", "c3"])),
        leaf("read", &EQUALITY, any::<bool>().prop_map(Literal::Flag)),
    ])
}

pub fn conversation() -> impl Strategy<Value = Value> {
    (
        prop::sample::select(&["open", "closed", "snoozed"][..]),
        prop::option::weighted(0.8, prop::sample::select(&["Ann", "Bob", "Abba"][..])),
        second(),
        prop::option::weighted(0.5, second()),
        (0..4i64, prop::option::weighted(0.8, 0..4i64)),
        prop::sample::subsequence(&["c1", "c2", "c3"][..], 0..=3),
        any::<bool>(),
    )
        .prop_map(
            |(state, name, updated, waiting, (admin, reopens), contacts, read)| {
                json!({
                    "state": state, "source": {"author": {"name": name}}, "updated_at": updated,
                    "waiting_since": waiting, "admin_assignee_id": admin,
                    "statistics": {"count_reopens": reopens}, "contact_ids": contacts, "read": read,
                })
            },
        )
}

pub fn ticket_formula() -> impl Strategy<Value = Formula> {
    let number = (0..4i64).prop_map(|number| Literal::Number(number.to_string()));
    formula_of(prop_oneof![
        leaf("state", &EQUALITY, text(&["submitted", "resolved"])),
        leaf("category", &EQUALITY, text(&["request", "task"])),
        leaf("title", &TEXT, text(&["Ann", "Bob", "A", "b"])),
        leaf("created_at", &ORDER, date()),
        leaf("snoozed_until", &ORDER, date()),
        leaf("contact_ids", &IDS, text(&["c1", "c2", "c3"])),
        leaf("ticket_attribute.12", &ORDER, number),
    ])
}

pub fn ticket() -> impl Strategy<Value = Value> {
    (
        prop::sample::select(&["submitted", "resolved"][..]),
        prop::sample::select(&["request", "task"][..]),
        prop::option::weighted(0.8, prop::sample::select(&["Ann", "Bob", "Abba"][..])),
        second(),
        prop::option::weighted(0.5, second()),
        prop::sample::subsequence(&["c1", "c2", "c3"][..], 0..=3),
        prop::option::weighted(0.8, 0..4i64),
    )
        .prop_map(|(state, category, title, created, snoozed, contacts, number)| {
            json!({
                "state": state, "category": category, "title": title, "created_at": created,
                "snoozed_until": snoozed, "contact_ids": contacts, "ticket_attribute": {"12": number},
            })
        })
}

/// Whether the query alone selects what the formula means, in every version.
fn selects(table: &'static Table, tree: &Formula, rows: &[Value]) -> Result<(), TestCaseError> {
    let at = Workspace {
        offset: 0,
        exact_dates: true,
    };
    let printed = ParsedFormula(tree.clone()).to_string();
    for version in ["2.14", "2.16", "2.17"] {
        let Some(compiled) = compile(table, printed.as_str(), "{}", version) else {
            return Ok(());
        };
        prop_assert_eq!(&compiled.rows, &None);
        let query = query_of(&compiled);
        prop_assert!(within_limits(&query, 0), "{}", query);
        for row in rows {
            let meant = means(tree, row, at) == Some(true);
            let found = finds(&query, row, at);
            prop_assert_eq!(found, meant, "{}\n{}\n{}", row, &printed, &query);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_query_selects_the_conversations_that_the_formula_means(
        tree in conversation_formula(),
        rows in prop::collection::vec(conversation(), 12),
    ) {
        selects(&CONVERSATIONS, &tree, &rows)?;
    }

    #[test]
    fn a_query_selects_the_tickets_that_the_formula_means(
        tree in ticket_formula(),
        rows in prop::collection::vec(ticket(), 12),
    ) {
        selects(&TICKETS, &tree, &rows)?;
    }
}
